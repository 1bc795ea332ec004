// @vitest-environment happy-dom
/* What all editors share: when others' changes are kept back, and when a user counts as away. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { colourOf } from "../src/bindings/colours";
import { holdWhileComposing } from "../src/bindings/composing";
import { Whereabouts } from "../src/bindings/whereabouts";
import type { LiveDocument } from "../src/index";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a composition", () => {
  function composing(restsAfterMs?: number) {
    const [held, root, ending] = [vi.fn(), document.createElement("div"), new AbortController()];
    const live = { hold: () => held(true), release: () => held(false) } as unknown as LiveDocument;
    holdWhileComposing(live, root, ending.signal, restsAfterMs);
    return { root, ending, say: (kind: string) => root.dispatchEvent(new Event(`composition${kind}`)), isHeld: () => held.mock.lastCall?.[0] as boolean };
  }

  it("keeps others' changes back until the editor has read what was composed", () => {
    const { say, isHeld } = composing();
    say("start");
    vi.advanceTimersByTime(600_000);
    expect(isHeld()).toBe(true);
    say("end");
    expect(isHeld()).toBe(true);
    vi.advanceTimersByTime(0);
    expect(isHeld()).toBe(false);
  });

  it("that rests lets them through, until something is composed again", () => {
    const { say, isHeld } = composing(3_000);
    say("start");
    vi.advanceTimersByTime(2_000);
    say("update");
    vi.advanceTimersByTime(2_000);
    expect(isHeld()).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(isHeld()).toBe(false);
    say("update");
    expect(isHeld()).toBe(true);
  });

  it("holds nothing once its editor is gone", () => {
    const { say, isHeld, ending } = composing(3_000);
    say("start");
    ending.abort();
    expect(isHeld()).toBe(false);
    say("update");
    expect(isHeld()).toBe(false);
  });
});

describe("whereabouts", () => {
  it("are told once for all that happened at once, and fall idle after a minute in which only others did anything", async () => {
    const select = vi.fn();
    const caret = { anchor: 1, head: 1 };
    const here = new Whereabouts({ select } as unknown as LiveDocument, () => caret);
    here.acted();
    here.moved();
    await Promise.resolve();
    expect(select.mock.calls).toEqual([[caret, true]]);
    vi.advanceTimersByTime(59_000);
    here.moved();
    vi.advanceTimersByTime(1_000);
    await Promise.resolve();
    expect(select).toHaveBeenLastCalledWith(caret, false);
    here.acted();
    await Promise.resolve();
    expect(select).toHaveBeenLastCalledWith(caret, true);
    here.stop();
    expect(select).toHaveBeenLastCalledWith(null);
    vi.advanceTimersByTime(120_000);
    await Promise.resolve();
    expect(select).toHaveBeenLastCalledWith(null);
  });
});

describe("a colour", () => {
  it("is the same for a subject everywhere, and one of ten", () => {
    const colours = Array.from({ length: 200 }, (_, at) => colourOf({ subject: `users/${at}` }));
    expect(new Set(colours).size).toBe(10);
    expect(colourOf({ subject: "users/7" })).toBe(colours[7]);
    expect(colours.every((colour) => /^#[0-9a-f]{6}$/.test(colour))).toBe(true);
  });
});
