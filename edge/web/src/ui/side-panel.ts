/* SidePanel: the column beside the paper, with one panel at a time, and the buttons that open them.
 *
 * Owns which panel is open, and where the focus is when one opens and closes. What a panel shows is the panel's: history
 * and activity now, suggestions and comments when they come.
 */
import { h } from "./dom";

export interface Panel {
  /** Names it in code and in tests: `history`. */
  readonly id: string;
  /** For people: `History`. */
  readonly label: string;
  readonly icon: SVGSVGElement;
  /** Fills `host`; the returned function is called once, when the panel is closed. `close` closes it from inside. */
  open(host: HTMLElement, close: () => void): () => void;
}

export class SidePanel {
  readonly element: HTMLElement;
  /** One button a panel, for a toolbar. */
  readonly buttons: readonly HTMLButtonElement[];
  private readonly title = h("h2", { class: "side-title", tabindex: -1 });
  private readonly body = h("div", { class: "side-body" });
  private shown: Panel | null = null;
  private leave: (() => void) | null = null;

  constructor(private readonly panels: readonly Panel[]) {
    const shut = h("button", { type: "button", class: "button quiet icon-only", "aria-label": "Close panel", onclick: () => this.show(null) }, "×");
    this.element = h(
      "aside",
      { class: "side", hidden: true, "aria-label": "Panel" },
      h("div", { class: "side-head" }, this.title, shut),
      this.body,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.show(null);
    });
    this.buttons = panels.map((panel) => this.button(panel));
  }

  get current(): string | null {
    return this.shown?.id ?? null;
  }

  /** Opens the panel of this id, or closes what is open. */
  show(id: string | null): void {
    const panel = this.panels.find((each) => each.id === id) ?? null;
    if (panel === this.shown) return;
    const before = this.shown;
    this.leave?.();
    this.leave = null;
    this.shown = panel;
    this.body.replaceChildren();
    this.element.hidden = panel === null;
    for (const [index, button] of this.buttons.entries()) {
      button.setAttribute("aria-expanded", String(this.panels[index] === panel));
    }
    if (!panel) {
      if (before) this.buttons[this.panels.indexOf(before)]?.focus();
      return;
    }
    this.title.textContent = panel.label;
    this.element.setAttribute("aria-label", panel.label);
    this.leave = panel.open(this.body, () => this.show(null));
    this.title.focus();
  }

  /** Closes what is open, without moving the focus: the page is left. */
  end(): void {
    this.leave?.();
    this.leave = null;
    this.shown = null;
  }

  private button(panel: Panel): HTMLButtonElement {
    const button = h(
      "button",
      { type: "button", class: "button quiet icon-only", "aria-label": panel.label, title: panel.label, "aria-expanded": "false", "data-testid": `panel-${panel.id}` },
      panel.icon,
    );
    button.addEventListener("click", () => this.show(this.current === panel.id ? null : panel.id));
    return button;
  }
}
