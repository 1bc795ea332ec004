/* Link card: where the link leads that the caret stands in, to be followed, changed or taken off.
 *
 * Owns the card. By key the same is in the link dialog.
 */
import { h, icon } from "../ui/dom";
import type { Formatting } from "./formatting";
import { isSafeLink } from "./safe-formats";

const EDIT = "M4 20h4L19 9l-4-4L4 16zM13 7l4 4";
const CUT = "M6 6l12 12M18 6L6 18";

export class LinkCard {
  private readonly address = h("a", { class: "link link-address", target: "_blank", rel: "noopener noreferrer" });
  readonly element: HTMLElement;
  private readonly stop: () => void;

  constructor(
    private readonly formatting: Formatting,
    edit: () => void,
  ) {
    const button = (label: string, path: string, run: () => void) =>
      h("button", { type: "button", class: "button quiet icon-only", "aria-label": label, title: label, onclick: run }, icon(path));
    const remove = () => {
      const here = formatting.link();
      if (here) formatting.setLink(here, "", "");
    };
    this.element = h("div", { class: "link-card", "data-testid": "link-card", hidden: true }, this.address, button("Edit link", EDIT, edit), button("Remove link", CUT, remove));
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.stop = formatting.onChange(() => this.show());
  }

  end(): void {
    this.stop();
    this.element.remove();
  }

  private show(): void {
    const { quill } = this.formatting;
    const here = quill.hasFocus() && quill.isEnabled() && this.formatting.range.length === 0 ? this.formatting.link() : null;
    const bounds = here && quill.getBounds(this.formatting.range.index);
    this.element.hidden = !bounds;
    if (!here || !bounds) return;
    if (isSafeLink(here.href)) this.address.href = here.href;
    else this.address.removeAttribute("href");
    this.address.textContent = here.href;
    this.element.style.top = `${bounds.bottom + 6}px`;
    this.element.style.left = `${Math.max(8, Math.min(bounds.left, quill.container.clientWidth - 260))}px`;
  }
}
