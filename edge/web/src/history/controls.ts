/* Controls: everything of the panel that one presses, and how it is laid out. Decides nothing.
 *
 * Owns the elements. What they do is told to it.
 */
import type { Version } from "@gen/rest/types";
import { h, icon } from "../ui/dom";
import { choice, type Choice } from "./choice";
import type { Mode } from "./moment";
import { SPEEDS, type Pace } from "./schedule";
import type { Slider } from "./slider";
import { clock } from "./timeline";
import { titleOf } from "./versions";

export type Lists = "sessions" | "versions";

const PLAY = "M8 5.5v13l10.5-6.5z";
const PAUSE = "M8 5.5h2.5v13H8zM13.5 5.5H16v13h-2.5z";
const BACK = "M18 6l-8 6 8 6zM6.5 6v12";
const ON = "M6 6l8 6-8 6zM17.5 6v12";

/** What happens when something is pressed. */
export interface Deeds {
  play(): void;
  /** To the tick before or after. */
  step(by: -1 | 1): void;
  speed(times: number): void;
  pace(pace: Pace): void;
  mode(mode: Mode): void;
  /** `now`, `session`, or a revision. */
  compare(with_: string): void;
  list(which: Lists): void;
  name(): void;
  restore(): void;
  retry(): void;
}

export interface Parts {
  readonly slider: Slider;
  readonly changes: HTMLElement;
  readonly authors: HTMLElement;
  readonly legend: HTMLElement;
  readonly sessions: HTMLElement;
  readonly versions: HTMLElement;
}

export class Controls {
  private readonly when = h("p", { class: "moment-when", "data-testid": "moment" });
  private readonly where = h("p", { class: "faint", "data-testid": "moment-revision" });
  private readonly playButton: HTMLButtonElement;
  private readonly amounts = h("span", { class: "amounts", "data-testid": "amounts" });
  private readonly compareWith: HTMLSelectElement;
  private readonly naming: HTMLButtonElement;
  private readonly restoring: HTMLButtonElement;
  private readonly rights = h("p", { class: "faint", "data-testid": "history-rights" }, "You can look at the history. To name or restore a moment, ask for the right to write.");
  private readonly problem = h("p", {});
  private readonly trouble: HTMLElement;
  private readonly archived = h("p", { class: "note", hidden: true, "data-testid": "archived" });
  private readonly modes: Choice<Mode>;
  private readonly details: Readonly<Record<Mode, HTMLElement | null>>;
  private readonly actions: HTMLElement;
  readonly element: HTMLElement;

  constructor(deeds: Deeds, parts: Parts) {
    const button = (label: string, path: string, run: () => void, testid: string) =>
      h("button", { type: "button", class: "button icon-only", "aria-label": label, title: label, "data-testid": testid, onclick: run }, icon(path, true));
    this.playButton = button("Play", PLAY, deeds.play, "play");
    this.playButton.classList.add("play");
    const speed = select("Speed", SPEEDS.map((each) => [String(each), `${each}×`]), (value) => deeds.speed(Number(value)), "speed");
    const pace = select("Pace", [["natural", "As typed"], ["steady", "Evenly"]], (value) => deeds.pace(value as Pace), "pace");
    speed.value = "4";
    this.compareWith = select("Compare with", [], deeds.compare, "compare");
    this.modes = choice<Mode>("Show", [["text", "Text"], ["changes", "Changes"], ["authors", "Authors"]], deeds.mode);
    const lists = choice<Lists>("List", [["sessions", "Sessions"], ["versions", "Versions"]], (which) => {
      parts.sessions.hidden = which !== "sessions";
      parts.versions.hidden = which !== "versions";
      deeds.list(which);
    });
    parts.versions.hidden = true;
    this.naming = h("button", { type: "button", class: "button", "data-testid": "name-version", onclick: deeds.name }, "Name…");
    this.restoring = h("button", { type: "button", class: "button primary", "data-testid": "restore", onclick: deeds.restore }, "Restore…");
    this.actions = h("div", { class: "actions" }, this.naming, this.restoring);
    const again = h("button", { type: "button", class: "button quiet", onclick: deeds.retry }, "Try again");
    this.trouble = h("div", { class: "trouble", role: "alert", hidden: true }, this.problem, again);
    const changes = h("div", { class: "detail" }, h("label", { class: "compare" }, h("span", {}, "Compare with"), this.compareWith), h("div", { class: "line" }, this.amounts, parts.changes));
    const authors = h("div", { class: "detail" }, h("div", { class: "line" }, h("span", { class: "faint" }, "Stretches"), parts.authors), parts.legend);
    this.details = { text: null, changes, authors };
    this.element = h(
      "div",
      { class: "history", "data-testid": "history" },
      h("div", { class: "moment" }, this.when, this.where),
      parts.slider.element,
      h("div", { class: "transport" }, button("To the moment before", BACK, () => deeds.step(-1), "step-back"), this.playButton, button("To the next moment", ON, () => deeds.step(1), "step-on"), speed, pace),
      this.archived,
      this.trouble,
      this.modes.element,
      changes,
      authors,
      this.actions,
      this.rights,
      lists.element,
      parts.sessions,
      parts.versions,
    );
    this.mode("text");
  }

  mode(mode: Mode): void {
    this.modes.set(mode);
    for (const [each, element] of Object.entries(this.details)) if (element) element.hidden = each !== mode;
  }

  moment(when: string, where: string): void {
    this.when.textContent = when;
    this.where.textContent = where;
  }

  playing(yes: boolean): void {
    const label = yes ? "Pause" : "Play";
    this.playButton.replaceChildren(icon(yes ? PAUSE : PLAY, true));
    this.playButton.setAttribute("aria-label", label);
    this.playButton.title = label;
  }

  /** What the selected revision may be compared with, and what it is. */
  comparisons(versions: readonly Version[], hasSession: boolean, chosen: string): void {
    const option = (value: string, text: string) => h("option", { value }, text);
    const named = versions.map((each) => option(each.revision, `${titleOf(each)}, ${clock(Date.parse(each.revisionTime ?? ""))}`));
    this.compareWith.replaceChildren(option("now", "Now"), ...(hasSession ? [option("session", "Before this session")] : []), option("0", "The beginning"), ...named);
    this.compareWith.value = chosen;
  }

  changed(inserted: number, deleted: number): void {
    const part = (kind: "plus" | "minus", sign: string, amount: number, word: string) =>
      h("span", { class: kind }, `${sign}${amount.toLocaleString("en")}`, h("span", { class: "visually-hidden" }, ` characters ${word} `));
    this.amounts.replaceChildren(part("plus", "+", inserted, "added"), part("minus", "−", deleted, "removed"));
  }

  may(write: boolean, name: boolean, restore: boolean): void {
    this.actions.hidden = !write;
    this.rights.hidden = write;
    this.naming.disabled = !name;
    this.restoring.disabled = !restore;
  }

  /** Empty = all is well. */
  failed(problem: string): void {
    this.problem.textContent = problem;
    this.trouble.hidden = problem === "";
  }

  /** What is older than this revision is not here any more. */
  archivedBefore(revision: number): void {
    this.archived.textContent = `What was written before revision ${revision.toLocaleString("en")} has been archived by whoever runs this Shoal. They can bring it back.`;
    this.archived.hidden = false;
  }
}

function select(label: string, options: readonly (readonly [string, string])[], chosen: (value: string) => void, testid: string): HTMLSelectElement {
  const element = h("select", { "aria-label": label, title: label, "data-testid": testid }, ...options.map(([value, text]) => h("option", { value }, text)));
  element.addEventListener("change", () => chosen(element.value));
  return element;
}
