// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { SearchDocumentsResponse } from "./types";

/** What `searchDocuments` takes. */
export interface SearchDocumentsRequest {
  /**
   * Required, at most 500 characters. Words must all be there, in any order; "words in quotes" one after the other;
   * `-word` must not be there; `or` between two words takes either. The last word is taken as the beginning of one,
   * unless a space follows it. Misspelt titles are found too where the database has pg_trgm; without it only their
   * beginnings and parts.
   */
  readonly query: string;
  /** Which documents to look in, as in ListDocumentsRequest; empty = all. */
  readonly filter?: string | undefined;
  /** At most this many; 0 = 20; above 100 = 100; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /**
   * `next_page_token` of the page before, for the same query and filter. Empty = the first. At most the first 1,000
   * results can be paged through.
   */
  readonly pageToken?: string | undefined;
}

/**
 * Documents the caller may read that answer a query, the best first.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function searchDocuments(rest: Caller, request: SearchDocumentsRequest, options?: CallOptions): Promise<SearchDocumentsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/documents:search"], repeatable: true }, request, options);
}
