/* Moment: where in the history one is, and what of it is shown.
 *
 * Owns no state: what one is told decides what one sees. Revisions are those of the log.
 */
import type { EditSession } from "@gen/rest/types";
import type { Span } from "./timeline";

/** The bare text; what changed against another moment; who wrote what. */
export type Mode = "text" | "changes" | "authors";

export interface Moment {
  readonly revision: number;
  readonly mode: Mode;
  /** What changes are counted against: `now`, `session` = before it began, or a revision. */
  readonly against: string;
  /** The session that was chosen, if one was. */
  readonly session: EditSession | null;
  /** True while the moment is now, and goes on with it. */
  readonly follows: boolean;
}

/** The two revisions that are compared, the older first; neither is one that was archived. */
export function comparedOf({ revision, against, session }: Moment, { first, head }: Span): readonly [number, number] {
  const wanted = against === "now" ? head : against === "session" ? Number(session?.firstRevision ?? 1) - 1 : Number(against);
  const other = Math.max(first, wanted);
  return [Math.min(revision, other), Math.max(revision, other)];
}

/** With what one compares who asks for changes and has not said with what. */
export function natural({ revision, session }: Moment, head: number): string {
  if (session && Number(session.lastRevision) === revision) return "session";
  return revision < head ? "now" : "0";
}

/** The tick before or after a revision; the ends of the span count as such. */
export function neighbour(revisions: readonly number[], revision: number, by: -1 | 1, { first, head }: Span): number {
  const others = revisions.filter((each) => (by < 0 ? each < revision : each > revision) && each >= first && each <= head);
  return by < 0 ? Math.max(first, ...others) : Math.min(head, ...others);
}
