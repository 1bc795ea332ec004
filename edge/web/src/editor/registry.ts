/* Registry: what Quill must know before the first editor is made.
 *
 * Owns the list of formats a rich document may show here, and the stand-in for embeds this page does not know: they
 * keep their place and their value, and are never rewritten.
 */
import Delta, { type Op } from "quill-delta";
import Quill from "quill";
import QuillCursors from "quill-cursors";
import { showable } from "./characters";

export const RICH_FORMATS = [
  "bold", "italic", "underline", "strike", "code", "link", "color", "background", "font", "size", "script",
  "header", "list", "indent", "align", "direction", "blockquote", "code-block", "image", "video",
];

const STAND_IN = "shoal-embed";
const SHOWN_EMBEDS = new Set(["image", "video"]);
const InlineEmbed = Quill.import("blots/embed") as unknown as {
  new (...parts: unknown[]): object;
  create(value: unknown): HTMLElement;
};

/** An embed of a kind that is newer than this page. Its value is JSON, since Quill compares values by text. */
class StandIn extends InlineEmbed {
  static blotName = STAND_IN;
  static tagName = "span";
  static className = "ql-shoal-embed";

  static override create(value: unknown): HTMLElement {
    const node = super.create(value);
    node.dataset["value"] = String(value);
    node.setAttribute("title", "Shown by a newer version of Shoal");
    return node;
  }

  static value(node: HTMLElement): string {
    return node.dataset["value"] ?? "{}";
  }
}

let registered = false;

export function register(): void {
  if (registered) return;
  registered = true;
  Quill.register({ "modules/cursors": QuillCursors as never, [`formats/${STAND_IN}`]: StandIn as never });
  RICH_FORMATS.push(STAND_IN);
}

/** What Quill is told instead of `delta`. */
export function toQuill(delta: Delta): Delta {
  return mapEmbeds(showable(delta), (embed) =>
    SHOWN_EMBEDS.has(Object.keys(embed)[0] ?? "") ? embed : { [STAND_IN]: JSON.stringify(embed) },
  );
}

/** What Quill meant. */
export function fromQuill(delta: Delta): Delta {
  return mapEmbeds(delta, (embed) => {
    const value = embed[STAND_IN];
    return typeof value === "string" ? (JSON.parse(value) as Record<string, unknown>) : embed;
  });
}

function mapEmbeds(delta: Delta, change: (embed: Record<string, unknown>) => Record<string, unknown>): Delta {
  const map = (op: Op): Op => (typeof op.insert === "object" ? { ...op, insert: change(op.insert) } : op);
  return new Delta(delta.ops.map(map));
}
