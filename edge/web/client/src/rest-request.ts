/* What of a request stands in the path, in the query and in the body: the mapping of google.api.http, forwards.
 *
 * Owns no state. A resource name that does not fit its path is refused here: sent, it might mean another path.
 */
import type { Rpc } from "@gen/rest/caller";
import { RestError } from "./rest-error";

/** A request as HTTP has it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, from the first slash on. */
  readonly target: string;
  readonly body: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const VARIABLE = /\{([\w.]+)(?:=([^}]*))?\}/g;

/** Writes a request. Throws RestError (INVALID_ARGUMENT) where it fits none of the rpc's paths. */
export function httpRequest(rpc: Rpc, request: object): HttpRequest {
  const given = request as Fields;
  const template = rpc.paths.find((each) => misfit(each, given) === undefined);
  if (template === undefined) throw refusal(misfit(rpc.paths[0] ?? "", given) ?? "");
  const path = template.replace(VARIABLE, (_, name: string) => encoded(String(at(given, name))));
  const others = variables(template).reduce((fields, { name }) => without(fields, name.split(".")), given);
  if (rpc.body === "*") return { method: rpc.verb, target: path, body: JSON.stringify(others) };
  const { [rpc.body ?? ""]: body = {}, ...rest } = others;
  const query = String(new URLSearchParams(flattened(rest)));
  return { method: rpc.verb, target: query ? `${path}?${query}` : path, body: rpc.body ? JSON.stringify(body) : undefined };
}

function variables(template: string): { name: string; pattern: string }[] {
  return [...template.matchAll(VARIABLE)].map(([, name = "", pattern = "*"]) => ({ name, pattern }));
}

/** The first field that does not fit a template. */
function misfit(template: string, given: Fields): string | undefined {
  return variables(template).find(({ name, pattern }) => !fits(at(given, name), pattern))?.name;
}

function fits(value: unknown, pattern: string): boolean {
  if (typeof value !== "string") return false;
  const [segments, wanted] = [value.split("/"), pattern.split("/")];
  // A browser would take such segments for steps to another path.
  if (segments.some((each) => each === "" || each === "." || each === "..")) return false;
  return segments.length === wanted.length && wanted.every((each, index) => each === "*" || each === segments[index]);
}

function encoded(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

function at(fields: Fields, name: string): unknown {
  return name.split(".").reduce<unknown>((value, part) => (value as Fields | undefined)?.[part], fields);
}

function without(fields: Fields, [name = "", ...deeper]: readonly string[]): Fields {
  const { [name]: value, ...others } = fields;
  return deeper.length && value ? { ...others, [name]: without(value as Fields, deeper) } : others;
}

function flattened(fields: Fields, above = ""): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.map((each) => [above + name, String(each)]);
    return typeof value === "object" ? flattened(value as Fields, `${above}${name}.`) : [[above + name, String(value)]];
  });
}

function refusal(field: string): RestError {
  const description = "is no name of such a resource";
  return new RestError({
    code: "INVALID_ARGUMENT",
    reason: "ERROR_REASON_INVALID_FIELD",
    message: `${field}: ${description}`,
    violations: [{ field, description }],
  });
}
