/* How @shoal/client is built: one module an entry, the contracts inside, everything else as dependencies.
 *
 * Owns the list of entries. Types are made beside it, by `tsc` and `types.mjs`.
 */
import { existsSync } from "node:fs";
import { defineConfig } from "vite";
import { leanContracts } from "./lean-contracts.ts";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);
const entries = ["index", "rest", "quill", "codemirror"].map((name) => [name, here(`./src/${name}.ts`)] as const);

export default defineConfig({
  root: here("."),
  publicDir: false,
  plugins: [leanContracts()],
  resolve: { alias: [{ find: /^@gen\//, replacement: here("../../../gen/web/") }] },
  build: {
    target: "es2022",
    minify: false,
    outDir: here("./dist"),
    lib: { entry: Object.fromEntries(entries.filter(([, path]) => existsSync(path))), formats: ["es"] },
    rolldownOptions: {
      external: [/^@bufbuild\//, /^@codemirror\//, "idb", /^quill/],
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js" },
    },
  },
});
