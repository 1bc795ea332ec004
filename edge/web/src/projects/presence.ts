/* Presence: who is in which document of a project, live.
 *
 * Owns the project's room while the page is shown. A person with several windows is one person here.
 */
import type { Shoal } from "@shoal/client";
import type { Person } from "../ui/people";

export type Whereabouts = ReadonlyMap<string, readonly Person[]>;

/** Calls `told` with all of it whenever it changes; the returned function ends that. */
export function followPresence(shoal: Shoal, project: string, told: (presence: Whereabouts) => void): () => void {
  const room = shoal.project(project);
  const stop = room.on("presence", (presence) => {
    const people = [...presence].map(([document, all]) => {
      const once = new Map(all.map(({ subject, name, idle }) => [subject, { subject, name, idle }]));
      return [document, [...once.values()]] as const;
    });
    told(new Map(people));
  });
  return () => {
    stop();
    room.close();
  };
}
