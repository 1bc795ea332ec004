/* Activity: what happened in all that this person may see, or what they did themselves. */
import type { Leave, Page } from "../app/router";
import { Titles } from "../app/titles";
import { frame, type Desk } from "../home/frame";
import { h } from "../ui/dom";
import { activityFeed } from "./feed";

export function activityPage(desk: Desk): Page {
  return (root): Leave => {
    const { account } = desk;
    const { main, projects } = frame(root, desk, "Activity");
    const titles = new Titles();
    void projects.then((all) => all.forEach(({ name, title }) => titles.know(name, title)));
    const mine = new URLSearchParams(location.search).has("mine");
    const { element, close } = activityFeed({ titles, account, ...(mine ? { user: account.subject } : {}) });
    const view = (path: string, label: string, current: boolean) => h("a", { href: path, class: "segment", "aria-current": current ? "page" : null }, label);
    main.append(
      h("div", { class: "list-top" }, h("h1", {}, "Activity"), h("div", { class: "segments" }, view("/activity", "Everybody", !mine), view("/activity?mine", "Only me", mine))),
      element,
    );
    return close;
  };
}
