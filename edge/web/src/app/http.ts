/* Http: one request to this origin's JSON API, and its failures as one type.
 *
 * Owns nothing and never retries: the caller knows whether that is safe.
 */

/** Refused by the server, or not reached at all (status 0). `message` is fit to show. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly token?: string;
}

const LIMIT_MS = 15_000;

export async function request<Answer>(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.token) headers["Authorization"] = `Bearer ${options.token}`;
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(LIMIT_MS) };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  const response = await fetch(path, init).catch(() => {
    throw new ApiError("Shoal cannot be reached right now.", 0);
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(messageOf(answer) ?? `The server answered ${response.status}.`, response.status);
  return answer as Answer;
}

/** The message of a google.rpc.Status, bare or under `error`. */
function messageOf(answer: unknown): string | null {
  if (typeof answer !== "object" || answer === null) return null;
  const status = "error" in answer ? answer.error : answer;
  if (typeof status !== "object" || status === null || !("message" in status)) return null;
  return typeof status.message === "string" && status.message ? status.message : null;
}
