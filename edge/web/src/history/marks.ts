/* Marks: the elements that a stretch of the past is shown in, for Quill; and what Quill cannot show as it is.
 *
 * `ins` and `del` are what screen readers call insertions and deletions. No editor for writing knows these formats, so
 * they cannot be pasted into a document.
 */
import Quill from "quill";
import { AUTHOR } from "./authors";
import { MARK } from "./changes";
import { authorAttributes } from "./plain-marks";

/** An embed that is shown as its name alone. */
export const STAND_IN = "past-embed";
export const MARKS = [...Object.values(MARK), AUTHOR, STAND_IN];

interface Blot {
  new (...parts: never[]): object;
  create(value: unknown): HTMLElement;
}

const Inline = Quill.import("blots/inline") as unknown as Blot;
const InlineEmbed = Quill.import("blots/embed") as unknown as Blot;

class Inserted extends Inline {
  static blotName = MARK.ins;
  static tagName = "ins";
  static className = MARK.ins;
}

class Deleted extends Inline {
  static blotName = MARK.del;
  static tagName = "del";
  static className = MARK.del;
}

class Formatted extends Inline {
  static blotName = MARK.format;
  static tagName = "span";
  static className = MARK.format;

  /** A span is taken for nothing unless it says what it is. */
  static formats(node: HTMLElement): string {
    return node.dataset["formats"] ?? "";
  }

  static override create(value: unknown): HTMLElement {
    const node = super.create(value);
    node.dataset["formats"] = String(value);
    node.title = `Formatted: ${String(value)}`;
    return node;
  }
}

class Authored extends Inline {
  static blotName = AUTHOR;
  static tagName = "span";
  static className = AUTHOR;

  static formats({ dataset }: HTMLElement): string {
    return `${dataset["writer"]}:${dataset["stretch"]}`;
  }

  static override create(value: unknown): HTMLElement {
    const node = super.create(value);
    for (const [name, said] of Object.entries(authorAttributes(String(value)))) node.setAttribute(name, said);
    return node;
  }
}

class StandIn extends InlineEmbed {
  static blotName = STAND_IN;
  static tagName = "span";
  static className = STAND_IN;

  static override create(value: unknown): HTMLElement {
    const node = super.create(value);
    node.dataset["kind"] = String(value);
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", String(value));
    return node;
  }
}

let registered = false;

export function registerMarks(): void {
  if (registered) return;
  registered = true;
  for (const blot of [Inserted, Deleted, Formatted, Authored, StandIn]) {
    Quill.register({ [`formats/${blot.blotName}`]: blot as never }, true);
  }
}
