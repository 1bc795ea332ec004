/* People: how a person looks on the page.
 *
 * Owns the palette and who has which colour of it here. A colour follows from the subject, so that pages agree without
 * asking; where two would have the same, the later one gets the next that is free, since telling them apart matters more.
 */
import { h } from "./dom";

/** Dark enough for white text on each (contrast at least 4.5), and apart from each other for most colour-blind eyes. */
const PALETTE = ["#0d7a78", "#b4442f", "#5b53c7", "#8a6100", "#b0357f", "#2a6fb8", "#3d7a34", "#75529a", "#a34a15", "#4a6478"];

const given = new Map<string, string>();

/** The colour of a subject; stays the same for as long as the page lives. */
export function colourOf(subject: string): string {
  const known = given.get(subject);
  if (known) return known;
  const first = spread(subject) % PALETTE.length;
  const inTurn = [...PALETTE.slice(first), ...PALETTE.slice(0, first)];
  const taken = new Set(given.values());
  const colour = inTurn.find((one) => !taken.has(one)) ?? inTurn[0] ?? "#4a6478";
  given.set(subject, colour);
  return colour;
}

/** FNV-1a: tells short names apart that differ in one letter. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}

/** The first letters of the first and last word; `?` when there are none. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = (word: string | undefined) => [...(word ?? "")][0] ?? "";
  const initials = first(words[0]) + (words.length > 1 ? first(words[words.length - 1]) : "");
  return initials.toLocaleUpperCase() || "?";
}

export interface Person {
  readonly subject: string;
  readonly name: string;
  readonly idle?: boolean;
  readonly self?: boolean;
}

export function avatar(person: Person): HTMLElement {
  const name = person.self ? `${person.name} (you)` : person.name;
  const element = h(
    "span",
    { class: person.idle ? "avatar idle" : "avatar", title: person.idle ? `${name}, away` : name },
    h("span", { "aria-hidden": "true" }, initialsOf(person.name)),
    h("span", { class: "visually-hidden" }, name),
  );
  element.style.setProperty("--person", colourOf(person.subject));
  return element;
}
