/* How @shoal/client is built: one module an entry. Inside are the contracts and their runtime, leaner than a page could
 * have it from elsewhere; editors and Deltas, of which a page wants one copy, are not.
 *
 * Owns the list of entries. Types are made beside it, by `tsc` and `types.mjs`.
 */
import { existsSync } from "node:fs";
import { defineConfig } from "vite";
import { leanContracts } from "./lean-contracts.ts";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);
const protobuf = here("../node_modules/@bufbuild/protobuf/dist/esm");
const entries = ["index", "rest", "quill", "codemirror"].map((name) => [name, here(`./src/${name}.ts`)] as const);

export default defineConfig({
  root: here("."),
  publicDir: false,
  plugins: [leanContracts()],
  resolve: {
    alias: [
      { find: /^@gen\//, replacement: here("../../../gen/web/") },
      { find: /^@bufbuild\/protobuf$/, replacement: `${protobuf}/index.js` },
      { find: /^@bufbuild\/protobuf\/(\w+)$/, replacement: `${protobuf}/$1/index.js` },
    ],
  },
  build: {
    target: "es2022",
    minify: false,
    outDir: here("./dist"),
    lib: { entry: Object.fromEntries(entries.filter(([, path]) => existsSync(path))), formats: ["es"] },
    rolldownOptions: {
      external: [/^@codemirror\//, /^quill/],
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js" },
    },
  },
});
