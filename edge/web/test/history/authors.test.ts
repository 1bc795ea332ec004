/* Authors: who wrote which stretch, and when. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { authored, originsOf, stretchesOf, writersOf, type Origin } from "../../src/history/authors";
import { operation } from "./log";

const by = (length: number, author: string, agent = "") => ({ length, author, agent });

describe("writers", () => {
  it("are those who wrote most first, an agent apart from whom it wrote for", () => {
    const writers = writersOf([by(2, "users/ada"), by(5, "users/bob"), by(9, "users/ada", "agents/helper"), by(4, "users/ada")]);
    expect(writers.map(({ key, units }) => [key, units])).toEqual([["agents/helper", 9], ["users/ada", 6], ["users/bob", 5]]);
  });
});

describe("origins", () => {
  it("say at which operation each unit came, whatever was formatted or taken away since", () => {
    const operations = [
      operation(5, new Delta().retain(2).insert("XY")),
      operation(6, new Delta().retain(3, { bold: true }).delete(1)),
      operation(7, new Delta().insert({ image: "x" })),
    ];
    expect(originsOf(new Delta().insert("abcd"), operations)).toEqual([
      { length: 1, revision: 7 }, { length: 2, revision: 0 }, { length: 1, revision: 5 }, { length: 2, revision: 0 },
    ]);
  });
});

describe("stretches", () => {
  const writers = writersOf([by(6, "users/ada"), by(4, "users/bob")]);
  const runs = [by(6, "users/ada"), by(4, "users/bob")];
  const shape = (origins: Origin[]) => stretchesOf(runs, writers, origins).map(({ at, length, writer, revision }) => [at, length, writer, revision]);

  it("end where the writer or the time is another, and letters typed one after the other are one", () => {
    expect(shape([1, 2, 3, 4].map((revision) => ({ length: 1, revision })).concat({ length: 3, revision: 50 }, { length: 3, revision: 51 }))).toEqual([
      [0, 4, 0, 4], [4, 2, 0, 50], [6, 4, 1, 51],
    ]);
  });

  it("are the runs when nothing is known of the time", () => {
    expect(shape([])).toEqual([[0, 6, 0, 0], [6, 4, 1, 0]]);
  });

  it("mark the text, all of it or one writer's", () => {
    const content = new Delta().insert("sixsixfour", { bold: true });
    const stretches = stretchesOf(runs, writers, []);
    expect(authored(content, stretches, null).ops.map(({ attributes }) => attributes?.["past-author"])).toEqual(["0:0", "1:1"]);
    expect(authored(content, stretches, 1).ops.map(({ attributes }) => attributes?.["past-author"])).toEqual([undefined, "1:1"]);
    expect(authored(new Delta().insert("short"), stretches, null)).toEqual(new Delta().insert("short"));
  });
});
