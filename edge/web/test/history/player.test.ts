/* Player: it shows every operation once and in order, up to a head that may grow, and stops when told. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Past } from "../../src/history/past";
import { Player } from "../../src/history/player";
import { FakeLog, typed } from "./log";

let frames: ((now: number) => void)[] = [];
let now = 0;

beforeEach(() => {
  [frames, now] = [[], 0];
  vi.stubGlobal("requestAnimationFrame", (frame: (now: number) => void) => frames.push(frame));
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Lets a frame pass, and all that waits for what it asked. */
async function frame(ms = 16): Promise<void> {
  now += ms;
  for (const each of frames.splice(0)) each(now);
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

function stage(log: FakeLog, calm = false) {
  const seen: number[] = [];
  const pictures: number[] = [];
  const ends: unknown[] = [];
  const player = new Player(
    new Past(log),
    {
      head: () => log.all.length,
      show: (operations) => {
        pictures.push(operations.length);
        seen.push(...operations.map(({ revision }) => revision));
      },
      stopped: (error) => ends.push(error),
    },
    () => calm,
  );
  player.pace = "steady";
  player.speed = 64;
  return { player, seen, pictures, ends };
}

describe("a player", () => {
  it("shows all that follows and stops at the head, also one that grew meanwhile", async () => {
    const log = new FakeLog(typed(500));
    const { player, seen, ends } = stage(log);
    player.play(37);
    for (let count = 0; count < 20; count += 1) await frame();
    log.all.push(...typed(520).slice(500));
    for (let count = 0; count < 100 && player.isPlaying; count += 1) await frame();
    expect(seen).toEqual(Array.from({ length: 483 }, (_, at) => at + 38));
    expect(ends).toEqual([null]);
    expect(player.isPlaying).toBe(false);
  });

  it("asks for a page ahead, not for everything", async () => {
    const log = new FakeLog(typed(5_000));
    const { player } = stage(log);
    player.speed = 1;
    player.play(0);
    for (let count = 0; count < 50; count += 1) await frame();
    expect(log.asked).toEqual(["operations 0-200", "operations 150-200", "operations 200-400", "operations 350-400"]);
    player.pause();
  });

  it("shows nothing more once paused", async () => {
    const { player, seen, ends } = stage(new FakeLog(typed(300)));
    player.play(0);
    for (let count = 0; count < 5; count += 1) await frame();
    const before = seen.length;
    player.pause();
    for (let count = 0; count < 5; count += 1) await frame();
    expect(before).toBeGreaterThan(0);
    expect(seen).toHaveLength(before);
    expect(ends).toEqual([]);
  });

  it("makes two pictures a second for who wants less motion", async () => {
    const { player, seen, pictures } = stage(new FakeLog(typed(100)), true);
    player.speed = 2;
    player.play(0);
    for (let count = 0; count < 125; count += 1) await frame(20);
    expect(pictures.length).toBeLessThanOrEqual(5);
    expect(seen.length).toBeGreaterThan(20);
    player.pause();
  });

  it("says what went wrong when the next operations cannot be had", async () => {
    const log = new FakeLog(typed(300));
    const { player, ends } = stage(log);
    const wrong = new Error("away");
    log.operations = () => Promise.reject(wrong);
    player.play(0);
    await frame();
    expect(ends).toEqual([wrong]);
    expect(player.isPlaying).toBe(false);
  });
});
