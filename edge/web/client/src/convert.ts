/* Between Deltas and the contract: the only place that knows both quill-delta and shoal.type.v1.
 *
 * Owns no state. Lengths are UTF-16 code units on both sides. Never repairs an operation: what the contract cannot say
 * is a TypeError.
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Value } from "@bufbuild/protobuf/wkt";
import {
  ComponentSchema,
  ContentSchema,
  OperationSchema,
  type CommittedOperation,
  type Component,
  type Content,
  type Operation,
} from "@gen/shoal/type/v1/operation_pb";
import Delta, { type AttributeMap, type Op } from "quill-delta";
import { jsonFromValue, valueFromJson } from "./values";

/** An operation of the log as the state machine takes it. */
export interface Committed {
  readonly revision: number;
  readonly site: string;
  readonly siteSequence: number;
  readonly delta: Delta;
}

export function operationFromDelta(delta: Delta): Operation {
  return create(OperationSchema, { components: delta.ops.map(componentFromOp) });
}

export function deltaFromOperation(operation: Operation | undefined): Delta {
  return deltaFromComponents(operation?.components ?? []);
}

export function contentFromDelta(delta: Delta): Content {
  return create(ContentSchema, { components: delta.ops.map(componentFromOp) });
}

/** Components of a content or of parts of it; a text cut between two parts becomes one again. */
export function deltaFromComponents(components: readonly Component[]): Delta {
  const delta = new Delta();
  for (const component of components) delta.push(opFromComponent(component));
  return delta;
}

export function committedFromProto(operation: CommittedOperation): Committed {
  return {
    revision: Number(operation.revision),
    site: operation.site,
    siteSequence: Number(operation.siteSequence),
    delta: deltaFromOperation(operation.operation),
  };
}

function componentFromOp(op: Op): Component {
  const init: MessageInitShape<typeof ComponentSchema> = {};
  if (typeof op.insert === "string") init.action = { case: "insert", value: op.insert };
  else if (op.insert !== undefined) init.action = { case: "embed", value: embedFromJson(op.insert) };
  else if (typeof op.retain === "number") init.action = { case: "retain", value: op.retain };
  else if (op.delete !== undefined) init.action = { case: "delete", value: op.delete };
  else throw new TypeError("embeds are replaced, never changed in place");
  if (op.attributes) init.attributes = attributesToProto(op.attributes);
  return create(ComponentSchema, init);
}

function embedFromJson(embed: Record<string, unknown>): { type: string; value: Value } {
  const entries = Object.entries(embed);
  const [entry] = entries;
  if (!entry || entries.length !== 1) throw new TypeError("an embed has exactly one type");
  return { type: entry[0], value: valueFromJson(entry[1]) };
}

function attributesToProto(attributes: AttributeMap): { [name: string]: Value } {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, valueFromJson(value)]),
  );
}

function opFromComponent(component: Component): Op {
  const op: Op = {};
  const { action } = component;
  if (action.case === "embed") op.insert = { [action.value.type]: jsonFromValue(action.value.value) };
  else if (action.case === "insert") op.insert = action.value;
  else if (action.case === "retain") op.retain = action.value;
  else if (action.case === "delete") op.delete = action.value;
  else throw new TypeError("a component of an unknown kind: the server is newer than this page");
  const names = Object.keys(component.attributes);
  if (names.length > 0) {
    op.attributes = Object.fromEntries(names.map((name) => [name, jsonFromValue(component.attributes[name])]));
  }
  return op;
}
