/* Colours: which one somebody's caret has, when the page does not say.
 *
 * Owns the palette. A colour follows from the subject, so that all windows agree without asking.
 */
import type { Participant } from "../participants";

/** Dark enough for white text on each (contrast at least 4.5), and apart from each other for most colour-blind eyes. */
const PALETTE = ["#0d7a78", "#b4442f", "#5b53c7", "#8a6100", "#b0357f", "#2a6fb8", "#3d7a34", "#75529a", "#a34a15", "#4a6478"];

/** One of ten, by FNV-1a of the subject. */
export function colourOf({ subject }: Pick<Participant, "subject">): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < subject.length; at += 1) hash = Math.imul(hash ^ subject.charCodeAt(at), 0x01000193) >>> 0;
  return PALETTE[hash % PALETTE.length] ?? "";
}
