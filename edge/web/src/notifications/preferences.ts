/* Preferences: of what somebody wants to hear, and of which places they do not.
 *
 * Owns the form; each press is stored at once.
 */
import { getNotificationPreferences, muteResource, updateNotificationPreferences } from "@shoal/client/rest";
import type { NotificationKind } from "@gen/rest/types";
import { addressOf } from "../app/names";
import { explain, rest } from "../app/rest";
import { Titles } from "../app/titles";
import { fill } from "../home/states";
import { h } from "../ui/dom";
import { announce } from "../ui/notices";
import { KINDS } from "./phrases";

export function preferences(): HTMLElement {
  const host = h("div", { "data-testid": "preferences" });
  const problem = h("p", { class: "problem", role: "alert" });
  const saved = (work: Promise<unknown>, undo: () => void) => {
    problem.textContent = "";
    work.then(
      () => announce("Saved"),
      (error: unknown) => {
        problem.textContent = explain(error);
        undo();
      },
    );
  };
  void fill(host, async () => {
    const answer = await getNotificationPreferences(rest);
    const titles = await new Titles().all(answer.muted);
    const enabled = new Map(answer.preferences.map((each) => [each.kind, each.enabled]));
    const kinds = KINDS.map(([kind, text]) => choice(kind, text, enabled.get(kind) ?? true, saved));
    const muted = answer.muted.map((name) => mute(name, titles.get(name) ?? "", saved));
    return [
      h("fieldset", { class: "kinds" }, h("legend", {}, "Tell me when"), ...kinds),
      h("h3", {}, "Muted"),
      muted.length ? h("ul", { class: "muted", "aria-label": "Muted" }, ...muted) : h("p", { class: "faint" }, "Nothing is muted. A document or project is muted from its menu."),
      problem,
    ];
  });
  return host;
}

type Saved = (work: Promise<unknown>, undo: () => void) => void;

function choice(kind: NotificationKind, text: string, enabled: boolean, saved: Saved): HTMLElement {
  const box = h("input", { type: "checkbox", checked: enabled, "data-testid": `kind-${kind.replace("NOTIFICATION_KIND_", "").toLowerCase()}` });
  box.addEventListener("change", () =>
    saved(updateNotificationPreferences(rest, { preferences: [{ kind, enabled: box.checked }] }), () => (box.checked = !box.checked)));
  return h("label", { class: "check" }, box, text);
}

function mute(name: string, title: string, saved: Saved): HTMLElement {
  const said = title || name.replace(/^.*\//, "");
  const button = h("button", { type: "button", class: "button small", "aria-label": `Hear of ${said} again` }, "Unmute");
  const line = h("li", {}, title ? h("a", { href: addressOf(name), class: "link" }, said) : said, button);
  button.addEventListener("click", () => {
    button.disabled = true;
    saved(muteResource(rest, { resource: name, unmute: true }).then(() => line.remove()), () => (button.disabled = false));
  });
  return line;
}
