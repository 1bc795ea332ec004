/* Panels: what may stand beside the paper, in the order of its buttons. */
import type { LiveDocument } from "@shoal/client";
import type { Panel } from "../ui/side-panel";
import { outlinePanel } from "./outline";

export function panelsOf(live: LiveDocument, root: () => HTMLElement | null): readonly Panel[] {
  return [outlinePanel(live, root)];
}
