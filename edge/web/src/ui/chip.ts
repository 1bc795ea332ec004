/* Chip: whether what was typed is saved, in one word that is always true, and in full when it is pressed.
 *
 * Owns the words; what is true is the client's to say.
 */
import type { LiveDocument, SaveStatus } from "@shoal/client";
import { h } from "./dom";
import { announce } from "./notices";
import { popover } from "./popover";

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
      return { state: "saving", text: status.unsaved > 1 ? `Saving… (${status.unsaved})` : "Saving…" };
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

/** What it means, for who wants to know. */
export function explained(status: SaveStatus): string {
  switch (status.state) {
    case "loading":
      return "The document is being opened.";
    case "saved":
      return "Everything you typed is on the server's disk, and everybody here has it. You may close this page.";
    case "read-only":
      return "You can read this document. What others write appears as they write it.";
    case "saving":
      return status.kept
        ? "Your changes are kept on this device and are on their way to the server. “Saved” is said once its disk has them."
        : "Your changes are on their way to the server. This device cannot keep them, so leave the page open until it says “Saved”.";
    case "offline":
      return status.unsaved > 0 && !status.kept
        ? "There is no connection, and this device cannot keep your changes: they are lost if you close this page. They are sent once the connection is back."
        : "There is no connection. Go on writing: your changes are kept on this device, also if you close the page, and are merged with everybody's once you are back, however late.";
    case "refused":
      return "The server did not take a change of yours. Its text was given back to you on this page: copy it before you dismiss it.";
    case "signed-out":
      return "Your sign-in has ended. Sign in again; unsent changes are sent then.";
    case "revoked":
    case "ended":
      return status.message;
  }
}

/** What a screen reader is told when it comes to this; the everyday of saving is not told. */
function aloud(status: SaveStatus, before: string): string {
  if (status.state === "offline") return before === "offline" ? "" : "Offline. Changes are kept on this device.";
  if (status.state === "saved" && ["offline", "error"].includes(before)) return "Back online. Everything is saved.";
  return "";
}

const SETTLED_MS = 1_500;

export class Chip {
  private readonly text = h("span", {}, "Connecting…");
  private readonly chip = h(
    "button",
    { type: "button", class: "chip", "data-testid": "chip", "data-state": "connecting", title: "Is it saved?" },
    h("span", { class: "chip-dot", "aria-hidden": "true" }),
    this.text,
  );
  private readonly details = h("div", { class: "chip-details", "data-testid": "chip-details" });
  readonly element = popover(this.chip, {
    label: "Is it saved?",
    role: "dialog",
    fill: () => {
      this.isOpen = true;
      this.detail();
      return [this.details];
    },
    closed: () => (this.isOpen = false),
  });
  private isOpen = false;
  private savedAt: number | null = null;
  private sentAt: number | null = null;
  private tookMs: number | null = null;
  /** What a screen reader knows it is. */
  private told = "";
  /** What it is now, and may stay. */
  private settling = "";
  private telling: ReturnType<typeof setTimeout> | undefined;
  private readonly stops: (() => void)[];

  constructor(private readonly live: LiveDocument) {
    const tick = setInterval(() => this.show(), 1_000);
    this.stops = [live.on("status", () => this.show()), live.on("saved", () => this.saved()), () => clearInterval(tick)];
    this.show();
  }

  end(): void {
    clearTimeout(this.telling);
    for (const stop of this.stops) stop();
  }

  private show(): void {
    const { status } = this.live;
    if (status.state === "saving") this.sentAt ??= performance.now();
    else if (status.state !== "saved") this.sentAt = null;
    const shown = describe(status, Date.now());
    if (this.chip.dataset["state"] !== shown.state) this.chip.dataset["state"] = shown.state;
    if (this.text.textContent !== shown.text) this.text.textContent = shown.text;
    if (this.isOpen) this.detail();
    if (status.state === this.settling) return;
    this.settling = status.state;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), SETTLED_MS);
  }

  private saved(): void {
    this.savedAt = Date.now();
    if (this.sentAt !== null) this.tookMs = performance.now() - this.sentAt;
    this.sentAt = null;
  }

  /** Only what lasts is told aloud. */
  private tell(): void {
    const { status } = this.live;
    const sentence = aloud(status, this.told);
    if (status.state !== "saving") this.told = describe(status, Date.now()).state === "error" ? "error" : status.state;
    if (sentence) announce(sentence);
  }

  private detail(): void {
    const { status, revision } = this.live;
    const line = (name: string, value: string | null) => (value ? [h("dt", {}, name), h("dd", {}, value)] : []);
    const waiting = "unsaved" in status && status.unsaved > 0 ? String(status.unsaved) : null;
    const content = [
      h("h2", { class: "card-title" }, describe(status, Date.now()).text),
      h("p", {}, explained(status)),
      h(
        "dl",
        { class: "facts" },
        ...line("Last saved", this.savedAt === null ? null : new Date(this.savedAt).toLocaleTimeString()),
        ...line("Saving took", this.tookMs === null ? null : `${Math.max(1, Math.round(this.tookMs))} ms`),
        ...line("Not saved yet", waiting),
        ...line("Revision", revision > 0 ? String(revision) : null),
      ),
    ];
    this.details.replaceChildren(...content);
  }
}
