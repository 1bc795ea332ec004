/* Ask: a dialog with a form in it, that stays until what was asked for is done, and says why when it cannot be.
 *
 * Owns the dialog, its buttons and the line that tells what went wrong.
 */
import { explain } from "../app/rest";
import { openDialog } from "./dialog";
import { h } from "./dom";

export interface Asked {
  readonly title: string;
  readonly fields: readonly Node[];
  /** The word on the button. */
  readonly submit: string;
  readonly danger?: boolean;
  readonly testid?: string;
  /** Does it; the dialog closes when this resolves, and tells what it rejects with. */
  readonly run: () => Promise<void>;
}

export function askForm({ title, fields, submit: word, danger, testid, run }: Asked): void {
  const submit = h("button", { type: "submit", class: danger ? "button primary danger" : "button primary", "data-testid": testid }, word);
  const cancel = h("button", { type: "button", class: "button quiet" }, "Cancel");
  const problem = h("p", { class: "problem", role: "alert" });
  const form = h("form", { class: "ask-form" }, ...fields, problem, h("div", { class: "ask-end" }, cancel, submit));
  const dialog = openDialog(title, form);
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    problem.textContent = "";
    run().then(
      () => dialog.close(),
      (error: unknown) => {
        submit.disabled = false;
        problem.textContent = explain(error);
      },
    );
  });
}

/** Asks for one line of text. */
export function askText(asked: Omit<Asked, "fields" | "run"> & { readonly label: string; readonly value?: string; readonly required?: boolean; readonly run: (text: string) => Promise<void> }): void {
  const { label, value = "", required = true, run } = asked;
  const input = h("input", { id: "ask-text", value, required, maxlength: 200, autofocus: true, "data-testid": "ask-text" });
  const field = h("div", { class: "field" }, h("label", { for: "ask-text" }, label), input);
  askForm({ ...asked, fields: [field], run: () => run(input.value.trim()) });
  input.select();
}
