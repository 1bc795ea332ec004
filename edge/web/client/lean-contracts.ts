/* Lean contracts: leaves out of the generated contracts what no page reads, while a page is built.
 *
 * Generated files carry the whole descriptor: services, HTTP bindings, permissions, examples of errors. Messages need
 * none of it on the wire. Owns no state; what is read and written stays the same to the byte.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  MessageOptionsSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { Plugin } from "vite";

const DESCRIPTOR = /fileDesc\("([A-Za-z0-9+/]*)"(?:, \[([^\]]*)\])?\)/;
/** Files that hold nothing but options. */
const OPTIONS_ONLY = /^file_(google_api|shoal_options)_/;

/** For Vite's `plugins`. */
export function leanContracts(): Plugin {
  return {
    name: "shoal-lean-contracts",
    transform: {
      filter: { id: /\/gen\/web\/.*_pb\.ts$/ },
      handler: (code) => ({ code: code.replace(DESCRIPTOR, (_, base64: string, imports = "") => lean(base64, imports as string)), map: null }),
    },
  };
}

function lean(base64: string, imports: string): string {
  const file = fromBinary(FileDescriptorProtoSchema, Buffer.from(base64, "base64"));
  const needed = imports.split(", ").filter((name) => name && !OPTIONS_ONLY.test(name));
  const bytes = toBinary(FileDescriptorProtoSchema, withoutOptions(file));
  return `fileDesc("${Buffer.from(bytes).toString("base64").replace(/=+$/, "")}", [${needed.join(", ")}])`;
}

function withoutOptions(file: FileDescriptorProto): FileDescriptorProto {
  file.service = [];
  file.extension = [];
  delete file.options;
  file.messageType.forEach(stripMessage);
  file.enumType.forEach(stripEnum);
  return file;
}

function stripMessage(message: DescriptorProto): void {
  // A map's entry is known by this alone.
  if (message.options?.mapEntry) message.options = create(MessageOptionsSchema, { mapEntry: true });
  else delete message.options;
  for (const part of [...message.field, ...message.oneofDecl]) delete part.options;
  message.nestedType.forEach(stripMessage);
  message.enumType.forEach(stripEnum);
}

/** The names of its values are in the generated code too; the descriptor needs the one that is the default. */
function stripEnum(type: EnumDescriptorProto): void {
  delete type.options;
  type.value = type.value.slice(0, 1);
  for (const value of type.value) delete value.options;
}
