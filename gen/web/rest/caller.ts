// Generated from the OpenAPI document of proto/; do not edit.
/* Caller: what makes a call of the description of one. `Rest` of @shoal/client/rest is one. */

/** What can be said of a single call. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The call fails with DEADLINE_EXCEEDED after so long, all attempts included. 0 = never. */
  readonly timeoutMs?: number | undefined;
}

/** How an rpc is called over HTTP. */
export interface Rpc {
  readonly verb: "GET" | "PUT" | "POST" | "DELETE" | "PATCH";
  /** Templates of its paths, `/v1/{name=documents/*}`: the first that the request fits is taken. */
  readonly paths: readonly string[];
  /** The field that is the body; `*` for the whole request. Without one, all fields that no path has are the query. */
  readonly body?: string;
  /** Calling it twice is as good as once. */
  readonly repeatable?: true;
  /** Messages that an answer always has. */
  readonly has?: readonly string[];
}

export interface Caller {
  /** One request, one answer. */
  call<Answer>(rpc: Rpc, request: object, options?: CallOptions): Promise<Answer>;
  /** One request, answers as they come. */
  stream<Answer>(rpc: Rpc, request: object, options?: CallOptions): AsyncIterableIterator<Answer>;
  /** Requests one after the other, one answer. */
  send<Answer>(rpc: Rpc, requests: Iterable<object> | AsyncIterable<object>, options?: CallOptions): Promise<Answer>;
}
