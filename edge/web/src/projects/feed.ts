/* ProjectFeed: what happened in a project, asked for when it is unfolded. */
import type { Account } from "../app/account";
import { activityFeed } from "../activity/feed";
import { Titles } from "../app/titles";
import { h } from "../ui/dom";

export function projectFeed(resource: string, account: Account): { readonly element: HTMLElement; readonly close: () => void } {
  let close = () => undefined as void;
  const element = h("details", { class: "project-feed" }, h("summary", { "data-testid": "project-activity" }, "Activity in this project"));
  element.addEventListener("toggle", () => {
    if (!element.open || element.childElementCount > 1) return;
    const feed = activityFeed({ titles: new Titles(), account, resource });
    close = feed.close;
    element.append(feed.element);
  });
  return { element, close: () => close() };
}
