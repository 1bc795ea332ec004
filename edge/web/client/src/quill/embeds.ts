/* Embeds: those that this Quill can show, and a stand-in for all others.
 *
 * An embed takes one unit of the content. Quill drops kinds it does not know, rewrites values it does not like, and
 * breaks the line around a block embed: each would move or change the text. Such an embed is shown as a stand-in, which
 * keeps its place and its value. Owns the stand-in's blot.
 */
import type Quill from "quill";
import Delta, { type Op } from "quill-delta";
import { canonicalJson } from "../delta";
import { showable } from "./characters";

type Embed = Record<string, unknown>;

interface Blot {
  new (...parts: never[]): object;
  create(value: unknown): HTMLElement;
  value(node: HTMLElement): unknown;
}

interface Parchment {
  readonly EmbedBlot: Blot;
  readonly Scope: { readonly INLINE_BLOT: number };
}

/** Also its class, with `ql-` before it. */
const STAND_IN = "shoal-embed";

export class Embeds {
  private readonly parchment: Parchment;

  constructor(private readonly quill: Quill) {
    const library = quill.constructor as typeof Quill;
    this.parchment = library.import("parchment") as unknown as Parchment;
    if (!quill.scroll.query(STAND_IN)) quill.scroll.registry.register(standIn(library.import("blots/embed") as never) as never);
  }

  /** What Quill is told instead of `delta`. */
  toQuill(delta: Delta): Delta {
    return mapEmbeds(showable(delta), (embed) => (this.isShown(embed) ? embed : { [STAND_IN]: JSON.stringify(embed) }));
  }

  /** What Quill meant. */
  fromQuill(delta: Delta): Delta {
    return mapEmbeds(delta, (embed) => stoodFor(embed[STAND_IN]) ?? embed);
  }

  /** Whether Quill has an inline blot for it that gives the value back as it was. */
  private isShown(embed: Embed): boolean {
    const [[kind, value] = ["", null], ...more] = Object.entries(embed);
    const { EmbedBlot, Scope } = this.parchment;
    const blot = this.quill.scroll.query(kind, Scope.INLINE_BLOT) as Blot | null;
    if (more.length > 0 || !blot || !(blot.prototype instanceof EmbedBlot)) return false;
    try {
      return canonicalJson(blot.value(blot.create(value))) === canonicalJson(value);
    } catch {
      // A blot may need a library that the page does not have, or a value of another form.
      return false;
    }
  }
}

/** Its value is JSON text, since Quill compares values by text. */
function standIn(InlineEmbed: Blot): Blot {
  return class StandIn extends InlineEmbed {
    static blotName = STAND_IN;
    static tagName = "span";
    static className = `ql-${STAND_IN}`;

    static override create(value: unknown): HTMLElement {
      const node = super.create(value);
      node.dataset["value"] = String(value);
      node.title = `${Object.keys(stoodFor(value) ?? {}).join()} cannot be shown here`;
      return node;
    }

    /** Nothing for what was pasted from a page that only looks like this. */
    static override value(node: HTMLElement): string | undefined {
      const { value } = node.dataset;
      return stoodFor(value) ? value : undefined;
    }
  };
}

/** The embed that a stand-in's value tells; null when it tells none. */
function stoodFor(value: unknown): Embed | null {
  try {
    const embed: unknown = typeof value === "string" ? JSON.parse(value) : null;
    const isEmbed = embed !== null && typeof embed === "object" && !Array.isArray(embed) && Object.keys(embed).length > 0;
    return isEmbed ? (embed as Embed) : null;
  } catch {
    return null;
  }
}

function mapEmbeds(delta: Delta, change: (embed: Embed) => Embed): Delta {
  const map = (op: Op): Op => (typeof op.insert === "object" ? { ...op, insert: change(op.insert) } : op);
  return new Delta(delta.ops.map(map));
}
