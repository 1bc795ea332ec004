/* What Shoal needs of a Delta beyond quill-delta: one canonical form, its JSON, and cutting a large one in pieces.
 *
 * Owns no state. Lengths are UTF-16 code units. Never mutates what it is given.
 */
import Delta, { AttributeMap, type Op } from "quill-delta";

/**
 * The same change in the form the contract calls canonical: neighbours merged, inserts before deletes, no empty
 * steps, no null attribute on an insert, no bare retain at the end.
 */
export function canonical(delta: Delta): Delta {
  const result = new Delta();
  for (const op of delta.ops) {
    if (typeof op.insert === "string") result.insert(op.insert, withoutNulls(op.attributes));
    else if (op.insert !== undefined) result.insert(op.insert, withoutNulls(op.attributes));
    else if (op.delete !== undefined) result.delete(op.delete);
    else if (typeof op.retain === "number") result.retain(op.retain, op.attributes ?? null);
    else throw new TypeError("embeds are replaced, never changed in place");
  }
  return result.chop();
}

function withoutNulls(attributes: AttributeMap | undefined): AttributeMap | null {
  if (!attributes) return null;
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined));
}

/** Composes in order; nothing = the change of nothing. */
export function composeAll(deltas: readonly Delta[]): Delta {
  return deltas.reduce((all, delta) => all.compose(delta), new Delta());
}

/** All text a change inserts, an embed as U+FFFC. */
export function insertedText(delta: Delta): string {
  return delta.ops
    .map((op) => (typeof op.insert === "string" ? op.insert : op.insert === undefined ? "" : "\ufffc"))
    .join("");
}

/** Whether content ends with a newline; empty content does not. */
export function endsWithNewline(content: Delta): boolean {
  const last = content.ops[content.ops.length - 1]?.insert;
  return typeof last === "string" && last.endsWith("\n");
}

/**
 * `delta` as operations to be made one after the other, each inserting at most about `maxUnits`; composed they equal
 * it. A surrogate pair stays whole. A delta that fits is returned alone.
 */
export function split(delta: Delta, maxUnits: number): Delta[] {
  const pieces: Delta[] = [];
  let [piece, weight, position] = [new Delta(), 0, 0];
  const add = (op: Op, cost: number) => {
    if (weight > 0 && weight + cost > maxUnits) {
      pieces.push(piece.chop());
      [piece, weight] = [new Delta().retain(position), 0];
    }
    piece.push(op);
    weight += cost;
    if (op.delete === undefined) position += Delta.Op.length(op);
  };
  for (const op of delta.ops) {
    const overhead = 16 + (op.attributes ? JSON.stringify(op.attributes).length : 0);
    if (typeof op.insert !== "string") add(op, overhead + (op.insert ? JSON.stringify(op.insert).length : 0));
    else for (const text of cutText(op.insert, maxUnits)) add({ ...op, insert: text }, overhead + text.length);
  }
  return [...pieces, piece.chop()];
}

/**
 * `change`, made on `base`, such that it cuts no surrogate pair: a diff knows only code units. What is well formed is
 * returned as it is; else the changed stretch is replaced as a whole. Lone surrogates become U+FFFD.
 */
export function wholeCharacters(change: Delta, base: Delta): Delta {
  if (!cutsPair(change, base)) return change;
  const after = base.compose(change);
  const [old, now] = [plainUnits(base), plainUnits(after)];
  const [first, last] = extent(change);
  let [start, tail] = [first, Math.max(0, old.length - last)];
  if (isInsidePair(old, start) || isInsidePair(now, start)) start -= 1;
  if (isInsidePair(old, old.length - tail) || isInsidePair(now, now.length - tail)) tail -= 1;
  const result = new Delta().retain(start);
  for (const op of after.slice(start, now.length - tail).ops) {
    result.push(typeof op.insert === "string" ? { ...op, insert: op.insert.toWellFormed() } : op);
  }
  return canonical(result.delete(old.length - tail - start));
}

function cutsPair(change: Delta, base: Delta): boolean {
  const text = plainUnits(base);
  let at = 0;
  for (const op of change.ops) {
    if (isInsidePair(text, at)) return true;
    if (typeof op.insert === "string" && !op.insert.isWellFormed()) return true;
    if (op.insert === undefined) at += Delta.Op.length(op);
  }
  return isInsidePair(text, at);
}

/** Content as text in which every position is that of the content. */
function plainUnits(content: Delta): string {
  return content.ops.map((op) => (typeof op.insert === "string" ? op.insert : "\ufffc")).join("");
}

function isInsidePair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}

/** Where in the base a change begins and ends. */
function extent(change: Delta): [number, number] {
  const [head] = change.ops;
  const first = typeof head?.retain === "number" && !head.attributes ? head.retain : 0;
  const end = change.ops.reduce((at, op) => at + (op.insert === undefined ? Delta.Op.length(op) : 0), 0);
  return [first, end];
}

function cutText(text: string, maxUnits: number): string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + maxUnits, text.length);
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end -= 1;
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

/** JSON without spaces, keys sorted by UTF-16 unit at every level (RFC 8785): equal values, equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
}
