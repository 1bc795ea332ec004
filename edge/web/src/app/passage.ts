/* Passage: what stands behind the `#` of an address, carried over signing in elsewhere.
 *
 * A share link's secret stands there so that no server is told it; the way through an identity provider would lose it, or
 * tell it. Owns one entry of the store it is given, which is this tab's and is gone as soon as it is taken back.
 */
const KEY = "shoal.passage";

/** Keeps the fragment of `path` while the page is left. */
export function carry(store: Storage, path: string, fragment: string): void {
  try {
    if (fragment) store.setItem(KEY, JSON.stringify([path, fragment]));
    else store.removeItem(KEY);
  } catch {
    // A store that refuses: the link is to be opened again.
  }
}

/** The fragment that was kept for `path`, once; empty when there is none. */
export function takeBack(store: Storage, path: string): string {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? "null");
    if (!Array.isArray(kept) || kept[0] !== path) return "";
    store.removeItem(KEY);
    return typeof kept[1] === "string" && kept[1].startsWith("#") ? kept[1] : "";
  } catch {
    return "";
  }
}
