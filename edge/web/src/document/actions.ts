/* Actions: what can be done with the document as a whole.
 *
 * Owns what is said when it worked and when not. The text itself is the editor's.
 */
import type { LiveDocument } from "@shoal/client";
import { pathOf } from "../app/documents";
import { explain } from "../app/rest";
import { openDialog } from "../ui/dialog";
import { h } from "../ui/dom";
import { announce, toast } from "../ui/notices";
import { download, FORMS, type Kind } from "./downloads";
import { copyOf, trash } from "./service";

export class Actions {
  /** `title` is asked for when it is needed; `go` shows another page. */
  constructor(
    private readonly live: LiveDocument,
    private readonly title: () => string,
    private readonly go: (path: string) => void,
  ) {}

  async download(kind: Kind): Promise<void> {
    const { unsaved } = this.live;
    await attempt("The file could not be made.", async () => {
      await download(kind, this.live.name, this.title());
      announce(`${FORMS[kind].label} downloaded`);
    });
    if (unsaved > 0) toast({ message: "The file holds what is saved.", detail: `${unsaved} of your changes were not saved yet, and are not in it.` });
  }

  async duplicate(): Promise<void> {
    await attempt("It could not be copied.", async () => this.go(pathOf((await copyOf(this.live.name)).name)));
  }

  /** Asks first: everybody who has it open is sent away. */
  trash(): void {
    const move = h("button", { type: "button", class: "button primary danger", autofocus: true, "data-testid": "confirm-trash" }, "Move to trash");
    const keep = h("button", { type: "button", class: "button" }, "Keep it");
    const said = h("p", {}, "Everybody who has it open is told, and it can be taken out of the trash again for some time.");
    const dialog = openDialog(`Move “${this.title()}” to the trash?`, h("div", { class: "fields" }, said, h("div", { class: "dialog-end" }, keep, move)));
    keep.addEventListener("click", dialog.close);
    move.addEventListener("click", () => {
      dialog.close();
      void attempt("It could not be moved to the trash.", () => trash(this.live.name));
    });
  }
}

async function attempt(otherwise: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    toast({ message: otherwise, detail: explain(error) });
  }
}
