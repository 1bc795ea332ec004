/* Given back: what was typed and not taken, to be copied or kept as a file, until its owner dismisses it.
 *
 * Owns the cards. Nobody's text is thrown away: a card goes only when it is told to.
 */
import type { LiveDocument, Refusal } from "@shoal/client";
import { h } from "../ui/dom";
import { announce, toast } from "../ui/notices";
import { save } from "./downloads";

export class GivenBack {
  readonly element = h("div", { class: "given-back", role: "region", "aria-label": "Text given back", "data-testid": "given-back", hidden: true });
  private readonly stop: () => void;

  constructor(live: LiveDocument) {
    this.stop = live.on("refused", (refusal) => this.add(refusal));
  }

  end(): void {
    this.stop();
  }

  private add({ message, text, dismiss }: Refusal): void {
    if (!text.trim()) return toast({ message: `${message} A deletion or a format was taken back; no text was lost.`, dismissed: dismiss });
    const shown = h("textarea", { readonly: true, rows: Math.min(8, text.split("\n").length + 1), "aria-label": "Your text" });
    shown.value = text;
    const copied = h("span", { class: "faint", role: "status" });
    const copy = () => void navigator.clipboard.writeText(text).then(() => (copied.textContent = "Copied"), () => shown.select());
    const gone = () => {
      card.remove();
      this.element.hidden = this.element.childElementCount === 0;
      dismiss();
    };
    const card = h(
      "div",
      { class: "given-card", role: "alert" },
      h("strong", {}, "Some of your text was not saved"),
      h("p", {}, `${message} Here it is, so that you can keep it:`),
      shown,
      h(
        "div",
        { class: "row" },
        h("button", { type: "button", class: "button primary", onclick: copy, "data-testid": "given-copy" }, "Copy"),
        h("button", { type: "button", class: "button", onclick: () => save([text], "text/plain", "my-text.txt"), "data-testid": "given-download" }, "Download"),
        copied,
        h("button", { type: "button", class: "button quiet end", onclick: gone }, "Dismiss"),
      ),
    );
    this.element.append(card);
    this.element.hidden = false;
    announce("Some of your text was not saved. It was given back to you above the document.");
  }
}
