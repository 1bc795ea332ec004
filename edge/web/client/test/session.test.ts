/* Sessions over the real connection and real frames: what one user sees, and many users over a bad network. */
import { create } from "@bufbuild/protobuf";
import { Role, ServerFrameSchema } from "@gen/shoal/collab/v1/collab_pb";
import { ErrorReason } from "@gen/shoal/error/v1/error_pb";
import Delta from "quill-delta";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection, type FrameInit } from "../src/connection";
import { operationFromDelta } from "../src/convert";
import { canonicalContent } from "../src/hash";
import { Session } from "../src/session";
import { Keeper } from "../src/keeper";
import type { PendingRecord } from "../src/state";
import { FakeLog } from "./fake-log";
import { FakeServer } from "./fake-server";
import { asWebSocket, FakeSocket } from "./fake-socket";
import { MemoryStorage, type PageStorage } from "./memory-storage";
import { Random, randomEdit, SEED } from "./random";

class User {
  socket: FakeSocket | null = null;
  session: Session;
  readonly device = new MemoryStorage();
  shown = new Delta();
  isLoaded = false;
  readonly refused: string[] = [];
  private connection: Connection;
  private page: PageStorage;

  constructor(readonly server: FakeServer, readonly site: string) {
    [this.connection, this.session, this.page] = this.visit();
  }

  private get key() {
    return { user: this.site, document: "documents/test", site: this.site };
  }

  /** What is unsent, on the device. */
  get stored(): PendingRecord | null {
    const pending = this.device.peek(this.key)?.pending;
    return pending && pending.flight.length + pending.buffer.length > 0 ? pending : null;
  }

  private visit(): [Connection, Session, PageStorage] {
    const WebSocket = class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        made.socket = this;
      }
    } as unknown as typeof asWebSocket;
    const made = this;
    this.shown = new Delta();
    this.isLoaded = false;
    const connection = new Connection({ url: "ws://shoal.test/v1/ws", token: async () => "jwt", WebSocket, random: () => 0 });
    const storage = this.device.page();
    const session = new Session({
      document: "documents/test",
      site: this.site,
      channel: connection,
      exclusive: true,
      kept: this.device.peek(this.key),
      keeper: (source) => new Keeper({ key: this.key, storage, changed: () => undefined }, source),
    });
    session.events.on("loaded", ({ content }) => {
      this.shown = content;
      this.isLoaded = true;
    });
    session.events.on("change", ({ delta }) => (this.shown = this.shown.compose(delta)));
    session.events.on("refused", ({ text }) => this.refused.push(text));
    session.start();
    connection.start();
    return [connection, session, storage];
  }

  reload(): void {
    if (this.socket) this.server.cut(this.socket);
    this.connection.stop();
    this.page.crash();
    this.socket = null;
    [this.connection, this.session, this.page] = this.visit();
  }

  cut(): void {
    if (this.socket?.readyState === 1) this.server.cut(this.socket);
  }

  edit(delta: Delta): void {
    if (!this.session.canWrite || delta.ops.length === 0) return;
    this.shown = this.shown.compose(delta);
    this.session.edit(delta);
  }

  /** Lets what was done be written to the device. */
  async written(): Promise<void> {
    await vi.advanceTimersByTimeAsync(1_100);
  }

  /** Lets everything that is under way arrive. */
  async settle(): Promise<void> {
    await vi.advanceTimersByTimeAsync(20);
    if (!this.socket) return;
    if (this.socket.readyState === 0) this.server.accept(this.socket);
    while (this.server.handle(this.socket) || this.server.deliver(this.socket)) await Promise.resolve();
    await vi.advanceTimersByTimeAsync(1);
  }
}

const text = (delta: Delta) => delta.ops.map((op) => op.insert).join("");

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
});
afterEach(() => vi.useRealTimers());

async function meet(initial: string, ...sites: string[]): Promise<[FakeServer, ...User[]]> {
  const server = new FakeServer(new Delta().insert(initial));
  const users = sites.map((site) => new User(server, site));
  for (const user of users) await user.settle();
  return [server, ...users];
}

describe("session", () => {
  it("shows the document once all its parts are in", async () => {
    const [, ada] = await meet("hello\n", "ada");
    expect([ada!.isLoaded, text(ada!.shown), ada!.session.phase]).toEqual([true, "hello\n", "open"]);
  });

  it("counts an edit as pending until it is acknowledged", async () => {
    const [, ada, bob] = await meet("hello\n", "ada", "bob");
    ada!.edit(new Delta().retain(5).insert("!"));
    expect(ada!.session.pendingCount).toBe(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(ada!.stored).not.toBeNull();
    await ada!.settle();
    await bob!.settle();
    await ada!.written();
    expect([ada!.session.pendingCount, ada!.stored, text(bob!.shown)]).toEqual([0, null, "hello!\n"]);
  });

  it("sends again after a lost answer with the same sequence, and nothing is there twice", async () => {
    const [server, ada] = await meet("hello\n", "ada");
    ada!.edit(new Delta().insert("x"));
    await vi.advanceTimersByTimeAsync(1);
    server!.handle(ada!.socket!);
    ada!.cut();
    await ada!.settle();
    await ada!.settle();
    expect(text(server!.log.contentAt())).toBe("xhello\n");
    expect(ada!.session.pendingCount).toBe(0);
  });

  it("is read-only on the spot when its role says so, gives back what the server did not take, and writes again", async () => {
    const [server, ada, bob] = await meet("hello\n", "ada", "bob");
    ada!.edit(new Delta().insert("mine "));
    await vi.advanceTimersByTimeAsync(1);
    server!.refuseNext = ErrorReason.PERMISSION_DENIED;
    const statuses = vi.fn();
    ada!.session.events.on("status", statuses);
    server!.tell(ada!.socket!, { case: "roleChanged", value: { role: Role.VIEWER } });
    expect([ada!.session.canWrite, statuses.mock.calls.length]).toEqual([false, 1]);
    ada!.session.edit(new Delta().insert("no "));
    await ada!.settle();
    expect([text(ada!.shown), ada!.refused, ada!.session.pendingCount]).toEqual(["hello\n", ["mine "], 0]);
    bob!.edit(new Delta().insert("his "));
    await bob!.settle();
    await ada!.settle();
    expect(text(ada!.shown)).toBe("his hello\n");
    server!.tell(ada!.socket!, { case: "roleChanged", value: { role: Role.EDITOR } });
    ada!.edit(new Delta().insert("again "));
    await ada!.settle();
    expect(text(server!.log.contentAt())).toBe("again his hello\n");
  });

  it("does not write as a commenter", async () => {
    const [server, ada] = await meet("hello\n", "ada");
    server!.tell(ada!.socket!, { case: "roleChanged", value: { role: Role.COMMENTER } });
    expect(ada!.session.canWrite).toBe(false);
  });

  it("offers what was not saved when reading is lost, and keeps it stored", async () => {
    const [server, ada] = await meet("hello\n", "ada");
    const closed = vi.fn();
    ada!.session.events.on("closed", closed);
    ada!.edit(new Delta().insert("mine "));
    const fault = { code: 7, reason: ErrorReason.PERMISSION_DENIED, message: "no" };
    server!.tell(ada!.socket!, { case: "closed", value: { fault } });
    expect(closed).toHaveBeenCalledOnce();
    expect([ada!.session.phase, ada!.session.canWrite, ada!.refused]).toEqual(["closed", false, ["mine "]]);
    await ada!.written();
    expect(ada!.stored).not.toBeNull();
    await ada!.settle();
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("keeps what was typed while offline over a reload", async () => {
    const [server, ada, bob] = await meet("hello\n", "ada", "bob");
    ada!.cut();
    ada!.edit(new Delta().retain(5).insert(" world"));
    bob!.edit(new Delta().insert("> "));
    await bob!.settle();
    ada!.reload();
    await ada!.settle();
    await ada!.settle();
    await ada!.written();
    expect(text(server!.log.contentAt())).toBe("> hello world\n");
    expect([text(ada!.shown), ada!.stored]).toEqual(["> hello world\n", null]);
  });

  it("takes a refused edit back, offers its text, and goes on", async () => {
    const [server, ada] = await meet("hello\n", "ada");
    server!.refuseNext = ErrorReason.PERMISSION_DENIED;
    ada!.edit(new Delta().insert("never "));
    await ada!.settle();
    expect([text(ada!.shown), ada!.refused]).toEqual(["hello\n", ["never "]]);
    ada!.edit(new Delta().insert("but "));
    await ada!.settle();
    expect([text(server!.log.contentAt()), ada!.session.pendingCount]).toEqual(["but hello\n", 0]);
  });

  it("waits and sends the same flight again when the room is busy", async () => {
    const [server, ada] = await meet("hello\n", "ada");
    server!.refuseNext = ErrorReason.ROOM_BUSY;
    ada!.edit(new Delta().insert("x"));
    await ada!.settle();
    expect([ada!.session.pendingCount, text(ada!.shown)]).toEqual([1, "xhello\n"]);
    await vi.advanceTimersByTimeAsync(1_000);
    await ada!.settle();
    expect(server!.submits.map((submit) => submit.firstSiteSequence)).toEqual([1n, 1n]);
    expect(ada!.session.pendingCount).toBe(0);
  });

  it("notices a lost last message by the checkpoint", async () => {
    const [server, ada, bob] = await meet("hello\n", "ada", "bob");
    bob!.edit(new Delta().insert("x"));
    await vi.advanceTimersByTimeAsync(1);
    server!.handle(bob!.socket!);
    server!.lose(ada!.socket!);
    await ada!.settle();
    expect(text(ada!.shown)).toBe("hello\n");
    await server!.checkpoint();
    await ada!.settle();
    expect(text(ada!.shown)).toBe("xhello\n");
  });

  it("finds out by the checkpoint that it went wrong, reports it, and is set right with what is pending kept", async () => {
    const [server, ada, bob] = await meet("hello\n", "ada", "bob");
    const diverged = vi.fn();
    const complaint = vi.spyOn(console, "error").mockImplementation(() => undefined);
    ada!.session.events.on("diverged", diverged);
    bob!.edit(new Delta().insert("right "));
    await vi.advanceTimersByTimeAsync(1);
    server!.handle(bob!.socket!);
    server!.lose(ada!.socket!);
    const wrong = { revision: 2n, site: "bob", siteSequence: 1n, operation: operationFromDelta(new Delta().insert("wrong ")) };
    ada!.socket!.say({ room: 5, frame: { case: "committed", value: { operations: [wrong] } } });
    expect(text(ada!.shown)).toBe("wrong hello\n");
    ada!.edit(new Delta().retain(11).insert("!"));
    await server!.checkpoint();
    server!.deliver(ada!.socket!);
    await vi.waitFor(() => expect(diverged).toHaveBeenCalledExactlyOnceWith({ revision: 2 }));
    await ada!.settle();
    await ada!.settle();
    await bob!.settle();
    expect([text(ada!.shown), text(bob!.shown), text(server!.log.contentAt())]).toEqual(Array(3).fill("right hello!\n"));
    expect([ada!.session.pendingCount, complaint.mock.calls.length]).toEqual([0, 1]);
    complaint.mockRestore();
  });

  it("sends fewer, larger operations when the server says that it is too much", async () => {
    const [server, ada] = await meet("hello\n", "ada");
    ada!.edit(new Delta().insert("a"));
    await vi.advanceTimersByTimeAsync(1);
    server!.refuseNext = ErrorReason.ROOM_BUSY;
    server!.refusalCode = 8;
    for (const letter of "bcde") ada!.edit(new Delta().insert(letter));
    await ada!.settle();
    await vi.advanceTimersByTimeAsync(1_000);
    for (let times = 0; times < 2; times += 1) await ada!.settle();
    expect(server!.submits.map(({ operations }) => operations.length)).toEqual([1, 1, 2]);
    expect(text(server!.log.contentAt())).toBe("edcbahello\n");
  });

  it("opens again when its own connection of before came late and took its place", async () => {
    const [server, ada] = await meet("hello\n", "ada");
    const fault = { code: 10, reason: ErrorReason.SESSION_REPLACED, message: "replaced" };
    server!.tell(ada!.socket!, { case: "closed", value: { fault } });
    ada!.edit(new Delta().insert("still "));
    await vi.advanceTimersByTimeAsync(1_000);
    for (let times = 0; times < 2; times += 1) await ada!.settle();
    expect([text(server!.log.contentAt()), ada!.session.phase]).toEqual(["still hello\n", "open"]);
  });

  it("begins anew with a server that was set back to before what this page has seen", async () => {
    const [server, ada] = await meet("hello\n", "ada");
    for (const letter of "abc") ada!.edit(new Delta().insert(letter));
    await ada!.settle();
    server!.log = new FakeLog(new Delta().insert("older\n"));
    const fault = { code: 9, reason: ErrorReason.REVISION_AHEAD, message: "ahead" };
    server!.tell(ada!.socket!, { case: "closed", value: { fault } });
    await ada!.settle();
    expect([text(ada!.shown), ada!.session.phase]).toEqual(["older\n", "open"]);
    ada!.edit(new Delta().insert("new, "));
    await ada!.settle();
    expect([text(server!.log.contentAt()), ada!.session.pendingCount, ada!.refused]).toEqual(["new, older\n", 0, []]);
  });

  it("keeps the view still while held, and catches up after", async () => {
    const [, ada, bob] = await meet("hello\n", "ada", "bob");
    ada!.session.hold();
    bob!.edit(new Delta().insert("x"));
    await bob!.settle();
    await ada!.settle();
    expect(text(ada!.shown)).toBe("hello\n");
    ada!.edit(new Delta().retain(5).insert("?"));
    ada!.session.release();
    await ada!.settle();
    expect(text(ada!.shown)).toBe("xhello?\n");
  });
});

describe("an answer that is not whole", () => {
  it("is asked for again before anything is shown", async () => {
    const sent: (string | undefined)[] = [];
    const channel = {
      isOpen: true,
      attach: () => 1,
      detach: () => undefined,
      send: (_: number, frame: FrameInit) => sent.push(frame.case) > 0,
      reauthenticate: () => undefined,
    };
    const session = new Session({ document: "documents/test", site: "ada", channel });
    session.start();
    const loaded = vi.fn();
    session.events.on("loaded", loaded);
    session.connected();
    session.receive(create(ServerFrameSchema, { session: 1, frame: { case: "opened", value: { room: 1, revision: 2n } } }));
    expect([session.phase, loaded.mock.calls.length]).toEqual(["opening", 0]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual(["open", "resync"]);
  });
});

describe("sessions together", () => {
  it("converge over cuts, losses, partial deliveries and reloads", async () => {
    console.info(`session.test: VITE_SEED=${SEED}`);
    for (let round = 0; round < 25; round += 1) await converge(new Random(SEED + round));
  }, 60_000);
});

async function converge(random: Random): Promise<void> {
  const [server, ...users] = await meet("A shoal of 🐟.\n", ...["ada", "bob", "eve"].slice(0, 2 + random.below(2)));
  for (let step = 0; step < 100; step += 1) await act(random, server, random.pick(users));
  const isQuiet = () => users.every(({ session }) => session.pendingCount === 0 && session.revision === server.log.head);
  for (let tries = 0; tries < 50 && !isQuiet(); tries += 1) {
    for (const user of users) await user.settle();
    await server.checkpoint();
  }
  expect(server.log.head).toBeGreaterThan(5);
  const expected = canonicalContent(server.log.contentAt());
  for (const user of users) {
    await user.written();
    expect(canonicalContent(user.shown)).toBe(expected);
    expect(canonicalContent(user.session.view())).toBe(expected);
    expect(user.stored).toBeNull();
  }
}

async function act(random: Random, server: FakeServer, user: User): Promise<void> {
  const chance = random.next();
  if (chance < 0.4) user.edit(randomEdit(random, user.shown));
  else if (chance < 0.6) for (let count = random.below(4); count >= 0 && user.socket; count -= 1) server.handle(user.socket);
  else if (chance < 0.85) for (let count = random.below(6); count >= 0 && user.socket; count -= 1) server.deliver(user.socket);
  else if (chance < 0.9 && user.socket) server.lose(user.socket);
  else if (chance < 0.96) user.cut();
  else if (chance < 0.98) user.reload();
  else await user.settle();
  await vi.advanceTimersByTimeAsync(1);
  if (user.socket?.readyState === 0 && random.chance(0.7)) server.accept(user.socket);
}
