/* Keys: a combination as written is the one that is pressed, on either kind of keyboard. */
import { describe, expect, it } from "vitest";
import { matches, shownKeys, type Pressed } from "../src/document/keys";

const press = (key: string, code: string, held = ""): Pressed => ({
  key, code, ctrlKey: held.includes("C"), metaKey: held.includes("M"), altKey: held.includes("A"), shiftKey: held.includes("S"),
});

describe("keys", () => {
  it.each<[string, Pressed, string, boolean]>([
    ["Ctrl and a letter", press("b", "KeyB", "C"), "Mod+B", true],
    ["one key too many", press("B", "KeyB", "CS"), "Mod+B", false],
    ["one too few", press("b", "KeyB"), "Mod+B", false],
    ["a digit that Shift makes another sign", press("&", "Digit7", "CS"), "Mod+Shift+7", true],
    ["a full stop that Shift makes another sign", press(">", "Period", "CS"), "Mod+Shift+.", true],
    ["a letter of another alphabet, by its place", press("л", "KeyK", "C"), "Mod+K", true],
    ["another letter where that one is elsewhere", press("t", "KeyK", "C"), "Mod+K", false],
    ["that letter where it is elsewhere", press("k", "KeyV", "C"), "Mod+K", true],
    ["a question mark, whatever makes it", press("?", "Slash", "S"), "?", true],
    ["a question mark of another keyboard", press("?", "Minus", "S"), "?", true],
    ["a slash is no question mark", press("/", "Slash"), "?", false],
    ["a key with a name", press("F10", "F10", "A"), "Alt+F10", true],
    ["Cmd is not Ctrl here", press("b", "KeyB", "M"), "Mod+B", false],
  ])("%s", (_, pressed, keys, expected) => {
    expect(matches(pressed, keys, false)).toBe(expected);
  });

  it("take Cmd on a Mac", () => {
    expect(matches(press("b", "KeyB", "M"), "Mod+B", true)).toBe(true);
    expect(matches(press("b", "KeyB", "C"), "Mod+B", true)).toBe(false);
  });

  it("are shown as people know them", () => {
    expect(shownKeys("Mod+Shift+7", false)).toBe("Ctrl+Shift+7");
    expect(shownKeys("Mod+Shift+7", true)).toBe("⌘⇧7");
  });
});
