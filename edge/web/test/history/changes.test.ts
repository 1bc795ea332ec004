/* Changes: two contents in one text, with what went and what came. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { compared, said, type Compared } from "../../src/history/changes";
import { random } from "./random";

const base = new Delta().insert("The quick fox\n").insert("Title").insert("\n", { header: 1 });
const ops = ({ content }: Compared) => content.ops;

/** What is left of a marked text when the marks are believed: all of the one side. */
function side({ content }: Compared, gone: "past-ins" | "past-del"): string {
  return content.ops
    .filter((op) => !op.attributes?.[gone])
    .map(({ insert }) => String(insert).replaceAll("¶", ""))
    .join("");
}

describe("a comparison", () => {
  it("keeps what went, struck through, before what came", () => {
    const change = new Delta().retain(4).insert("slow").delete(5);
    const shown = compared(base, { change });
    expect(ops(shown).slice(0, 4)).toEqual([
      { insert: "The " },
      { insert: "slow", attributes: { "past-ins": true } },
      { insert: "quick", attributes: { "past-del": true } },
      { insert: " fox\nTitle" },
    ]);
    expect(shown.changes.map(({ kind, at, length, text }) => [kind, at, length, text])).toEqual([["ins", 4, 4, "slow"], ["del", 8, 5, "quick"]]);
  });

  it("shows a format as it is now and says what it was given", () => {
    const shown = compared(base, { change: new Delta().retain(4).retain(5, { bold: true, link: null }) });
    expect(ops(shown)[1]).toEqual({ insert: "quick", attributes: { bold: true, "past-format": "bold, no link" } });
    expect(shown.changes.map(said)).toEqual(["Formatted: bold, no link"]);
  });

  it("marks a line break by a sign before it, since nothing else can be seen of it", () => {
    const shown = compared(base, { change: new Delta().retain(13).delete(1).retain(5).retain(1, { header: 2 }) });
    expect(ops(shown)).toEqual([
      { insert: "The quick fox" },
      { insert: "¶\n", attributes: { "past-del": true } },
      { insert: "Title" },
      { insert: "¶", attributes: { "past-format": "heading" } },
      { insert: "\n", attributes: { header: 2, "past-format": "heading" } },
    ]);
    expect(shown.changes.map(said)).toEqual(["Removed: line break", "Formatted: heading"]);
  });

  it("names an embed by its kind", () => {
    const shown = compared(new Delta().insert({ image: "https://x.example/a.png" }), { change: new Delta().delete(1) });
    expect(ops(shown)).toEqual([{ insert: { image: "https://x.example/a.png" }, attributes: { "past-del": true } }]);
    expect(shown.changes.map(said)).toEqual(["Removed: [image]"]);
  });

  it("has the text before without what came, and the text after without what went", () => {
    const { pick, text } = random(20261125);
    for (let round = 0; round < 300; round += 1) {
      const before = new Delta().insert(text(pick(30)));
      const change = new Delta();
      for (let left = before.length(); left > 0; ) {
        const length = 1 + pick(Math.min(left, 6) - 1);
        if (pick(3) === 0) change.insert(text(1 + pick(4)));
        change.push([{ retain: length }, { delete: length }, { retain: length, attributes: { bold: true } }][pick(3)] ?? { retain: length });
        left -= length;
      }
      const shown = compared(before, { change });
      const plain = (content: Delta) => content.ops.map(({ insert }) => insert).join("");
      expect(side(shown, "past-ins")).toBe(plain(before));
      expect(side(shown, "past-del")).toBe(plain(before.compose(change)));
      for (const { at, length } of shown.changes) expect(at + length).toBeLessThanOrEqual(shown.content.length());
    }
  });
});
