/* The package: what a stranger gets by installing it, and what a page pays for it. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { CollaborateRequestSchema, CollaborateResponseSchema } from "@gen/shoal/collab/v1/collab_pb";
import Delta from "quill-delta";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "vite";
import { leanContracts } from "../lean-contracts";
import { contentFromDelta, deltaFromOperation } from "../src/convert";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const [web, client] = [path("../.."), path("..")];
const modules = join(web, "node_modules");
const DEPENDENCIES = ["@bufbuild/protobuf", "idb", "quill-delta", "fast-diff", "lodash.clonedeep", "lodash.isequal"];
const LIMIT_BYTES = 40_000;
const CONTENT = new Delta().insert("hello", { bold: true, list: { of: [1, true] } }).insert({ image: "x.png" }).insert("\n");

/** Bytes that a page loads for `entries`, gzipped, without the editor and its Deltas. */
async function gzipped(entries: string[]): Promise<number> {
  const protobuf = join(modules, "@bufbuild/protobuf/dist/esm");
  const built = await build({
    root: client,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    plugins: [leanContracts()],
    resolve: {
      alias: [
        { find: /^@gen\//, replacement: `${path("../../../../gen/web")}/` },
        { find: /^@bufbuild\/protobuf$/, replacement: `${protobuf}/index.js` },
        { find: /^@bufbuild\/protobuf\/(\w+)$/, replacement: `${protobuf}/$1/index.js` },
      ],
    },
    build: {
      write: false,
      target: "es2022",
      rolldownOptions: { input: entries, preserveEntrySignatures: "strict", external: /^quill/ },
    },
  });
  const { output } = built as { output: { type: string; code?: string }[] };
  return output.reduce((sum, { code = "" }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

/** What `npm run build:client` does, in a folder that no other test builds in. */
function buildInto(place: string): void {
  const dist = join(place, "dist");
  mkdirSync(place);
  for (const name of ["package.json", "README.md"]) copyFileSync(join(client, name), join(place, name));
  const run = (tool: string, ...options: string[]) => execFileSync(join(modules, ".bin", tool), options, { cwd: web, stdio: "pipe" });
  run("vite", "build", "--config", "client/vite.config.ts", "--outDir", dist);
  run("tsc", "-p", "client/tsconfig.build.json", "--outDir", join(dist, "types"));
  execFileSync("node", ["client/types.mjs", dist], { cwd: web, stdio: "pipe" });
}

describe("the size", () => {
  it.each([["the client", ["index"]], ["the client with its Quill binding", ["index", "quill"]]])(
    "of %s is at most 40 kB gzipped",
    async (what, entries) => {
      const bytes = await gzipped(entries.map((name) => join(client, "src", `${name}.ts`)));
      console.info(`${what}: ${bytes} bytes gzipped`);
      expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
    },
    60_000,
  );
});

describe("the package", () => {
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "shoal-package-"));
    buildInto(join(folder, "package"));
    execFileSync("npm", ["pack", "--pack-destination", folder], { cwd: join(folder, "package"), stdio: "pipe" });
    const installed = join(folder, "node_modules/@shoal/client");
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["xzf", join(folder, "shoal-client-0.1.0.tgz"), "-C", installed, "--strip-components=1"]);
    for (const name of DEPENDENCIES) {
      mkdirSync(join(folder, "node_modules", name, ".."), { recursive: true });
      symlinkSync(join(modules, name), join(folder, "node_modules", name));
    }
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it("runs in a bare project, and speaks the protocol there", () => {
    const opened = create(CollaborateResponseSchema, {
      frames: [{ session: 1, frame: { case: "opened", value: { room: 1, revision: 3n, isSnapshot: true, role: 2, content: contentFromDelta(CONTENT) } } }],
    });
    const program = `
      import { Shoal } from "@shoal/client";
      class Socket {
        readyState = 0;
        constructor() { setTimeout(() => { this.readyState = 1; this.onopen(); }); }
        send(bytes) {
          said.push(Buffer.from(bytes).toString("base64"));
          const answer = Buffer.from("${Buffer.from(toBinary(CollaborateResponseSchema, opened)).toString("base64")}", "base64");
          if (said.length === 1) setTimeout(() => this.onmessage({ data: new Uint8Array(answer).buffer }));
        }
        close() {}
      }
      const said = [];
      const shoal = new Shoal({ url: "https://shoal.example", user: "users/ada", token: async () => "jwt", WebSocket: Socket });
      const notes = shoal.open("documents/x");
      const { content } = await new Promise((resolve) => notes.on("loaded", resolve));
      notes.submit(content.slice(0, 0).insert("hi", { size: { deep: [1.5, null, "x"] } }));
      await new Promise((resolve) => setTimeout(resolve));
      await shoal.close();
      console.log(JSON.stringify({ content: content.ops, said }));`;
    const told = JSON.parse(execFileSync("node", ["--input-type=module", "-e", program], { cwd: folder, encoding: "utf8" }));
    expect(told.content).toEqual(CONTENT.ops);
    const frames = (told.said as string[]).flatMap((one) => fromBinary(CollaborateRequestSchema, Buffer.from(one, "base64")).frames);
    const edits = frames.flatMap(({ frame }) => (frame.case === "submit" ? frame.value.operations.map(deltaFromOperation) : []));
    expect(frames[0]?.frame).toMatchObject({ case: "open", value: { document: "documents/x" } });
    expect(edits).toEqual([new Delta().insert("hi", { size: { deep: [1.5, null, "x"] } })]);
  });

  it.each(["bundler", "nodenext"])("has types under %s resolution, to the last event", (resolution) => {
    const program = `import { Shoal, type LiveDocument } from "@shoal/client";
      const shoal = new Shoal({ user: "users/ada", token: async () => "jwt" });
      const notes: LiveDocument = shoal.open("documents/notes");
      notes.on("closed", ({ fault }) => { const code: number | undefined = fault?.code; void code; });
      // @ts-expect-error -- there is no such event
      notes.on("nothing", () => undefined);`;
    writeFileSync(join(folder, "page.ts"), program);
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--lib", "es2024,dom,dom.iterable", "--types", "", "--moduleResolution", resolution];
    const module = ["--module", resolution === "bundler" ? "esnext" : "nodenext"];
    execFileSync(join(modules, ".bin/tsc"), [...flags, ...module, "page.ts"], { cwd: folder, stdio: "pipe" });
  });
});
