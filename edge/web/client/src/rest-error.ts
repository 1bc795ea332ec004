/* RestError: how a call failed, read from the google.rpc.Status that the server answers with.
 *
 * Owns what becomes of answers that are none of ours, a proxy's or none at all: they get the code that fits their HTTP
 * status. Messages are for developers; `reason` is what a program switches on.
 */
import type { ErrorReason } from "@gen/rest/types";

/** The codes of gRPC, in their order. */
const CODES = [
  "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
  "DATA_LOSS", "UNAUTHENTICATED",
] as const;

export type Code = (typeof CODES)[number];

/** A field of the request that breaks a rule. */
export interface Violation {
  /** Its path in names of the contract, `document.title`. */
  readonly field: string;
  /** What is wrong, for a developer. */
  readonly description: string;
}

export interface RestErrorFacts {
  readonly code: Code;
  readonly message: string;
  readonly status?: number;
  readonly reason?: ErrorReason | (string & {});
  readonly violations?: readonly Violation[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  readonly cause?: unknown;
}

export class RestError extends Error {
  override readonly name = "RestError";
  /** The code of gRPC. */
  readonly code: Code;
  /** The status of HTTP; 0 when there was no answer, or when a stream failed after it had begun. */
  readonly status: number;
  /** Why, of the catalogue; empty where the server itself did not say. */
  readonly reason: ErrorReason | (string & {});
  /** All that is wrong with the request, field by field. */
  readonly violations: readonly Violation[];
  /** Facts that come with the reason: `head_revision`, `limit`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** More than 0: the same call may succeed after so long. */
  readonly retryAfterMs: number;
  /** What to tell whoever runs the server: it is in their log. */
  readonly requestId: string;

  constructor(facts: RestErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.status = facts.status ?? 0;
    this.reason = facts.reason ?? "";
    this.violations = facts.violations ?? [];
    this.metadata = facts.metadata ?? {};
    this.retryAfterMs = facts.retryAfterMs ?? 0;
    this.requestId = facts.requestId ?? "";
  }

  /** Whether the same call, unchanged, may succeed later. */
  get isPassing(): boolean {
    return this.code === "UNAVAILABLE" || this.retryAfterMs > 0;
  }
}

/** The error of an answer that is no success. `body` is its text. */
export function errorOf(response: Response, body: string, requestId: string): RestError {
  const after = Number(response.headers.get("Retry-After") ?? 0) * 1000;
  const known = {
    status: response.status,
    retryAfterMs: Number.isFinite(after) ? after : 0,
    requestId: response.headers.get("X-Request-Id") ?? requestId,
  };
  const status = parsed(body);
  // A stream's refusal is a line like its others.
  if (isLine(status)) return statusError(status.error, known);
  if (isStatus(status)) return statusError(status, known);
  return new RestError({ ...known, code: codeOf(response.status), message: `the answer is ${response.status} ${response.statusText}`.trim() });
}

/** The error of an answer that did not come, or not to its end. */
export function unreachable(cause: unknown, requestId: string): RestError {
  return new RestError({ code: "UNAVAILABLE", message: "the server cannot be reached", requestId, cause });
}

/** The error of a google.rpc.Status, as JSON has it. What the details do not say is taken from `known`. */
export function statusError(
  status: { readonly code: number; readonly message?: string; readonly details?: readonly Detail[] },
  known: { readonly status?: number; readonly retryAfterMs?: number; readonly requestId: string },
): RestError {
  const detail = (name: string) => status.details?.find((each) => each["@type"] === `type.googleapis.com/google.rpc.${name}`) ?? {};
  const { reason = "", metadata = {} } = detail("ErrorInfo");
  const { fieldViolations = [] } = detail("BadRequest");
  return new RestError({
    ...known,
    code: CODES[status.code] ?? "UNKNOWN",
    message: status.message ?? "",
    reason,
    metadata,
    violations: fieldViolations.map(({ field = "", description = "" }) => ({ field, description })),
    // To the millisecond, where the header has seconds.
    retryAfterMs: parseFloat(detail("RetryInfo").retryDelay ?? "") * 1000 || known.retryAfterMs || 0,
    requestId: detail("RequestInfo").requestId || known.requestId,
  });
}

interface Detail {
  readonly "@type"?: string;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly fieldViolations?: readonly Partial<Violation>[];
  readonly retryDelay?: string;
  readonly requestId?: string;
}

function isStatus(value: unknown): value is { code: number; message?: string; details?: readonly Detail[] } {
  return typeof value === "object" && value !== null && typeof (value as { code?: unknown }).code === "number";
}

function isLine(value: unknown): value is { error: Parameters<typeof statusError>[0] } {
  return isStatus((value as { error?: unknown } | undefined | null)?.error);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(status: number): Code {
  switch (status) {
    case 400: return "INVALID_ARGUMENT";
    case 401: return "UNAUTHENTICATED";
    case 403: return "PERMISSION_DENIED";
    case 404: return "NOT_FOUND";
    case 413:
    case 429: return "RESOURCE_EXHAUSTED";
    case 502:
    case 503: return "UNAVAILABLE";
    case 504: return "DEADLINE_EXCEEDED";
    default: return "UNKNOWN";
  }
}
