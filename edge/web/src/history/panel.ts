/* History panel: the door to the past of a document, for the column beside the paper.
 *
 * Owns the button's look and what the page must give; the panel itself is loaded when it is first opened.
 */
import type { LiveDocument } from "@shoal/client";
import type { Account } from "../app/account";
import { explain } from "../app/rest";
import { h, icon } from "../ui/dom";
import type { Panel } from "../ui/side-panel";

/** A clock whose hand goes back. */
export const HISTORY = "M4 5v4h4M4.6 9A8 8 0 1 1 4 12.5M12 8v4.5l3 2";

/**
 * What the panel needs of the page around it.
 *
 *     const history = historyPanel(live, { account, preview: (past) => {
 *       sheet.hidden = tools.hidden = past !== null; // Hidden, never removed: caret and unsent edits stay.
 *       place.replaceChildren(...(past ? [past] : []));
 *     } });
 */
export interface HistoryPlace {
  /** Whoever looks: their name, and that it is them. */
  readonly account: Account;
  /**
   * Puts `element` where the paper is. While it is there the paper and its toolbar are hidden, and its shortcuts do
   * nothing; null takes it out again and shows the paper as it was left. Called once with an element when the panel opens
   * and once with null when it is closed.
   */
  preview(element: HTMLElement | null): void;
}

export function historyPanel(live: LiveDocument, place: HistoryPlace): Panel {
  return {
    id: "history",
    label: "History",
    icon: icon(HISTORY),
    open: (host, close) => {
      let leave: (() => void) | null = null;
      let gone = false;
      const waiting = h("p", { class: "faint", role: "status" }, "Loading the history…");
      host.append(waiting);
      Promise.all([import("./room"), loaded(live)]).then(
        ([{ openRoom }]) => {
          waiting.remove();
          if (!gone) leave = openRoom({ live, place, host, close });
        },
        (error: unknown) => (waiting.textContent = explain(error)),
      );
      return () => {
        gone = true;
        leave?.();
      };
    },
  };
}

/** Of which kind a document is, and how long, is known once it is loaded. */
function loaded(live: LiveDocument): Promise<void> {
  return new Promise((done) => {
    if (live.isLoaded) return done();
    const stop = live.on("loaded", () => {
      stop();
      done();
    });
  });
}
