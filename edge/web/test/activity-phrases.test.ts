/* Phrases of the feed: what belongs together is told once, and every kind has words. */
import { describe, expect, it } from "vitest";
import type { Activity, ActivityKind } from "@gen/rest/types";
import { amount, gather, phrase } from "../src/activity/phrases";
import { wordsOf } from "../src/notifications/phrases";

const NOW = new Date("2026-03-04T15:00:00");
let made = 0;

function activity(kind: string, changes: Partial<Activity> = {}): Activity {
  const at = "2026-03-04T12:00:00";
  return {
    id: String((made += 1)), kind: `ACTIVITY_KIND_${kind}` as ActivityKind, occurTime: at, lastOccurTime: at, count: "1",
    actor: "users/ada", agent: "", resource: "documents/notes", project: "", details: {}, ...changes,
  };
}

/** A sentence with names in brackets. */
function told(...activities: Activity[]): string[] {
  return gather(activities, NOW).map((each) => phrase(each).map((part) => (typeof part === "string" ? part : `[${part.resource}]`)).join(""));
}

describe("the feed", () => {
  it("tells what one person did to several documents on a day in one sentence", () => {
    const made = ["a", "b", "c", "d", "e"].map((id) => activity("DOCUMENT_CREATED", { resource: `documents/${id}` }));
    expect(told(...made)).toEqual(["created [documents/a], [documents/b], [documents/c] and 2 more"]);
    expect(told(...made.slice(0, 2))).toEqual(["created [documents/a] and [documents/b]"]);
  });

  it("does not join what another person, another kind or another day parts", () => {
    const one = activity("DOCUMENT_CREATED");
    expect(told(one, activity("DOCUMENT_CREATED", { actor: "users/bob" }))).toHaveLength(2);
    expect(told(one, activity("DOCUMENT_DELETED"), one)).toHaveLength(3);
    expect(told(one, activity("DOCUMENT_CREATED", { lastOccurTime: "2026-03-03T12:00:00" }))).toHaveLength(2);
    expect(told(one, activity("DOCUMENT_CREATED", { agent: "poet" }))).toHaveLength(2);
    expect(told(activity("SHARED"), activity("SHARED"))).toHaveLength(2);
  });

  it("sums what was written in the sessions it joins", () => {
    const edits = [activity("DOCUMENT_EDITED", { details: { inserted: "1200", deleted: "3" } }), activity("DOCUMENT_EDITED", { details: { inserted: "34" } })];
    const [gathered] = gather(edits, NOW);
    expect(gathered && amount(gathered)).toBe("+1,234 −3");
    expect(told(...edits)).toEqual(["edited [documents/notes]"]);
  });

  it("says from what and to what, and with whom", () => {
    expect(told(activity("DOCUMENT_RENAMED", { details: { before: "", after: "Notes" } }))).toEqual(["renamed “Untitled” to [documents/notes]"]);
    expect(told(activity("DOCUMENT_MOVED", { details: { before: "", after: "projects/plans" } }))).toEqual(["moved [documents/notes] to [projects/plans]"]);
    expect(told(activity("DOCUMENT_MOVED", { details: { before: "projects/plans", after: "" } }))).toEqual(["moved [documents/notes]"]);
    expect(told(activity("SHARED", { details: { principal: "users/bob", role: "editor" } }))).toEqual(["shared [documents/notes] with [users/bob], who can edit"]);
    expect(told(activity("SHARED"))).toEqual(["shared [documents/notes]"]);
    expect(told(activity("OWNERSHIP_TRANSFERRED", { details: { principal: "users/bob" } }))).toEqual(["gave [documents/notes] to [users/bob]"]);
    const gone = activity("DOCUMENT_PURGED", { resource: "projects/plans" });
    expect(told(gone, gone)).toEqual(["erased 2 documents in [projects/plans]"]);
  });
});

describe("a notification", () => {
  it("says what was given, and how somebody came", () => {
    expect(wordsOf({ kind: "NOTIFICATION_KIND_SHARE", details: { role: "viewer" } })).toEqual(["shared", " with you: you can view"]);
    expect(wordsOf({ kind: "NOTIFICATION_KIND_SHARE", details: { role: "owner" } })).toEqual(["shared", " with you: you own it"]);
    expect(wordsOf({ kind: "NOTIFICATION_KIND_SHARE", details: { via: "link", role: "viewer" } })).toEqual(["joined", " by your link"]);
    expect(wordsOf({ kind: "NOTIFICATION_KIND_MENTION", details: {} })).toEqual(["mentioned you in", ""]);
  });
});
