/* Help: every command in one list, with its keys, to be read, searched, or run.
 *
 * Owns the dialog; the commands are the page's.
 */
import { openDialog } from "../ui/dialog";
import { h } from "../ui/dom";
import type { Command, Group } from "./commands";
import { shownKeys } from "./keys";

const GROUPS: readonly Group[] = ["Help", "Document", "Look and move", "Letters", "Paragraphs", "Insert"];

/** What the browser and the editor do by themselves. */
const ALSO: readonly (readonly [label: string, keys: string])[] = [
  ["Close what is open, stop following, leave the text for its tools", "Esc"],
  ["Move within a toolbar or a menu", "← → ↑ ↓"],
  ["From the tools back to the text", "Esc"],
  ["Paste without formats", "Mod+Shift+V"],
];

export function openHelp(commands: readonly Command[]): void {
  const search = h("input", { type: "search", placeholder: "Find a command", "aria-label": "Find a command", autofocus: true, "data-testid": "help-search", autocomplete: "off" });
  const list = h("div", { class: "help-list", "data-testid": "help-list" });
  const none = h("p", { class: "faint", role: "status" });
  const dialog = openDialog("Keys and commands", h("div", { class: "help" }, search, list, none));
  dialog.element.classList.add("wide-dialog");
  const run = (command: Command) => {
    dialog.close();
    command.run();
  };
  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = commands.filter(({ label, group }) => words.every((word) => `${label} ${group}`.toLowerCase().includes(word)));
    const also = ALSO.filter(([label]) => words.every((word) => label.toLowerCase().includes(word)));
    list.replaceChildren(...GROUPS.flatMap((group) => section(group, found.filter((each) => each.group === group), run)), ...builtIn(also));
    none.textContent = found.length + also.length === 0 ? "Nothing is called that." : "";
  };
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const first = list.querySelector<HTMLButtonElement>("button:not(:disabled)");
    if (event.key === "Enter") first?.click();
    else first?.focus();
  });
  draw();
}

function section(group: Group, commands: readonly Command[], run: (command: Command) => void): Node[] {
  if (commands.length === 0) return [];
  const lines = commands.map((command) => {
    const keys = command.keys?.[0];
    const button = h("button", { type: "button", class: "help-line", disabled: command.off?.() ?? false, onclick: () => run(command) }, h("span", {}, command.label), keys ? h("kbd", {}, shownKeys(keys)) : null);
    return h("li", {}, button);
  });
  return [h("section", {}, h("h3", {}, group), h("ul", {}, ...lines))];
}

function builtIn(lines: typeof ALSO): Node[] {
  if (lines.length === 0) return [];
  const shown = lines.map(([label, keys]) => h("li", { class: "help-line" }, h("span", {}, label), h("kbd", {}, shownKeys(keys))));
  return [h("section", {}, h("h3", {}, "Everywhere"), h("ul", {}, ...shown))];
}
