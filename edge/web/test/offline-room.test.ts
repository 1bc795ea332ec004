/* Room on the device: asked for once, when edits are nowhere else; told of when it runs out. */
import "fake-indexeddb/auto";
import Delta from "quill-delta";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IndexedDbStorage } from "@shoal/client";
import { NEARLY_FULL, RoomyStorage } from "../src/offline/room";

const key = { user: "users/ada", document: "documents/notes", site: "a" };
const edits = (count: number) => ({
  facts: { title: "Notes", plainText: false, role: 2 },
  pending: { revision: 1, firstSequence: 1, flight: [], buffer: Array.from({ length: count }, () => new Delta().insert("x")) },
});

function room({ isAway = true, isPersisted = false, usage = 0, memory = new Map<string, string>() } = {}) {
  const told: string[] = [];
  const persist = vi.fn(async () => true);
  const storage = new RoomyStorage({
    isAway: () => isAway,
    tell: (message) => void told.push(message),
    storage: { persist, persisted: async () => isPersisted, estimate: async () => ({ usage, quota: 1_000 }) },
    memory: { getItem: (name) => memory.get(name) ?? null, setItem: (name, value) => void memory.set(name, value) },
  });
  return { storage, told, persist, memory };
}

/** What is looked up beside a write is through. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("room on the device", () => {
  beforeEach(() => void vi.stubGlobal("indexedDB", new IDBFactory()));
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it("is asked for once, by the first edit without a connection, also over reloads", async () => {
    const { storage, persist, memory } = room();
    await storage.write(key, edits(1));
    await storage.write(key, edits(2));
    await settled();
    expect(persist).toHaveBeenCalledTimes(1);
    const next = room({ memory });
    await next.storage.write(key, edits(3));
    await settled();
    expect(next.persist).not.toHaveBeenCalled();
  });

  it.each([
    ["there is a connection", { isAway: false }, 1],
    ["nothing was typed", {}, 0],
    ["the browser keeps it already", { isPersisted: true }, 1],
  ])("is not asked for while %s", async (_, given, count) => {
    const { storage, persist } = room(given);
    await storage.write(key, edits(count));
    await settled();
    expect(persist).not.toHaveBeenCalled();
  });

  it("is said to be short once it nearly is", async () => {
    const { storage, told } = room({ usage: 1_000 * NEARLY_FULL + 1 });
    await storage.write(key, edits(1));
    await settled();
    expect(told).toEqual(["This device is nearly full"]);
  });

  it("is said to be short once when a write finds none, and the write fails as it would", async () => {
    vi.spyOn(IndexedDbStorage.prototype, "write").mockRejectedValue(new DOMException("no room", "QuotaExceededError"));
    const { storage, told } = room({ isAway: false });
    await expect(storage.write(key, edits(1))).rejects.toThrow("no room");
    await expect(storage.write(key, edits(1))).rejects.toThrow("no room");
    expect(told).toEqual(["This device is nearly full"]);
  });

  it("holds no write up while a person is asked", async () => {
    const { storage, persist } = room();
    persist.mockReturnValue(new Promise(() => undefined));
    await storage.write(key, edits(1));
    expect((await storage.documents(key.user)).map(({ unsent }) => unsent)).toEqual([1]);
  });
});
