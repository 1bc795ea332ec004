// Answers what quill-delta does: one JSON case a line on standard input, one JSON answer a line on standard output.
// A case is {kind, ...}; documents and operations are lists of Delta components.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import Delta from "quill-delta";

// Built by push, as every Delta that Quill makes: canonical, so that answers can be compared as they are.
function delta(components) {
  const built = new Delta();
  for (const component of components) built.push(component);
  return built.chop();
}

// RFC 8785: JSON.stringify of every leaf, keys in UTF-16 order.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

const answers = {
  canonicalise: ({ a }) => delta(a).ops,
  apply: ({ document, a }) => delta(document).compose(delta(a)).ops,
  compose: ({ a, b }) => delta(a).compose(delta(b)).ops,
  // Quill's priority belongs to the operation that is transformed over.
  transform: ({ a, b, first }) => delta(b).transform(delta(a), !first).ops,
  transformPosition: ({ a, position, first }) => delta(a).transformPosition(position, first),
  invert: ({ document, a }) => delta(a).invert(delta(document)).ops,
  // Two implementations choose different minimal edits: what counts is what ours does to the document.
  diff: ({ document, a }) => delta(document).compose(delta(a)).ops,
  canonicalJson: ({ document }) => {
    const text = canonical(delta(document).ops);
    return [text, createHash("sha256").update(text).digest("hex")];
  },
};

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
const out = [];
for await (const line of lines) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = { answer: answers[asked.kind](asked) };
  } catch (error) {
    answer = { error: String(error) };
  }
  out.push(JSON.stringify(answer));
  if (out.length >= 1000) process.stdout.write(out.splice(0).join("\n") + "\n");
}
if (out.length) process.stdout.write(out.join("\n") + "\n");
