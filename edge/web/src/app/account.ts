/* Account: who is signed in, the token that proves it, and the ways to sign in.
 *
 * Owns the last answer of /v1/session. The token lives in memory only; the cookie that renews it is the browser's.
 */
import { SignedOut } from "@shoal/client";
import { ApiError, request } from "./http";

export interface Account {
  readonly subject: string;
  readonly name: string;
  /** True when signing in needs only a name. */
  readonly development: boolean;
}

/** How people sign in here. */
export interface Ways {
  readonly by_name: boolean;
  /** Who signs people in elsewhere, and where that begins; null = nobody. */
  readonly provider: { readonly label: string; readonly start: string } | null;
}

interface SessionAnswer extends Account {
  readonly token: string;
  /** Seconds since 1970. */
  readonly expires_at: number;
}

/** A token this near its end is not used for a new connection. */
const MARGIN_S = 30;

let current: SessionAnswer | null = null;
let asked: Promise<SessionAnswer | null> | null = null;

/** Who is signed in; null when nobody is. */
export async function account(): Promise<Account | null> {
  if (current && isFresh(current)) return current;
  return (current = await ask());
}

/** The token; rejects with SignedOut when only the user can help. `renew` = the last one was refused. */
export async function token(renew = false): Promise<string> {
  if (renew) current = null;
  if ((await account()) === null || current === null) throw new SignedOut();
  return current.token;
}

export function ways(): Promise<Ways> {
  return request<Ways>("GET", "/v1/session/ways");
}

/** Where signing in with a provider begins; people come back to `to`, a path of this page. */
export function startOf(start: string, to: string): string {
  return `${start}?to=${encodeURIComponent(to)}`;
}

export async function signIn(name: string): Promise<Account> {
  current = await request<SessionAnswer>("POST", "/v1/session", { body: { name } });
  return current;
}

/** Ends the session here, and says where the provider ends its own; empty = nowhere. */
export async function signOut(): Promise<string> {
  const { end_url: end } = await request<{ end_url?: string }>("DELETE", "/v1/session");
  current = null;
  return end ?? "";
}

/** All who ask at once get one answer: a provider takes what renews a session but once. */
function ask(): Promise<SessionAnswer | null> {
  asked ??= request<SessionAnswer>("GET", "/v1/session")
    .catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    })
    .finally(() => (asked = null));
  return asked;
}

function isFresh({ expires_at }: SessionAnswer): boolean {
  return expires_at - MARGIN_S > Date.now() / 1000;
}
