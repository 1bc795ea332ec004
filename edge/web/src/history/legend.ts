/* Legend: who wrote how much of the text that is shown, and by which colour and pattern one knows it.
 *
 * Owns which writer alone is shown.
 */
import type { Account } from "../app/account";
import { h } from "../ui/dom";
import type { Writer } from "./authors";
import { nameOfHand, swatch } from "./who";

export class Legend {
  readonly element = h("ul", { class: "legend", "data-testid": "legend", "aria-label": "Authors" });
  /** The place of the one alone that is shown; null = all. */
  only: number | null = null;

  constructor(
    private readonly account: Account,
    private readonly chosen: () => void,
  ) {}

  show(writers: readonly Writer[]): void {
    if (this.only !== null && this.only >= writers.length) this.only = null;
    const all = writers.reduce((sum, { units }) => sum + units, 0);
    const buttons = writers.map((writer, index) => this.button(writer, index, all));
    this.element.replaceChildren(...buttons.map((button) => h("li", {}, button)));
  }

  private button(writer: Writer, index: number, all: number): HTMLButtonElement {
    const share = `${Math.round((100 * writer.units) / all)}%`;
    const amount = `${writer.units.toLocaleString("en")} ${writer.units === 1 ? "character" : "characters"}`;
    const button = h(
      "button",
      { type: "button", class: "writer", "aria-pressed": String(this.only === index), title: "Show what they alone wrote", "data-testid": "writer" },
      swatch(writer, index),
      h("span", { class: "session-who" }, h("strong", {}, nameOfHand(writer, this.account)), h("span", { class: "faint" }, `${amount} · ${share}`)),
    );
    button.addEventListener("click", () => {
      this.only = this.only === index ? null : index;
      for (const [at, each] of this.element.querySelectorAll("button").entries()) each.setAttribute("aria-pressed", String(at === this.only));
      this.chosen();
    });
    return button;
  }
}
