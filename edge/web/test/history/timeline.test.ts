/* Timeline: where moments stand and how they are called. */
import { describe, expect, it } from "vitest";
import type { EditSession, Version } from "@gen/rest/types";
import { comparedOf, natural, neighbour, type Moment } from "../../src/history/moment";
import { clock, placeOf, spoken, thinned, ticksOf, timeOf, type Tick } from "../../src/history/timeline";

const session = (firstRevision: number, lastRevision: number, minutes = 10): EditSession => ({
  firstRevision: String(firstRevision), lastRevision: String(lastRevision), contributions: [],
  startTime: new Date(firstRevision * 60_000).toISOString(), endTime: new Date((firstRevision + minutes) * 60_000).toISOString(),
});
const version = (revision: number, kind: Version["kind"], title = "") => ({ revision: String(revision), kind, title }) as Version;

describe("ticks", () => {
  it("are the ends of sessions and the versions", () => {
    const ticks = ticksOf([session(1, 9)], [version(4, "VERSION_KIND_NAMED", "Draft"), version(7, "VERSION_KIND_BEFORE_RESTORE")]);
    expect(ticks.map(({ revision, kind, label }) => [revision, kind, label])).toEqual([[4, "version", "Draft"], [7, "automatic", ""], [9, "session", ""]]);
  });

  it("are few enough to be seen, and a named version is never hidden by another kind", () => {
    const sessions = Array.from({ length: 5_000 }, (_, index): Tick => ({ revision: index * 200, kind: "session", label: "" }));
    const named: Tick = { revision: 500_100, kind: "version", label: "Sent" };
    const shown = thinned([...sessions, named], { first: 0, head: 1_000_000 }, 80);
    expect(shown.length).toBeLessThanOrEqual(81);
    expect(shown).toContain(named);
    expect(shown.map(({ revision }) => revision)).toEqual(shown.map(({ revision }) => revision).sort((a, b) => a - b));
  });

  it("of what was archived are not shown", () => {
    const ticks = ticksOf([session(1, 50), session(51, 100)], []);
    expect(thinned(ticks, { first: 60, head: 100 }, 80).map(({ revision }) => revision)).toEqual([100]);
  });
});

describe("a moment", () => {
  it("stands at its share of the way, at the end when there is no way", () => {
    expect([placeOf(25, { first: 0, head: 100 }), placeOf(75, { first: 50, head: 100 }), placeOf(0, { first: 0, head: 0 })]).toEqual([0.25, 0.5, 1]);
  });

  it("has about the time its session lets one guess", () => {
    expect(timeOf(5, [session(1, 9, 8)])).toBe(5 * 60_000);
    expect(timeOf(10, [session(1, 9)])).toBeNull();
  });

  it("is called by its day and hour, the further off the more of the date", () => {
    const at = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime();
    const now = at(2026, 10, 25, 18, 0);
    expect(clock(at(2026, 10, 25, 9, 5), now)).toBe("today 09:05");
    expect(clock(at(2026, 10, 24, 14, 3), now)).toBe("Tuesday 14:03");
    expect(clock(at(2026, 2, 3, 14, 3), now)).toBe("3 March 14:03");
    expect(clock(at(2024, 2, 3, 14, 3), now)).toBe("3 March 2024 14:03");
    expect(spoken(1512, at(2026, 10, 24, 14, 3), "Ada", now)).toBe("revision 1,512, Tuesday 14:03, Ada");
    expect(spoken(0, null, "", now)).toBe("revision 0");
  });
});

describe("what is compared", () => {
  const moment = (parts: Partial<Moment>): Moment => ({ revision: 10, mode: "changes", against: "now", session: null, follows: false, ...parts });

  it("is the older first, whatever was chosen first", () => {
    const span = { first: 0, head: 40 };
    expect(comparedOf(moment({}), span)).toEqual([10, 40]);
    expect(comparedOf(moment({ against: "25" }), span)).toEqual([10, 25]);
    expect(comparedOf(moment({ against: "3" }), span)).toEqual([3, 10]);
    expect(comparedOf(moment({ against: "session", session: session(7, 10) }), span)).toEqual([6, 10]);
    expect(comparedOf(moment({ against: "0" }), { first: 8, head: 40 })).toEqual([8, 10]);
  });

  it("is the session when it was chosen, else what came since, else all", () => {
    expect(natural(moment({ session: session(7, 10) }), 40)).toBe("session");
    expect(natural(moment({ session: session(7, 12) }), 40)).toBe("now");
    expect(natural(moment({ revision: 40 }), 40)).toBe("0");
  });

  it("has neighbours, and the ends at the ends", () => {
    const span = { first: 0, head: 90 };
    expect([neighbour([20, 40, 60], 40, 1, span), neighbour([20, 40, 60], 40, -1, span)]).toEqual([60, 20]);
    expect([neighbour([20, 40, 60], 60, 1, span), neighbour([20, 40, 60], 20, -1, span)]).toEqual([90, 0]);
  });
});
