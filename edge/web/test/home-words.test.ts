/* What home says of moments, people and places, and how it asks for a list. */
import { describe, expect, it } from "vitest";
import { filterOf } from "../src/app/documents";
import { addressOf, among, personName, projectOf } from "../src/app/names";
import { forgetOpened, openedDocuments, rememberOpened } from "../src/app/opened";
import { pathTo, treeOf, type Folder } from "../src/app/projects";
import { explain } from "../src/app/rest";
import { ago, dayOf, greeting } from "../src/app/when";
import { RestError } from "@shoal/client/rest";

const NOW = new Date("2026-03-04T15:00:00");
const at = (text: string) => new Date(text);

describe("moments", () => {
  it("are told as near as they are", () => {
    expect(ago(at("2026-03-04T14:59:40"), NOW)).toBe("just now");
    expect(ago(at("2026-03-04T14:57:00"), NOW)).toBe("3 min. ago");
    expect(ago(at("2026-03-03T14:00:00"), NOW)).toBe("yesterday");
    expect(ago(at("2026-02-04T14:00:00"), NOW)).toBe("Feb 4");
    expect(ago(at("2025-02-04T14:00:00"), NOW)).toBe("Feb 4, 2025");
  });

  it("belong to days of the calendar, not to spans of 24 hours", () => {
    expect(dayOf(at("2026-03-04T00:01:00"), NOW)).toBe("Today");
    expect(dayOf(at("2026-03-03T23:59:00"), NOW)).toBe("Yesterday");
    expect(dayOf(at("2026-03-02T12:00:00"), NOW)).toBe("Monday, Mar 2");
  });

  it("are greeted by the hour", () => {
    expect([at("2026-03-04T04:00:00"), at("2026-03-04T05:00:00"), NOW, at("2026-03-04T18:00:00")].map(greeting)).toEqual([
      "Good evening", "Good morning", "Good afternoon", "Good evening",
    ]);
  });
});

describe("names", () => {
  it("are made of subjects where nothing better is known", () => {
    expect(personName("users/ada-lovelace")).toBe("Ada Lovelace");
    expect(personName("users/ada", { subject: "users/ada", name: "Ada L.", development: true })).toBe("Ada L.");
    expect(personName("auth0|4711")).toBe("auth0|4711");
  });

  it("count those who are not named", () => {
    expect([["A"], ["A", "B"], ["A", "B", "C"], ["A", "B", "C", "D"]].map((names) => among(names))).toEqual([
      "A", "A and B", "A, B and 1 other", "A, B and 2 others",
    ]);
  });

  it("have addresses", () => {
    expect(addressOf("documents/notes")).toBe("/d/notes");
    expect(addressOf("projects/plans")).toBe("/p/plans");
    expect(addressOf("projects/plans/folders/old")).toBe("/p/plans?folder=old");
    expect(addressOf("users/ada")).toBe("");
    expect(projectOf("projects/plans/folders/old")).toBe("projects/plans");
  });
});

describe("a filter", () => {
  it("has a condition for each thing wanted, and lets no text out of its quotes", () => {
    expect(filterOf({})).toBe("");
    expect(filterOf({ project: "projects/x", whose: "mine", me: 'a"b\\c' })).toBe('project = "projects/x" AND creator = "a\\"b\\\\c"');
    expect(filterOf({ whose: "shared", me: "users/ada", template: true })).toBe('creator != "users/ada" AND template = true');
  });
});

describe("folders", () => {
  const folder = (id: string, parent: string): Folder => ({ name: `p/${id}`, title: id, parent: `p${parent}`, createTime: null });
  const folders = [folder("b", ""), folder("c", "/a"), folder("a", ""), folder("lost", "/nowhere")];

  it("stand after what they are in, deeper by one", () => {
    expect(treeOf("p", folders).map(({ folder: { title }, depth }) => `${title}${depth}`)).toEqual(["b0", "a0", "c1"]);
  });

  it("have a path from the project down", () => {
    expect(pathTo("p/c", folders).map(({ title }) => title)).toEqual(["a", "c"]);
    expect(pathTo("p/none", folders)).toEqual([]);
  });
});

describe("what was opened", () => {
  it("is known by person, the last one first, and is forgotten when it is gone", () => {
    const kept = new Map<string, string>();
    const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) } as Storage;
    for (const name of ["documents/a", "documents/b", "documents/a"]) rememberOpened(store, "ada", name);
    expect(openedDocuments(store, "ada")).toEqual(["documents/a", "documents/b"]);
    expect(openedDocuments(store, "bob")).toEqual([]);
    rememberOpened(store, "ada", "documents/a", true);
    expect(openedDocuments(store, "ada")).toEqual(["documents/b"]);
    forgetOpened(store, "ada");
    expect(kept.size).toBe(0);
    kept.set("shoal.opened.ada", "{not json");
    expect(openedDocuments(store, "ada")).toEqual([]);
  });
});

describe("a failure", () => {
  it("is told by its reason, else by what is wrong, else by its code", () => {
    const failure = (facts: Partial<ConstructorParameters<typeof RestError>[0]>) => explain(new RestError({ code: "FAILED_PRECONDITION", message: "raw", ...facts }));
    expect(failure({ reason: "ERROR_REASON_NOT_EMPTY" })).toContain("still something in it");
    expect(failure({ code: "INVALID_ARGUMENT", violations: [{ field: "folder.title", description: "must not be empty" }] })).toBe("Must not be empty (title)");
    expect(failure({ code: "UNAVAILABLE" })).toBe("Shoal cannot be reached right now.");
    expect(failure({})).toBe("Raw");
  });
});
