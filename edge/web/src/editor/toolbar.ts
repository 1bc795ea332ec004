/* Toolbar: what can be done to the text, as buttons above it.
 *
 * Owns how the buttons look and which fit: the rest waits behind "More", in a row of its own. One Tab stop, arrow keys
 * between the buttons, Escape back to the text.
 */
import type { LiveDocument } from "@shoal/client";
import { h, icon } from "../ui/dom";
import { menu } from "../ui/menu";
import { roving } from "../ui/roving";
import { shownKeys } from "../document/keys";
import type { Formatting } from "./formatting";
import { ALIGNMENTS, BLOCKS, CLEAR, IMAGE, LETTERS, LINK, LISTS, REDO, STYLES, UNDO, type Tool } from "./tools";

const MORE = "M5 12h.01M12 12h.01M19 12h.01";
const DOWN = "M7 10l5 5 5-5";

export class Toolbar {
  private formatting: Formatting | null = null;
  private readonly buttons = new Map<HTMLButtonElement, Tool>();
  private readonly style = picker("toolbar-style", "Paragraph style", h("span", {}, "Text"));
  private readonly align = picker("", "Alignment", icon(ALIGNMENTS[0]?.icon ?? ""));
  private readonly groups: readonly HTMLElement[];
  private readonly row: HTMLElement;
  private readonly rest = h("div", { class: "toolbar-row toolbar-rest", hidden: true });
  private readonly more = h("button", { type: "button", class: "tool", tabindex: -1, "aria-label": "More", title: "More", "aria-expanded": "false", "data-testid": "toolbar-more" }, icon(MORE));
  private readonly stops: (() => void)[] = [];
  readonly element: HTMLElement;

  /** `run` does what a tool says; `leave` gives the focus back to the text. */
  constructor(
    private readonly run: (tool: Tool) => void,
    private readonly leave: () => void,
  ) {
    const one = (tool: Tool) => this.button(tool);
    this.groups = [
      group(...[UNDO, REDO].map(one)),
      group(menu(this.style, "Paragraph style", () => STYLES.map((tool) => this.item(tool, `style-${tool.value || "text"}`)))),
      group(...LETTERS.slice(0, 3).map(one)),
      group(...LISTS.map(one)),
      group(...[LINK, IMAGE].map(one)),
      group(...LETTERS.slice(3).map(one), ...BLOCKS.map(one)),
      group(menu(this.align, "Alignment", () => ALIGNMENTS.map((tool) => this.item(tool))), one(CLEAR)),
    ];
    this.row = h("div", { class: "toolbar-row" }, ...this.groups, this.more);
    this.element = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Formatting", "data-testid": "toolbar", hidden: true }, this.row, this.rest);
    this.listen();
  }

  /** Shows what the text has from now on. */
  follow(formatting: Formatting, live: LiveDocument): void {
    this.formatting = formatting;
    const past = () => this.showPast(live);
    this.stops.push(formatting.onChange(() => this.show()), live.on("status", past));
    this.show();
    past();
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  /** To whoever comes from the text by key. */
  focus(): void {
    (this.controls().find((each) => each.tabIndex === 0) ?? this.controls()[0])?.focus();
  }

  private listen(): void {
    // The text keeps the focus, and so its selection, while its tools are pressed.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    roving(this.element, "horizontal", () => this.controls());
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || (event.target as Element).closest("[popover]")) return;
      event.preventDefault();
      this.leave();
    });
    this.more.addEventListener("click", () => this.unfold(this.rest.hidden !== false));
    const first = this.controls()[0];
    if (first) first.tabIndex = 0;
    let width = 0;
    const sized = new ResizeObserver(([entry]) => {
      const now = entry?.contentRect.width ?? 0;
      if (now > 0 && now !== width) this.fit((width = now));
    });
    sized.observe(this.element);
    this.stops.push(() => sized.disconnect());
  }

  private controls(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLButtonElement>(".tool")].filter((each) => each.offsetParent !== null);
  }

  private unfold(open: boolean): void {
    this.rest.hidden = !open;
    this.more.setAttribute("aria-expanded", String(open));
  }

  /** Puts what has no room into the second row. */
  private fit(width: number): void {
    this.row.prepend(...this.groups);
    this.more.hidden = false;
    const widths = this.groups.map((each) => each.offsetWidth);
    const room = width - this.more.offsetWidth;
    const total = (count: number) => widths.slice(0, count).reduce((sum, each) => sum + each, 0);
    const fits = total(widths.length) <= width ? widths.length : widths.findIndex((_, at) => total(at + 1) > room);
    this.rest.replaceChildren(...this.groups.slice(fits));
    this.more.hidden = fits === widths.length;
    if (this.more.hidden) this.unfold(false);
  }

  private button(tool: Tool): HTMLElement {
    const { format, value, label } = tool;
    const isToggle = ![UNDO, REDO, LINK, IMAGE, CLEAR].includes(tool);
    const named = `tool-${value ? `${format}-${value}` : format}`;
    const button = h(
      "button",
      { type: "button", class: "tool", tabindex: -1, "aria-label": label, title: hint(tool), "aria-pressed": isToggle ? "false" : null, "data-testid": named },
      icon(tool.icon),
    );
    button.addEventListener("click", () => this.run(tool));
    this.buttons.set(button, tool);
    return button;
  }

  private item(tool: Tool, look?: string) {
    const { format, value, label, icon: path, keys } = tool;
    const checked = (this.formatting?.formats()[format] ?? false) === value;
    return { label, checked, ...(look ? { look } : { icon: path }), keys: shownKeys(keys ?? ""), run: () => this.run(tool) };
  }

  private show(): void {
    if (!this.formatting || this.element.hidden) return;
    const formats = this.formatting.formats();
    for (const [button, tool] of this.buttons) {
      if (!button.hasAttribute("aria-pressed")) continue;
      const pressed = String(isOn(tool, formats[tool.format]));
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    }
    const style = STYLES.find(({ value }) => value === (formats["header"] ?? false))?.label ?? "Text";
    if (this.style.firstElementChild?.textContent === style) return;
    this.style.firstElementChild?.replaceChildren(style);
    this.style.setAttribute("aria-label", `Paragraph style: ${style}`);
  }

  private showPast(live: LiveDocument): void {
    for (const [button, tool] of this.buttons) {
      if (tool !== UNDO && tool !== REDO) continue;
      const off = String(tool === UNDO ? !live.canUndo : !live.canRedo);
      if (button.getAttribute("aria-disabled") !== off) button.setAttribute("aria-disabled", off);
    }
  }
}

/** A task that is done is a task, too. */
function isOn({ value }: Tool, has: unknown): boolean {
  if (value === undefined) return Boolean(has);
  return value === "check" ? has === "checked" || has === "unchecked" : has === value;
}

function hint({ label, keys }: Tool): string {
  return keys ? `${label} (${shownKeys(keys)})` : label;
}

/** A screen reader hears what is shown, too. */
function picker(look: string, label: string, shown: Element): HTMLButtonElement {
  const said = shown.textContent ? `${label}: ${shown.textContent}` : label;
  return h("button", { type: "button", class: `tool ${look}`, tabindex: -1, "aria-label": said, title: label, "data-testid": `tool-${label.toLowerCase().replace(" ", "-")}` }, shown, icon(DOWN));
}

function group(...children: Node[]): HTMLElement {
  return h("span", { class: "tool-group" }, ...children);
}
