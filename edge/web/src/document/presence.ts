/* Presence: the faces of who is here, the list of all of them, and what a screen reader is told of who comes and goes.
 *
 * Owns what is shown. Who is present is the document's to say; following somebody is the follower's.
 */
import type { LiveDocument, LiveDocumentEvents, Participant } from "@shoal/client";
import { h, icon } from "../ui/dom";
import { announce } from "../ui/notices";
import { avatar } from "../ui/people";
import { popover } from "../ui/popover";
import { roving } from "../ui/roving";
import { comings, crowdOf, type Present } from "./crowd";
import type { Follower } from "./follow";

const SHOWN = 4;
/** Who reloads leaves and comes at once: told together, that is nothing. */
const GATHER_MS = 1_500;
const EYE = "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z";

export class Presence {
  private readonly faces = h("ul", { class: "people", "aria-label": "People in this document" });
  private readonly count = h("span", {});
  private readonly list = h("ul", { class: "crowd" });
  readonly element: HTMLElement;
  private came: string[] = [];
  private left: string[] = [];
  private telling: ReturnType<typeof setTimeout> | undefined;
  private drawing = 0;
  /** What is drawn, as text: most news change nothing of it. */
  private shown = "";
  private readonly stops: (() => void)[];

  constructor(
    private readonly live: LiveDocument,
    private readonly follower: Follower,
  ) {
    const button = h("button", { type: "button", class: "button quiet who-here", "data-testid": "who-is-here", title: "Who is here", hidden: true }, this.count);
    roving(this.list, "vertical", () => [...this.list.querySelectorAll<HTMLElement>("button:not(:disabled)")], false);
    const fill = () => {
      this.drawList();
      return [h("h2", { class: "card-title" }, "Who is here"), this.list, h("p", { class: "faint hint" }, "Choose somebody to follow them through the text.")];
    };
    this.element = h("div", { class: "presence" }, this.faces, popover(button, { label: "Who is here", role: "dialog", fill }));
    this.stops = [
      live.on("participants", (who) => this.changed(who)),
      live.on("selections", () => this.soon()),
      follower.onChange(() => this.soon()),
    ];
  }

  end(): void {
    clearTimeout(this.telling);
    cancelAnimationFrame(this.drawing);
    for (const stop of this.stops) stop();
  }

  private changed({ joined, left }: LiveDocumentEvents["participants"]): void {
    this.came.push(...this.others(joined));
    this.left.push(...this.others(left));
    if (this.came.length + this.left.length > 0) this.telling ??= setTimeout(() => this.tell(), GATHER_MS);
    this.soon();
  }

  private others(who: readonly Participant[]): string[] {
    return who.filter(({ site }) => site !== this.live.site).map(({ name }) => name);
  }

  private tell(): void {
    const sentence = comings(this.came, this.left);
    if (sentence) announce(sentence);
    [this.came, this.left, this.telling] = [[], [], undefined];
  }

  private soon(): void {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      this.draw();
    });
  }

  private draw(): void {
    const people = crowdOf(this.live.participants, this.live.site);
    const followed = this.follower.followed;
    const now = JSON.stringify([people, followed]);
    if (now === this.shown) return;
    this.shown = now;
    const others = people.filter(({ self }) => !self);
    const visible = others.slice(0, SHOWN);
    const self = people.filter((one) => one.self).map((one) => h("li", { class: "visually-hidden", "data-testid": "participant" }, avatar(one)));
    const rest = others.length - visible.length;
    const more = rest > 0 ? [h("li", { class: "more-people", title: `${rest} more` }, `+${rest}`)] : [];
    this.faces.replaceChildren(...self, ...visible.map((one) => this.face(one)), ...more);
    this.count.textContent = people.length === 1 ? "Only you" : `${people.length} here`;
    this.element.querySelector<HTMLElement>(".who-here")?.toggleAttribute("hidden", people.length === 0);
    this.element.querySelector(".who-here")?.classList.toggle("alone", people.length === 1);
    if (this.list.isConnected && this.list.offsetParent) this.drawList();
  }

  /** A face that is pressed is followed. */
  private face(one: Present): HTMLElement {
    const pressed = this.follower.followed === one.subject;
    const label = pressed ? `Stop following ${one.name}` : `Follow ${one.name}`;
    const button = h("button", { type: "button", class: "face", "aria-pressed": String(pressed), title: one.idle ? `${label} (away)` : label, "data-testid": "follow" }, avatar(one));
    button.addEventListener("click", () => this.follower.toggle(one));
    return h("li", { "data-testid": "participant" }, button);
  }

  private drawList(): void {
    const people = crowdOf(this.live.participants, this.live.site);
    const at = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["subject"] : undefined;
    this.list.replaceChildren(...people.map((one) => this.line(one)));
    if (at) this.list.querySelector<HTMLElement>(`[data-subject="${CSS.escape(at)}"]`)?.focus();
  }

  private line(one: Present): HTMLElement {
    const pressed = this.follower.followed === one.subject;
    const where = one.sites.length > 1 ? `${one.sites.length} windows` : "";
    const state = [one.self ? "you" : "", one.idle ? "away" : one.placed || one.self ? "" : "not in the text", where].filter(Boolean).join(", ");
    const said = h("span", { class: "crowd-name" }, h("span", {}, one.name), state ? h("span", { class: "faint" }, state) : null);
    if (one.self) return h("li", { class: "crowd-line" }, avatar(one), said);
    const button = h(
      "button",
      { type: "button", class: "crowd-line", "aria-pressed": String(pressed), "data-subject": one.subject, "data-testid": "crowd-follow" },
      avatar(one), said, h("span", { class: "crowd-follow" }, icon(EYE), pressed ? "Following" : "Follow"),
    );
    button.addEventListener("click", () => this.follower.toggle(one));
    return h("li", {}, button);
  }
}
