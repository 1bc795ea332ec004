/* The chip: what it says is true, in every state. */
import type { SaveStatus } from "@shoal/client";
import { describe, expect, it } from "vitest";
import { describe as say } from "../src/ui/chip";

const NOW = 1_000_000;
const none = { unsaved: 0, kept: true };

describe("chip", () => {
  it.each<[string, SaveStatus, string, string]>([
    ["all is acknowledged and the line stands", { state: "saved" }, "saved", "Saved"],
    ["something is under way", { state: "saving", unsaved: 1, kept: true }, "saving", "Saving…"],
    ["much is under way", { state: "saving", unsaved: 12, kept: true }, "saving", "Saving… (12)"],
    ["the document is being opened", { state: "loading" }, "connecting", "Connecting…"],
    ["one may only read", { state: "read-only" }, "saved", "Read only"],
    ["a connection is made", { state: "offline", retryAt: null, ...none }, "connecting", "Connecting…"],
    ["the line is gone", { state: "offline", retryAt: NOW + 3_200, ...none }, "offline", "Offline – reconnecting in 4 s"],
    ["it is gone with something typed", { state: "offline", retryAt: NOW, unsaved: 1, kept: true }, "offline", "Offline – 1 change kept here"],
    ["it is being won back with something typed", { state: "offline", retryAt: null, unsaved: 3, kept: true }, "offline", "Offline – 3 changes kept here"],
    ["nothing can be kept here", { state: "offline", retryAt: null, unsaved: 3, kept: false }, "error", "Offline – 3 changes not kept: leave this page open"],
    ["the document was closed", { state: "ended", message: "", ...none }, "error", "Not connected"],
    ["it may not be read any more", { state: "revoked", message: "", unsaved: 1, kept: true }, "error", "Not connected – 1 change kept here"],
    ["nobody is signed in", { state: "signed-out", unsaved: 1, kept: true }, "error", "Signed out – 1 change kept here"],
    ["a change was refused", { state: "refused", refusals: [], ...none }, "error", "A change was not saved"],
  ])("when %s", (_, status, state, text) => {
    expect(say(status, NOW)).toEqual({ state, text });
  });
});
