/* Deltas to the contract and back, over the bytes of the wire. */
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { OperationSchema } from "@gen/shoal/type/v1/operation_pb";
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { deltaFromComponents, deltaFromOperation, contentFromDelta, operationFromDelta } from "../src/convert";
import { Random, randomEdit, SEED } from "./random";

const overTheWire = (delta: Delta) =>
  deltaFromOperation(fromBinary(OperationSchema, toBinary(OperationSchema, operationFromDelta(delta))));

describe("convert", () => {
  it("keeps every kind of step and of attribute value", () => {
    const delta = new Delta()
      .retain(3, { bold: true, header: null, size: 1.5, nested: { list: [1, "two", null, false], none: {} } })
      .insert("é😀", { link: "https://a.example/" })
      .insert({ image: { url: "x.png", alt: null } })
      .delete(2);
    expect(overTheWire(delta)).toEqual(delta);
  });

  it("keeps random edits", () => {
    const random = new Random(SEED);
    const base = new Delta().insert("A shoal of 🐟.\n");
    for (let round = 0; round < 500; round += 1) {
      const edit = randomEdit(random, base);
      expect(overTheWire(edit)).toEqual(edit);
    }
  });

  it("joins content that was cut into parts", () => {
    const parts = [new Delta().insert("one "), new Delta().insert("two\n")].map((part) => contentFromDelta(part).components);
    expect(deltaFromComponents(parts.flat()).ops).toEqual([{ insert: "one two\n" }]);
  });

  it("refuses what the contract cannot say", () => {
    expect(() => operationFromDelta(new Delta([{ retain: { image: 1 } }]))).toThrow(TypeError);
    expect(() => operationFromDelta(new Delta([{ insert: { a: 1, b: 2 } }]))).toThrow(TypeError);
    expect(() => operationFromDelta(new Delta().insert("x", { size: NaN }))).toThrow(TypeError);
  });
});
