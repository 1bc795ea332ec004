/* Who is at the page: by the server's word, by memory while it is away, and nobody's memory after a sign-out. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { SignedOut } from "@shoal/client";
import { ApiError } from "../src/app/http";
import { endSession, lastAccount, payDebt, tokenOf, whoIsHere } from "../src/offline/here";

const server = vi.hoisted(() => ({ account: vi.fn(), signOut: vi.fn(), token: vi.fn(), ways: vi.fn() }));
vi.mock("../src/app/account", () => server);

const ada = { subject: "users/ada", name: "Ada", development: true };
const bob = { subject: "users/bob", name: "Bob", development: true };
const away = (status = 0) => new ApiError("away", status);

describe("who is at the page", () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    });
    for (const call of Object.values(server)) call.mockReset().mockResolvedValue(null);
  });

  async function wasHere(who: object): Promise<void> {
    server.account.mockResolvedValue(who);
    await whoIsHere(false);
  }

  it("is who the server says; of them subject and name are remembered, never the token", async () => {
    server.account.mockResolvedValue({ ...ada, token: "secret", expires_at: 1 });
    expect(await whoIsHere(false)).toMatchObject({ who: ada, isAway: false });
    expect(lastAccount()).toEqual(ada);
    expect(localStorage.getItem("shoal.last-account")).not.toContain("secret");
  });

  it.each([0, 502, 503, 504])("is who was here last while the server is away (%i)", async (status) => {
    await wasHere(ada);
    server.account.mockRejectedValue(away(status));
    expect(await whoIsHere(false)).toEqual({ who: ada, isAway: true });
  });

  it("is who was here last where a fresh session says nothing and the server does not answer", async () => {
    await wasHere(ada);
    server.ways.mockRejectedValue(away());
    expect(await whoIsHere(true)).toEqual({ who: ada, isAway: true });
  });

  it("is not guessed: without a memory, or with a server in trouble of its own, the failure is told", async () => {
    server.account.mockRejectedValue(away());
    await expect(whoIsHere(false)).rejects.toThrow("away");
    await wasHere(ada);
    server.account.mockRejectedValue(new ApiError("trouble", 500));
    await expect(whoIsHere(false)).rejects.toThrow("trouble");
  });

  it("is nobody once the server says so, and nobody is remembered", async () => {
    await wasHere(ada);
    server.account.mockResolvedValue(null);
    expect(await whoIsHere(false)).toBeNull();
    expect(lastAccount()).toBeNull();
  });

  it("is the next one alone once they are here", async () => {
    await wasHere(ada);
    await wasHere(bob);
    server.account.mockRejectedValue(away());
    expect((await whoIsHere(false))?.who).toEqual(bob);
  });

  it("has a token of their own only: edits of one are never sent as another's", async () => {
    server.token.mockResolvedValue("jwt");
    server.account.mockResolvedValue(ada);
    expect(await tokenOf("users/ada", false)).toBe("jwt");
    server.account.mockResolvedValue(bob);
    await expect(tokenOf("users/ada", false)).rejects.toThrow(SignedOut);
  });

  it("is told of a sign-out later where the server was away, before it is asked who is here", async () => {
    await wasHere(ada);
    server.signOut.mockRejectedValue(away());
    expect(await endSession()).toBe("");
    expect(lastAccount()).toBeNull();
    await expect(whoIsHere(false)).rejects.toThrow("away");
    server.signOut.mockResolvedValue("https://provider.test/end");
    server.account.mockClear();
    server.account.mockImplementation(async () => (expect(server.signOut).toHaveBeenCalled(), null));
    expect(await whoIsHere(false)).toBeNull();
    server.signOut.mockClear();
    await payDebt();
    expect(server.signOut).not.toHaveBeenCalled();
  });

  it("owes nothing to a server that refuses: there was no session any more", async () => {
    server.signOut.mockRejectedValue(new ApiError("no session", 401));
    expect(await endSession()).toBe("");
    expect(await whoIsHere(false)).toBeNull();
    expect(server.signOut).toHaveBeenCalledTimes(1);
  });

  it("is told where the provider ends its session", async () => {
    server.signOut.mockResolvedValue("https://provider.test/end");
    expect(await endSession()).toBe("https://provider.test/end");
  });
});
