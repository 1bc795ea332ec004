/* What a page pays for REST: the calls it makes, not all there are. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { build } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const REST = JSON.stringify(path("../src/rest.ts"));
const LIMIT_BYTES = 4_000;
const folder = mkdtempSync(join(tmpdir(), "shoal-rest-"));

afterAll(() => rmSync(folder, { recursive: true }));

async function bundled(page: string): Promise<string> {
  const entry = join(folder, "page.ts");
  writeFileSync(entry, page);
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: "error",
    resolve: { alias: [{ find: /^@gen\//, replacement: `${path("../../../../gen/web")}/` }] },
    build: { write: false, target: "es2022", rolldownOptions: { input: entry, preserveEntrySignatures: "strict" } },
  });
  return (built as { output: { code?: string }[] }).output.map(({ code = "" }) => code).join("");
}

it("is at most 4 kB gzipped with one call, and none of the others is there", async () => {
  const [one, every] = [await bundled(`export { Rest, getDocument } from ${REST};`), await bundled(`export * from ${REST};`)];
  const bytes = (code: string) => gzipSync(code, { level: 9 }).length;
  console.info(`REST with one call: ${bytes(one)} bytes gzipped; with every call: ${bytes(every)}`);
  expect(every).toContain(":replaceContent");
  expect(one).toContain("/v1/{name=documents/*}");
  expect(one).not.toContain(":replaceContent");
  expect(bytes(one)).toBeLessThanOrEqual(LIMIT_BYTES);
});
