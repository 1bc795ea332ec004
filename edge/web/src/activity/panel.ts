/* ActivityPanel: what happened to one document, or in one project, beside it. */
import { Titles } from "../app/titles";
import { ACTIVITY } from "../home/icons";
import { icon } from "../ui/dom";
import type { Panel } from "../ui/side-panel";
import { activityFeed } from "./feed";

/** `resource`: a document, project or folder, by name. */
export function activityPanel(resource: string): Panel {
  return {
    id: "activity",
    label: "Activity",
    icon: icon(ACTIVITY),
    open(host) {
      const { element, close } = activityFeed({ titles: new Titles(), resource });
      host.append(element);
      return close;
    },
  };
}
