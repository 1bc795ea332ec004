/* The randomised run against a real server: started by tests/system/test_browser_client_chaos.py, with where and whom
 * in the environment. Under the contracts as pages have them. */
import { defineConfig } from "vitest/config";
import { leanContracts } from "../lean-contracts.ts";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);
const protobuf = here("../../node_modules/@bufbuild/protobuf/dist/esm");

export default defineConfig({
  root: here("."),
  plugins: [leanContracts()],
  resolve: {
    alias: [
      { find: /^@gen\//, replacement: here("../../../../gen/web/") },
      { find: /^@bufbuild\/protobuf$/, replacement: `${protobuf}/index.js` },
      { find: /^@bufbuild\/protobuf\/(\w+)$/, replacement: `${protobuf}/$1/index.js` },
    ],
  },
  test: { include: ["*.test.ts"], environment: "node", testTimeout: 120_000 },
});
