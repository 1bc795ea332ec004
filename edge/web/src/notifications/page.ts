/* Notifications: all of them, and of what to hear. */
import type { Leave, Page } from "../app/router";
import { attempt } from "../home/actions";
import { frame, type Desk } from "../home/frame";
import { h } from "../ui/dom";
import { notificationList } from "./list";
import { news } from "./news";
import { preferences } from "./preferences";

export function notificationsPage(desk: Desk): Page {
  return (root): Leave => {
    const { main } = frame(root, desk, "Notifications");
    const unread = new URLSearchParams(location.search).has("unread");
    const { element, reload, close } = notificationList({ unread });
    const view = (path: string, label: string, current: boolean) => h("a", { href: path, class: "segment", "aria-current": current ? "page" : null }, label);
    const all = h("button", { type: "button", class: "button", "data-testid": "page-read-all" }, "Mark all as read");
    all.addEventListener("click", () => attempt(() => news.readAll().then(reload)));
    main.append(
      h(
        "div",
        { class: "list-top" },
        h("h1", {}, "Notifications"),
        h("div", { class: "segments" }, view("/notifications", "All", !unread), view("/notifications?unread", "Unread", unread)),
        all,
      ),
      element,
      h("section", { class: "settings", "aria-labelledby": "settings" }, h("h2", { id: "settings" }, "What you hear of"), preferences()),
    );
    let before = news.unread;
    const stop = news.on(() => {
      if (news.unread > before) reload();
      before = news.unread;
    });
    return () => {
      stop();
      close();
    };
  };
}
