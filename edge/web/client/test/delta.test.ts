/* Deltas: canonical form, cutting, and diffs that leave characters whole. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { canonical, canonicalJson, composeAll, split, wholeCharacters } from "../src/delta";
import { canonicalContent } from "../src/hash";
import { Random, randomEdit, SEED } from "./random";

const isWhole = (delta: Delta) => delta.ops.every(({ insert }) => typeof insert !== "string" || insert.isWellFormed());

describe("canonical", () => {
  it("merges neighbours, puts inserts before deletes, drops nulls of inserts and the last bare retain", () => {
    const loose = new Delta([
      { insert: "a", attributes: { bold: null } },
      { insert: "b" },
      { delete: 1 },
      { insert: "c", attributes: {} },
      { retain: 2 },
    ]);
    expect(canonical(loose).ops).toEqual([{ insert: "abc" }, { delete: 1 }]);
  });

  it("writes JSON with sorted keys, no spaces, and text unescaped", () => {
    expect(canonicalJson([{ insert: "é😀\n", attributes: { b: { z: 1, a: [1.5, null] }, a: true } }])).toBe(
      '[{"attributes":{"a":true,"b":{"a":[1.5,null],"z":1}},"insert":"é😀\\n"}]',
    );
  });
});

describe("split", () => {
  it("gives operations that composed are the one that was split", () => {
    const random = new Random(SEED);
    for (let round = 0; round < 300; round += 1) {
      const base = new Delta().insert("some 🐟 text\n").compose(randomEdit(random, new Delta()));
      const edit = canonical(randomEdit(random, base));
      const pieces = split(edit, 4 + random.below(30));
      expect(pieces.every(isWhole)).toBe(true);
      const applied = pieces.reduce((content, piece) => content.compose(piece), base);
      expect(canonicalContent(applied)).toBe(canonicalContent(base.compose(edit)));
      expect(composeAll(pieces).ops.length).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("wholeCharacters", () => {
  it("replaces a character whose half a diff had kept", () => {
    const base = new Delta().insert("x😀y");
    const half = new Delta().retain(2).insert("\ude01").delete(1);
    const mended = wholeCharacters(half, base);
    expect(mended.ops).toEqual([{ retain: 1 }, { insert: "😁" }, { delete: 2 }]);
  });

  it("makes every diff of random documents well formed and changes nothing else", () => {
    const random = new Random(SEED);
    for (let round = 0; round < 2000; round += 1) {
      let before = new Delta().insert("👩‍👩‍👧 😀😁 fish 🐟\n");
      for (let edits = random.below(4); edits > 0; edits -= 1) before = canonical(before.compose(randomEdit(random, before)));
      const after = canonical(before.compose(randomEdit(random, before)));
      const change = wholeCharacters(before.diff(after), before);
      expect(isWhole(change)).toBe(true);
      expect(canonicalContent(before.compose(change))).toBe(canonicalContent(after));
    }
  });
});
