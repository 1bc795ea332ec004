/* Title: what the document is called, renamed where it stands.
 *
 * Owns the line of the header. A rename goes out with the etag that was seen: where somebody else renamed meanwhile, both
 * names are told and the user chooses.
 */
import type { LiveDocument } from "@shoal/client";
import { explain } from "../app/rest";
import { h } from "../ui/dom";
import { announce, toast } from "../ui/notices";
import { factsOf, isConflict, rename, type Facts } from "./service";

const MOST = 200;

export class Title {
  private readonly text = h("button", { type: "button", class: "title-text", title: "Rename (F2)", disabled: true }, "…");
  private readonly input = h("input", { class: "title-input", "aria-label": "Title", maxlength: MOST, hidden: true, "data-testid": "title-input", autocomplete: "off" });
  readonly element = h("h1", { class: "title", "data-testid": "title" }, this.text, this.input);
  private shown = "";
  private seen: Promise<Facts | null> = Promise.resolve(null);

  constructor(private readonly live: LiveDocument) {
    this.text.addEventListener("click", () => this.edit());
    this.input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") this.leave(true);
      if (event.key === "Escape") this.leave(false);
      if (event.key === "Enter" || event.key === "Escape") event.preventDefault();
      event.stopPropagation();
    });
    this.input.addEventListener("blur", () => this.leave(true));
    // As wide as what is in it, where the browser cannot do that by itself.
    this.input.addEventListener("input", () => this.input.style.setProperty("--length", String(this.input.value.length)));
  }

  get value(): string {
    return this.shown || "Untitled";
  }

  show(title: string): void {
    this.shown = title;
    this.text.textContent = this.value;
    this.text.classList.toggle("untitled", !title);
    document.title = `${this.value} – Shoal`;
  }

  /** Without a name to show: the document cannot be. */
  gone(): void {
    this.text.textContent = "Not available";
    this.text.disabled = true;
  }

  allow(mayRename: boolean): void {
    this.text.disabled = !mayRename;
  }

  edit(): void {
    if (this.text.disabled || !this.input.hidden) return;
    this.seen = factsOf(this.live.name).catch(() => null);
    this.input.value = this.shown;
    this.input.style.setProperty("--length", String(this.shown.length));
    [this.text.hidden, this.input.hidden] = [true, false];
    this.input.focus();
    this.input.select();
  }

  private leave(keep: boolean): void {
    if (this.input.hidden) return;
    const [wanted, before] = [this.input.value.trim(), this.shown];
    [this.text.hidden, this.input.hidden] = [false, true];
    if (document.activeElement === document.body) this.text.focus();
    if (keep && wanted !== before) void this.rename(wanted, before);
  }

  private async rename(wanted: string, before: string): Promise<void> {
    this.show(wanted);
    try {
      const facts = (await this.seen) ?? (await factsOf(this.live.name));
      if (facts.title !== before) return this.conflict(facts, wanted);
      this.renamed(await rename(this.live.name, wanted, facts.etag));
    } catch (error) {
      if (isConflict(error)) return this.retry(wanted, before);
      this.failed(error, wanted, before);
    }
  }

  /** Something of it changed since it was read. If that was not its name, nobody is in anybody's way. */
  private async retry(wanted: string, before: string): Promise<void> {
    try {
      const facts = await factsOf(this.live.name);
      if (facts.title !== before) return this.conflict(facts, wanted);
      this.renamed(await rename(this.live.name, wanted, facts.etag));
    } catch (error) {
      this.failed(error, wanted, before);
    }
  }

  private renamed(facts: Facts): void {
    this.show(facts.title);
    announce(`Renamed to ${this.value}`);
  }

  private conflict(facts: Facts, wanted: string): void {
    this.show(facts.title);
    const again = () => {
      this.seen = Promise.resolve(facts);
      void this.rename(wanted, facts.title);
    };
    const message = `Somebody renamed this document to “${this.value}” meanwhile.`;
    toast({ message, action: { label: `Rename to “${wanted || "Untitled"}”`, run: again }, sticky: true });
  }

  private failed(error: unknown, wanted: string, before: string): void {
    this.show(before);
    toast({ message: `“${wanted || "Untitled"}” was not saved as its name.`, detail: explain(error) });
  }
}
