/* Faults: what a client does about each way to be refused.
 *
 * Owns the decisions alone: pure functions from a fault or a close code to what follows. Messages for people are
 * written here too: the server's are for developers.
 */
import { ErrorReason, type Fault } from "@gen/shoal/error/v1/error_pb";

/** A flight was refused: send it again later (`paced`: and less of it), ask for what was missed first, or take it back. */
export type FlightVerdict =
  | { readonly kind: "retry"; readonly afterMs: number; readonly paced: boolean }
  | { readonly kind: "resync" }
  | { readonly kind: "undo" };

/** A session was closed: open again later, get a new token first, or stop. */
export type SessionVerdict =
  | { readonly kind: "reopen"; readonly afterMs: number }
  | { readonly kind: "sign-in" }
  | { readonly kind: "stop" };

/** A socket was closed: connect again, get a new token first, or stop. */
export type SocketVerdict = "retry" | "sign-in" | "stop";

const DEFAULT_RETRY_MS = 1_000;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

export function judgeFlight(fault: Fault | undefined): FlightVerdict {
  const paced = fault?.code === RESOURCE_EXHAUSTED;
  switch (fault?.reason) {
    case ErrorReason.FLIGHT_OUTSTANDING:
    case ErrorReason.ROOM_BUSY:
    case ErrorReason.LOG_UNAVAILABLE:
    case ErrorReason.DRAINING:
      return { kind: "retry", afterMs: fault.retryAfterMs || DEFAULT_RETRY_MS, paced };
    case ErrorReason.SITE_SEQUENCE_GAP:
      return { kind: "resync" };
    default:
      return fault && (fault.retryAfterMs > 0 || fault.code === UNAVAILABLE)
        ? { kind: "retry", afterMs: fault.retryAfterMs || DEFAULT_RETRY_MS, paced }
        : { kind: "undo" };
  }
}

/** Whether a session ended because its user may not read the document, or because it is not there. */
export function isRevocation(fault: Fault | undefined): boolean {
  return fault?.code === PERMISSION_DENIED || fault?.code === NOT_FOUND;
}

/** `exclusive`: nobody but this page uses the site, so what replaced the session is its own connection of before. */
export function judgeSession(fault: Fault | undefined, exclusive = false): SessionVerdict {
  if (fault === undefined) return { kind: "stop" };
  if (exclusive && fault.reason === ErrorReason.SESSION_REPLACED) return { kind: "reopen", afterMs: DEFAULT_RETRY_MS };
  if (fault.code === UNAUTHENTICATED) return { kind: "sign-in" };
  switch (fault.reason) {
    case ErrorReason.DRAINING:
    case ErrorReason.LOG_UNAVAILABLE:
    case ErrorReason.ROOM_BUSY:
    case ErrorReason.TOO_MANY_SESSIONS:
    case ErrorReason.SESSION_ALREADY_OPEN:
    case ErrorReason.SESSION_NOT_FOUND:
    case ErrorReason.INTERNAL:
      return { kind: "reopen", afterMs: fault.retryAfterMs || DEFAULT_RETRY_MS };
    default:
      return fault.retryAfterMs > 0 || fault.code === UNAVAILABLE
        ? { kind: "reopen", afterMs: fault.retryAfterMs || DEFAULT_RETRY_MS }
        : { kind: "stop" };
  }
}

export function judgeClose(code: number): SocketVerdict {
  if (code === 4401) return "sign-in";
  return code === 4403 || code === 4404 ? "stop" : "retry";
}

/** One sentence for the person at the keyboard. */
export function explain(fault: Fault | undefined): string {
  switch (fault?.reason) {
    case ErrorReason.DOCUMENT_NOT_FOUND:
      return "This document does not exist, or was deleted.";
    case ErrorReason.PERMISSION_DENIED:
    case ErrorReason.ORIGIN_NOT_ALLOWED:
      return "You may not do this in this document.";
    case ErrorReason.SESSION_REPLACED:
      return "This document was opened again in another window.";
    case ErrorReason.SITE_OF_ANOTHER_AUTHOR:
      return "This window began with another account. Open the document in a new one.";
    case ErrorReason.TOO_LARGE:
      return "This change is too large to be saved.";
    case ErrorReason.FORMAT_NOT_ALLOWED:
      return "This document holds plain text only.";
    case ErrorReason.REVISION_AHEAD:
      return "The server has an older state of this document than this page.";
    case ErrorReason.TOKEN_MISSING:
    case ErrorReason.TOKEN_INVALID:
    case ErrorReason.TOKEN_EXPIRED:
      return "Please sign in again.";
    default:
      return "The server did not take this change.";
  }
}
