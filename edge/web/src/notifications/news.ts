/* News: how many notifications are unread, live.
 *
 * Owns the user's room while somebody is signed in, and the count; the list is asked for by who shows it. The room only
 * says that something came: what counts is told by the API.
 */
import type { Shoal, UserRoom } from "@shoal/client";
import { getUnreadCount, listNotifications, markNotificationsRead } from "@shoal/client/rest";
import { rest } from "../app/rest";
import { announce, toast } from "../ui/notices";

class News {
  private room: UserRoom | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly looked = () => void this.count();
  unread = 0;

  /** Follows the news of whose `shoal` this is, instead of anybody else's. */
  follow(shoal: Shoal): void {
    this.end();
    this.room = shoal.user();
    this.room.on("notice", ({ text }) => {
      toast({ message: text, action: { label: "Show", run: () => document.querySelector<HTMLElement>("[data-testid=bell]")?.click() } });
      announce(text);
      void this.count();
    });
    addEventListener("focus", this.looked);
    void this.count();
  }

  end(): void {
    this.room?.close();
    this.room = null;
    removeEventListener("focus", this.looked);
    this.say(0);
  }

  /** Calls `listener` with each change of what is unread; the returned function stops that. */
  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async read(id: string): Promise<void> {
    const { unread } = await markNotificationsRead(rest, { ids: [id] });
    this.say(Number(unread));
  }

  /** All there are now; what comes meanwhile stays unread. */
  async readAll(): Promise<void> {
    const [newest] = (await listNotifications(rest, { pageSize: 1 })).notifications;
    if (!newest) return;
    const { unread } = await markNotificationsRead(rest, { upToId: newest.id });
    this.say(Number(unread));
  }

  /** Asks how many are unread. Where that cannot be had, what was known stays. */
  private async count(): Promise<void> {
    const { room } = this;
    const answer = await getUnreadCount(rest).catch(() => null);
    if (answer && room === this.room) this.say(Number(answer.unread));
  }

  private say(unread: number): void {
    this.unread = unread;
    for (const listener of this.listeners) listener();
  }
}

/** There is one person at a page. */
export const news = new News();
