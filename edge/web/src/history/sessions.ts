/* Sessions: who worked on the document when, by day, the newest first.
 *
 * Owns the list. Which one is chosen is told to it.
 */
import type { Account } from "../app/account";
import { among } from "../app/names";
import { dayOf } from "../app/when";
import type { EditSession } from "@gen/rest/types";
import { h } from "../ui/dom";
import { hourOf } from "./timeline";
import { face, nameOfHand } from "./who";

const SHOWN_FACES = 3;

export interface SessionsParts {
  readonly account: Account;
  readonly chosen: (session: EditSession) => void;
  readonly more: () => void;
}

export class Sessions {
  private readonly list = h("div", { class: "days", "data-testid": "sessions" });
  private readonly older = h("button", { type: "button", class: "button quiet wide", hidden: true }, "Show older");
  readonly element = h("div", {}, this.list, this.older);
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(private readonly parts: SessionsParts) {
    this.older.addEventListener("click", parts.more);
  }

  show(sessions: readonly EditSession[], hasMore: boolean, current: EditSession | undefined): void {
    const focused = [...this.buttons].find(([, button]) => button === document.activeElement)?.[0];
    this.buttons.clear();
    const days = new Map<string, HTMLElement[]>();
    for (const session of sessions) {
      const day = dayOf(new Date(session.endTime ?? 0));
      days.set(day, [...(days.get(day) ?? []), h("li", {}, this.line(session))]);
    }
    this.list.replaceChildren(...[...days].map(([day, lines]) => h("section", {}, h("h3", {}, day), h("ul", {}, ...lines))));
    if (sessions.length === 0) this.list.append(h("p", { class: "faint nothing" }, "Nothing was written yet."));
    this.older.hidden = !hasMore;
    this.mark(current);
    if (focused !== undefined) this.buttons.get(focused)?.focus();
  }

  /** Shows which one the text is of. */
  mark(current: EditSession | undefined): void {
    for (const [first, button] of this.buttons) {
      if (current?.firstRevision === first) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  private line(session: EditSession): HTMLElement {
    const { contributions, startTime, endTime } = session;
    const names = contributions.map((each) => nameOfHand(each, this.parts.account));
    const sum = (of: "inserted" | "deleted") => contributions.reduce((all, each) => all + Number(each[of]), 0);
    const [from, to] = [hourOf(Date.parse(startTime ?? "")), hourOf(Date.parse(endTime ?? ""))];
    const when = from === to ? from : `${from} – ${to}`;
    const [plus, minus] = [sum("inserted"), sum("deleted")];
    const day = dayOf(new Date(endTime ?? 0));
    const part = (kind: "plus" | "minus", text: string, word: string) => h("span", { class: kind }, text, aloud(` ${word} `));
    const button = h(
      "button",
      { type: "button", class: "session", "data-testid": "session", onclick: () => this.parts.chosen(session) },
      h("span", { class: "faces", "aria-hidden": "true" }, ...contributions.slice(0, SHOWN_FACES).map((each) => face(each, this.parts.account))),
      h(
        "span",
        { class: "session-who" },
        h("strong", {}, among(names), aloud(` ${day} `)),
        h("span", { class: "faint" }, when, h("span", { class: "amounts" }, part("plus", `+${short(plus)}`, plus === 1 ? "character added" : "characters added"), part("minus", `−${short(minus)}`, "removed"))),
      ),
    );
    this.buttons.set(session.firstRevision, button);
    return button;
  }
}

/** For screen readers alone. */
function aloud(text: string): HTMLElement {
  return h("span", { class: "visually-hidden" }, text);
}

/** `950`, `1.2K`, `3.4M`. */
export function short(amount: number): string {
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(amount);
}
