/* The last newline: what an editor shows and what is stored, for plain and rich documents. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { canonicalContent } from "../src/hash";
import { growthOf, reachOf, shown, withoutLastNewline, withoutTail } from "../src/quill/tail";
import { Random, randomEdit, SEED } from "./random";

const text = (content: string) => (content ? new Delta().insert(content) : new Delta());

/** The same edit without formats: text alone. */
function plain(change: Delta): Delta {
  const ops = change.ops.map(({ attributes: _, ...op }) => (typeof op.insert === "object" ? { insert: "*" } : op));
  return new Delta(ops);
}

describe("the last newline", () => {
  it("is added to plain text always, to rich text only when it lacks one", () => {
    expect(shown(text("a\n"), true)).toEqual(text("a\n\n"));
    expect(shown(text("a\n"), false)).toEqual(text("a\n"));
    expect(shown(text(""), false)).toEqual(text("\n"));
  });

  it("is never sent when it is not stored", () => {
    const after = (change: Delta, view: string) =>
      withoutTail(change, () => text("abc"), 3, () => text(view));
    expect(after(new Delta().retain(3).insert("d"), "abcd\n")).toEqual(new Delta().retain(3).insert("d"));
    expect(after(new Delta().retain(4).insert("\n"), "abc\n\n")).toEqual(new Delta().retain(3).insert("\n"));
    expect(after(new Delta().delete(4).insert("\n"), "\n")).toEqual(new Delta().delete(3));
  });

  it("leaves every edit of the view an edit of the content", () => {
    const random = new Random(SEED);
    console.log(`tail.test: VITE_SEED=${SEED}`);
    for (let round = 0; round < 500; round += 1) {
      const content = text(random.pick(["", "a", "fish 🐟", "one\ntwo\n", "\n"]));
      const view = shown(content, true);
      const change = plain(randomEdit(random, view));
      const now = shown(view.compose(change), false);
      const edit = withoutTail(view.diff(now), () => content, content.length(), () => now);
      expect(canonicalContent(content.compose(edit))).toBe(canonicalContent(withoutLastNewline(now)));
      expect(content.length() + growthOf(edit)).toBe(now.length() - 1);
      expect(reachOf(edit)).toBeLessThanOrEqual(content.length());
    }
  });
});
