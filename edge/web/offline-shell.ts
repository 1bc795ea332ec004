/* Offline shell: tells the service worker which files the app consists of, when all have their names.
 *
 * Owns the list: the page, every part it may load, and the files beside it. The viewer of /api is none of them.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, Rolldown } from "vite";
import type { Shell } from "./src/offline/decisions.ts";

const WORKER = "sw.js";

/** `folder` has the files that are copied as they are. */
export function offlineShell(folder: string): Plugin {
  return {
    name: "shoal:offline-shell",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle[WORKER];
        const page = bundle["index.html"];
        if (worker?.type !== "chunk" || page?.type !== "asset") return this.error("the build has no worker or no page");
        if (worker.imports.length > 0) return this.error("the worker must be one file");
        const entry = Object.values(bundle).find((part) => part.type === "chunk" && part.facadeModuleId?.endsWith("/index.html"));
        if (!entry) return this.error("the page has no script");
        const besides = copied(folder);
        const files = [...partsOf(entry.fileName, bundle), ...besides.map(({ path }) => path)];
        // Names say what the parts are; the page and what is copied are known by their bytes.
        const version = digest([...files, page.source, ...besides.map(({ content }) => content)]);
        const shell: Shell = { version, entry: `/${entry.fileName}`, files };
        worker.code = worker.code.replaceAll("__SHELL__", JSON.stringify(shell));
      },
    },
  };
}

/** A script with all it imports now or later, the styles of those, and the files that styles name. */
function partsOf(entry: string, bundle: Rolldown.OutputBundle): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const part = bundle[name];
    if (!part || found.has(name)) return;
    found.add(name);
    if (part.type !== "chunk") return;
    const { imports, dynamicImports, viteMetadata } = part;
    [...imports, ...dynamicImports, ...(viteMetadata?.importedCss ?? []), ...(viteMetadata?.importedAssets ?? [])].forEach(visit);
  };
  visit(entry);
  return [...found].sort().map((name) => `/${name}`);
}

function copied(folder: string): { path: string; content: Uint8Array }[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return paths.map((path) => ({ path: path.slice(folder.length), content: readFileSync(path) }));
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
}
