/* Follow: the window goes where somebody else's caret goes, until the user does something of their own.
 *
 * Owns whom one follows, and the chip that says so. Never moves the user's own caret.
 */
import type { LiveDocument } from "@shoal/client";
import { h } from "../ui/dom";
import { announce } from "../ui/notices";
import { colourOf } from "../ui/people";
import { crowdOf, type Present } from "./crowd";
import type { Surface } from "./surface";

/** A caret in this part of the window is in view. */
const VIEW = { from: 0.22, to: 0.78 };
/** Keys that say nothing of where one wants to be. */
const NEUTRAL = new Set(["Shift", "Control", "Alt", "Meta", "Tab"]);

export class Follower {
  private readonly name = h("span", {});
  readonly element = h(
    "div",
    { class: "following", hidden: true, "data-testid": "following" },
    this.name,
    h("button", { type: "button", class: "following-stop", onclick: () => this.stop() }, "Stop"),
  );
  private subject: string | null = null;
  private surface: Surface | null = null;
  private queued = 0;
  private readonly listeners = new Set<() => void>();
  private readonly ending = new AbortController();

  constructor(private readonly live: LiveDocument) {
    const soon = () => this.soon();
    for (const stop of [live.on("selections", soon), live.on("change", soon), live.on("participants", soon)]) {
      this.ending.signal.addEventListener("abort", stop);
    }
    const listen = { passive: true, capture: true, signal: this.ending.signal };
    for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => this.stop(), listen);
    addEventListener("pointerdown", ({ target }) => target === document.documentElement && this.stop(), listen);
    addEventListener("keydown", (event) => this.key(event), { capture: true, signal: this.ending.signal });
    addEventListener("beforeinput", ({ target }) => this.surface?.root.contains(target as Node) && this.stop(), listen);
  }

  /** The subject of whom one follows. */
  get followed(): string | null {
    return this.subject;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  attach(surface: Surface): void {
    this.surface = surface;
  }

  toggle(one: Present): void {
    if (this.subject === one.subject) return this.stop();
    this.subject = one.subject;
    this.name.textContent = `Following ${one.name}`;
    this.element.style.setProperty("--person", colourOf(one.subject));
    document.documentElement.style.setProperty("--followed", colourOf(one.subject));
    this.element.hidden = false;
    announce(`Following ${one.name}. Escape stops.`);
    this.tell();
    this.soon();
  }

  stop(): void {
    if (this.subject === null) return;
    this.subject = null;
    this.element.hidden = true;
    announce("No longer following");
    this.tell();
  }

  end(): void {
    this.stop();
    cancelAnimationFrame(this.queued);
    this.ending.abort();
  }

  private tell(): void {
    document.documentElement.toggleAttribute("data-following", this.subject !== null);
    for (const each of this.listeners) each();
  }

  private key(event: KeyboardEvent): void {
    if (this.subject === null || NEUTRAL.has(event.key)) return;
    const target = event.target as Element | null;
    // What is open takes Escape for itself, and the header has keys of its own.
    if (target?.closest?.("[popover], dialog, aside")) return;
    if (event.key === "Escape") event.preventDefault();
    else if (target?.closest?.("header")) return;
    this.stop();
  }

  private soon(): void {
    if (this.subject === null) return;
    this.queued ||= requestAnimationFrame(() => {
      this.queued = 0;
      this.look();
    });
  }

  private look(): void {
    const crowd = crowdOf(this.live.participants, this.live.site);
    const one = crowd.find(({ subject }) => subject === this.subject);
    if (this.subject === null) return;
    if (!one) return this.stop();
    const caret = this.live.participants.find(({ site, selection }) => selection && one.sites.includes(site))?.selection;
    const place = caret && this.surface?.placeOf(caret.head);
    if (!place || (place.top >= innerHeight * VIEW.from && place.bottom <= innerHeight * VIEW.to)) return;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scrollBy({ top: (place.top + place.bottom) / 2 - innerHeight / 2, behavior: isStill ? "instant" : "smooth" });
  }
}
