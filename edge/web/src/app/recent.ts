/* Recent: the names somebody signed in by in this browser, the newest first, for a page where a name suffices.
 *
 * Owns one entry of the store it is given. A store that refuses, as in some private windows, keeps none.
 */
const KEY = "shoal.names";
const MOST = 6;

export function recentNames(store: Storage): readonly string[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((name): name is string => typeof name === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function rememberName(store: Storage, name: string): void {
  keep(store, [name, ...recentNames(store).filter((each) => each !== name)]);
}

export function forgetName(store: Storage, name: string): void {
  keep(store, recentNames(store).filter((each) => each !== name));
}

function keep(store: Storage, names: readonly string[]): void {
  try {
    store.setItem(KEY, JSON.stringify(names.slice(0, MOST)));
  } catch {
    // Full or forbidden: the names are a comfort, and signing in goes on without.
  }
}
