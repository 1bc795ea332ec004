/* What a device keeps: told a document at a time, and apart for each person. */
import "fake-indexeddb/auto";
import Delta from "quill-delta";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IndexedDbStorage, Shoal, type SiteKey, type Write } from "../src/index";

const key = (user: string, document: string, site: string): SiteKey => ({ user, document: `documents/${document}`, site });
const insert = (text: string) => new Delta().insert(text);

function write(title: string, unsent: number, content: Delta | null = insert("hello\n")): Write {
  const pending = { revision: 1, firstSequence: 1, flight: [], buffer: Array.from({ length: unsent }, () => insert("x")) };
  return { facts: { title, plainText: false, role: 2 }, pending, content };
}

describe("what a device keeps", () => {
  const at = (ms: number) => vi.setSystemTime(ms);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.stubGlobal("indexedDB", new IDBFactory());
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("is told a document at a time, the last one written first, with all that its tabs have not sent", async () => {
    const storage = new IndexedDbStorage();
    at(1_000);
    await storage.write(key("users/ada", "notes", "a"), write("Old name", 2));
    await storage.write(key("users/ada", "plan", "a"), write("Plan", 0));
    at(2_000);
    await storage.write(key("users/ada", "notes", "b"), write("Notes", 1));
    const told = (await storage.documents("users/ada")).map(({ name, title, unsent, savedAt, opens }) => [name, title, unsent, savedAt, opens]);
    expect(told).toEqual([
      ["documents/notes", "Notes", 3, 2_000, true],
      ["documents/plan", "Plan", 0, 1_000, true],
    ]);
  });

  it("does not open where only edits found room", async () => {
    const storage = new IndexedDbStorage();
    await storage.write(key("users/ada", "big", "a"), write("Big", 1, null));
    expect(await storage.documents("users/ada")).toMatchObject([{ name: "documents/big", unsent: 1, opens: false }]);
  });

  it("is told of one person alone, and is gone once forgotten", async () => {
    const storage = new IndexedDbStorage();
    await storage.write(key("users/ada", "notes", "a"), write("Ada's", 0));
    await storage.write(key("users/ada2", "diary", "a"), write("Another's", 0));
    const ada = new Shoal({ url: "http://shoal.test", user: "users/ada", token: async () => "jwt" });
    expect((await ada.kept()).map(({ title }) => title)).toEqual(["Ada's"]);
    await ada.forget();
    expect(await ada.kept()).toEqual([]);
    expect((await storage.documents("users/ada2")).map(({ title }) => title)).toEqual(["Another's"]);
  });

  it("is nothing where nothing can be kept", async () => {
    const shoal = new Shoal({ url: "http://shoal.test", user: "users/ada", token: async () => "jwt", storage: null });
    expect(await shoal.kept()).toEqual([]);
  });
});
