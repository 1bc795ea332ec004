/* Slider: the whole history as a line, with what is worth stopping at.
 *
 * Owns the range input, which the browser gives its keys: arrows for one operation, Page Up and Down for a tenth, Home
 * and End. What a moment is called is told to it.
 */
import { h } from "../ui/dom";
import { placeOf, thinned, type Span, type Tick } from "./timeline";

const SLOTS = 80;

export class Slider {
  private readonly input = h("input", { type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Moment in the history", "data-testid": "history-slider" });
  private readonly ticks = h("div", { class: "ticks", "aria-hidden": "true" });
  readonly element = h("div", { class: "time" }, this.ticks, this.input);
  private marks: readonly Tick[] = [];
  private span: Span = { first: 0, head: 0 };

  /** `moved` is called for each revision that the user comes to. */
  constructor(moved: (revision: number) => void) {
    this.input.addEventListener("input", () => {
      this.fill();
      moved(this.revision);
    });
  }

  get revision(): number {
    return Number(this.input.value);
  }

  set revision(revision: number) {
    this.input.value = String(revision);
    this.fill();
  }

  /** The head has grown, or the oldest was archived. What is shown stays. */
  stretch(span: Span): void {
    const { revision } = this;
    this.span = span;
    this.input.min = String(span.first);
    this.input.max = String(span.head);
    this.revision = revision;
    this.draw();
  }

  mark(ticks: readonly Tick[]): void {
    this.marks = ticks;
    this.draw();
  }

  /** What a screen reader says instead of the number. */
  say(text: string): void {
    this.input.setAttribute("aria-valuetext", text);
  }

  private draw(): void {
    this.ticks.replaceChildren(
      ...thinned(this.marks, this.span, SLOTS).map((tick) => {
        const element = h("span", { class: `tick tick-${tick.kind}`, title: tick.label || null });
        element.style.setProperty("--at", String(placeOf(tick.revision, this.span)));
        return element;
      }),
    );
  }

  private fill(): void {
    this.element.style.setProperty("--at", String(placeOf(this.revision, this.span)));
  }
}
