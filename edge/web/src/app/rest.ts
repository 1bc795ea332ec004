/* Rest: the API as who is signed in, for `@shoal/client/rest`'s calls.
 *
 * Owns the one caller of this page, and what a failed call is called in words for people.
 */
import { SignedOut } from "@shoal/client";
import { Rest, RestError } from "@shoal/client/rest";
import { token } from "./account";

export const rest = new Rest({ token });

/** For people, by reason; what is not here is told by its code. */
const REASONS: Readonly<Record<string, string>> = {
  ERROR_REASON_NOT_EMPTY: "There is still something in it. Move that elsewhere or delete it first.",
  ERROR_REASON_ALREADY_EXISTS: "There is one of that name already.",
  ERROR_REASON_DOCUMENT_ALREADY_EXISTS: "There is one of that name already.",
  ERROR_REASON_ETAG_MISMATCH: "Somebody changed it meanwhile. Look at it again, then try once more.",
  ERROR_REASON_DOCUMENT_DELETED: "It is in the trash. Restore it first.",
  ERROR_REASON_DOCUMENT_NOT_DELETED: "It is not in the trash any more.",
  ERROR_REASON_RESOURCE_ARCHIVED: "The project is archived: nothing in it can be changed.",
};
const CODES: Readonly<Record<string, string>> = {
  UNAVAILABLE: "Shoal cannot be reached right now.",
  DEADLINE_EXCEEDED: "Shoal did not answer in time.",
  PERMISSION_DENIED: "You may not do that here. Ask who shared it with you.",
  NOT_FOUND: "It does not exist, or it is not shared with you.",
  RESOURCE_EXHAUSTED: "That was too much at once. Wait a moment, then try again.",
  UNAUTHENTICATED: "You are signed out. Reload the page to sign in again.",
};

/** What went wrong, in a sentence fit to show. */
export function explain(error: unknown): string {
  if (error instanceof SignedOut) return CODES["UNAUTHENTICATED"] ?? "";
  if (!(error instanceof RestError)) return error instanceof Error && error.message ? error.message : "That did not work.";
  const wrong = error.violations[0];
  if (wrong) return `${sentence(wrong.description)} (${wrong.field.replace(/^.*\./, "").replaceAll("_", " ")})`;
  return REASONS[error.reason] ?? CODES[error.code] ?? sentence(error.message);
}

function sentence(text: string): string {
  return text ? text.charAt(0).toLocaleUpperCase() + text.slice(1) : "That did not work.";
}
