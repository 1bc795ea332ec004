/* Chip: whether what was typed is saved, in one word that is always true.
 *
 * Owns the words. "Saved" is said only when everything is acknowledged and the connection stands.
 */
import type { ConnectionStatus, SessionPhase } from "@shoal/client";
import { h } from "./dom";

export interface SaveState {
  readonly connection: ConnectionStatus;
  readonly phase: SessionPhase;
  readonly pending: number;
  /** True while changes that the server did not take wait to be looked at. */
  readonly refused: boolean;
}

type Shown = { readonly state: "saved" | "saving" | "offline" | "connecting" | "error"; readonly text: string };

/** What the chip says; `now` in milliseconds since 1970. */
export function describe({ connection, phase, pending, refused }: SaveState, now: number): Shown {
  const kept = pending === 1 ? "1 change kept here" : `${pending} changes kept here`;
  if (connection.state === "signed-out") return { state: "error", text: pending ? `Signed out – ${kept}` : "Signed out" };
  if (connection.state === "stopped" || phase === "closed") {
    return { state: "error", text: pending ? `Not connected – ${kept}` : "Not connected" };
  }
  if (refused) return { state: "error", text: "A change was not saved" };
  if (connection.state === "open" && phase === "open") {
    return pending === 0 ? { state: "saved", text: "Saved" } : { state: "saving", text: "Saving…" };
  }
  if (pending > 0) return { state: "offline", text: `Offline – ${kept}` };
  if (connection.state !== "waiting") return { state: "connecting", text: "Connecting…" };
  const seconds = Math.max(1, Math.ceil((connection.retryAt - now) / 1000));
  return { state: "offline", text: `Offline – reconnecting in ${seconds} s` };
}

export class Chip {
  private readonly text = h("span", {}, "Connecting…");
  readonly element = h(
    "span",
    { class: "chip", role: "status", "data-testid": "chip", "data-state": "connecting" },
    h("span", { class: "chip-dot", "aria-hidden": "true" }),
    this.text,
  );

  show(state: SaveState): void {
    const shown = describe(state, Date.now());
    if (this.element.dataset["state"] !== shown.state) this.element.dataset["state"] = shown.state;
    if (this.text.textContent !== shown.text) this.text.textContent = shown.text;
  }
}
