/* Leaving: asks before a sign-out that would lose what was not sent.
 *
 * Owns the question. Nothing is removed here.
 */
import type { KeptDocument, Shoal } from "@shoal/client";
import { UNTITLED } from "../app/titles";
import { openDialog } from "../ui/dialog";
import { h } from "../ui/dom";

/** Whether to sign out: at once where everything was sent, else as the person says. */
export async function mayLeave(shoal: Shoal): Promise<boolean> {
  const unsent = (await shoal.kept().catch(() => [])).filter((document) => document.unsent > 0);
  return unsent.length === 0 || ask(unsent);
}

function ask(unsent: readonly KeptDocument[]): Promise<boolean> {
  return new Promise((answer) => {
    let leaves = false;
    const stay = h("button", { type: "button", class: "button primary", autofocus: true, "data-testid": "stay" }, "Stay signed in");
    const leave = h("button", { type: "button", class: "button danger", "data-testid": "leave-anyway" }, "Sign out and lose them");
    const content = h(
      "div",
      { class: "ask" },
      h("p", {}, "What you wrote here has not reached the server yet. Signing out takes your documents off this device, and these changes with them:"),
      h("ul", {}, ...unsent.map((document) => h("li", {}, `${document.title || UNTITLED}: ${changes(document.unsent)}`))),
      h("p", { class: "faint" }, "Stay, and they are sent as soon as there is a connection."),
      h("div", { class: "ask-end" }, leave, stay),
    );
    const dialog = openDialog("Some changes are not saved yet", content);
    stay.addEventListener("click", () => dialog.close());
    leave.addEventListener("click", () => {
      leaves = true;
      dialog.close();
    });
    dialog.element.addEventListener("close", () => answer(leaves));
  });
}

export function changes(count: number): string {
  return count === 1 ? "1 change" : `${count} changes`;
}
