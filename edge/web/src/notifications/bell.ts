/* Bell: how much is unread, in the bar of every page, and the latest of it at a press.
 *
 * There is one, which moves from page to page, so that nothing is asked for again with each.
 */
import { attempt } from "../home/actions";
import { BELL } from "../home/icons";
import { h, icon } from "../ui/dom";
import { popover } from "../ui/popover";
import { news } from "./news";
import { notificationList } from "./list";

const SHOWN = 8;
/** More does not fit on the badge. */
const MOST = 99;

let bell: HTMLElement | null = null;

export function notificationBell(): HTMLElement {
  return (bell ??= make());
}

function make(): HTMLElement {
  const count = h("span", { class: "badge", "aria-hidden": "true", "data-testid": "unread-count" });
  const button = h("button", { type: "button", class: "button quiet icon-only bell", "data-testid": "bell" }, icon(BELL), count);
  const show = () => {
    const { unread } = news;
    count.textContent = unread > MOST ? `${MOST}+` : String(unread);
    count.hidden = unread === 0;
    button.setAttribute("aria-label", unread === 0 ? "Notifications" : `Notifications, ${unread} unread`);
  };
  news.on(show);
  show();
  return popover(button, { label: "Notifications", role: "dialog", fill: latest });
}

function latest(close: () => void): readonly Node[] {
  const { element, reload } = notificationList({ only: SHOWN, followed: close });
  const all = h("button", { type: "button", class: "button quiet small", "data-testid": "read-all" }, "Mark all as read");
  all.addEventListener("click", () => attempt(() => news.readAll().then(reload)));
  return [
    h("div", { class: "news-top" }, h("h2", {}, "Notifications"), all),
    element,
    h("a", { href: "/notifications", class: "news-all", onclick: close }, "All notifications and settings"),
  ];
}
