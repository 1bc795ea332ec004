/* Characters that Quill would swallow keep their place. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { showable } from "../src/quill/characters";

describe("showable", () => {
  it("keeps every position when text has carriage returns or a byte order mark", () => {
    const shown = showable(new Delta().insert("\ufeffone\r\n", { bold: true }).retain(2).delete(1));
    expect(shown).toEqual(new Delta().insert("\u200bone\u200b\n", { bold: true }).retain(2).delete(1));
  });

  it("leaves everything else alone", () => {
    const delta = new Delta().insert("plain 🐟\n").insert({ image: "\r" });
    expect(showable(delta)).toBe(delta);
  });
});
