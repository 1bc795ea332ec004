/* @shoal/client/rest: every call of the API as a typed function; a page has those it uses.
 *
 *     const rest = new Rest({ url: "https://shoal.example", token: async () => "..." });
 *     const { document } = await getDocument(rest, { name: "documents/notes" });
 *     for await (const { operations } of watchDocument(rest, { name: document.name })) console.log(operations);
 *
 * Owns one way to the server: who calls, how long, how often. The calls themselves are generated from the OpenAPI
 * document; each says in its documentation what it needs and what it is refused for.
 */
import type { CallOptions, Caller, Rpc } from "@gen/rest/caller";
import { Backoff } from "./backoff";
import { errorOf, RestError, unreachable } from "./rest-error";
import { resultsOf } from "./rest-lines";
import { httpRequest, type HttpRequest } from "./rest-request";
import { Tokens } from "./rest-tokens";
import { pause, Until, within } from "./rest-until";

export * from "@gen/rest/index";
export { RestError, type Code, type Violation } from "./rest-error";
export { pages, type List } from "./rest-pages";

export interface RestOptions {
  /** The server, `https://shoal.example`. Default: where the page came from. */
  readonly url?: string;
  /**
   * A token of the user, as for `Shoal`: asked for before the first call, and again (`renew` true) when one was refused.
   * Without it the sign-in cookie speaks, which only goes to where the page came from.
   */
  readonly token?: (renew: boolean) => Promise<string>;
  /** For runtimes without one of their own, and for tests. */
  readonly fetch?: typeof fetch;
  /** A call fails with DEADLINE_EXCEEDED after so long; 0 = never. Streams go on until they are left. */
  readonly timeoutMs?: number;
  /** How often a call that may be repeated is, when the server cannot be reached or asks for it. 0 = never. */
  readonly retries?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 3;
/** Who is told to come back later than this is told at once. */
const LONGEST_WAIT_MS = 10_000;

/** One call under way. */
interface Attempted {
  readonly request: HttpRequest;
  readonly repeatable: boolean;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

export class Rest implements Caller {
  private readonly tokens: Tokens | undefined;
  private readonly fetch: typeof fetch;

  constructor(private readonly options: RestOptions = {}) {
    this.tokens = options.token && new Tokens(options.token);
    // A browser's own fetch works as a function of the page alone.
    this.fetch = options.fetch ?? ((...given) => globalThis.fetch(...given));
  }

  /** Makes a single call; what the generated functions use. Rejects with RestError, or as `signal` and `token` say. */
  async call<Answer>(rpc: Rpc, request: object, options?: CallOptions): Promise<Answer> {
    return this.unary<Answer>(rpc, httpRequest(rpc, request), options);
  }

  /** As `call`, with all requests in one body. */
  async send<Answer>(rpc: Rpc, requests: Iterable<object> | AsyncIterable<object>, options?: CallOptions): Promise<Answer> {
    const lines: string[] = [];
    for await (const each of requests) lines.push(`${JSON.stringify(each)}\n`);
    return this.unary<Answer>(rpc, { ...httpRequest(rpc, {}), body: lines.join("") }, options);
  }

  /** Begins when it is first asked for an answer, ends when it is left. Throws as `call` rejects. */
  async *stream<Answer>(rpc: Rpc, request: object, options: CallOptions = {}): AsyncGenerator<Answer, void> {
    const left = new AbortController();
    const until = new Until({ ...options, timeoutMs: options.timeoutMs ?? 0 }, left.signal);
    const attempted = attempt(rpc, httpRequest(rpc, request), until.signal);
    try {
      const response = await this.repeated(attempted, (answer) => Promise.resolve(answer));
      if (response.body) yield* resultsOf<Answer>(response.body, attempted.requestId);
    } catch (error) {
      throw until.told(error, attempted.requestId);
    } finally {
      left.abort();
    }
  }

  private async unary<Answer>(rpc: Rpc, request: HttpRequest, options: CallOptions = {}): Promise<Answer> {
    const until = new Until({ ...options, timeoutMs: options.timeoutMs ?? this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS });
    const attempted = attempt(rpc, request, until.signal);
    try {
      const text = await this.repeated(attempted, (response) => response.text());
      return answerOf<Answer>(rpc, text, attempted.requestId);
    } catch (error) {
      throw until.told(error, attempted.requestId);
    }
  }

  /** Tries until it succeeds, must not be tried again, or was tried often enough. */
  private async repeated<Read>(attempted: Attempted, read: (response: Response) => Promise<Read>): Promise<Read> {
    const backoff = new Backoff();
    let left = attempted.repeatable ? (this.options.retries ?? DEFAULT_RETRIES) : 0;
    for (;;) {
      try {
        return await this.once(attempted, read);
      } catch (error) {
        attempted.signal.throwIfAborted();
        if (!(error instanceof RestError) || !error.isPassing || error.retryAfterMs > LONGEST_WAIT_MS || left === 0) throw error;
        left -= 1;
        // Full jitter on top, so that those who were told the same time do not come back at the same time.
        await pause(error.retryAfterMs + backoff.next(), attempted.signal);
      }
    }
  }

  private async once<Read>(attempted: Attempted, read: (response: Response) => Promise<Read>): Promise<Read> {
    const token = this.tokens && (await within(attempted.signal, this.tokens.current()));
    let response = await this.sent(attempted, token);
    if (response.status === 401 && this.tokens && token !== undefined) {
      await response.body?.cancel();
      response = await this.sent(attempted, await within(attempted.signal, this.tokens.other(token)));
    }
    try {
      if (response.ok) return await read(response);
      throw errorOf(response, await response.text(), attempted.requestId);
    } catch (error) {
      throw error instanceof RestError ? error : unreachable(error, attempted.requestId);
    }
  }

  private async sent({ request, requestId, signal }: Attempted, token: string | undefined): Promise<Response> {
    const headers = {
      Accept: "application/json",
      "X-Request-Id": requestId,
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(request.body === undefined ? {} : { "Content-Type": "application/json" }),
    };
    const url = new URL(request.target, this.options.url ?? location.origin);
    // One proof of who calls: with a token, no cookie goes along.
    const credentials = token === undefined ? "same-origin" : "omit";
    try {
      return await this.fetch(url, { method: request.method, headers, body: request.body ?? null, credentials, signal });
    } catch (error) {
      throw unreachable(error, requestId);
    }
  }
}

function attempt(rpc: Rpc, request: HttpRequest, signal: AbortSignal): Attempted {
  return { request, signal, repeatable: rpc.repeatable ?? false, requestId: newRequestId() };
}

/** `crypto.randomUUID` is not there for pages without TLS. */
function newRequestId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function answerOf<Answer>(rpc: Rpc, text: string, requestId: string): Answer {
  const wrong = (message: string, cause?: unknown) => new RestError({ code: "INTERNAL", message, status: 200, requestId, cause });
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw wrong("the answer is no JSON", error);
  }
  const missing = rpc.has?.find((field) => !answer[field]);
  if (missing !== undefined) throw wrong(`the answer has no ${missing}`);
  return answer as Answer;
}
