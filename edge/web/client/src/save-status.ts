/* Save status: whether what was typed is safe, as one value that is always true.
 *
 * Owns the decision alone. "Saved" is said only when the server's log has everything and the connection stands.
 */
import type { ConnectionStatus } from "./connection";

/** Edits that the server did not take, or that could not be sent any more: nobody's text is thrown away. */
export interface Refusal {
  /** Why, in one sentence for the person who typed it. */
  readonly message: string;
  /** What they had typed; embeds as U+FFFC. May be empty: formats and deletions have no text. */
  readonly text: string;
  /** They have seen it: it no longer shows in the status. */
  dismiss(): void;
}

/**
 * What may be said about a document, most pressing first:
 * - `revoked`: it may not be read any more, or is not there; `ended`: the session is over for another reason.
 * - `refused`: edits were taken back and wait to be looked at.
 * - `signed-out`: only the user can help.
 * - `loading`: nothing is shown yet.
 * - `offline`: shown, but without a connection; `retryAt` = when the next attempt is made (ms since 1970).
 * - `saving`: edits are on their way. `read-only`: there is nothing to save. `saved`: the log has everything.
 *
 * `unsaved` counts operations nobody has acknowledged. `kept` = they survive the page, on this device; false = closing
 * the page now would lose them (no storage, or no room).
 */
export type SaveStatus =
  | { readonly state: "loading" | "saved" | "read-only" }
  | ({ readonly state: "saving" | "signed-out" } & Unsaved)
  | ({ readonly state: "offline"; readonly retryAt: number | null } & Unsaved)
  | ({ readonly state: "revoked" | "ended"; readonly message: string } & Unsaved)
  | ({ readonly state: "refused"; readonly refusals: readonly Refusal[] } & Unsaved);

/** What is not in the log yet, and whether it is safe from a closed page. */
export interface Unsaved {
  readonly unsaved: number;
  readonly kept: boolean;
}

/** What the decision rests on. */
export interface SaveFacts extends Unsaved {
  readonly connection: ConnectionStatus;
  readonly isLoaded: boolean;
  readonly isOpen: boolean;
  readonly canWrite: boolean;
  readonly ended: { readonly message: string; readonly revoked: boolean } | null;
  readonly refusals: readonly Refusal[];
}

export function saveStatus(facts: SaveFacts): SaveStatus {
  const { connection, ended, refusals, unsaved, kept } = facts;
  if (ended) return { state: ended.revoked ? "revoked" : "ended", message: ended.message, unsaved, kept };
  if (refusals.length > 0) return { state: "refused", refusals, unsaved, kept };
  if (connection.state === "signed-out") return { state: "signed-out", unsaved, kept };
  if (connection.state === "stopped") return { state: "ended", message: connection.reason, unsaved, kept };
  if (!facts.isLoaded) return { state: "loading" };
  if (!facts.isOpen || connection.state !== "open") {
    return { state: "offline", retryAt: connection.state === "waiting" ? connection.retryAt : null, unsaved, kept };
  }
  if (unsaved > 0) return { state: "saving", unsaved, kept };
  return { state: facts.canWrite ? "saved" : "read-only" };
}
