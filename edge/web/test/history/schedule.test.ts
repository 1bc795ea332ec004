/* Schedule: the pace of what is played. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { pauseBefore, Schedule } from "../../src/history/schedule";
import { operation } from "./log";

const at = (...times: number[]) => times.map((time, index) => operation(index + 1, new Delta().insert("x"), "users/ada", time));
const revisions = (operations: readonly { revision: number }[]) => operations.map(({ revision }) => revision);

describe("a pause", () => {
  it.each([
    ["as typed", 1_000, 700, "natural", 300],
    ["cut when somebody thought", 90_000, 700, "natural", 1_200],
    ["none when two wrote at once, or a clock went back", 600, 700, "natural", 0],
    ["the same before each when even", 90_000, 700, "steady", 120],
    ["even before the first", 90_000, null, "natural", 120],
  ] as const)("is %s", (_, time, before, pace, expected) => {
    expect(pauseBefore(time, before, pace)).toBe(expected);
  });
});

describe("a schedule", () => {
  it("gives each operation when it is due, in order, once", () => {
    const schedule = new Schedule("natural");
    schedule.add(at(0, 100, 250, 9_000));
    expect(revisions(schedule.advance(119))).toEqual([]);
    expect(revisions(schedule.advance(1))).toEqual([1]);
    expect(revisions(schedule.advance(250))).toEqual([2, 3]);
    expect(revisions(schedule.advance(1_199))).toEqual([]);
    expect(revisions(schedule.advance(1))).toEqual([4]);
    expect(schedule.length).toBe(0);
  });

  it("does not hurry to make up for a time in which there was nothing to show", () => {
    const schedule = new Schedule("steady");
    schedule.advance(60_000);
    schedule.add(at(0, 0, 0));
    expect(revisions(schedule.advance(120))).toEqual([1]);
    expect(revisions(schedule.advance(240))).toEqual([2, 3]);
  });

  it("takes another pace from the next operation on", () => {
    const schedule = new Schedule("natural");
    schedule.add(at(0, 1_000, 2_000));
    schedule.advance(120);
    schedule.pace = "steady";
    expect(revisions(schedule.advance(120))).toEqual([2]);
  });
});
