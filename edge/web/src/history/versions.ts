/* Versions: revisions with a name, and those that were marked along the way, which are shown lighter.
 *
 * Owns the list. What is done to one is the panel's.
 */
import type { Account } from "../app/account";
import { personName } from "../app/names";
import type { Version } from "@gen/rest/types";
import { h, icon } from "../ui/dom";
import { capital, clock } from "./timeline";

const PEN = "M4 20h4L19 9a2.8 2.8 0 0 0-4-4L4 16zM13.5 6.5l4 4";
const BIN = "M5 7h14M10 7V5h4v2M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5";

export interface VersionsParts {
  readonly account: Account;
  readonly chosen: (version: Version) => void;
  readonly rename: (version: Version) => void;
  readonly remove: (version: Version) => void;
}

export class Versions {
  private readonly list = h("ul", { class: "versions", "data-testid": "versions", tabindex: -1, "aria-label": "Versions" });
  readonly element = h("div", {}, this.list);

  constructor(private readonly parts: VersionsParts) {}

  show(versions: readonly Version[], current: number, canWrite: boolean): void {
    this.list.replaceChildren(...versions.map((each) => this.line(each, Number(each.revision) === current, canWrite)));
    if (versions.length === 0) this.list.append(h("li", { class: "faint nothing" }, "No versions yet. Give a moment a name to find it again."));
  }

  /** Gives the focus to a version, or to the list when it is gone. */
  focus({ name }: Version): void {
    const line = [...this.list.children].find((each) => (each as HTMLElement).dataset["name"] === name);
    (line?.querySelector<HTMLElement>("button") ?? this.list).focus();
  }

  private line(version: Version, isCurrent: boolean, canWrite: boolean): HTMLElement {
    const title = titleOf(version);
    const time = Date.parse(version.revisionTime ?? "");
    const by = version.creator ? ` · ${personName(version.creator, this.parts.account)}` : "";
    const tool = (path: string, label: string, run: () => void) =>
      h("button", { type: "button", class: "button quiet icon-only", "aria-label": `${label} “${title}”`, title: label, onclick: run }, icon(path));
    return h(
      "li",
      { class: version.kind === "VERSION_KIND_NAMED" ? "named" : "automatic", "data-testid": "version", "data-name": version.name },
      h(
        "button",
        { type: "button", class: "version", "aria-current": isCurrent ? "true" : null, title: version.description || null, onclick: () => this.parts.chosen(version) },
        h("strong", {}, title),
        h("span", { class: "faint" }, `${capital(clock(time))}${by}`),
      ),
      canWrite ? tool(PEN, "Rename", () => this.parts.rename(version)) : null,
      canWrite ? tool(BIN, "Delete", () => this.parts.remove(version)) : null,
    );
  }
}

export function titleOf({ kind, title }: Version): string {
  if (title) return title;
  return kind === "VERSION_KIND_BEFORE_RESTORE" ? "Before a restore" : "Saved along the way";
}
