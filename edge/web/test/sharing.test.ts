/* Sharing: whom somebody means, and which of a principal's names a request carries. */
import { describe, expect, it } from "vitest";
import { nameOf, only, principalOf, subjectOf } from "../src/app/sharing";

describe("principalOf", () => {
  it.each([
    ["Bob", true, { user: "users/bob" }],
    [" Ada Lovelace ", true, { user: "users/ada-lovelace" }],
    ["users/bob", true, { user: "users/bob" }],
    ["Bob", false, { user: "Bob" }],
    ["auth0|5f", false, { user: "auth0|5f" }],
    ["organizations/acme", true, { organization: "organizations/acme" }],
    ["organizations/acme/groups/writers", false, { group: "organizations/acme/groups/writers" }],
  ])("%s, where a name suffices: %s", (typed, development, expected) => {
    expect(principalOf(typed, development)).toEqual(expected);
  });
});

describe("subjectOf", () => {
  // The same cases as tests/unit/cli/test_acting.py: page and terminal must mean the same person.
  it.each([
    ["Ada", "users/ada"],
    ["Ada Lovelace", "users/ada-lovelace"],
    ["Zoë  O'Neill-Šimić", "users/zoe-o-neill-simic"],
    ["-- 7 --", "users/7"],
    ["李", "users/e69d8e"],
  ])("%s is %s", (name, subject) => {
    expect(subjectOf(name)).toBe(subject);
  });
});

describe("a principal", () => {
  const answered = { user: "", group: "organizations/a/groups/g", organization: "", shareLink: "" };

  it("is sent back with the one name it has", () => {
    expect(only(answered)).toEqual({ group: "organizations/a/groups/g" });
    expect(only({ organization: "organizations/a" })).toEqual({ organization: "organizations/a" });
    expect(nameOf(answered)).toBe("organizations/a/groups/g");
  });
});
