/* More: pages of a list one after the other, the next one when the end comes near, or at the press of a button.
 *
 * Owns the button at the end of the list; it says what failed too, and tries again.
 */
import { explain } from "../app/rest";
import { h } from "../ui/dom";

/** Shows one page and returns the token of the next, empty on the last. */
export type Load = (pageToken: string) => Promise<string>;

export class More {
  readonly element: HTMLElement;
  private readonly button = h("button", { type: "button", class: "button quiet", "data-testid": "more" }, "Show more");
  private readonly problem = h("p", { class: "problem", role: "alert" });
  private readonly nearing: IntersectionObserver;
  private next = "";
  private isLoading = false;

  constructor(private readonly load: Load) {
    this.element = h("div", { class: "more", hidden: true }, this.problem, this.button);
    this.button.addEventListener("click", () => void this.go());
    this.nearing = new IntersectionObserver(([entry]) => entry?.isIntersecting && void this.go(), { rootMargin: "400px" });
  }

  /** What comes next after what is shown; empty = nothing. */
  follow(next: string): void {
    this.next = next;
    this.element.hidden = next === "";
    this.nearing.disconnect();
    if (next) this.nearing.observe(this.element);
  }

  get isEnd(): boolean {
    return this.next === "";
  }

  private async go(): Promise<void> {
    if (this.isLoading || this.isEnd) return;
    this.isLoading = true;
    this.button.disabled = true;
    this.problem.textContent = "";
    const asked = this.next;
    try {
      const next = await this.load(asked);
      if (this.next === asked) this.follow(next);
    } catch (error) {
      // Not by itself again, or it would hammer: the button does it.
      this.nearing.disconnect();
      this.problem.textContent = explain(error);
    } finally {
      this.isLoading = false;
      this.button.disabled = false;
    }
  }
}
