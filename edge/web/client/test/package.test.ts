/* The package: what a stranger gets by installing it, and what a page pays for it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "vite";
import { leanContracts } from "../lean-contracts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const [web, client] = [path("../.."), path("..")];
const modules = join(web, "node_modules");
const DEPENDENCIES = ["@bufbuild/protobuf", "idb", "quill-delta", "fast-diff", "lodash.clonedeep", "lodash.isequal"];
const LIMIT_BYTES = 40_000;

/** Bytes that a page loads for `entry`, gzipped, without the editor and its Deltas. */
async function gzipped(entry: string): Promise<number> {
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
      rolldownOptions: { input: entry, preserveEntrySignatures: "strict", external: /^quill/ },
    },
  });
  const { output } = built as { output: { type: string; code?: string }[] };
  return output.reduce((sum, { code = "" }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

describe("the size", () => {
  it.each([["the client", "index.ts"], ["the client with its Quill binding", "quill.ts"]])(
    "of %s is at most 40 kB gzipped",
    async (what, file) => {
      const entry = join(client, "src", file);
      if (!existsSync(entry)) return;
      const bytes = await gzipped(entry);
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
    execFileSync("npm", ["run", "build:client"], { cwd: web, stdio: "pipe" });
    execFileSync("npm", ["pack", "--pack-destination", folder], { cwd: client, stdio: "pipe" });
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

  it("runs in a bare project", () => {
    const program = `
      import { Shoal, SignedOut } from "@shoal/client";
      const shoal = new Shoal({ url: "https://shoal.example", user: "users/ada", token: async () => { throw new SignedOut(); }, WebSocket: class {} });
      const told = new Promise((resolve) => shoal.onStatus(({ state }) => state !== "connecting" && resolve(state)));
      shoal.open("documents/x");
      console.log(await told);
      await shoal.close();`;
    const said = execFileSync("node", ["--input-type=module", "-e", program], { cwd: folder, encoding: "utf8" });
    expect(said.trim()).toBe("signed-out");
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
