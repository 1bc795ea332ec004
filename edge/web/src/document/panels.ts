/* Panels: what may stand beside the paper, in the order of its buttons. */
import type { LiveDocument } from "@shoal/client";
import { activityPanel } from "../activity/panel";
import { historyPanel, type HistoryPlace } from "../history/panel";
import type { Panel } from "../ui/side-panel";
import { outlinePanel } from "./outline";

/** `root` is what holds the text, once it is there. */
export function panelsOf(live: LiveDocument, root: () => HTMLElement | null, place: HistoryPlace): readonly Panel[] {
  return [outlinePanel(live, root), historyPanel(live, place), activityPanel(live.name)];
}
