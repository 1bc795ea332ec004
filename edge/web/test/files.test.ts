/* Names of files and addresses of links: what people type, made harmless. */
import { describe, expect, it } from "vitest";
import { fileName } from "../src/document/downloads";
import { addressOf } from "../src/editor/link-dialog";

describe("a file's name", () => {
  it.each([
    ["Minutes", "Minutes"],
    ["a/b: c?", "a b c"],
    ["..", "Untitled"],
    ["", "Untitled"],
    ["x".repeat(300), "x".repeat(100)],
  ])("of %j is %j", (title, name) => {
    expect(fileName(title)).toBe(name);
  });
});

describe("a link", () => {
  it.each<[string, string | null]>([
    ["https://example.org/a?b#c", "https://example.org/a?b#c"],
    [" example.org/engine ", "https://example.org/engine"],
    ["ada@example.org", "mailto:ada@example.org"],
    ["localhost:8080/x", "https://localhost:8080/x"],
    ["example.org:8080", "https://example.org:8080"],
    ["javascript:alert(1)", null],
    ["JAVASCRIPT:alert(1)", null],
    ["data:text/html,x", null],
    ["//evil.example", null],
    ["just words", null],
    ["", null],
  ])("of %j leads to %j", (typed, address) => {
    expect(addressOf(typed)).toBe(address);
  });
});
