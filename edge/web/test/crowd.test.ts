/* Crowd: people, not windows; and who came and went, in one sentence. */
import type { Participant } from "@shoal/client";
import { describe, expect, it } from "vitest";
import { comings, crowdOf } from "../src/document/crowd";

const window = (site: string, name: string, rest: Partial<Participant> = {}): Participant => ({
  site, name, subject: `users/${name.toLowerCase()}`, idle: false, selection: null, ...rest,
});

describe("crowd", () => {
  it("has one's own self first, and somebody with two windows once", () => {
    const crowd = crowdOf([window("1", "Bob"), window("2", "Ada"), window("3", "Bob", { selection: { anchor: 1, head: 1 } })], "2");
    expect(crowd.map(({ name, self }) => [name, self])).toEqual([["Ada", true], ["Bob", false]]);
    expect(crowd[1]).toMatchObject({ sites: ["3", "1"], placed: true });
  });

  it("has away only who is away in all windows", () => {
    const [ada, bob] = crowdOf([window("1", "Ada", { idle: true }), window("2", "Ada"), window("3", "Bob", { idle: true })], "0");
    expect([ada?.idle, bob?.idle]).toEqual([false, true]);
  });

  it.each<[string, string[], string[], string]>([
    ["one came", ["Ada"], [], "Ada joined"],
    ["two came and one left", ["Ada", "Bob"], ["Carol"], "Ada and Bob joined, Carol left"],
    ["many came", ["A", "B", "C", "D"], [], "4 people joined"],
    ["somebody reloads", ["Ada"], ["Ada"], ""],
    ["somebody opens a second window", ["Ada", "Ada"], [], "Ada joined"],
  ])("tells when %s", (_, came, left, sentence) => {
    expect(comings(came, left)).toBe(sentence);
  });
});
