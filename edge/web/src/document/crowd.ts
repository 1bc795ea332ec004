/* Crowd: who is in a document, person by person. Pure.
 *
 * Somebody with three windows is one person, away when all of them are.
 */
import type { Participant } from "@shoal/client";

export interface Present {
  readonly subject: string;
  readonly name: string;
  readonly self: boolean;
  readonly idle: boolean;
  /** Their windows, those with a caret first. */
  readonly sites: readonly string[];
  /** Whether one of their windows has a caret in the text. */
  readonly placed: boolean;
}

/** One's own self first, the others in the order they came. */
export function crowdOf(participants: readonly Participant[], ownSite: string): Present[] {
  const windows = new Map<string, Participant[]>();
  for (const one of participants) windows.set(one.subject, [...(windows.get(one.subject) ?? []), one]);
  const people = [...windows].map(([subject, all]) => {
    const byPlace = [...all].sort((a, b) => Number(b.selection !== null) - Number(a.selection !== null));
    return {
      subject,
      name: all[0]?.name ?? subject,
      self: all.some(({ site }) => site === ownSite),
      idle: all.every(({ idle }) => idle),
      sites: byPlace.map(({ site }) => site),
      placed: all.some(({ selection }) => selection !== null),
    };
  });
  return people.sort((a, b) => Number(b.self) - Number(a.self));
}

/** What is to be told of who came and went, in one sentence; empty when there is nothing. */
export function comings(came: readonly string[], left: readonly string[]): string {
  const both = new Set(came.filter((name) => left.includes(name)));
  const told = (names: readonly string[], verb: string) => {
    const real = [...new Set(names)].filter((name) => !both.has(name));
    return real.length === 0 ? "" : `${listed(real)} ${verb}`;
  };
  return [told(came, "joined"), told(left, "left")].filter(Boolean).join(", ");
}

const NAMED = 3;

function listed(names: readonly string[]): string {
  if (names.length > NAMED) return `${names.length} people`;
  return names.length === 1 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}
