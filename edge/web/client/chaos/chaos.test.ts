/* Several clients write one document on a real server, over a network that cuts, delays, repeats, and lets connections
 * overtake each other; pages crash. All end with the server's text, in which each character that was typed is once. */
import { writeFileSync } from "node:fs";
import Delta from "quill-delta";
import { expect, it, vi } from "vitest";
import { Shoal, type LiveDocument } from "../src/index";
import { MemoryStorage, type PageStorage } from "../test/memory-storage";
import { Random } from "../test/random";
import { FlakySocket, flakySockets, type Weather } from "./flaky-socket";

const { SHOAL_URL: url = "", SHOAL_TOKENS = "{}", SHOAL_DOCUMENT: name = "", SHOAL_RESULT = "", SHOAL_SEED } = process.env;
const tokens = Object.entries(JSON.parse(SHOAL_TOKENS) as Record<string, string>);
const seed = Number(SHOAL_SEED ?? Math.floor(Math.random() * 2 ** 31));
const STEPS = 250;
const PATIENCE = { timeout: 45_000, interval: 20 };
/** From here on, each character is typed once by one writer. */
const FIRST_CHARACTER = 0x4e00;
const CHARACTERS_EACH = 4_000;

class Writer {
  readonly typed = new Set<string>();
  readonly deleted = new Set<string>();
  readonly refused: string[] = [];
  readonly ends: string[] = [];
  readonly live = new Set<FlakySocket>();
  text = "";
  private readonly device = new MemoryStorage();
  private readonly memory = new Map<string, string>();
  private page!: PageStorage;
  private shoal!: Shoal;
  document!: LiveDocument;

  constructor(private readonly user: string, private readonly token: string, private readonly number: number, private readonly weather: Weather) {
    this.visit();
  }

  private visit(): void {
    this.page = this.device.page();
    this.shoal = new Shoal({
      url,
      user: this.user,
      token: async () => this.token,
      WebSocket: flakySockets(this.weather, this.live),
      storage: this.page,
      claim: async () => () => undefined,
      tab: { getItem: (key) => this.memory.get(key) ?? null, setItem: (key, value) => void this.memory.set(key, value) },
    });
    const document = (this.document = this.shoal.open(name));
    document.on("loaded", ({ content }) => document === this.document && (this.text = textOf(content)));
    document.on("change", ({ delta }) => {
      if (document === this.document) this.text = textOf(new Delta().insert(this.text).compose(delta));
    });
    document.on("refused", ({ message, text }) => this.refused.push(`${message} ${text}`));
    document.on("closed", ({ message }) => this.ends.push(message));
  }

  type(random: Random): void {
    if (!this.document.canWrite) return;
    const at = random.below(this.text.length);
    const gone = random.chance(0.15) ? [...this.text.slice(at, at + 2)].filter((one) => one !== "\n") : [];
    const delta = new Delta().retain(at);
    if (gone.length > 0 && this.text.startsWith(gone.join(""), at)) delta.delete(gone.length);
    else {
      const character = String.fromCharCode(FIRST_CHARACTER + this.number * CHARACTERS_EACH + this.typed.size);
      delta.insert(character);
      this.typed.add(character);
      gone.length = 0;
    }
    if (!this.document.submit(delta)) throw new Error("an edit was not taken");
    for (const character of gone) this.deleted.add(character);
    this.text = textOf(new Delta().insert(this.text).compose(delta));
  }

  cut(): void {
    for (const socket of [...this.live]) socket.cut();
  }

  /** The page is gone from one moment to the next; what was typed before is on the device. */
  async crash(): Promise<void> {
    await vi.waitFor(() => expect(this.document.status.state).not.toBe("loading"), PATIENCE);
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.page.crash();
    this.cut();
    void this.shoal.close();
    this.visit();
  }

  leave(): Promise<void> {
    return this.shoal.close();
  }
}

const textOf = (content: Delta) => content.ops.map(({ insert }) => (typeof insert === "string" ? insert : "\ufffc")).join("");

it("all end with one text, in which every character that was typed is once", async () => {
  console.info(`chaos: SHOAL_SEED=${seed}`);
  const random = new Random(seed);
  const weather: Weather = { random, calm: false };
  const writers = tokens.map(([user, token], number) => new Writer(user, token, number, weather));
  for (const { document } of writers) await vi.waitFor(() => expect(document.status.state).toBe("saved"), PATIENCE);
  for (let step = 0; step < STEPS; step += 1) {
    for (let count = random.below(4); count >= 0; count -= 1) random.pick(writers).type(random);
    if (random.chance(0.12)) random.pick(writers).cut();
    if (random.chance(0.03)) await random.pick(writers).crash();
    await new Promise((resolve) => setTimeout(resolve, random.below(20)));
  }
  weather.calm = true;
  const [first] = writers as [Writer];
  await vi.waitFor(() => {
    expect(writers.map(({ ends }) => ends)).toEqual(writers.map(() => []));
    expect(writers.map(({ document }) => document.status.state)).toEqual(writers.map(() => "saved"));
    expect(new Set(writers.map(({ document }) => document.revision)).size).toBe(1);
  }, PATIENCE);
  expect(writers.flatMap(({ refused }) => refused)).toEqual([]);
  for (const writer of writers) expect(writer.text).toBe(first.text);
  for (const writer of writers) expect(textOf(writer.document.content())).toBe(first.text);
  const deleted = new Set(writers.flatMap((writer) => [...writer.deleted]));
  const left = writers.flatMap(({ typed }) => [...typed]).filter((one) => !deleted.has(one));
  expect([...first.text].filter((one) => one !== "\n").sort()).toEqual(left.sort());
  console.info(`chaos: ${left.length} characters stay, ${deleted.size} deleted, revision ${first.document.revision}`);
  writeFileSync(SHOAL_RESULT, JSON.stringify({ text: first.text, revision: first.document.revision }));
  await Promise.all(writers.map((writer) => writer.leave()));
});
