/* Editors: who wrote last in which document, and in which ones this person did.
 *
 * Read from the activity feed, since documents do not say. What the last two hundred sessions do not tell is not known.
 */
import { listActivities } from "@shoal/client/rest";
import { rest } from "../app/rest";

const MOST = 200;

export interface Editors {
  /** The subject of who wrote last, by document. */
  readonly last: ReadonlyMap<string, string>;
  /** Documents that `me` wrote or made, the last one first. */
  readonly mine: readonly string[];
}

export async function editors(me: string): Promise<Editors> {
  const kinds = ["ACTIVITY_KIND_DOCUMENT_EDITED", "ACTIVITY_KIND_DOCUMENT_CREATED"] as const;
  const { activities } = await listActivities(rest, { kinds, pageSize: MOST });
  const last = new Map<string, string>();
  for (const { resource, actor } of activities) if (actor && !last.has(resource)) last.set(resource, actor);
  return { last, mine: [...new Set(activities.filter(({ actor }) => actor === me).map(({ resource }) => resource))] };
}
