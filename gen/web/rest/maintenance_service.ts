// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { CheckDatabaseRequest, CheckDatabaseResponse } from "./types";

/**
 * Checks documents against their log: heads, checkpoints against replay, hashes, high-water rows, what is derived, and the outbox.
 *
 * Findings come as they are made, with progress in between; the last message has `done`. With
 * `repair`, what is derived is made anew from the log. The log itself is never changed: what is wrong with it is
 * reported.
 *
 * Needs `PERMISSION_OPERATE`.
 */
export function checkDatabase(rest: Caller, request: CheckDatabaseRequest = {}, options?: CallOptions): AsyncIterableIterator<CheckDatabaseResponse> {
  return rest.stream({ verb: "POST", paths: ["/v1/maintenance:checkDatabase"], body: "*" }, request, options);
}
