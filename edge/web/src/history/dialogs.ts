/* Dialogs: what is asked before something of the history is kept, removed or brought back.
 *
 * Owns nothing. Each stays open and says what went wrong, until it is done or closed.
 */
import type { Version } from "@gen/rest/types";
import { explain } from "../app/rest";
import { openDialog } from "../ui/dialog";
import { h } from "../ui/dom";
import { field } from "../ui/field";

const LONGEST_TITLE = 200;
const LONGEST_DESCRIPTION = 2_000;

interface Asked {
  readonly heading: string;
  readonly text: string;
  readonly button: string;
  readonly danger?: boolean;
  readonly run: () => Promise<void>;
  /** Called when it was done and the dialog is gone. */
  readonly done?: () => void;
}

/** A question with one answer; anything else is no. */
export function confirmed({ heading, text, button, danger, run, done }: Asked): void {
  const problem = h("p", { class: "problem", role: "alert" });
  const yes = h("button", { type: "submit", class: danger ? "button danger" : "button primary", autofocus: true, "data-testid": "confirm" }, button);
  const no = h("button", { type: "button", class: "button quiet" }, "Cancel");
  const form = h("form", { class: "ask" }, h("p", {}, text), problem, h("div", { class: "ask-buttons" }, no, yes));
  const dialog = openDialog(heading, form);
  no.addEventListener("click", () => dialog.close());
  submits(form, yes, problem, async () => {
    await run();
    dialog.close();
    done?.();
  });
}

interface Naming {
  /** Of which moment. */
  readonly moment: string;
  /** The version that is there already. */
  readonly version?: Version;
  readonly save: (title: string, description: string) => Promise<void>;
  readonly done?: () => void;
}

/** Asks for a version's name. */
export function nameVersion({ moment, version, save, done }: Naming): void {
  const title = field("Name", { type: "text", required: true, maxlength: String(LONGEST_TITLE), value: version?.title ?? "", autofocus: true, "data-testid": "version-title" });
  const description = field("What is it? (optional)", { type: "text", maxlength: String(LONGEST_DESCRIPTION), value: version?.description ?? "" });
  const problem = h("p", { class: "problem", role: "alert" });
  const yes = h("button", { type: "submit", class: "button primary", "data-testid": "save-version" }, "Save");
  const form = h("form", { class: "ask" }, h("p", { class: "faint" }, moment), title.element, description.element, problem, h("div", { class: "ask-buttons" }, yes));
  const dialog = openDialog(version ? "Rename this version" : "Name this version", form);
  submits(form, yes, problem, async () => {
    if (!title.input.value.trim()) return title.complain("A version needs a name.");
    await save(title.input.value.trim(), description.input.value.trim());
    dialog.close();
    done?.();
  });
}

function submits(form: HTMLFormElement, button: HTMLButtonElement, problem: HTMLElement, run: () => Promise<void>): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.textContent = "";
    button.disabled = true;
    run()
      .catch((error: unknown) => (problem.textContent = explain(error)))
      .finally(() => (button.disabled = false));
  });
}
