/* Marked: what the history is marked with, sessions and versions, as far as it was asked for; and how marks are changed.
 *
 * Owns both lists. The newest are asked for anew when the document has grown, now and then; older sessions stay.
 */
import type { EditSession, Version } from "@gen/rest/types";
import { announce } from "../ui/notices";
import { confirmed, nameVersion } from "./dialogs";
import type { ServerSource } from "./source";
import { titleOf } from "./versions";

/** Enough for the ticks of a long history; the list shows them by and by. */
const SESSIONS_A_PAGE = 1_000;
const NEWEST = 20;
const LISTED_AT_ONCE = 50;
const GROWN_MS = 2_000;

export class Marks {
  /** The newest first. */
  sessions: readonly EditSession[] = [];
  versions: readonly Version[] = [];
  private older = "";
  private count = LISTED_AT_ONCE;
  private growing: ReturnType<typeof setTimeout> | undefined;
  private readonly ending = new AbortController();

  constructor(
    private readonly source: ServerSource,
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Those of the sessions that the list shows. */
  get listed(): readonly EditSession[] {
    return this.sessions.slice(0, this.count);
  }

  /** Whether there are older ones. */
  get hasOlder(): boolean {
    return this.older !== "" || this.count < this.sessions.length;
  }

  end(): void {
    this.ending.abort();
    clearTimeout(this.growing);
  }

  /** The document has grown: what is newest is another before long. */
  grown(): void {
    this.growing ??= setTimeout(() => {
      this.growing = undefined;
      void this.load();
    }, GROWN_MS);
  }

  /** Reads the newest of both again. */
  async load(): Promise<void> {
    const { signal } = this.ending;
    await this.perform(async () => {
      const wanted = this.sessions.length > 0 ? NEWEST : SESSIONS_A_PAGE;
      const [sessions, versions] = await Promise.all([this.source.sessions("", wanted, signal), this.source.versions("", signal)]);
      const oldest = Number(sessions.items[sessions.items.length - 1]?.firstRevision ?? 0);
      const kept = this.sessions.filter(({ firstRevision }) => Number(firstRevision) < oldest);
      if (kept.length === 0) this.older = sessions.next;
      this.sessions = [...sessions.items, ...kept];
      this.versions = versions.items;
    });
  }

  async olderSessions(): Promise<void> {
    this.count += LISTED_AT_ONCE;
    if (this.count <= this.sessions.length || !this.older) return this.changed();
    await this.perform(async () => {
      const page = await this.source.sessions(this.older, SESSIONS_A_PAGE, this.ending.signal);
      this.older = page.next;
      this.sessions = [...this.sessions, ...page.items];
    });
  }

  /** Asks for a name of a revision. */
  name(revision: number, moment: string): void {
    nameVersion({
      moment,
      save: async (title, description) => {
        await this.source.nameVersion(revision, title, description);
        await this.after(`Named “${title}”`);
      },
    });
  }

  /** `done` is called when the dialog is gone: what had the focus may be another element by then. */
  rename(version: Version, done: () => void): void {
    nameVersion({
      moment: `Revision ${version.revision}`,
      version,
      save: async (title, description) => {
        await this.source.renameVersion(version.name, title, description);
        await this.after(`Renamed to “${title}”`);
      },
      done,
    });
  }

  /** As `rename`. */
  remove(version: Version, done: () => void): void {
    confirmed({
      heading: "Delete this version?",
      text: `“${titleOf(version)}” is taken off the list. What was written stays, in the document and in its history.`,
      button: "Delete",
      danger: true,
      run: async () => {
        await this.source.deleteVersion(version.name);
        await this.after("Version deleted");
      },
      done,
    });
  }

  private async after(said: string): Promise<void> {
    announce(said);
    await this.load();
  }

  private async perform(run: () => Promise<void>): Promise<void> {
    try {
      await run();
      if (!this.ending.signal.aborted) this.changed();
    } catch (error) {
      if (!this.ending.signal.aborted) this.failed(error);
    }
  }
}
