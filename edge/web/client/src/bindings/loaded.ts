/* Loaded: when an editor can be given the content.
 *
 * Owns no state.
 */
import type { LiveDocument } from "../live-document";

/**
 * Calls `show` at once if the document may be here, and in any case when it loads. Before that a document that is
 * refused or signed out cannot be told from one that is here and empty: so `show` may be called twice.
 */
export function whenLoaded(document: LiveDocument, show: () => void): () => void {
  if (document.site && document.status.state !== "loading") show();
  return document.on("loaded", show);
}
