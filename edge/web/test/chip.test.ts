/* The chip: what it says is true, in every state. */
import { describe, expect, it } from "vitest";
import { describe as say, type SaveState } from "../src/ui/chip";

const NOW = 1_000_000;
const open = { connection: { state: "open" }, phase: "open", pending: 0, refused: false } as const;
const waiting = { state: "waiting", retryAt: NOW + 3_200 } as const;

describe("chip", () => {
  it.each<[string, Partial<SaveState>, string, string]>([
    ["all is acknowledged and the line stands", {}, "saved", "Saved"],
    ["something is under way", { pending: 2 }, "saving", "Saving…"],
    ["the document is being opened", { phase: "opening" }, "connecting", "Connecting…"],
    ["the first connection is made", { connection: { state: "connecting" }, phase: "opening" }, "connecting", "Connecting…"],
    ["the line is gone", { connection: waiting, phase: "opening" }, "offline", "Offline – reconnecting in 4 s"],
    ["it is gone with something typed", { connection: waiting, phase: "opening", pending: 1 }, "offline", "Offline – 1 change kept here"],
    ["it is being won back with something typed", { connection: { state: "connecting" }, phase: "opening", pending: 3 }, "offline", "Offline – 3 changes kept here"],
    ["the document was closed", { phase: "closed" }, "error", "Not connected"],
    ["nobody is signed in", { connection: { state: "signed-out" }, phase: "opening", pending: 1 }, "error", "Signed out – 1 change kept here"],
    ["a change was refused", { refused: true }, "error", "A change was not saved"],
  ])("when %s", (_, state, kind, text) => {
    expect(say({ ...open, ...state }, NOW)).toEqual({ state: kind, text });
  });
});
