/* How the page is built, served while developing, and tested.
 *
 * Owns the aliases: generated contracts lie outside this folder and must find this folder's protobuf runtime,
 * and the client package is taken from its source.
 * Never inlines an asset or a script: the page runs under `script-src 'self'`.
 */
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";
import { leanContracts } from "./client/lean-contracts.ts";
import { offlineShell } from "./offline-shell.ts";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);
const protobuf = here("./node_modules/@bufbuild/protobuf/dist/esm");

export default defineConfig(({ mode }) => ({
  // Tests look at messages as JSON too, where the names that pages do without are spoken.
  plugins: process.env["VITEST"] ? [] : [leanContracts(), offlineShell(here("./public"))],
  resolve: {
    alias: [
      { find: /^@gen\//, replacement: here("../../gen/web/") },
      { find: /^@shoal\/client$/, replacement: here("./client/src/index.ts") },
      { find: /^@shoal\/client\/(\w+)$/, replacement: `${here("./client/src")}/$1.ts` },
      { find: /^@bufbuild\/protobuf$/, replacement: `${protobuf}/index.js` },
      { find: /^@bufbuild\/protobuf\/(\w+)$/, replacement: `${protobuf}/$1/index.js` },
    ],
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The viewer of the API page comes as one file.
    chunkSizeWarningLimit: 1600,
    rolldownOptions: {
      input: { index: here("./index.html"), api: here("./api.html"), sw: here("./src/offline/worker.ts") },
      // A worker keeps its address: browsers look there for the next one.
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  server: {
    fs: { allow: [here("."), here("../../gen/web")] },
    proxy: {
      "/api/": { target: loadEnv(mode, here("."), "SHOAL_")["SHOAL_URL"] ?? "http://localhost:8080" },
      "/v1": { target: loadEnv(mode, here("."), "SHOAL_")["SHOAL_URL"] ?? "http://localhost:8080", ws: true },
    },
  },
  test: { include: ["test/**/*.test.ts", "client/test/**/*.test.ts"], environment: "node" },
}));
