/* Register: asks the browser to keep the app, so that it opens while the server is away.
 *
 * Owns nothing. A new build is fetched behind the page and is there at the next load; nobody is asked anything.
 */

/** Does nothing where the browser cannot (a page without TLS) and while developing. */
export function keepApp(target: Window): void {
  if (!import.meta.env.PROD || !("serviceWorker" in target.navigator)) return;
  const { serviceWorker } = target.navigator;
  // Browsers look for a new build by themselves too, but when they please.
  const register = () => void serviceWorker.register("/sw.js", { updateViaCache: "none" }).then((found) => found.update()).catch(() => undefined);
  // What the page itself needs comes first.
  if (target.document.readyState === "complete") register();
  else target.addEventListener("load", register, { once: true });
  target.addEventListener("vite:preloadError", (event) => reloadOnce(event, target));
}

const AGAIN_AFTER_MS = 60_000;
const KEY = "shoal.reloaded";

/** A tab older than the server's build misses parts of its own: the next load has those of one build. Edits are kept. */
function reloadOnce(event: Event, { sessionStorage, location, navigator }: Window): void {
  if (!navigator.onLine || Date.now() - Number(sessionStorage.getItem(KEY)) < AGAIN_AFTER_MS) return;
  sessionStorage.setItem(KEY, String(Date.now()));
  event.preventDefault();
  location.reload();
}
