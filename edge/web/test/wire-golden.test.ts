/* The live stream on the wire, as the browser writes and reads it: the same committed bytes as in Python.
 *
 * The cases are tests/unit/contracts/wire_golden.txt, which says how to add one.
 */
import { readFileSync } from "node:fs";
import { create, type DescMessage, fromBinary, fromJson, type JsonValue, toBinary, toJson } from "@bufbuild/protobuf";
import {
  CollaborateRequestSchema, CollaborateResponseSchema, Role, RoleChangedSchema,
} from "@gen/shoal/collab/v1/collab_pb";
import { describe, expect, it, test } from "vitest";

const FILE = new URL("../../../tests/unit/contracts/wire_golden.txt", import.meta.url);
const TYPES: Record<string, DescMessage> = {
  [CollaborateRequestSchema.typeName]: CollaborateRequestSchema,
  [CollaborateResponseSchema.typeName]: CollaborateResponseSchema,
};
/** Field 1007, a varint: a field of a later version. */
const UNKNOWN_FIELD = "f83e01";

interface Golden {
  title: string;
  schema: DescMessage;
  json: JsonValue;
  /** In hexadecimal. */
  wire: string;
}

function read(text: string): Golden[] {
  return text.split("\n== ").slice(1).map(readCase);
}

function readCase(part: string): Golden {
  const [title = "", ...lines] = part.trimEnd().split("\n");
  const fields: Record<string, string> = {};
  let key = "";
  for (const line of lines) {
    const [, named, rest = ""] = /^(\w*)\s+(.*)$/.exec(line) ?? [];
    key = named || key;
    fields[key] = (fields[key] ?? "") + rest;
  }
  const schema = TYPES[fields["type"] ?? ""];
  if (!schema) throw new Error(`${title}: no schema for ${fields["type"]}`);
  return { title, schema, json: JSON.parse(fields["json"] ?? "") as JsonValue, wire: fields["wire"] ?? "" };
}

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");
const cases = read(readFileSync(FILE, "utf8"));

test("there are cases for both directions", () => {
  expect(new Set(cases.map((each) => each.schema))).toEqual(new Set(Object.values(TYPES)));
});

describe.each(cases)("$title", ({ schema, json, wire }) => {
  it("means what it meant", () => {
    expect(wire).not.toBe("");
    expect(toJson(schema, fromBinary(schema, bytes(wire)))).toEqual(json);
  });

  it("is written as it was, from its meaning and from its bytes", () => {
    expect(hex(toBinary(schema, fromJson(schema, json)))).toBe(wire);
    expect(hex(toBinary(schema, fromBinary(schema, bytes(wire))))).toBe(wire);
  });

  it("lets pass and keeps a field of a later version", () => {
    const message = fromBinary(schema, bytes(wire + UNKNOWN_FIELD));
    expect(toJson(schema, message)).toEqual(json);
    expect(hex(toBinary(schema, message))).toBe(wire + UNKNOWN_FIELD);
  });
});

test("an enum value of a later version is its number", () => {
  const known = hex(toBinary(RoleChangedSchema, create(RoleChangedSchema, { role: Role.EDITOR })));
  const later = known.replace(/02$/, "63");
  const changed = fromBinary(RoleChangedSchema, bytes(later));
  expect(changed.role).toBe(99);
  expect(hex(toBinary(RoleChangedSchema, changed))).toBe(later);
});
