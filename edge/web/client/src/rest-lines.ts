/* The answers of a stream: one JSON object a line, `result` until perhaps an `error` ends it.
 *
 * Owns the bytes between two reads; whoever stops listening cancels the response.
 */
import { RestError, statusError, unreachable } from "./rest-error";

type Line<Answer> = { readonly result: Answer; readonly error?: never } | { readonly error: Parameters<typeof statusError>[0] };

/** Yields results as they come. Throws RestError for an `error`, and (UNAVAILABLE) for a stream that breaks off. */
export async function* resultsOf<Answer>(body: ReadableStream<Uint8Array>, requestId: string): AsyncGenerator<Answer, void> {
  for await (const text of linesOf(body, requestId)) {
    const line = parsed<Answer>(text, requestId);
    if (line.error) throw statusError(line.error, { requestId });
    yield line.result;
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>, requestId: string): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let unread = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw unreachable(error, requestId);
      });
      unread += decoder.decode(value, { stream: !done });
      const lines = unread.split("\n");
      unread = done ? "" : (lines.pop() ?? "");
      yield* lines.filter((line) => line.trim());
      if (done) return;
    }
  } finally {
    // What was cancelled already, or has ended, says so again.
    await reader.cancel().catch(() => undefined);
  }
}

function parsed<Answer>(text: string, requestId: string): Line<Answer> {
  try {
    return JSON.parse(text) as Line<Answer>;
  } catch (cause) {
    throw new RestError({ code: "UNAVAILABLE", message: "the stream broke off within a line", requestId, cause });
  }
}
