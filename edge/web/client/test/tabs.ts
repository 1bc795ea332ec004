/* Tabs: one browser with tabs that are opened, reloaded, crash, and lose their network; over a real IndexedDB's rules.
 *
 * Owns the locks and each tab's life. A tab that crashed does nothing any more: no write ends, no frame leaves.
 */
import "fake-indexeddb/auto";
import type Delta from "quill-delta";
import { vi } from "vitest";
import { IndexedDbStorage, Shoal, type DeviceStorage, type LiveDocument, type Refusal } from "../src/index";
import { claimWith } from "../src/sites";
import type { FakeServer } from "./fake-server";
import { FakeSocket } from "./fake-socket";

export const DOCUMENT = "documents/test";
const never = () => new Promise<never>(() => undefined);

interface Waiting {
  readonly owner: Tab;
  readonly run: (lock: Lock) => Promise<unknown>;
}

/** `navigator.locks`, as far as it is used. */
class Locks {
  private readonly held = new Map<string, Tab>();
  private readonly queues = new Map<string, Waiting[]>();

  of(owner: Tab): Pick<LockManager, "request"> {
    return { request: ((name: string, options: LockOptions, run: (lock: Lock | null) => Promise<unknown>) => this.request(owner, name, options, run)) as LockManager["request"] };
  }

  crash(tab: Tab): void {
    for (const queue of this.queues.values()) queue.splice(0, queue.length, ...queue.filter(({ owner }) => owner !== tab));
    for (const [name, owner] of [...this.held]) if (owner === tab) this.free(name);
  }

  private async request(owner: Tab, name: string, options: LockOptions, run: (lock: Lock | null) => Promise<unknown>): Promise<void> {
    await Promise.resolve();
    if (!this.held.has(name)) return this.grant(name, { owner, run });
    if (options.ifAvailable) return void (await run(null));
    const queue = this.queues.get(name) ?? [];
    this.queues.set(name, queue);
    await new Promise<void>((_, reject) => {
      const waiting = { owner, run };
      queue.push(waiting);
      options.signal?.addEventListener("abort", () => {
        if (queue.includes(waiting)) queue.splice(queue.indexOf(waiting), 1);
        reject(new DOMException("aborted", "AbortError"));
      });
    });
  }

  private grant(name: string, { owner, run }: Waiting): void {
    this.held.set(name, owner);
    void run({ name, mode: "exclusive" }).then(() => this.held.get(name) === owner && this.free(name));
  }

  private free(name: string): void {
    this.held.delete(name);
    const next = this.queues.get(name)?.shift();
    if (next) this.grant(name, next);
  }
}

export class Browser {
  readonly locks = new Locks();
  readonly tabs: Tab[] = [];

  constructor(readonly server: FakeServer, readonly hasLocks = true) {
    vi.stubGlobal("indexedDB", new IDBFactory());
  }

  open(options: { online?: boolean; memory?: Map<string, string>; storage?: DeviceStorage } = {}): Tab {
    const tab = new Tab(this, options.online ?? true, options.memory ?? new Map(), options.storage ?? new IndexedDbStorage());
    this.tabs.push(tab);
    return tab;
  }

  /** Lets everything that was said be heard. */
  pump(): void {
    for (const tab of this.tabs) tab.speak();
    for (const tab of this.tabs) tab.listen();
  }

  /** All tabs are gone: the test is over. */
  end(): void {
    for (const tab of this.tabs) tab.crash();
  }
}

export class Tab {
  readonly shoal: Shoal;
  readonly document: LiveDocument;
  readonly refused: Refusal[] = [];
  shown: Delta | null = null;
  from = "";
  saved = 0;
  private socket: FakeSocket | null = null;
  private crashed = false;
  /** Frames of the server's are not delivered while this is false. */
  hears = true;

  constructor(private readonly browser: Browser, private online: boolean, readonly memory: Map<string, string>, readonly storage: DeviceStorage) {
    const tab = this;
    const Socket = class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        if (!tab.crashed) queueMicrotask(() => tab.dial(this));
      }
    };
    this.shoal = new Shoal({
      url: "http://shoal.test",
      user: "users/ada",
      token: async () => "jwt",
      WebSocket: Socket as unknown as typeof WebSocket,
      storage: this.mortal(storage),
      claim: browser.hasLocks ? claimWith(browser.locks.of(this)) : undefined,
      tab: { getItem: (key) => memory.get(key) ?? null, setItem: (key, value) => void memory.set(key, value) },
    });
    this.document = this.shoal.open(DOCUMENT);
    this.document.on("loaded", ({ content, from }) => [this.shown, this.from] = [content, from]);
    this.document.on("change", ({ delta }) => (this.shown = this.shown!.compose(delta)));
    this.document.on("refused", (refusal) => this.refused.push(refusal));
    this.document.on("saved", () => (this.saved += 1));
  }

  get text(): string | null {
    return this.shown && this.shown.ops.map(({ insert }) => insert).join("");
  }

  type(delta: Delta): void {
    this.shown = this.shown!.compose(delta);
    if (!this.document.submit(delta)) throw new Error("not taken");
  }

  offline(): void {
    this.online = false;
    if (this.socket) this.browser.server.cut(this.socket);
  }

  back(): void {
    this.online = true;
    this.shoal.connect();
  }

  crash(): void {
    this.crashed = true;
    this.offline();
    this.browser.locks.crash(this);
    void this.document.close();
  }

  /** The same tab, its page anew. */
  reload(online = this.online): Tab {
    this.crash();
    return this.browser.open({ online, memory: this.memory });
  }

  private dial(socket: FakeSocket): void {
    if (this.crashed) return;
    if (!this.online) return socket.hangUp(1006);
    this.socket = socket;
    this.browser.server.accept(socket);
    const { onsent } = socket;
    socket.onsent = (frame) => {
      onsent?.(frame);
      queueMicrotask(() => this.browser.pump());
    };
    this.browser.pump();
  }

  /** The server hears what this tab said. */
  speak(): void {
    while (this.socket && this.browser.server.handle(this.socket));
  }

  /** This tab hears what the server said. */
  listen(): void {
    while (this.socket && this.hears && this.browser.server.deliver(this.socket));
  }

  /** The storage as this page has it: nothing of it is left once the page is gone. */
  private mortal(storage: DeviceStorage): DeviceStorage {
    return new Proxy(storage, {
      get: (target, method: keyof DeviceStorage) => (...values: never[]) => {
        if (this.crashed) return never();
        return (target[method] as (...all: never[]) => Promise<unknown>)(...values).then((value) => (this.crashed ? never() : value));
      },
    });
  }
}

/** Polls: what is waited for comes of many small steps. */
export const soon = (check: () => void) => vi.waitFor(check, { timeout: 3_000, interval: 3 });
