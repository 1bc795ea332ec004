/* Undo: examples with a clock of the test's own, and its two laws by chance. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { UndoHistory } from "../src/undo";
import { Random, SEED } from "./random";

const text = (delta: Delta) => delta.ops.map((op) => op.insert).join("");
const caret = (at: number) => ({ anchor: at, head: at });

/** A view and its history: `type` is one's own doing, `hear` somebody else's. */
class Page {
  view: Delta;
  now = 0;
  selection = caret(0);
  readonly history = new UndoHistory({ groupMs: 800, now: () => this.now });

  constructor(initial = "") {
    this.view = new Delta().insert(initial);
  }

  type(delta: Delta): void {
    this.history.record(delta, () => this.view, this.selection);
    this.view = this.view.compose(delta);
  }

  hear(delta: Delta): void {
    this.view = this.view.compose(delta);
    this.history.pass(delta);
  }

  turn(way: "undo" | "redo"): boolean {
    const step = this.history[way](() => this.view, this.selection);
    if (!step) return false;
    this.view = this.view.compose(step.delta);
    this.selection = step.selection ?? this.selection;
    return true;
  }
}

describe("undo", () => {
  it("takes typing back by the pause, not by the letter", () => {
    const page = new Page();
    for (const [at, letter] of [..."word"].entries()) {
      page.type(new Delta().retain(at).insert(letter));
      page.now += 300;
    }
    page.now += 800;
    page.type(new Delta().retain(4).insert("s"));
    expect([page.turn("undo"), text(page.view)]).toEqual([true, "word"]);
    expect([page.turn("undo"), text(page.view), page.turn("undo")]).toEqual([true, "", false]);
    expect([page.turn("redo"), text(page.view)]).toEqual([true, "word"]);
  });

  it("leaves alone what somebody else wrote in the middle of it", () => {
    const page = new Page("ab");
    page.type(new Delta().retain(1).insert("mine"));
    page.hear(new Delta().retain(3).insert("THEIRS"));
    expect(text(page.view)).toBe("amiTHEIRSneb");
    page.turn("undo");
    expect(text(page.view)).toBe("aTHEIRSb");
    page.turn("redo");
    expect(text(page.view).replace("THEIRS", "")).toBe("amineb");
  });

  it("puts the caret back where it was, moved by what others wrote before it", () => {
    const page = new Page("hello world");
    page.selection = { anchor: 6, head: 11 };
    page.type(new Delta().retain(6).delete(5).insert("all"));
    page.selection = caret(9);
    page.hear(new Delta().insert("> "));
    page.turn("undo");
    expect([text(page.view), page.selection]).toEqual(["> hello world", { anchor: 8, head: 13 }]);
    page.turn("redo");
    expect([text(page.view), page.selection]).toEqual(["> hello all", caret(9)]);
  });

  it("skips a step that nobody would see any more", () => {
    const page = new Page("plain");
    page.type(new Delta().insert("x"));
    page.now += 1000;
    page.type(new Delta().retain(3, { bold: true }));
    page.hear(new Delta().retain(3, { bold: null }));
    page.hear(new Delta().delete(1));
    expect(page.turn("undo")).toBe(false);
  });

  it("forgets what could be redone once something new is typed", () => {
    const page = new Page();
    page.type(new Delta().insert("a"));
    page.turn("undo");
    page.type(new Delta().insert("b"));
    expect([page.turn("redo"), text(page.view)]).toEqual([false, "b"]);
  });
});

describe("undo among others, by chance", () => {
  it("undone to the end, exactly the others' text is left; redone to the end, one's own is back", () => {
    console.info(`undo.test: VITE_SEED=${SEED}`);
    for (let round = 0; round < 400; round += 1) story(new Random(SEED + round));
  });
});

/** Every character is written once: own ones are lower case, the others' upper case, the first text digits. */
function story(random: Random): void {
  const page = new Page("0123456789");
  let [own, theirs] = [0x61, 0x391];
  const theirsGone = new Set<string>();
  for (let step = 0; step < 30; step += 1) {
    const content = text(page.view);
    const at = random.below(content.length + 1);
    const gone = random.chance(0.4) ? content.slice(at, at + 1 + random.below(3)) : "";
    const mine = random.chance(0.6);
    const put = random.chance(0.7) ? String.fromCodePoint(mine ? own++ : theirs++) : "";
    const delta = new Delta().retain(at).insert(put).delete(gone.length);
    if (mine) page.type(delta);
    else {
      page.hear(delta);
      for (const character of gone) theirsGone.add(character);
    }
    page.now += random.below(1200);
  }
  const end = text(page.view);
  while (page.turn("undo"));
  const left = text(page.view);
  const [isOwn, isTheirs] = [(one: string) => one >= "a" && one < "\u0391", (one: string) => one >= "\u0391"];
  expect([...left].filter(isOwn)).toEqual([]);
  const survivors = Array.from({ length: theirs - 0x391 }, (_, index) => String.fromCodePoint(0x391 + index));
  const expected = [..."0123456789", ...survivors].filter((one) => !theirsGone.has(one));
  expect([...left].sort()).toEqual(expected.sort());
  while (page.turn("redo"));
  expect([...text(page.view)].sort()).toEqual([...end].sort());
  const order = (content: string) => [...content].filter(isTheirs).join("");
  expect(order(text(page.view))).toBe(order(end));
}
