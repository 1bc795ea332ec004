/* Feed: what people and agents did, the latest first, by day.
 *
 * Owns its pages. What it names is linked where it may be seen, and told without a name where it is gone.
 */
import { listActivities } from "@shoal/client/rest";
import type { Account } from "../app/account";
import { addressOf, personName } from "../app/names";
import { rest } from "../app/rest";
import type { Titles } from "../app/titles";
import { dayOf } from "../app/when";
import { ACTIVITY } from "../home/icons";
import { More } from "../home/more";
import { empty, fill } from "../home/states";
import { h } from "../ui/dom";
import { avatar } from "../ui/people";
import { amount, gather, phrase, timeOf, type Gathered, type Part } from "./phrases";

export interface FeedParts {
  readonly titles: Titles;
  /** Told as `You`. */
  readonly account?: Account;
  /** Only about this; empty = about anything. */
  readonly resource?: string;
  /** Only by this subject. */
  readonly user?: string;
}

const PAGE = 50;
const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };

/** The feed, and what ends it. */
export function activityFeed(parts: FeedParts): { readonly element: HTMLElement; readonly close: () => void } {
  const element = h("div", { class: "feed", "data-testid": "activity-feed" });
  const days = h("div", {});
  const page = async (pageToken: string): Promise<string> => {
    const { resource, user, titles } = parts;
    const { activities, nextPageToken } = await listActivities(rest, { resource, user, pageSize: PAGE, pageToken });
    const gathered = gather(activities);
    const known = await titles.all(gathered.flatMap((each) => phrase(each).flatMap((part) => (typeof part === "string" ? [] : [part.resource]))));
    for (const each of gathered) dayIn(days, timeOf(each.first)).append(entry(each, known, parts));
    return nextPageToken;
  };
  const more = new More(page);
  void fill(element, async () => {
    days.replaceChildren();
    more.follow(await page(""));
    return days.childElementCount ? [days, more.element] : [empty(ACTIVITY, "Nothing happened yet", "What is written, shared and moved here is told in this place.")];
  });
  return { element, close: () => more.follow("") };
}

/** The list of a day, made when it is the first of it. */
function dayIn(days: HTMLElement, when: Date): HTMLElement {
  const label = dayOf(when);
  const last = days.lastElementChild;
  if (last instanceof HTMLElement && last.dataset["day"] === label) return last.querySelector("ul") ?? last;
  const list = h("ul", { class: "feed-day" });
  days.append(h("section", { "data-day": label, "aria-label": label }, h("h2", { class: "feed-date" }, label), list));
  return list;
}

function entry(gathered: Gathered, titles: ReadonlyMap<string, string>, { account }: FeedParts): HTMLElement {
  const { actor, agent } = gathered.first;
  const name = actor ? personName(actor, account) : "Shoal";
  const when = timeOf(gathered.first);
  const written = amount(gathered);
  return h(
    "li",
    { class: "feed-entry", "data-testid": "activity" },
    avatar({ subject: actor || "shoal", name }),
    h(
      "p",
      {},
      h("strong", {}, account && actor === account.subject ? "You" : name),
      agent ? h("span", { class: "tag" }, `by ${agent}`) : null,
      " ",
      ...phrase(gathered).map((part) => shown(part, titles)),
      written ? h("span", { class: "written", title: "Characters written and deleted" }, written) : null,
    ),
    h("time", { class: "faint", datetime: when.toISOString(), title: when.toLocaleString() }, when.toLocaleTimeString("en-GB", TIME)),
  );
}

function shown(part: Part, titles: ReadonlyMap<string, string>): Node | string {
  if (typeof part === "string") return part;
  const { resource } = part;
  const title = titles.get(resource);
  const address = addressOf(resource);
  if (title && address) return h("a", { href: address, class: "link" }, title);
  return title || wordFor(resource);
}

function wordFor(resource: string): string {
  if (resource.startsWith("documents/")) return "a document that is gone";
  if (resource.includes("/folders/")) return "a folder that is gone";
  if (resource.startsWith("projects/")) return "a project";
  return resource.startsWith("organizations/") ? "an organisation" : personName(resource);
}
