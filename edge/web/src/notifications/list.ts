/* NotificationList: what somebody should hear of, the newest first; what is unread is marked, and read by a press.
 *
 * Owns its lines and pages.
 */
import { listNotifications } from "@shoal/client/rest";
import type { Notification } from "@gen/rest/types";
import { addressOf, personName } from "../app/names";
import { rest } from "../app/rest";
import { Titles } from "../app/titles";
import { ago } from "../app/when";
import { BELL } from "../home/icons";
import { More } from "../home/more";
import { empty, fill } from "../home/states";
import { attempt } from "../home/actions";
import { h } from "../ui/dom";
import { avatar } from "../ui/people";
import { news } from "./news";
import { wordsOf } from "./phrases";

export interface NotificationListParts {
  readonly unread?: boolean;
  /** The first page alone, so long. */
  readonly only?: number;
  /** Called when a link in it is followed. */
  readonly followed?: () => void;
}

const PAGE = 50;

export function notificationList(parts: NotificationListParts = {}): { readonly element: HTMLElement; readonly reload: () => void; readonly close: () => void } {
  const element = h("div", { "data-testid": "notifications" });
  let list = h("ul", { class: "news", "aria-label": "Notifications" });
  const page = async (into: HTMLElement, pageToken: string): Promise<string> => {
    const { notifications, nextPageToken } = await listNotifications(rest, { unread: parts.unread, pageSize: parts.only ?? PAGE, pageToken });
    const titles = await new Titles().all(notifications.map(({ resource }) => resource));
    into.append(...notifications.map((one) => line(one, titles.get(one.resource) ?? "", parts)));
    return parts.only ? "" : nextPageToken;
  };
  const more = new More((token) => page(list, token));
  const nothing = () => empty(BELL, parts.unread ? "Nothing unread" : "No notifications", "When somebody shares with you or mentions you, it is told here.");
  const reload = () =>
    void fill(element, async () => {
      const fresh = list.cloneNode() as typeof list;
      const next = await page(fresh, "");
      list = fresh;
      more.follow(next);
      return list.childElementCount ? [list, more.element] : [nothing()];
    }, 3);
  reload();
  return { element, reload, close: () => more.follow("") };
}

function line(one: Notification, title: string, { followed }: NotificationListParts): HTMLElement {
  const name = one.actor ? personName(one.actor) : "Shoal";
  const [before, after] = wordsOf(one);
  const when = new Date(one.createTime ?? 0);
  const address = addressOf(one.resource);
  const about = title || "something that is gone";
  const link = title && address ? h("a", { href: address, class: "link" }, about) : about;
  const read = h("button", { type: "button", class: "unread-dot", "aria-label": `Mark as read: ${name} ${before} ${about}`, title: "Mark as read", "data-testid": "mark-read" });
  const element = h(
    "li",
    { class: one.readTime ? "news-line" : "news-line unread", "data-testid": "notification" },
    avatar({ subject: one.actor || "shoal", name }),
    h("p", {}, h("strong", {}, name), ` ${before} `, link, `${after}.`, h("time", { class: "faint", datetime: when.toISOString(), title: when.toLocaleString() }, ago(when))),
    one.readTime ? null : read,
  );
  const done = () => {
    element.classList.remove("unread");
    read.remove();
    return news.read(one.id);
  };
  read.addEventListener("click", () => attempt(done));
  if (link instanceof HTMLElement) {
    link.addEventListener("click", () => {
      if (!one.readTime) attempt(done);
      followed?.();
    });
  }
  return element;
}
