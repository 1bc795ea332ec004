/* Opened: which documents a person had open in this browser, the last one first.
 *
 * Owns one entry of the store it is given, a name each. A store that refuses, as in some private windows, keeps none.
 */
const MOST = 12;

const keyOf = (subject: string) => `shoal.opened.${subject}`;

export function openedDocuments(store: Storage, subject: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(keyOf(subject)) ?? "[]");
    return Array.isArray(kept) ? kept.filter((name): name is string => typeof name === "string") : [];
  } catch {
    return [];
  }
}

/** They leave this device: whoever is next at it is told nothing. */
export function forgetOpened(store: Storage, subject: string): void {
  try {
    store.removeItem(keyOf(subject));
  } catch {
    // Forbidden: then nothing was kept either.
  }
}

/** `forget` = it is not there any more. */
export function rememberOpened(store: Storage, subject: string, name: string, forget = false): void {
  const others = openedDocuments(store, subject).filter((each) => each !== name);
  try {
    store.setItem(keyOf(subject), JSON.stringify((forget ? others : [name, ...others]).slice(0, MOST)));
  } catch {
    // Full or forbidden: the page works without.
  }
}
