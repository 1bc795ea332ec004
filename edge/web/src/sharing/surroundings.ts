/* Surroundings: what a resource is in, what that is called, and whom there is to share with there.
 *
 * Owns nothing. What the caller may not see is left out: the dialog does without.
 */
import { getDocument, getOrganization, getProject, listFolders, listGroups } from "@shoal/client/rest";
import { rest } from "../app/rest";
import type { Group } from "../app/sharing";
import type { Titles } from "./words";

export interface Surroundings {
  /** `projects/{project}`; empty = in none. */
  readonly project: string;
  /** `organizations/{organization}`; empty = in none, or not for the caller to see. */
  readonly organization: string;
  readonly groups: readonly Group[];
  readonly titles: Titles;
}

const MOST = 1000;

export async function surroundingsOf(resource: string): Promise<Surroundings> {
  const titles = new Map<string, string>();
  const project = await projectOf(resource);
  const known = project ? await orNull(getProject(rest, { name: project })) : null;
  if (known) titles.set(project, known.project.title);
  const folders = project ? await orNull(listFolders(rest, { project, pageSize: MOST })) : null;
  for (const { name, title } of folders?.folders ?? []) titles.set(name, title);
  const organization = known?.project.organization ?? "";
  if (!organization) return { project, organization, groups: [], titles };
  const [owner, groups] = await Promise.all([
    orNull(getOrganization(rest, { name: organization })),
    orNull(listGroups(rest, { organization, pageSize: MOST })),
  ]);
  if (owner) titles.set(organization, owner.organization.title);
  for (const { name, title } of groups?.groups ?? []) titles.set(name, title);
  return { project, organization, groups: groups?.groups ?? [], titles };
}

async function projectOf(resource: string): Promise<string> {
  if (!resource.startsWith("documents/")) return /^projects\/[^/]+/.exec(resource)?.[0] ?? "";
  return (await orNull(getDocument(rest, { name: resource })))?.document.project ?? "";
}

function orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  return answer.catch(() => null);
}
