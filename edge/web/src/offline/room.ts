/* Room: this device's room for documents: the browser is asked to keep them, and people are told when it runs out.
 *
 * Owns a storage of the client that looks at each write; what is written, and where, is the client's.
 */
import { IndexedDbStorage, type SiteKey, type Write } from "@shoal/client";

export interface RoomOptions {
  /** Whether edits can be nowhere else for now. */
  readonly isAway: () => boolean;
  /** Says one thing to the person at the page. */
  readonly tell: (message: string, detail: string) => void;
  readonly storage?: Pick<StorageManager, "persist" | "persisted" | "estimate"> | undefined;
  /** Where it is remembered that the browser was asked: some ask the person. */
  readonly memory?: Pick<Storage, "getItem" | "setItem">;
}

const ASKED = "shoal.persist-asked";
/** Of what the browser allows. */
export const NEARLY_FULL = 0.9;

/** IndexedDB, that the browser is asked not to clear once edits are kept there and nowhere else. */
export class RoomyStorage extends IndexedDbStorage {
  private hasLooked = false;
  private hasTold = false;

  constructor(private readonly options: RoomOptions) {
    super();
  }

  override async write(key: SiteKey, write: Write): Promise<void> {
    try {
      await super.write(key, write);
    } catch (error) {
      if (error instanceof DOMException && error.name === "QuotaExceededError") this.tell();
      throw error;
    }
    const isUnsent = write.pending.flight.length + write.pending.buffer.length > 0;
    // Some browsers ask the person, who may take their time.
    if (isUnsent && this.options.isAway() && !this.hasLooked) void this.look().catch(() => undefined);
  }

  private async look(): Promise<void> {
    this.hasLooked = true;
    const { storage = navigator.storage, memory = localStorage } = this.options;
    const { usage = 0, quota = 0 } = await storage.estimate();
    if (quota > 0 && usage > quota * NEARLY_FULL) this.tell();
    if (memory.getItem(ASKED) !== null || (await storage.persisted())) return;
    memory.setItem(ASKED, "1");
    await storage.persist();
  }

  private tell(): void {
    if (this.hasTold) return;
    this.hasTold = true;
    this.options.tell("This device is nearly full", "Free some room, or keep this page open until everything is sent: what you write may not be kept here.");
  }
}
