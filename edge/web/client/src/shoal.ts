/* Shoal: the way in. One connection for all that a page has open.
 *
 * Owns the connection, which begins with the first thing opened, and the browser's storage. Everything opened here ends
 * with `close`.
 */
import { Connection, type ConnectionStatus } from "./connection";
import { IndexedDbStorage, type DeviceStorage, type KeptDocument } from "./device";
import { LiveDocument, type OpenOptions } from "./live-document";
import { followBrowser } from "./network";
import { ProjectRoom, UserRoom } from "./rooms";
import { claimWith, Sites, type Claim, type TabMemory } from "./sites";

export interface ShoalOptions {
  /** The server, `https://shoal.example`; `http`, `ws` and `wss` are taken too. Default: where the page came from. */
  readonly url?: string;
  /**
   * A token of the user. Asked for before each connection, again before it expires (`renew` true), and when one was
   * refused (`renew` true). Reject with `SignedOut` when only the user can help, with anything else to be asked later.
   */
  readonly token: (renew: boolean) => Promise<string>;
  /** Whose documents these are: the subject of the token. What is kept on the device is kept apart by it. */
  readonly user: string;
  /** Where documents are kept between visits. Default: IndexedDB, where there is one; null: nowhere. */
  readonly storage?: DeviceStorage | null;
  /** For runtimes without one of their own, and for tests. */
  readonly WebSocket?: typeof WebSocket;
  /** How a tab makes a site its own; undefined where that cannot be done. Default: the browser's locks. */
  readonly claim?: Claim | undefined;
  /** What outlives a reload of this tab alone. Default: `sessionStorage`. */
  readonly tab?: TabMemory | null;
}

export class Shoal {
  private readonly connection: Connection;
  private readonly storage: DeviceStorage | null;
  private readonly unfollow: () => void;
  private readonly documents = new Set<LiveDocument>();
  private readonly rooms = new Set<ProjectRoom | UserRoom>();
  private isStarted = false;

  constructor(private readonly options: ShoalOptions) {
    const { token, WebSocket } = options;
    this.connection = new Connection({ url: socketUrl(options.url), token, ...(WebSocket ? { WebSocket } : {}) });
    this.storage = options.storage === undefined ? defaultStorage() : options.storage;
    this.unfollow = followBrowser(this.connection);
  }

  /** How the connection stands. */
  get status(): ConnectionStatus {
    return this.connection.status;
  }

  /** Calls `listener` with every later status of the connection; the returned function stops that. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    return this.connection.events.on("status", listener);
  }

  /** Opens `documents/{document}`. Returns at once: `loaded` tells when it is there, from the device if that is quicker. */
  open(document: string, options: OpenOptions = {}): LiveDocument {
    this.start();
    const { connection, storage, options: { user, tab = tabMemory() } } = this;
    const claim = "claim" in this.options ? this.options.claim : browserClaim();
    const sites = new Sites({ user, document, storage, claim, tab });
    const left = () => void this.documents.delete(opened);
    const opened: LiveDocument = new LiveDocument({ ...options, document, user, storage, sites, connection, left });
    this.documents.add(opened);
    return opened;
  }

  /** Who is in which document of `projects/{project}`. */
  project(name: string): ProjectRoom {
    return this.enter(new ProjectRoom(name, this.connection));
  }

  /** This user's notices, as they happen. */
  user(): UserRoom {
    return this.enter(new UserRoom("users/me", this.connection));
  }

  /** Connects now instead of later: after signing in again, say. */
  connect(): void {
    this.isStarted = true;
    this.connection.start();
  }

  /** Leaves everything. Unsent edits stay on the device; resolves once they are there. */
  async close(): Promise<void> {
    this.unfollow();
    for (const room of this.rooms) room.close();
    await Promise.all([...this.documents].map((document) => document.close()));
    this.connection.stop();
  }

  /** What this device keeps of the user, the last one written first. Rejects where the device cannot tell. */
  async kept(): Promise<KeptDocument[]> {
    // The device hears of what was saved a little later than of what was typed.
    await Promise.all([...this.documents].map((document) => document.settled()));
    return (await this.storage?.documents(this.options.user)) ?? [];
  }

  /** Removes all that this device keeps of the user, unsent edits included: for signing out of a shared machine. Close first. */
  async forget(): Promise<void> {
    await this.storage?.forget(this.options.user);
  }

  private start(): void {
    if (!this.isStarted) this.connect();
  }

  private enter<Room extends ProjectRoom | UserRoom>(room: Room): Room {
    this.start();
    this.rooms.add(room);
    return room;
  }
}

function socketUrl(from: string = location.origin): string {
  const url = new URL("/v1/ws", from);
  url.protocol = url.protocol === "https:" || url.protocol === "wss:" ? "wss:" : "ws:";
  return url.href;
}

function defaultStorage(): DeviceStorage | null {
  return typeof indexedDB === "undefined" ? null : new IndexedDbStorage();
}

function browserClaim(): Claim | undefined {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  return locks && claimWith(locks);
}

/** Reading it throws where the browser forbids storage. */
function tabMemory(): TabMemory | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}
