/* People: how a person looks on the page, the same in every window.
 *
 * Owns the palette. A person's colour follows from their subject, so that all pages agree without asking.
 */
import { h } from "./dom";

/** Dark enough for white text on each (contrast at least 4.5), and apart from each other for most colour-blind eyes. */
const PALETTE = ["#0d7a78", "#b4442f", "#5b53c7", "#8a6100", "#b0357f", "#2a6fb8", "#3d7a34", "#75529a", "#a34a15", "#4a6478"];

/** FNV-1a: spreads short names that differ in one letter. */
export function colourOf(subject: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < subject.length; at += 1) hash = Math.imul(hash ^ subject.charCodeAt(at), 0x01000193) >>> 0;
  return PALETTE[hash % PALETTE.length] ?? "#4a6478";
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
