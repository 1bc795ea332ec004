/* Account: who is signed in, and the token that proves it.
 *
 * Owns the last answer of /v1/session. The token lives in memory only; the cookie is the browser's.
 */
import { SignedOut } from "@shoal/client";
import { ApiError, request } from "./http";

export interface Account {
  readonly subject: string;
  readonly name: string;
  /** True when signing in needs only a name. */
  readonly development: boolean;
}

interface SessionAnswer extends Account {
  readonly token: string;
  /** Seconds since 1970. */
  readonly expires_at: number;
}

/** A token this near its end is not used for a new connection. */
const MARGIN_S = 30;

let current: SessionAnswer | null = null;

/** Who is signed in; null when nobody is. */
export async function account(): Promise<Account | null> {
  if (current && isFresh(current)) return current;
  try {
    current = await request<SessionAnswer>("GET", "/v1/session");
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    current = null;
  }
  return current;
}

/** The token; rejects with SignedOut when only the user can help. `renew` = the last one was refused. */
export async function token(renew = false): Promise<string> {
  if (renew) current = null;
  if ((await account()) === null || current === null) throw new SignedOut();
  return current.token;
}

export async function signIn(name: string): Promise<Account> {
  current = await request<SessionAnswer>("POST", "/v1/session", { body: { name } });
  return current;
}

export async function signOut(): Promise<void> {
  await request("DELETE", "/v1/session");
  current = null;
}

function isFresh({ expires_at }: SessionAnswer): boolean {
  return expires_at - MARGIN_S > Date.now() / 1000;
}
