/* Switcher: Ctrl+K, a few letters, Enter: to any document without the mouse.
 *
 * Owns its dialog, which is a combobox as the ARIA practices want it: the focus stays in the field, the arrow keys choose.
 * A question that a later one has overtaken is given up.
 */
import { searchDocuments } from "@shoal/client/rest";
import type { Account } from "../app/account";
import { getDocument, listDocuments, pathOf, type DocumentInfo } from "../app/documents";
import { openedDocuments } from "../app/opened";
import { explain, rest } from "../app/rest";
import { UNTITLED } from "../app/titles";
import { ACTIVITY, BELL, HOME, SEARCH, SHEET, TEXT, TRASH } from "../home/icons";
import { openDialog } from "../ui/dialog";
import { h, icon } from "../ui/dom";
import { marked } from "./snippet";

export interface SwitcherParts {
  readonly account: Account;
  readonly go: (path: string) => void;
}

interface Choice {
  readonly path: string;
  readonly drawing: string;
  readonly title: readonly (Node | string)[];
  readonly below?: readonly (Node | string)[];
}

const PAUSE_MS = 120;
const SHOWN = 8;
const PLACES: readonly Choice[] = [
  { path: "/", drawing: HOME, title: ["Home"] },
  { path: "/activity", drawing: ACTIVITY, title: ["Activity"] },
  { path: "/notifications", drawing: BELL, title: ["Notifications"] },
  { path: "/trash", drawing: TRASH, title: ["Trash"] },
];

/** Opens it at Ctrl+K or Cmd+K, unless what has the focus has taken that already, or nobody is signed in. */
export function followSwitcherKey(parts: () => SwitcherParts | null): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    const given = parts();
    if (!given || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    new Switcher(given);
  });
}

class Switcher {
  private readonly list = h("ul", { id: "switcher-list", class: "switcher-list", role: "listbox", "aria-label": "Documents and places" });
  private readonly said = h("p", { class: "switcher-said faint", role: "status" });
  private readonly input = h("input", {
    class: "switcher-input", placeholder: "Go to a document…", autofocus: true, autocomplete: "off", maxlength: 500, role: "combobox",
    "aria-expanded": "true", "aria-controls": "switcher-list", "aria-autocomplete": "list", "aria-label": "Go to a document", "data-testid": "switcher",
  });
  private readonly dialog = openDialog("Go to", h("div", { class: "switcher" }, this.input, this.list, this.said));
  private choices: readonly Choice[] = [];
  private chosen = 0;
  private asking: AbortController | null = null;
  private pause: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: SwitcherParts) {
    this.dialog.element.classList.add("switcher-dialog");
    this.dialog.element.addEventListener("close", () => this.stop());
    this.input.addEventListener("input", () => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => void this.ask(), PAUSE_MS);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.focus();
    void this.ask();
  }

  private stop(): void {
    clearTimeout(this.pause);
    this.asking?.abort();
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) this.choose((this.chosen + step + this.choices.length) % Math.max(this.choices.length, 1));
    else if (event.key === "Enter" && !event.isComposing) this.take(this.choices[this.chosen]);
    else return;
    event.preventDefault();
  }

  private take(choice: Choice | undefined): void {
    if (!choice) return;
    this.dialog.close();
    this.parts.go(choice.path);
  }

  private async ask(): Promise<void> {
    this.stop();
    const asking = (this.asking = new AbortController());
    const query = this.input.value.trim();
    try {
      const choices = query ? await this.found(query, asking.signal) : [...(await recent(this.parts.account)), ...PLACES];
      if (asking.signal.aborted) return;
      this.show(choices);
      this.said.textContent = query && choices.length < 2 ? "No title fits; Enter searches the texts." : "";
    } catch (error) {
      if (!asking.signal.aborted) this.said.textContent = explain(error);
    }
  }

  private async found(query: string, signal: AbortSignal): Promise<readonly Choice[]> {
    const { results } = await searchDocuments(rest, { query, pageSize: SHOWN }, { signal });
    const places = PLACES.filter(({ title }) => String(title[0]).toLowerCase().startsWith(query.toLowerCase()));
    const documents = results.flatMap(({ document, title, snippets }): Choice[] => {
      if (!document) return [];
      const [first] = snippets;
      return [{ ...choiceOf(document), title: marked(title, document.title || UNTITLED), ...(first ? { below: marked(first) } : {}) }];
    });
    const everything = { path: `/search?q=${encodeURIComponent(query)}`, drawing: SEARCH, title: [`Search everywhere for “${query}”`] };
    return [...documents, ...places, everything];
  }

  private show(choices: readonly Choice[]): void {
    this.choices = choices;
    this.list.replaceChildren(...choices.map((choice, at) => this.option(choice, at)));
    this.choose(0);
  }

  private option(choice: Choice, at: number): HTMLElement {
    const option = h(
      "li",
      { id: `switcher-${at}`, role: "option", class: "switcher-option", "data-testid": "switcher-option" },
      icon(choice.drawing),
      h("span", { class: "switcher-text" }, h("span", { class: "switcher-title" }, ...choice.title), choice.below ? h("span", { class: "switcher-below faint" }, ...choice.below) : null),
    );
    option.addEventListener("click", () => this.take(choice));
    // Only a pointer that moves chooses, not one that lies still while the list changes beneath it.
    option.addEventListener("pointermove", ({ movementX, movementY }) => {
      if ((movementX !== 0 || movementY !== 0) && at !== this.chosen) this.choose(at);
    });
    return option;
  }

  private choose(at: number): void {
    this.chosen = at;
    for (const [index, option] of [...this.list.children].entries()) option.setAttribute("aria-selected", String(index === at));
    const option = this.list.children[at];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }
}

function choiceOf(info: DocumentInfo): Choice {
  return { path: pathOf(info.name), drawing: info.type === "DOCUMENT_TYPE_PLAIN_TEXT" ? TEXT : SHEET, title: [info.title || UNTITLED] };
}

/** What was opened here last; beyond that, what changed last. */
async function recent({ subject }: Account): Promise<readonly Choice[]> {
  const names = openedDocuments(localStorage, subject).slice(0, SHOWN);
  const [opened, { documents }] = await Promise.all([
    Promise.all(names.map((name) => getDocument(name).catch(() => null))),
    listDocuments({ pageSize: SHOWN }),
  ]);
  const known = opened.filter((info): info is DocumentInfo => info !== null && !info.deleteTime);
  const others = documents.filter(({ name }) => !known.some((each) => each.name === name));
  return [...known, ...others].slice(0, SHOWN).map(choiceOf);
}
