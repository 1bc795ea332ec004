/* Titles: what documents, projects and folders are called, for lists that know them by name alone.
 *
 * Owns what it has asked for already; a page begins with an empty one, so that nothing is stale for long. What may not be
 * seen, or is gone, has no title.
 */
import { getDocument, getFolder, getOrganization, getProject } from "@shoal/client/rest";
import { rest } from "./rest";

/** An untitled document is called that. */
export const UNTITLED = "Untitled";

export class Titles {
  private readonly asked = new Map<string, Promise<string>>();

  /** What is known already need not be asked for. */
  know(name: string, title: string): void {
    this.asked.set(name, Promise.resolve(title || UNTITLED));
  }

  /** The title; empty when there is none to be told. */
  of(name: string): Promise<string> {
    const known = this.asked.get(name);
    if (known) return known;
    const asked = ask(name).catch(() => "");
    this.asked.set(name, asked);
    return asked;
  }

  /** All of these, by name. */
  async all(names: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const wanted = [...new Set(names)].filter(Boolean);
    return new Map(await Promise.all(wanted.map(async (name) => [name, await this.of(name)] as const)));
  }
}

async function ask(name: string): Promise<string> {
  if (name.startsWith("documents/")) return (await getDocument(rest, { name })).document.title || UNTITLED;
  if (name.includes("/folders/")) return (await getFolder(rest, { name })).folder.title;
  if (name.startsWith("projects/")) return (await getProject(rest, { name })).project.title;
  return name.startsWith("organizations/") ? (await getOrganization(rest, { name })).organization.title : "";
}
