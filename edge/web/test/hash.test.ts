/* The hash of content: the same bytes as every other replica's. */
import { createHash } from "node:crypto";
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { canonicalContent, contentHash, sameBytes } from "../src/client/hash";

const sha256 = (text: string) => new Uint8Array(createHash("sha256").update(text, "utf8").digest());

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
    expect(await contentHash(content)).toEqual(sha256(json));
  });

  it("of nothing is that of an empty list", async () => {
    expect(await contentHash(new Delta())).toEqual(sha256("[]"));
  });

  it("compares bytes", () => {
    expect(sameBytes(sha256("a"), sha256("a"))).toBe(true);
    expect(sameBytes(sha256("a"), sha256("b"))).toBe(false);
  });
});
