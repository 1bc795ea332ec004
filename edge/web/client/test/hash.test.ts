/* The hash of content: the same bytes as every other replica's. The expected values are `Document.hash()` of `ot`. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { canonicalContent, contentHash, sameBytes } from "../src/hash";

const hex = (bytes: Uint8Array | null) => Array.from(bytes ?? [], (byte) => byte.toString(16).padStart(2, "0")).join("");

describe("hash", () => {
  it("is SHA-256 of the canonical Delta JSON", async () => {
    const content = new Delta([
      { insert: "Fi" },
      { insert: "sh" },
      { insert: "🐟", attributes: { link: "l", bold: true } },
      { insert: { image: "i" } },
      { insert: "\n" },
    ]);
    const json = '[{"insert":"Fish"},{"attributes":{"bold":true,"link":"l"},"insert":"🐟"},{"insert":{"image":"i"}},{"insert":"\\n"}]';
    expect(canonicalContent(content)).toBe(json);
    expect(hex(await contentHash(content))).toBe("2cb5a600ee9baeadc6f14e0ad25590b04b2a0021b752349a07d6596caa158552");
  });

  it("of nothing is that of an empty list", async () => {
    expect(hex(await contentHash(new Delta()))).toBe("4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
  });

  it("compares bytes", () => {
    expect(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1, 2]))).toBe(true);
    expect(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false);
  });
});
