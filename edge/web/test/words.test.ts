/* Words: counted as a reader would, in whatever script, and the same whole or in parts. */
import { describe, expect, it } from "vitest";
import { countOf, NONE, parts, sum } from "../src/document/words";

describe("words", () => {
  it.each<[string, string, number, number]>([
    ["nothing", "", 0, 0],
    ["line breaks alone", "\n\n", 0, 0],
    ["words and a full stop", "Two words.\n", 2, 10],
    ["an apostrophe within", "don't you’re", 2, 12],
    ["a hyphen within", "well-known - fact", 2, 17],
    ["numbers with a point", "3.14 and 42", 3, 11],
    ["an emoji is one character and no word", "hi 🐟", 1, 4],
    ["a flag of joined signs counts its signs", "👩‍🚀", 0, 2],
    ["accents written apart", "cafe\u0301 cre\u0300me", 2, 10],
    ["signs without spaces", "漢字かな", 4, 4],
    ["Cyrillic", "Привет, мир", 2, 11],
  ])("%s", (_, text, words, characters) => {
    expect(countOf(text)).toEqual({ words, characters });
  });

  it("are as many in parts as in the whole", () => {
    const text = Array.from({ length: 400 }, (_, at) => `line ${at} has don't and 漢字 🐟`).join("\n");
    const pieces = [...parts(text, 100)];
    expect(pieces.length).toBeGreaterThan(50);
    expect(pieces.join("")).toBe(text);
    expect(pieces.map(countOf).reduce(sum, NONE)).toEqual(countOf(text));
  });
});
