/* @shoal/client: write Shoal documents together from a browser. This is the whole public door; what is not named here may
 * change any day.
 *
 *     const shoal = new Shoal({ url: "https://shoal.example", user: "ada", token: async () => "..." });
 *     const notes = shoal.open("documents/notes");
 *     notes.on("loaded", ({ content }) => editor.setContents(content));
 *     notes.on("change", ({ delta }) => editor.updateContents(delta));
 *     editor.on("edit", (delta) => notes.submit(delta));
 *     notes.on("status", ({ state }) => (chip.textContent = state));
 */
export { Shoal, type ShoalOptions } from "./shoal";
export { LiveDocument, type Change, type LiveDocumentEvents, type OpenOptions } from "./live-document";
export { ProjectRoom, UserRoom, type Notice, type ProjectRoomEvents, type RoomEvents, type UserRoomEvents } from "./rooms";
export { SignedOut, type ConnectionStatus } from "./connection";
export type { Loaded } from "./session";
export type { Refusal, SaveStatus, Unsaved } from "./save-status";
export type { Participant, Range } from "./participants";
export type { UndoOptions } from "./undo";
export { IndexedDbStorage, type DeviceStorage, type DocumentFacts, type Kept, type KeptDocument, type KeptSite, type SiteKey, type Write } from "./device";
export type { PendingRecord } from "./state";
export type { Claim, TabMemory } from "./sites";
export { canonical, endsWithNewline, wholeCharacters } from "./delta";
export { canonicalContent, contentHash } from "./hash";
