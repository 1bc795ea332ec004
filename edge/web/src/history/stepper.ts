/* Stepper: from one change, or one stretch of an author's, to the next: by button, spoken, and brought into sight.
 *
 * Owns where one is.
 */
import { h, icon } from "../ui/dom";
import { announce } from "../ui/notices";

const UP = "M6 15l6-6 6 6";
const DOWN = "M6 9l6 6 6-6";

export interface Stop {
  readonly at: number;
  readonly length: number;
  /** What a screen reader hears, and the card beside it shows. */
  readonly said: string;
}

export class Stepper {
  private readonly count = h("span", { class: "count", "data-testid": "stops" });
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  readonly element: HTMLElement;
  private stops: readonly Stop[] = [];
  private at = -1;

  /** `what` = what one steps through, `change`. */
  constructor(
    what: string,
    private readonly came: (stop: Stop) => void,
  ) {
    const button = (label: string, path: string, by: number) =>
      h("button", { type: "button", class: "button icon-only", "aria-label": label, title: label, onclick: () => this.go(by) }, icon(path));
    this.previous = button(`Previous ${what}`, UP, -1);
    this.next = button(`Next ${what}`, DOWN, 1);
    this.element = h("div", { class: "stepper" }, this.count, this.previous, this.next);
  }

  show(stops: readonly Stop[]): void {
    [this.stops, this.at] = [stops, -1];
    this.previous.disabled = this.next.disabled = stops.length === 0;
    this.tell();
  }

  private go(by: number): void {
    const { length } = this.stops;
    this.at = this.at < 0 ? (by > 0 ? 0 : length - 1) : (this.at + by + length) % length;
    const stop = this.stops[this.at];
    if (!stop) return;
    this.tell();
    this.came(stop);
    announce(`${stop.said}, ${this.at + 1} of ${length}`);
  }

  private tell(): void {
    const { length } = this.stops;
    this.count.textContent = this.at < 0 ? String(length) : `${this.at + 1} of ${length}`;
  }
}
