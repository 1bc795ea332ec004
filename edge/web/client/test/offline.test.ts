/* Without a network, and in several tabs: nothing typed is lost, nothing is there twice. */
import Delta from "quill-delta";
import { afterEach, describe, expect, it, vi } from "vitest";
import { IndexedDbStorage } from "../src/index";
import { Role } from "@gen/shoal/collab/v1/collab_pb";
import { ErrorReason } from "@gen/shoal/error/v1/error_pb";
import { FakeServer } from "./fake-server";
import { MemoryStorage } from "./memory-storage";
import { Browser, DOCUMENT, soon } from "./tabs";

const insert = (at: number, text: string) => new Delta().retain(at).insert(text);
const logged = (server: FakeServer) => server.log.contentAt().ops.map(({ insert }) => insert).join("");
const kept = () => new IndexedDbStorage().sites("users/ada", DOCUMENT);
const browsers: Browser[] = [];

function meet(text = "hello\n", hasLocks = true): [FakeServer, Browser] {
  const server = new FakeServer(new Delta().insert(text));
  const browser = new Browser(server, hasLocks);
  browsers.push(browser);
  return [server, browser];
}

afterEach(() => {
  for (const browser of browsers.splice(0)) browser.end();
  vi.unstubAllGlobals();
});

describe("without a network", () => {
  it("a document opens as it was last seen, is written, and all is sent on return", async () => {
    const [server, browser] = meet();
    const first = browser.open();
    await soon(() => expect([first.text, first.from, first.document.status.state]).toEqual(["hello\n", "server", "saved"]));
    await first.document.close();
    const next = browser.open({ online: false });
    await soon(() => expect([next.text, next.from, next.document.title]).toEqual(["hello\n", "device", "Notes"]));
    next.type(insert(5, " world"));
    await soon(() => expect(next.document.status).toMatchObject({ state: "offline", unsaved: 1, kept: true }));
    server.log.submit("bob", { baseRevision: 1, firstSiteSequence: 1, operations: [insert(0, "> ")] });
    next.back();
    await soon(() => expect([next.text, next.document.status.state]).toEqual(["> hello world\n", "saved"]));
    expect([logged(server), next.saved]).toEqual(["> hello world\n", 1]);
  });

  it("what was typed survives the page, as often as it is reloaded, and is sent once", async () => {
    const [server, browser] = meet();
    let tab = browser.open();
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    tab.offline();
    for (const [index, word] of ["a", "b", "c"].entries()) {
      await soon(() => expect(tab.text).toBe(`hello${"abc".slice(0, index)}\n`));
      tab.type(insert(5 + index, word));
      await soon(async () => expect((await kept())[0]?.pendingCount).toBe(index + 1));
      tab = tab.reload();
    }
    tab.back();
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    expect([logged(server), tab.text]).toEqual(["helloabc\n", "helloabc\n"]);
    expect(new Set(server.opens.map(({ site }) => site)).size).toBe(1);
  });

  it("a flight whose answer the crash took is sent again as it was, and is there once, however much came after", async () => {
    const [server, browser] = meet();
    const tab = browser.open();
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    tab.hears = false;
    tab.type(insert(5, " once"));
    await soon(() => expect(logged(server)).toBe("hello once\n"));
    tab.crash();
    for (let count = 0; count < 1500; count += 1) {
      server.log.submit("bob", { baseRevision: server.log.head, firstSiteSequence: count + 1, operations: [insert(0, "x")] });
    }
    const next = browser.open();
    await soon(() => expect(next.document.status.state).toBe("saved"));
    expect([next.text, logged(server)]).toEqual(Array(2).fill(`${"x".repeat(1500)}hello once\n`));
    expect(server.opens.map(({ site }) => site)[1]).toBe(server.opens[0]?.site);
  });

  it("a second tab opens too, with what the first has seen; what either types is sent once, by each its own", async () => {
    const [server, browser] = meet();
    const first = browser.open();
    await soon(() => expect(first.document.status.state).toBe("saved"));
    first.offline();
    first.type(insert(5, " one"));
    await soon(async () => expect((await kept())[0]?.pendingCount).toBe(1));
    const second = browser.open({ online: false });
    await soon(() => expect([second.text, second.document.title]).toEqual(["hello\n", "Notes"]));
    second.type(insert(0, "two "));
    await soon(async () => expect((await kept()).map(({ pendingCount }) => pendingCount)).toEqual([1, 1]));
    first.back();
    second.back();
    await soon(() => expect([first, second].map(({ document }) => document.status.state)).toEqual(["saved", "saved"]));
    await soon(() => expect([first.text, second.text, logged(server)]).toEqual(Array(3).fill("two hello one\n")));
    expect(new Set(server.opens.map(({ site }) => site)).size).toBe(2);
  });

  it("a read-only document opens read-only", async () => {
    const [server, browser] = meet();
    server.role = Role.VIEWER;
    const first = browser.open();
    await soon(() => expect(first.document.status.state).toBe("read-only"));
    await first.document.close();
    const next = browser.open({ online: false });
    await soon(() => expect(next.text).toBe("hello\n"));
    expect([next.document.canWrite, next.document.role, next.document.submit(insert(0, "x"))]).toEqual([false, "viewer", false]);
  });

  it("what may not be read any more does not stay on the device, but what was typed does", async () => {
    const [server, browser] = meet();
    const tab = browser.open();
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    tab.hears = false;
    server.refuseNext = ErrorReason.ROOM_BUSY;
    tab.type(insert(0, "mine "));
    await soon(async () => expect((await kept())[0]?.pendingCount).toBe(1));
    const fault = { code: 7, reason: ErrorReason.PERMISSION_DENIED, message: "no" };
    server.tell(tab["socket"]!, { case: "closed", value: { fault } });
    await soon(() => expect(tab.document.status).toMatchObject({ state: "revoked", unsaved: 1 }));
    expect(tab.refused.map(({ text }) => text)).toEqual(["mine "]);
    const [{ site } = { site: "" }] = await kept();
    await soon(async () => {
      const left = await new IndexedDbStorage().read({ user: "users/ada", document: DOCUMENT, site });
      expect([left?.content, left && left.pending.flight.length + left.pending.buffer.length]).toEqual([null, 1]);
    });
  });
});

describe("several tabs", () => {
  it("write under a site each", async () => {
    const [server, browser] = meet();
    const [ada, eve] = [browser.open(), browser.open()];
    await soon(() => expect([ada, eve].map(({ document }) => document.status.state)).toEqual(["saved", "saved"]));
    ada.type(insert(5, "A"));
    eve.type(insert(0, "E"));
    await soon(() => expect([ada.text, eve.text, logged(server)]).toEqual(Array(3).fill("EhelloA\n")));
    expect(new Set(server.opens.map(({ site }) => site)).size).toBe(2);
  });

  it("one that lives sends what one that crashed had left, unseen and once", async () => {
    const [server, browser] = meet();
    const living = browser.open();
    const dying = browser.open();
    await soon(() => expect([living, dying].map(({ document }) => document.status.state)).toEqual(["saved", "saved"]));
    dying.offline();
    dying.type(insert(5, " left"));
    await soon(async () => expect((await kept()).map(({ pendingCount }) => pendingCount).sort()).toEqual([0, 1]));
    dying.crash();
    await soon(() => expect([living.text, logged(server)]).toEqual(["hello left\n", "hello left\n"]));
    await soon(async () => expect((await kept()).map(({ pendingCount }) => pendingCount)).toEqual([0]));
    expect(server.opens[server.opens.length - 1]?.hidden).toBe(true);
  });

  it("two that come after a crash do not both take what was left", async () => {
    const [server, browser] = meet();
    const dying = browser.open();
    await soon(() => expect(dying.document.status.state).toBe("saved"));
    dying.hears = false;
    dying.type(insert(5, "!"));
    await soon(() => expect(logged(server)).toBe("hello!\n"));
    dying.crash();
    const [one, two] = [browser.open(), browser.open()];
    await soon(() => expect([one, two].map(({ document }) => document.status.state)).toEqual(["saved", "saved"]));
    await soon(() => expect([one.text, two.text, logged(server)]).toEqual(Array(3).fill("hello!\n")));
    expect(one.document.site).not.toBe(two.document.site);
  });

  it("a reload without a network shows its own edits again, also with another tab open", async () => {
    const [server, browser] = meet();
    const [ada, other] = [browser.open(), browser.open()];
    await soon(() => expect([ada, other].map(({ document }) => document.status.state)).toEqual(["saved", "saved"]));
    ada.offline();
    other.offline();
    ada.type(insert(0, "kept "));
    await soon(async () => expect((await kept()).some(({ pendingCount }) => pendingCount === 1)).toBe(true));
    const again = ada.reload();
    await soon(() => expect([again.text, again.document.site]).toEqual(["kept hello\n", ada.document.site]));
    again.back();
    other.back();
    await soon(() => expect([again.text, other.text, logged(server)]).toEqual(Array(3).fill("kept hello\n")));
  });

  it("where the browser has no locks, what another tab may still use is left to it", async () => {
    const [server, browser] = meet("hello\n", false);
    const tab = browser.open();
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    tab.offline();
    tab.type(insert(0, "mine "));
    await soon(async () => expect((await kept())[0]?.pendingCount).toBe(1));
    const other = browser.open();
    await soon(() => expect(other.document.status.state).toBe("saved"));
    expect(other.document.site).not.toBe(tab.document.site);
    const again = tab.reload(true);
    await soon(() => expect([again.text, logged(server)]).toEqual(["mine hello\n", "mine hello\n"]));
  });
});

describe("writing to the device", () => {
  it("takes what was typed meanwhile together, and sends nothing before it is kept", async () => {
    const [server, browser] = meet();
    const device = new MemoryStorage();
    const tab = browser.open({ storage: device.page() });
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    const before = device.writes;
    device.mood = "stuck";
    for (let count = 0; count < 500; count += 1) tab.type(insert(5 + count, "x"));
    await Promise.resolve();
    expect([device.writes - before, server.submits.length, tab.document.unsaved]).toEqual([0, 0, 500]);
    device.mood = "fine";
    await soon(() => expect([tab.document.status.state, logged(server)]).toEqual(["saved", `hello${"x".repeat(500)}\n`]));
    expect(device.writes - before).toBeLessThan(5);
  }, 20_000);
});

describe("a device that fails", () => {
  it.each(["broken", "stuck"] as const)("when %s says so, and what is typed is sent all the same", async (mood) => {
    const [server, browser] = meet();
    const device = new MemoryStorage();
    const tab = browser.open({ storage: device.page() });
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    device.mood = mood;
    tab.offline();
    tab.type(insert(5, "!"));
    await soon(() => expect(tab.document.status).toMatchObject({ state: "offline", unsaved: 1, kept: false }));
    tab.back();
    await soon(() => expect([logged(server), tab.document.status.state]).toEqual(["hello!\n", "saved"]));
    device.mood = "fine";
    tab.offline();
    tab.type(insert(6, "?"));
    await soon(() => expect(tab.document.status).toMatchObject({ state: "offline", unsaved: 1, kept: true }));
  }, 20_000);

  it("keeps the edits where there is no room for the text", async () => {
    const [server, browser] = meet();
    const device = new MemoryStorage();
    device.mood = "full";
    const tab = browser.open({ storage: device.page() });
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    tab.offline();
    tab.type(insert(5, "!"));
    await soon(() => expect([...device.rows.values()].map(({ pending, content }) => [pending.buffer.length, content])).toEqual([[1, null]]));
    expect(tab.document.status).toMatchObject({ state: "offline", unsaved: 1, kept: true });
    tab.crash();
    const next = browser.open({ storage: device.page() });
    await soon(() => expect([next.text, logged(server)]).toEqual(["hello!\n", "hello!\n"]));
  });

  it("that is not there at all leaves a document that works while the page lives", async () => {
    const [server, browser] = meet();
    const device = new MemoryStorage();
    device.mood = "broken";
    const tab = browser.open({ storage: device.page() });
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    tab.type(insert(5, "!"));
    await soon(() => expect([logged(server), tab.document.status.state]).toEqual(["hello!\n", "saved"]));
  });
});

describe("the first release's edits", () => {
  it("move to where this one keeps them, and are sent", async () => {
    const [server, browser] = meet();
    const old = new Map([["shoal.pending.users%2Fada.documents/test.w-old", JSON.stringify({ version: 1, revision: 1, firstSequence: 1, flight: [], buffer: [insert(5, " old").ops] })]]);
    vi.stubGlobal("localStorage", {
      get length() {
        return old.size;
      },
      key: (index: number) => [...old.keys()][index] ?? null,
      getItem: (key: string) => old.get(key) ?? null,
      removeItem: (key: string) => old.delete(key),
    });
    const tab = browser.open();
    await soon(() => expect([tab.text, logged(server), old.size]).toEqual(["hello old\n", "hello old\n", 0]));
    expect(tab.document.site).toBe("w-old");
  });
});
