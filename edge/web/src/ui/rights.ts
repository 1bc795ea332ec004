/* Rights: what this person may do in the document that is open, as the page shows it.
 *
 * Owns the Share button, and follows the session: a right may come and go while one looks.
 */
import type { Account } from "../app/account";
import { getDocument } from "../app/documents";
import { standingOn } from "../app/sharing";
import type { LiveDocument } from "@shoal/client";
import { h, icon } from "./dom";
import { openShare, SHARE } from "./share";

export class Rights {
  readonly share = h("button", { type: "button", class: "button", hidden: true, "data-testid": "share" }, icon(SHARE), h("span", {}, "Share"));
  /** null until it is known. */
  private couldWrite: boolean | null = null;
  private readonly focused = () => void this.offerSharing();

  /** `title` is asked for when it is shown. */
  constructor(
    private readonly account: Account,
    private readonly resource: string,
    private readonly title: () => string,
  ) {
    this.share.addEventListener("click", () => void this.openShare());
    addEventListener("focus", this.focused);
  }

  /** Asks again what may be done when the right to write came or went. */
  follow(session: LiveDocument): void {
    if (!session.role || session.canWrite === this.couldWrite) return;
    this.couldWrite = session.canWrite;
    void this.offerSharing();
  }

  /** Nothing may be done any more. */
  end(): void {
    removeEventListener("focus", this.focused);
    this.couldWrite = null;
    this.share.hidden = true;
  }

  private async offerSharing(): Promise<void> {
    const standing = await standingOn(this.resource).catch(() => null);
    this.share.hidden = this.couldWrite === null || !standing?.permissions.includes("PERMISSION_SHARE");
  }

  private async openShare(): Promise<void> {
    const { account, resource } = this;
    const info = await getDocument(resource).catch(() => null);
    const isOpen = account.development && info !== null && !info.project;
    const note = "It is in no project, and here such documents are open to everybody who signs in. Keep it in a project to choose who sees it.";
    openShare({ account, resource, title: this.title(), ...(isOpen ? { note } : {}) });
  }
}
