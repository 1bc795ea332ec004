/* Chip: whether what was typed is saved, in one word that is always true.
 *
 * Owns the words; what is true is the client's to say.
 */
import type { SaveStatus } from "@shoal/client";
import { h } from "./dom";

type Shown = { readonly state: "saved" | "saving" | "offline" | "connecting" | "error"; readonly text: string };

/** What the chip says; `now` in milliseconds since 1970. */
export function describe(status: SaveStatus, now: number): Shown {
  switch (status.state) {
    case "loading":
      return { state: "connecting", text: "Connecting…" };
    case "saved":
      return { state: "saved", text: "Saved" };
    case "read-only":
      return { state: "saved", text: "Read only" };
    case "saving":
      return { state: "saving", text: "Saving…" };
    case "refused":
      return { state: "error", text: "A change was not saved" };
    case "signed-out":
      return { state: "error", text: ["Signed out", kept(status)].filter(Boolean).join(" – ") };
    case "revoked":
    case "ended":
      return { state: "error", text: ["Not connected", kept(status)].filter(Boolean).join(" – ") };
    case "offline":
      return offline(status, now);
  }
}

function offline(status: SaveStatus & { state: "offline" }, now: number): Shown {
  const { retryAt, unsaved } = status;
  if (unsaved > 0) return { state: status.kept ? "offline" : "error", text: `Offline – ${kept(status)}` };
  if (retryAt === null) return { state: "connecting", text: "Connecting…" };
  return { state: "offline", text: `Offline – reconnecting in ${Math.max(1, Math.ceil((retryAt - now) / 1000))} s` };
}

function kept({ unsaved, kept }: { unsaved: number; kept: boolean }): string {
  if (unsaved === 0) return "";
  return `${unsaved} ${unsaved === 1 ? "change" : "changes"} ${kept ? "kept here" : "not kept: leave this page open"}`;
}

export class Chip {
  private readonly text = h("span", {}, "Connecting…");
  readonly element = h(
    "span",
    { class: "chip", role: "status", "data-testid": "chip", "data-state": "connecting" },
    h("span", { class: "chip-dot", "aria-hidden": "true" }),
    this.text,
  );

  show(status: SaveStatus): void {
    const shown = describe(status, Date.now());
    if (this.element.dataset["state"] !== shown.state) this.element.dataset["state"] = shown.state;
    if (this.text.textContent !== shown.text) this.text.textContent = shown.text;
  }
}
