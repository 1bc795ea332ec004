/* Keys: combinations as they are written in the lists of this page, `Mod+Shift+7`, read against the keyboard.
 *
 * Owns nothing. `Mod` is Cmd on a Mac and Ctrl elsewhere. Digits and signs, which Shift makes others, and letters that are
 * not Latin go by their place.
 */

const PLACES: Readonly<Record<string, string>> = { ".": "Period", "/": "Slash", "\\": "Backslash" };

export interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Whether a press is this combination, with nothing more held. */
export function matches(pressed: Pressed, keys: string, mac = isMac()): boolean {
  const parts = keys.split("+");
  const last = parts[parts.length - 1] ?? "";
  const has = (part: string) => parts.includes(part);
  const [mod, other] = mac ? [pressed.metaKey, pressed.ctrlKey] : [pressed.ctrlKey, pressed.metaKey];
  const isShifted = last === "?" || pressed.shiftKey === has("Shift");
  return mod === has("Mod") && !other && pressed.altKey === has("Alt") && isShifted && isKey(pressed, last);
}

function isKey({ key, code }: Pressed, wanted: string): boolean {
  if (key.toLowerCase() === wanted.toLowerCase()) return true;
  // Where letters are Latin, but elsewhere than on most keyboards, what is written on the key counts.
  if (/^[a-z0-9]$/i.test(key)) return false;
  return code === (PLACES[wanted] ?? (/^[0-9]$/.test(wanted) ? `Digit${wanted}` : `Key${wanted}`));
}

const SIGNS: Readonly<Record<string, string>> = { Mod: "⌘", Alt: "⌥", Shift: "⇧" };

/** For people: `Ctrl+Shift+7`, or `⇧⌘7`'s signs on a Mac. */
export function shownKeys(keys: string, mac = isMac()): string {
  const parts = keys.split("+");
  return mac ? parts.map((part) => SIGNS[part] ?? part).join("") : parts.map((part) => (part === "Mod" ? "Ctrl" : part)).join("+");
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
}
