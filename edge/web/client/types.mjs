/* Finishes the types that `tsc` wrote into `dist`, or the folder given: paths of this repository become paths within the
 * package. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const dist = resolve(process.argv[2] ?? fileURLToPath(new URL("./dist", import.meta.url)));
const [types, written] = [join(dist, "types"), join(dist, "types/edge/web/client/src")];
const generated = join(types, "gen/web");

for (const name of readdirSync(written)) renameSync(join(written, name), join(types, name));
rmSync(join(types, "edge"), { recursive: true });
for (const name of readdirSync(types, { recursive: true })) {
  const path = join(types, name);
  if (!name.endsWith(".d.ts")) continue;
  const inside = `${relative(dirname(path), generated) || "."}/`.replace(/^(?!\.)/, "./");
  const text = readFileSync(path, "utf8").replaceAll('"@gen/', `"${inside}`);
  // Node's own resolution wants the ending.
  writeFileSync(path, text.replace(/((?:from|import\() ?"\.[^"]*)"/g, '$1.js"'));
}
for (const entry of ["index", "rest", "quill", "codemirror"]) {
  if (existsSync(join(types, `${entry}.d.ts`))) writeFileSync(join(dist, `${entry}.d.ts`), `export * from "./types/${entry}.js";\n`);
}
