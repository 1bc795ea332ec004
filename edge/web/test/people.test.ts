/* People: colours that tell them apart, and their initials. */
import { describe, expect, it } from "vitest";
import { colourOf, initialsOf } from "../src/ui/people";

describe("people", () => {
  it("have different colours while there are enough, and keep them", () => {
    const subjects = Array.from({ length: 10 }, (_, index) => `user-${index}`);
    const colours = subjects.map(colourOf);
    expect(new Set(colours).size).toBe(10);
    expect(subjects.map(colourOf)).toEqual(colours);
    expect(colours).toContain(colourOf("one too many"));
  });

  it("have the initials of their first and last name", () => {
    expect(["Ada Lovelace", " ada ", "Gabriel García Márquez", "🐟 fish", ""].map(initialsOf)).toEqual(["AL", "A", "GM", "🐟F", "?"]);
  });
});
