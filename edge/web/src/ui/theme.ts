/* Theme: light, dark, or whatever the system has.
 *
 * Owns one entry of localStorage and one attribute of <html>, which public/assets/theme-1.js sets before the first paint.
 * The colours are app.css's.
 */
export type Theme = "system" | "light" | "dark";

const KEY = "shoal.theme";
const CHANGED = "shoal-theme";

export function theme(): Theme {
  const set = document.documentElement.dataset["theme"];
  return set === "light" || set === "dark" ? set : "system";
}

export function setTheme(chosen: Theme): void {
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
  try {
    if (chosen === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    // Forbidden: it holds for this page alone.
  }
  dispatchEvent(new Event(CHANGED));
}

/** Calls `listener` now and with each change of whether the page is dark; the returned function stops that. */
export function followDark(listener: (dark: boolean) => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const tell = () => listener(theme() === "system" ? system.matches : theme() === "dark");
  const stop = new AbortController();
  system.addEventListener("change", tell, { signal: stop.signal });
  addEventListener(CHANGED, tell, { signal: stop.signal });
  tell();
  return () => stop.abort();
}
