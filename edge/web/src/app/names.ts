/* Names: what resource names and subjects are called where nobody has told a better name.
 *
 * Owns nothing. A subject is all that the API tells of a person; development subjects have their name in them.
 */
import type { Account } from "./account";

/** `users/ada-lovelace` as `Ada Lovelace`; any other subject as it is, without what stands before its last `/`. */
export function personName(subject: string, account?: Account): string {
  if (account?.subject === subject) return account.name;
  if (!subject.startsWith("users/")) return subject.replace(/^.*\//, "") || "Somebody";
  return subject.slice(6).split("-").filter(Boolean).map((word) => word.charAt(0).toLocaleUpperCase() + word.slice(1)).join(" ");
}

/** `projects/{project}` of a project, or of a folder in it; empty for anything else. */
export function projectOf(name: string): string {
  return /^projects\/[^/]+/.exec(name)?.[0] ?? "";
}

/** Where the app shows a document, a project or a folder; empty = nowhere. */
export function addressOf(name: string): string {
  const [kind, id = "", inner, folder = ""] = name.split("/");
  if (kind === "documents") return `/d/${encodeURIComponent(id)}`;
  if (kind !== "projects") return "";
  const project = `/p/${encodeURIComponent(id)}`;
  return inner === "folders" ? `${project}?folder=${encodeURIComponent(folder)}` : project;
}

/** `Ada`, `Ada and Bob`, `Ada, Bob and 3 others`. */
export function among(names: readonly string[], most = 2): string {
  const shown = names.slice(0, most);
  const left = names.length - shown.length;
  if (left > 0) return `${shown.join(", ")} and ${left === 1 ? "1 other" : `${left} others`}`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown[shown.length - 1]}` : (shown[0] ?? "");
}
