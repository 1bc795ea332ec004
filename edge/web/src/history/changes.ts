/* Changes: two revisions in one text, what went struck through and what came marked, and where each change stands.
 *
 * Owns no state. The text is that of both; marks are attributes of it that only the preview knows. A line break that went,
 * or changed its look, has nothing that could be marked, so a ¶ before it is.
 */
import Delta, { AttributeMap, type Op } from "quill-delta";
import type { Difference } from "./source";

export type Kind = "ins" | "del" | "format";
/** The attribute of a marked stretch, by its kind. */
export const MARK: Readonly<Record<Kind, string>> = { ins: "past-ins", del: "past-del", format: "past-format" };
const PILCROW = "¶";

/** A stretch that changed, in positions of the text that shows both. */
export interface Change {
  readonly kind: Kind;
  readonly at: number;
  readonly length: number;
  /** What came or went, an embed as its type in brackets; for a format, what it is now: `bold, no link`. */
  readonly text: string;
}

export interface Compared {
  readonly content: Delta;
  readonly changes: readonly Change[];
}

/** `base` is the content that the difference starts from. */
export function compared(base: Delta, { change }: Pick<Difference, "change">): Compared {
  const text = new Text();
  let at = 0;
  for (const op of change.ops) {
    if (op.insert !== undefined) {
      text.add([op], "ins");
      continue;
    }
    const length = Delta.Op.length(op);
    const old = base.slice(at, at + length).ops;
    at += length;
    if (op.delete !== undefined) text.add(old, "del");
    else text.keep(old, op.attributes);
  }
  text.keep(base.slice(at).ops, undefined);
  return text;
}

class Text implements Compared {
  readonly content = new Delta();
  readonly changes: Change[] = [];
  private length = 0;

  keep(ops: readonly Op[], formats: AttributeMap | undefined): void {
    if (!formats) for (const op of ops) this.push(op);
    else this.add(ops.map((op) => ({ ...op, attributes: AttributeMap.compose(op.attributes, formats, false) ?? {} })), "format", formatsIn(formats));
  }

  add(ops: readonly Op[], kind: Kind, said = ""): void {
    const start = this.length;
    const marked = { [MARK[kind]]: said || true };
    const isBreaks = ops.every(({ insert }) => typeof insert === "string" && /^\n+$/.test(insert));
    for (const op of ops) {
      for (const part of lines(op)) {
        if (part.insert === "\n" && (kind === "del" || isBreaks)) this.push({ insert: PILCROW, attributes: marked });
        this.push({ ...part, attributes: { ...part.attributes, ...marked } });
      }
    }
    this.changes.push({ kind, at: start, length: this.length - start, text: said || ops.map(textOf).join("") });
  }

  private push(op: Op): void {
    this.content.push(op);
    this.length += Delta.Op.length(op);
  }
}

/** A text in parts that are either one line break or have none. */
function lines(op: Op): Op[] {
  if (typeof op.insert !== "string") return [op];
  return op.insert.split(/(\n)/).filter(Boolean).map((insert) => ({ ...op, insert }));
}

function textOf({ insert }: Op): string {
  return typeof insert === "string" ? insert : `[${Object.keys(insert ?? {}).join()}]`;
}

/** What people call a format, where that is not its name. */
const WORDS: Readonly<Record<string, string>> = { header: "heading", strike: "strikethrough", "code-block": "code", blockquote: "quote", indent: "indentation", align: "alignment" };

/** `bold, no italic, link`. */
function formatsIn(formats: AttributeMap): string {
  const word = (name: string) => WORDS[name] ?? name;
  return Object.entries(formats).map(([name, value]) => (value === null || value === false ? `no ${word(name)}` : word(name))).join(", ");
}

/** What a screen reader is told of a change. */
export function said({ kind, text }: Change): string {
  const shown = text.replace(/\s+/g, " ").trim();
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown || "line break";
  return { ins: `Added: ${short}`, del: `Removed: ${short}`, format: `Formatted: ${short}` }[kind];
}
