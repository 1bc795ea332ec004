/* Composing: keeps others' changes back while an input method composes, since a change of the text would end it.
 *
 * Owns the time it takes at most.
 */
import type { LiveDocument } from "../live-document";

/**
 * Holds `live` while there is a composition in `root`. `restsAfterMs`: a composition in which nothing happens for so long
 * no longer holds, until something does; for editors that know what is composed before it is finished. A phone composes
 * for as long as the caret rests in a word.
 */
export function holdWhileComposing(live: LiveDocument, root: HTMLElement, signal: AbortSignal, restsAfterMs = Infinity): void {
  let rest: ReturnType<typeof setTimeout> | undefined;
  const hold = () => {
    clearTimeout(rest);
    live.hold();
    if (restsAfterMs < Infinity) rest = setTimeout(release, restsAfterMs);
  };
  const release = () => {
    clearTimeout(rest);
    if (!signal.aborted) live.release();
  };
  root.addEventListener("compositionstart", hold, { signal });
  root.addEventListener("compositionupdate", hold, { signal });
  // Editors read what was composed after the event.
  root.addEventListener("compositionend", () => setTimeout(release), { signal });
  signal.addEventListener("abort", () => {
    clearTimeout(rest);
    live.release();
  });
}
