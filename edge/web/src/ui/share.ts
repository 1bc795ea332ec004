/* Share: the dialog that says who may do what on a document, folder or project, and changes it.
 *
 * The door to src/sharing; owns nothing.
 */
import { ShareContent, type Shared } from "../sharing/content";
import { openDialog, type Dialog } from "./dialog";

/** The icon of sharing: a person, and a plus. */
export const SHARE = "M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 20c0-3.6 2.9-6 6.5-6 1.5 0 2.9.4 4 1.2M18 14v6M15 17h6";

export type { Shared };

export function openShare(shared: Shared): Dialog {
  const share = new ShareContent(shared);
  const dialog = openDialog(`Share “${shared.title}”`, share.element);
  dialog.element.classList.add("share-dialog");
  void share.load();
  return dialog;
}
