/* FakeFetch: a server behind `fetch`, one answer after the other, as the edge writes them on the wire.
 *
 * Owns what was asked. Answers wait in a queue; a question without an answer fails the test. Never touches a network.
 */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: unknown;
  readonly credentials: string | undefined;
}

type Answer = (asked: Asked, signal: AbortSignal) => Response | Promise<Response>;

export class FakeFetch {
  readonly asked: Asked[] = [];
  private readonly answers: Answer[] = [];

  /** What to hand to `Rest`. */
  readonly fetch: typeof fetch = async (input, init = {}) => {
    const asked: Asked = {
      method: init.method ?? "GET",
      url: new URL(String(input)),
      headers: new Headers(init.headers),
      body: typeof init.body === "string" ? read(init.body) : undefined,
      credentials: init.credentials,
    };
    this.asked.push(asked);
    const answer = this.answers.shift();
    if (!answer) throw new Error(`nobody answers ${asked.method} ${asked.url.href}`);
    init.signal?.throwIfAborted();
    return answer(asked, init.signal ?? new AbortController().signal);
  };

  get last(): Asked {
    return this.asked[this.asked.length - 1]!;
  }

  json(body: unknown, headers: Record<string, string> = {}): this {
    return this.with(() => new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json", ...headers } }));
  }

  /** A refusal: google.rpc.Status in JSON. */
  refuse(http: number, code: number, message: string, details: readonly object[] = [], headers: Record<string, string> = {}): this {
    return this.with(() => new Response(JSON.stringify({ code, message, details }), { status: http, headers }));
  }

  /** No server at all, as browsers tell it. */
  unplugged(): this {
    return this.with(() => {
      throw new TypeError("Failed to fetch");
    });
  }

  /** Nothing, until the caller gives up. */
  silent(): this {
    return this.with(
      (_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    );
  }

  /** Bytes in these pieces; afterwards the stream ends, or fails where `cut`. `left` is told when nobody reads any more. */
  pieces(pieces: readonly (string | Uint8Array)[], { cut = false, left = () => {} } = {}): this {
    const waiting = pieces.map((each) => (typeof each === "string" ? new TextEncoder().encode(each) : each));
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const next = waiting.shift();
      if (next) return controller.enqueue(next);
      if (cut) return controller.error(new TypeError("network error"));
      controller.close();
    };
    return this.with(() => new Response(new ReadableStream({ pull, cancel: left }, { highWaterMark: 0 })));
  }

  with(answer: Answer): this {
    this.answers.push(answer);
    return this;
  }
}

function read(text: string): unknown {
  return text.endsWith("\n") ? text.trim().split("\n").map((line) => JSON.parse(line) as unknown) : (JSON.parse(text) as unknown);
}

export const detail = (type: string, fields: object) => ({ "@type": `type.googleapis.com/google.rpc.${type}`, ...fields });
export const because = (reason: string, metadata: object = {}) => detail("ErrorInfo", { reason, domain: "shoal.dev", metadata });
