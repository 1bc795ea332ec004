/* Preview: the sheet with the past on it, and the bar above it that says so.
 *
 * Owns the paper, and the card that tells whose a stretch is when it is pointed at.
 */
import { h, icon } from "../ui/dom";
import { openPaper, type Paper } from "./paper";
import { HISTORY } from "./panel";

export interface PreviewParts {
  readonly plainText: boolean;
  /** Back to the document as it is. */
  readonly back: () => void;
  /** What to say of the stretch at this place of the text's elements; empty = nothing. */
  readonly tell: (mark: HTMLElement) => string;
}

export class Preview {
  private readonly what = h("strong", {});
  private readonly moment = h("span", { class: "past-moment", "data-testid": "past-moment" });
  private readonly place = h("div", { class: "paper", "data-testid": "past-paper" });
  private readonly tip = h("div", { class: "past-tip", role: "tooltip", hidden: true });
  private readonly sheet = h("div", { class: "sheet past-sheet" }, this.place);
  /** A sheet made here needs no leave of the page's policy, as attributes of style would. */
  private readonly colours = new CSSStyleSheet();
  private readonly bar: HTMLElement;
  private readonly back: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly paper: Promise<Paper>;

  constructor({ plainText, back, tell }: PreviewParts) {
    this.back = h("button", { type: "button", class: "button", "data-testid": "back-to-now", onclick: back });
    this.bar = h("div", { class: "past-bar", "data-testid": "past-bar" }, icon(HISTORY), h("p", {}, this.what, this.moment), this.back);
    this.element = h("section", { class: plainText ? "past plain" : "past", "aria-label": "The past", "data-testid": "past" }, this.bar, this.sheet, this.tip);
    document.adoptedStyleSheets.push(this.colours);
    this.paper = openPaper(this.place, plainText);
    this.place.addEventListener("pointerover", ({ target }) => this.pointed(target as Element, tell));
    this.place.addEventListener("pointerleave", () => this.hint(null, ""));
  }

  say(what: string, moment: string, isNow: boolean): void {
    this.what.textContent = what;
    this.moment.textContent = moment;
    this.back.textContent = isNow ? "Back to writing" : "Back to now";
    this.bar.classList.toggle("now", isNow);
  }

  /** True while something is being loaded: what is shown is not yet what is meant. */
  busy(yes: boolean): void {
    this.sheet.classList.toggle("busy", yes);
    this.sheet.setAttribute("aria-busy", String(yes));
  }

  /** Colours of the writers, by their place in the legend. */
  paint(colours: readonly string[]): void {
    this.colours.replaceSync(colours.map((colour, index) => `.past [data-writer="${index}"] { --person: ${colour} }`).join("\n"));
  }

  /** Says something beside a place on the screen; null = no more. */
  hint(at: DOMRect | null, text: string): void {
    this.tip.hidden = at === null || text === "";
    if (!at || !text) return;
    this.tip.textContent = text;
    this.tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - 260))}px`;
    this.tip.style.top = `${at.top > 96 ? at.top - 38 : at.bottom + 8}px`;
  }

  async destroy(): Promise<void> {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== this.colours);
    (await this.paper).destroy();
  }

  private pointed(target: Element, tell: (mark: HTMLElement) => string): void {
    const mark = target.closest<HTMLElement>(".past-author");
    const text = mark ? tell(mark) : "";
    this.hint(mark && (mark.getClientRects()[0] ?? null), text);
  }
}
