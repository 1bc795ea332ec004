/* Invitations: those that wait for somebody, to be taken back.
 *
 * Owns the lines.
 */
import { revokeInvitation, type Invitation } from "../app/sharing";
import { h, icon } from "../ui/dom";
import { MAIL, removeButton, type Perform } from "./parts";
import { roleWord } from "./words";

export function invitationLine(invitation: Invitation, perform: Perform): HTMLElement {
  const { name, email, expireTime } = invitation;
  const until = expireTime ? `invited, until ${new Date(expireTime).toLocaleDateString(undefined, { dateStyle: "medium" })}` : "invited";
  return h(
    "li",
    { "data-testid": "invitation", "data-email": email },
    h(
      "div",
      { class: "grant" },
      h("span", { class: "link-mark" }, icon(MAIL)),
      h("span", { class: "grant-who" }, email, h("span", { class: "faint" }, until)),
      h("span", { class: "grant-role" }, roleWord(invitation)),
      removeButton(`Take back the invitation of ${email}`, () => perform(() => revokeInvitation(name), `${email} is no longer invited`)),
    ),
  );
}
