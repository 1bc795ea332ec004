/* Footer: how much there is of the text, or of what is selected in it.
 *
 * Owns the counting, which happens when the browser has nothing better to do, a part at a time: typing never waits.
 */
import type { LiveDocument } from "@shoal/client";
import { h } from "../ui/dom";
import type { Surface } from "./surface";
import { countOf, NONE, parts, sum, type Count } from "./words";

const PART = 32_768;
/** A text longer than this is counted less often. */
const LONG = 200_000;
const PAUSE_MS = { short: 120, long: 2_000 };
const number = new Intl.NumberFormat("en");

/** When idle, and at the latest after so long. Safari has no idle time to give. */
const whenIdle: (work: () => void) => void =
  typeof requestIdleCallback === "function" ? (work) => void requestIdleCallback(work, { timeout: 2_000 }) : (work) => void setTimeout(work, 200);

export class Footer {
  private readonly count = h("span", { "data-testid": "count" });
  readonly element: HTMLElement;
  private turn = 0;
  private queued = false;
  private ended = false;
  private isLong = false;
  private stop: () => void = () => undefined;

  constructor(
    private readonly live: LiveDocument,
    ...right: readonly Node[]
  ) {
    this.element = h("footer", { class: "foot" }, this.count, h("span", { class: "foot-right" }, ...right));
  }

  follow(surface: Surface): void {
    const soon = () => this.soon(surface);
    this.stop = surface.onChange(soon);
    soon();
  }

  end(): void {
    this.ended = true;
    this.stop();
  }

  private soon(surface: Surface): void {
    if (this.queued) return;
    this.queued = true;
    const count = () => {
      this.queued = false;
      this.recount(surface);
    };
    setTimeout(() => whenIdle(count), this.isLong ? PAUSE_MS.long : PAUSE_MS.short);
  }

  /** Begins anew; what was being counted before is dropped. */
  private recount(surface: Surface): void {
    if (this.ended || !this.live.isLoaded) return;
    const turn = (this.turn += 1);
    const text = this.live.content().ops.map(({ insert }) => (typeof insert === "string" ? insert : "\ufffc")).join("");
    this.isLong = text.length > LONG;
    const { start, end } = surface.selection();
    const selected = end > start ? countOf(text.slice(start, end)) : null;
    const rest = parts(text, PART);
    const go = (before: Count) => {
      if (turn !== this.turn || this.ended) return;
      const part = rest.next();
      if (part.done) return this.show(before, selected);
      const now = sum(before, countOf(part.value));
      whenIdle(() => go(now));
    };
    go(NONE);
  }

  private show(all: Count, selected: Count | null): void {
    const [words, characters] = [said(all.words, "word"), said(all.characters, "character")];
    const shown = selected
      ? `${number.format(selected.words)} of ${words}, ${number.format(selected.characters)} of ${characters} selected`
      : `${words}, ${characters}`;
    if (this.count.textContent !== shown) this.count.textContent = shown;
  }
}

function said(count: number, noun: string): string {
  return `${number.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}
