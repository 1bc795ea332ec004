/* Past: what is asked of the server for a moment, and what is not asked twice. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { composed, PAGE, Past } from "../../src/history/past";
import { FakeLog, typed } from "./log";

const { signal } = new AbortController();
const text = (content: Delta) => content.ops.map(({ insert }) => insert).join("");

describe("a past", () => {
  it("makes an early content of operations alone, which it asks for once", async () => {
    const log = new FakeLog(typed(30));
    const past = new Past(log);
    expect(text(await past.content(5, signal))).toBe("abcde");
    expect(text(await past.content(3, signal))).toBe("abc");
    expect(await past.content(0, signal)).toEqual(new Delta());
    expect(log.asked).toEqual(["operations 0-5"]);
    expect(text(await past.content(30, signal))).toBe("abcdefghijklmnopqrstuvwxyzabcd");
    expect(log.asked).toEqual(["operations 0-5", "operations 5-30"]);
  });

  it("asks for a content far from any that is known, and never for all operations", async () => {
    const log = new FakeLog(typed(1000));
    const past = new Past(log);
    const wanted = text(composed(log.all.slice(0, 905)));
    expect(text(await past.content(905, signal))).toBe(wanted);
    expect(log.asked).toEqual(["content 905"]);
    expect(text(await past.content(910, signal))).toBe(text(composed(log.all.slice(0, 910))));
    expect(log.asked.slice(1)).toEqual(["operations 800-910"]);
    expect(text(await past.content(905, signal))).toBe(wanted);
    expect(log.asked).toHaveLength(2);
  });

  it("puts together pages that came short", async () => {
    const log = new FakeLog(typed(500));
    const found = await new Past(log).operations(10, 390, signal);
    expect(found.map(({ revision }) => revision)).toEqual(Array.from({ length: 380 }, (_, at) => at + 11));
    expect(log.asked).toEqual(["operations 0-200", "operations 150-200", "operations 200-390", "operations 350-390"]);
  });

  it("goes a short way back as well as on, and says when the way is long", async () => {
    const log = new FakeLog(typed(600));
    const past = new Past(log);
    const [from, to] = [await past.content(450, signal), await past.content(430, signal)];
    const back = await past.change(450, 430, signal);
    const on = await past.change(430, 450, signal);
    expect(back && text(from.compose(back))).toBe(text(to));
    expect(on && text(to.compose(on))).toBe(text(from));
    expect(await past.change(450, 450 - PAGE - 1, signal)).toBeNull();
  });

  it("keeps no more than there is room for", async () => {
    const log = new FakeLog(typed(2000));
    const past = new Past(log, { pages: 2, units: 3500 });
    for (const revision of [500, 1000, 1500, 2000]) await past.content(revision, signal);
    expect(log.asked).toEqual(["content 500", "content 1000", "content 1500", "content 2000"]);
    await past.content(2000, signal);
    expect(log.asked).toHaveLength(4);
    await past.content(500, signal);
    expect(log.asked.slice(4)).toEqual(["content 500"]);
  });

  it("begins where the log still does", async () => {
    const log = new FakeLog(typed(450));
    const past = new Past(log);
    past.first = 410;
    await past.operations(410, 450, signal);
    expect(log.asked).toEqual(["operations 410-450"]);
  });

  it("ends with its signal, and can be asked again", async () => {
    const past = new Past(new FakeLog(typed(300)));
    await expect(past.content(250, AbortSignal.abort(new Error("moved on")))).rejects.toThrow("moved on");
    expect((await past.content(250, signal)).length()).toBe(250);
  });

  it("knows who made a revision once its page is here", async () => {
    const past = new Past(new FakeLog(typed(300)));
    expect(past.knownOperation(201)).toBeUndefined();
    await past.operations(200, 201, signal);
    expect(past.knownOperation(201)?.time).toBe(201_000);
    expect(past.knownOperation(200)).toBeUndefined();
  });
});
