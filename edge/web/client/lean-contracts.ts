/* Lean contracts: leaves out of the generated contracts, and of the runtime's own, what no page reads, while it is built.
 *
 * Generated files carry the whole descriptor: services, HTTP bindings, permissions, examples of errors; the runtime
 * carries the description of such descriptors. Messages need none of it on the wire, and it is 6 kB gzipped. Owns no state; what is read and written stays the same to the byte.
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

/** The runtime's description of descriptors, as JSON. */
const BOOT = /boot\((\{.*\})\);/;
/** Of which these are read once the contracts are lean; of options only that a message is a map's entry. */
const READ = /^((File|Field|Oneof|Enum|EnumValue)?DescriptorProto|EnumReservedRange|MessageOptions)$/;
const DESCRIPTOR = /fileDesc\("([A-Za-z0-9+/]*)"(?:, \[([^\]]*)\])?\)/;
/** Files that hold nothing but options. */
const OPTIONS_ONLY = /^file_(google_api|shoal_options)_/;

/** For Vite's `plugins`. */
export function leanContracts(): Plugin {
  return {
    name: "shoal-lean-contracts",
    transform: {
      filter: { id: /\/gen\/web\/.*_pb\.ts$|\/wkt\/google\/protobuf\/descriptor_pb\.js$/ },
      handler: (code, id) => ({ code: id.endsWith(".ts") ? leanFile(code) : leanRuntime(code), map: null }),
    },
  };
}

const leanFile = (code: string) => code.replace(DESCRIPTOR, (_, base64: string, imports = "") => lean(base64, imports as string));

interface Boot {
  readonly name: string;
  field?: { name: string; number: number }[];
  nestedType?: Boot[];
  messageType?: Boot[];
  enumType?: { value: unknown[] }[];
}

const leanRuntime = (code: string) => code.replace(BOOT, (_, json: string) => `boot(${JSON.stringify(leanBoot(JSON.parse(json) as Boot))});`);

/** What is not read keeps its place and loses its fields: places are what the runtime finds messages by. */
function leanBoot(boot: Boot): Boot {
  if (boot.field && !READ.test(boot.name)) {
    boot.field = [];
    for (const type of boot.enumType ?? []) type.value = type.value.slice(0, 1);
  }
  if (boot.name === "MessageOptions") boot.field = boot.field?.filter(({ name }) => name === "map_entry") ?? [];
  boot.nestedType?.forEach(leanBoot);
  boot.messageType?.forEach(leanBoot);
  return boot;
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
