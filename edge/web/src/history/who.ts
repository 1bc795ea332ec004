/* Who: what a writer is called, person or agent, and how they look.
 *
 * Owns nothing: names come of subjects, colours are ui/people's. Five patterns under the text tell writers apart where
 * colours do not.
 */
import type { Account } from "../app/account";
import { personName } from "../app/names";
import { h } from "../ui/dom";
import { avatar, colourOf } from "../ui/people";

export interface Hand {
  readonly author: string;
  /** `agents/{agent}`; empty for a person. */
  readonly agent: string;
}

export const PATTERNS = 5;

/** What they have their colour by. */
export function keyOf({ author, agent }: Hand): string {
  return agent || author;
}

export function colourOfHand(hand: Hand): string {
  return colourOf(keyOf(hand));
}

/** `Ada`, or `Helper (agent, for Ada)`. */
export function nameOfHand({ author, agent }: Hand, account?: Account): string {
  const person = personName(author, account);
  return agent ? `${personName(agent.replace(/^agents\//, "users/"))} (agent, for ${person})` : person;
}

export function face(hand: Hand, account?: Account): HTMLElement {
  const element = avatar({ subject: keyOf(hand), name: nameOfHand(hand, account), self: !hand.agent && hand.author === account?.subject });
  if (hand.agent) element.classList.add("agent");
  return element;
}

/** What shows a writer's colour and pattern in the legend. */
export function swatch(hand: Hand, index: number): HTMLElement {
  const element = h("span", { class: `swatch past-author pattern-${index % PATTERNS}`, "aria-hidden": "true" }, "Aa");
  element.style.setProperty("--person", colourOfHand(hand));
  return element;
}
