/* What others did waits while an editor is busy, and what the user does meanwhile goes before or behind it. */
import Delta from "quill-delta";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Backlog } from "../src/quill/backlog";
import { Random, randomEdit, SEED } from "./random";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a backlog", () => {
  it("shows at once when there is time, then what came meanwhile as one, as long after as the last took", () => {
    const shown: Delta[] = [];
    const backlog = new Backlog((delta) => {
      shown.push(delta);
      vi.advanceTimersByTime(40);
    });
    const letters = ["a", "b", "c"].map((letter) => new Delta().insert(letter));
    backlog.add(letters[0]!);
    expect(shown).toEqual([letters[0]]);
    backlog.add(letters[1]!);
    backlog.add(letters[2]!);
    vi.advanceTimersByTime(39);
    expect(shown).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(shown).toEqual([letters[0], new Delta().insert("cb")]);
    backlog.add(letters[0]!);
    backlog.flush();
    vi.runAllTimers();
    expect(shown).toHaveLength(3);
  });

  it("and an edit of what is shown come to the same text in either order", () => {
    console.info(`quill-backlog.test: VITE_SEED=${SEED}`);
    const random = new Random(SEED);
    for (let round = 0; round < 500; round += 1) {
      let view = new Delta().insert("one 🐟 two\nthree\n");
      let busy = false;
      const backlog = new Backlog((delta) => {
        view = view.compose(delta);
        if (busy) vi.advanceTimersByTime(50);
      });
      let content = view;
      busy = true;
      backlog.add(new Delta());
      busy = false;
      for (let step = 0; step < 4; step += 1) {
        if (random.chance(0.5)) {
          const theirs = randomEdit(random, content);
          content = content.compose(theirs);
          backlog.add(theirs);
        } else {
          const mine = randomEdit(random, view);
          view = view.compose(mine);
          content = content.compose(backlog.past(mine));
        }
      }
      backlog.flush();
      expect(view).toEqual(content);
    }
  });

  it("tells where a position of what is shown is in the content", () => {
    const backlog = new Backlog(() => vi.advanceTimersByTime(50));
    backlog.add(new Delta());
    backlog.add(new Delta().insert("two"));
    expect([backlog.position(0), backlog.position(4)]).toEqual([0, 7]);
    backlog.flush();
    expect(backlog.position(4)).toBe(4);
  });
});
