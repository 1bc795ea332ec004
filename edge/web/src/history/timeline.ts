/* Timeline: where moments stand on the slider, and how they are called.
 *
 * Owns no state. Places are shares of the way from the first revision to the head, from 0 to 1.
 */
import type { EditSession, Version } from "@gen/rest/types";

/** What the slider goes over. `first` is 0 unless what is older was archived. */
export interface Span {
  readonly first: number;
  readonly head: number;
}

export interface Tick {
  readonly revision: number;
  readonly kind: "version" | "automatic" | "session";
  readonly label: string;
}

/** Where a revision stands; at the end when there is only one. */
export function placeOf(revision: number, { first, head }: Span): number {
  return head > first ? Math.min(1, Math.max(0, (revision - first) / (head - first))) : 1;
}

/** A tick at each version, and at the end of each session. */
export function ticksOf(sessions: readonly EditSession[], versions: readonly Version[]): Tick[] {
  const ends = sessions.map(({ lastRevision }): Tick => ({ revision: Number(lastRevision), kind: "session", label: "" }));
  const marks = versions.map((version): Tick => {
    const isNamed = version.kind === "VERSION_KIND_NAMED";
    return { revision: Number(version.revision), kind: isNamed ? "version" : "automatic", label: version.title };
  });
  return [...marks, ...ends];
}

const RANK = { version: 0, automatic: 1, session: 2 } as const;

/** Those that fit: one at each of `slots` places, a named version before anything else. In order. */
export function thinned(ticks: readonly Tick[], span: Span, slots: number): Tick[] {
  const taken = new Map<number, Tick>();
  for (const tick of ticks) {
    if (tick.revision < span.first || tick.revision > span.head) continue;
    const slot = Math.round(placeOf(tick.revision, span) * slots);
    const there = taken.get(slot);
    if (!there || RANK[tick.kind] < RANK[there.kind]) taken.set(slot, tick);
  }
  return [...taken.values()].sort((a, b) => a.revision - b.revision);
}

/** The session that a revision belongs to. */
export function sessionAt(revision: number, sessions: readonly EditSession[]): EditSession | undefined {
  return sessions.find((each) => Number(each.firstRevision) <= revision && revision <= Number(each.lastRevision));
}

/** About when a revision was written, in milliseconds since 1970, as its session lets one guess; null = unknown. */
export function timeOf(revision: number, sessions: readonly EditSession[]): number | null {
  const session = sessionAt(revision, sessions);
  if (!session?.startTime || !session.endTime) return null;
  const [start, end] = [Date.parse(session.startTime), Date.parse(session.endTime)];
  const [first, last] = [Number(session.firstRevision), Number(session.lastRevision)];
  return last > first ? start + ((end - start) * (revision - first)) / (last - first) : end;
}

/** `today 09:05`, `Tuesday 14:03` within a week, else `3 March 14:03`, with the year where it is another. */
export function clock(time: number, now = Date.now()): string {
  const when = new Date(time);
  const hours = hourOf(time);
  if (when.toDateString() === new Date(now).toDateString()) return `today ${hours}`;
  if (Math.abs(now - time) < 6 * 86_400_000) return `${when.toLocaleDateString("en", { weekday: "long" })} ${hours}`;
  const year = when.getFullYear() === new Date(now).getFullYear() ? {} : ({ year: "numeric" } as const);
  return `${when.toLocaleDateString("en-GB", { day: "numeric", month: "long", ...year })} ${hours}`;
}

/** `14:03`. */
export function hourOf(time: number): string {
  return new Date(time).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** A moment, in what is known of it: `revision 512, Tuesday 14:03, Ada`. */
export function spoken(revision: number, time: number | null, name: string, now = Date.now()): string {
  return [`revision ${revision.toLocaleString("en")}`, time === null ? "" : clock(time, now), name].filter(Boolean).join(", ");
}

/** As a line begins. */
export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase("en") + text.slice(1);
}
