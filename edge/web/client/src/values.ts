/* Values: JSON as `google.protobuf.Value`, and back.
 *
 * Owns no state. Written out because the runtime's own JSON mapping, which does much more, would be a fifth of what a
 * page loads. What is not JSON (a function, NaN) is a TypeError.
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { NullValue, ValueSchema, type Value } from "@bufbuild/protobuf/wkt";

/** What JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

type Kind = NonNullable<MessageInitShape<typeof ValueSchema>["kind"]>;

/** A member that is undefined is left out, as JSON does. */
export function valueFromJson(json: unknown): Value {
  return create(ValueSchema, { kind: kindOf(json) });
}

/** A value without a kind, which older peers send for null, is null. */
export function jsonFromValue(value: Value | undefined): Json {
  const kind = value?.kind;
  switch (kind?.case) {
    case "listValue":
      return kind.value.values.map(jsonFromValue);
    case "structValue":
      return Object.fromEntries(Object.entries(kind.value.fields).map(([name, member]) => [name, jsonFromValue(member)]));
    case "boolValue":
    case "numberValue":
    case "stringValue":
      return kind.value;
    default:
      return null;
  }
}

function kindOf(json: unknown): Kind {
  if (json === null) return { case: "nullValue", value: NullValue.NULL_VALUE };
  if (typeof json === "boolean") return { case: "boolValue", value: json };
  if (typeof json === "string") return { case: "stringValue", value: json };
  if (typeof json === "number" && Number.isFinite(json)) return { case: "numberValue", value: json };
  if (Array.isArray(json)) return { case: "listValue", value: { values: json.map(valueFromJson) } };
  if (typeof json !== "object") throw new TypeError(`not JSON: ${String(json)}`);
  const members = Object.entries(json).filter(([, member]) => member !== undefined);
  return { case: "structValue", value: { fields: Object.fromEntries(members.map(([name, member]) => [name, valueFromJson(member)])) } };
}
