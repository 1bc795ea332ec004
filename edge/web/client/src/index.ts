/* @shoal/client: everything a page needs to write Shoal documents with others. This is the whole public door. */
export { Connection, SignedOut, type ConnectionOptions, type ConnectionStatus } from "./connection";
export { canonical, endsWithNewline, wholeCharacters } from "./delta";
export { canonicalContent, contentHash } from "./hash";
export type { Participant, Range } from "./participants";
export { Session, type Loaded, type SessionEvents, type SessionOptions, type SessionPhase } from "./session";
export { claimByLock, SiteStore } from "./storage";
