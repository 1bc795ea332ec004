/* Here: who is at this page: by the server's word, or, while it is away, by what this device remembers.
 *
 * Owns two entries of localStorage: the last account (subject and name, never a token), and whether the server is still
 * owed a sign-out. Whoever is here only by memory reads and writes what this device keeps; nothing else is to be had.
 */
import { SignedOut } from "@shoal/client";
import { account, signOut, token, ways, type Account } from "../app/account";
import { ApiError } from "../app/http";

export interface Here {
  readonly who: Account;
  /** The server cannot be asked. */
  readonly isAway: boolean;
}

const LAST = "shoal.last-account";
const OWED = "shoal.sign-out-owed";
/** How long the server may take where there is something to show without it. */
const PATIENCE_MS = 3_000;

/** Null when nobody is. `doubt` = the connection is gone: a session that was fresh a moment ago tells nothing. */
export async function whoIsHere(doubt: boolean): Promise<Here | null> {
  const last = lastAccount();
  try {
    await payDebt();
    if (doubt) await soon(ways());
    const who = await (last ? soon(account()) : account());
    if (who) keep(LAST, JSON.stringify({ subject: who.subject, name: who.name, development: who.development }));
    else forget(LAST);
    return who && { who, isAway: false };
  } catch (error) {
    if (last && isAway(error)) return { who: last, isAway: true };
    throw error;
  }
}

/** Who was signed in last, and has not signed out; null = nobody. */
export function lastAccount(): Account | null {
  try {
    const last = JSON.parse(localStorage.getItem(LAST) ?? "null") as Partial<Account> | null;
    if (typeof last?.subject !== "string" || typeof last.name !== "string") return null;
    return { subject: last.subject, name: last.name, development: last.development === true };
  } catch {
    return null;
  }
}

/** The token of this person alone: rejects with SignedOut once the browser's session is somebody else's. */
export async function tokenOf(subject: string, renew: boolean): Promise<string> {
  const text = await token(renew);
  if ((await account())?.subject !== subject) throw new SignedOut();
  return text;
}

/** Ends the session, and says where the provider ends its own. A server that is away is told before it is asked again. */
export async function endSession(): Promise<string> {
  // Other tabs hear of the account that is gone, and must find the debt by then.
  keep(OWED, "1");
  forget(LAST);
  try {
    return await payDebt();
  } catch (error) {
    if (isAway(error)) return "";
    throw error;
  }
}

/** Tells the server of a sign-out that it has not heard of. Rejects while it is away. */
export async function payDebt(): Promise<string> {
  if (read(OWED) === null) return "";
  try {
    const end = await soon(signOut());
    forget(OWED);
    return end;
  } catch (error) {
    // A server that refuses knows of no session to end.
    if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500) throw error;
    forget(OWED);
    return "";
  }
}

/** Whether the server answers, whatever the connection says. */
export async function isReachable(): Promise<boolean> {
  return soon(ways()).then(() => true, (error: unknown) => !isAway(error));
}

/** Calls `changed` when somebody signs in or out in another tab. */
export function followOtherTabs(changed: () => void): void {
  addEventListener("storage", ({ key }) => key === LAST && changed());
}

/** Without an answer, or with a proxy's word for it. */
function isAway(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || [502, 503, 504].includes(error.status));
}

function soon<Result>(answer: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new ApiError("Shoal does not answer.", 0)), PATIENCE_MS)));
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Full or forbidden: the app then does not open without the server.
  }
}

function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept either.
  }
}
