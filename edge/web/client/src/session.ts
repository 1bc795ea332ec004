/* Session: one open document of this page.
 *
 * Owns the conversation about it: opening, taking what the room says, coming back after a lost connection. What an
 * operation does to another is the Replica's, flights are the Courier's, what outlives the page is the Keeper's, sockets
 * are the Connection's; the view is told by events and never read. Contract: proto/shoal/collab/v1.
 */
import { Role, type Acknowledged, type Checkpoint, type PresenceChanged, type Refused, type ServerFrame } from "@gen/shoal/collab/v1/collab_pb";
import { ErrorReason, type Fault } from "@gen/shoal/error/v1/error_pb";
import type Delta from "quill-delta";
import { Audience } from "./audience";
import type { FrameInit, SessionPort } from "./connection";
import { committedFromProto, deltaFromComponents, type Committed } from "./convert";
import { Courier } from "./courier";
import { composeAll, insertedText } from "./delta";
import { Emitter } from "./emitter";
import { explain, isRevocation, judgeFlight, judgeSession } from "./faults";
import type { DocumentFacts, Kept } from "./device";
import { contentHash, sameBytes } from "./hash";
import { Inbox, type WholeOpened } from "./inbox";
import type { Keeper, Source } from "./keeper";
import type { Participant, Range } from "./participants";
import { Presence } from "./presence";
import { Replica, type PendingRecord } from "./state";
import { Timers } from "./timers";

export type SessionPhase = "opening" | "open" | "closed";

/** A document as it is first shown. */
export interface Loaded {
  readonly content: Delta;
  readonly title: string;
  /** True for plain text: no attributes, no embeds. */
  readonly plainText: boolean;
  readonly canWrite: boolean;
  /** `device`: as it was when it was last seen here; what changed since follows once the server can be reached. */
  readonly from: "server" | "device";
}

export interface SessionEvents {
  /** The document is here, with everything that was pending in it. Once, before the first change. */
  loaded: Loaded;
  /** Somebody else changed the view; `site` is who, empty when the server took something back. */
  change: { readonly delta: Delta; readonly site: string };
  /** Phase, number of pending operations, rights or title changed. */
  status: undefined;
  participants: { readonly joined: readonly Participant[]; readonly left: readonly Participant[] };
  /** Somebody's selection moved otherwise than by a change. */
  selections: undefined;
  /** Operations were taken back; `text` is what they had written. */
  refused: { readonly message: string; readonly text: string };
  closed: { readonly message: string; readonly fault: Fault | undefined };
  /** This replica was wrong and was set right from a snapshot. */
  diverged: { readonly revision: number };
}

/** What a session needs of its connection. */
export interface Channel {
  readonly isOpen: boolean;
  attach(session: SessionPort): number;
  detach(number: number): void;
  send(session: number, frame: FrameInit): boolean;
  reauthenticate(): void;
}

export interface SessionOptions {
  /** `documents/{document}`. */
  readonly document: string;
  readonly site: string;
  readonly channel: Channel;
  /** What the device has of this site. */
  readonly kept?: Kept | null;
  /** Makes what writes it there; nothing is sent before it is written. */
  readonly keeper?: ((source: Source) => Keeper) | undefined;
  /** True when no other page can have this site. */
  readonly exclusive?: boolean;
  /** What the others see; empty = the name in the token. */
  readonly displayName?: string | undefined;
  /** True to be there without being listed. */
  readonly hidden?: boolean | undefined;
}

/** An answer that ends below the revision it names is asked for again, at this pace. */
const INCOMPLETE_RETRY_MS = 1_000;

export class Session implements SessionPort, Source {
  readonly events = new Emitter<SessionEvents>();
  private readonly replica: Replica;
  private readonly channel: Channel;
  private readonly inbox = new Inbox({ opened: (whole) => this.opened(whole), frame: (frame) => this.handle(frame) });
  private readonly people: Audience;
  private readonly courier: Courier;
  private readonly presence = new Presence((report) => this.sendPresence(report));
  private readonly timers = new Timers<"reopen">();
  private readonly keeper: Keeper | null;
  private number = 0;
  private state: SessionPhase = "opening";
  private loaded = false;
  private known: DocumentFacts = { title: "", plainText: false, role: Role.UNSPECIFIED };
  private asked = false;
  private resend = false;
  private gaps = 0;
  private verified = -1;
  private early: Committed[] = [];

  constructor(private readonly options: SessionOptions) {
    this.channel = options.channel;
    this.replica = new Replica(options.site);
    this.people = new Audience(this.replica);
    this.keeper = options.keeper?.(this) ?? null;
    this.courier = new Courier({
      replica: this.replica,
      keeper: this.keeper,
      isOpen: () => this.state === "open",
      isClear: () => this.state === "open" && !this.asked && this.channel.isOpen,
      send: (frame) => void this.channel.send(this.number, frame),
    });
  }

  /** Shows what the device has, and goes for what the server has. */
  start(): void {
    const { kept } = this.options;
    if (kept) this.begin(kept);
    this.number = this.channel.attach(this);
  }

  private begin({ facts, pending, content }: Kept): void {
    this.known = facts;
    if (content) {
      this.replica.begin(content, pending.revision);
      this.keeper?.begin(content);
    }
    this.replica.restore(pending);
    if (content) this.load("device");
  }

  get phase(): SessionPhase {
    return this.state;
  }

  /** Operations that nobody has acknowledged. */
  get pendingCount(): number {
    return this.replica.pendingCount;
  }

  get revision(): number {
    return this.replica.revision;
  }

  get site(): string {
    return this.options.site;
  }

  get isLoaded(): boolean {
    return this.loaded;
  }

  /** Whether everything typed is on this device; null when nothing is to be kept there. */
  get isKept(): boolean | null {
    return this.keeper?.isKept ?? null;
  }

  get canWrite(): boolean {
    return this.loaded && this.state !== "closed" && this.known.role === Role.EDITOR;
  }

  facts(): DocumentFacts {
    return this.known;
  }

  pending(): PendingRecord {
    return this.replica.record();
  }

  content(): Delta | null {
    return this.loaded && !this.replica.awaitsHistory ? this.replica.content() : null;
  }

  get participants(): Participant[] {
    return this.people.all();
  }

  /** The content with what is pending in it. */
  view(): Delta {
    return this.replica.view();
  }

  /** Takes an edit of the view. It is kept at once and sent as soon as may be. */
  edit(delta: Delta): void {
    if (!this.canWrite || this.replica.edit(delta) === 0) return;
    this.people.move(delta, this.site);
    this.keep(true);
    this.changed();
    this.courier.flushSoon();
  }

  /** Where this user is, in the view; null = nowhere. */
  select(selection: Range | null, active = true): void {
    this.presence.set(selection, active);
  }

  /** Keeps the view as it is until `release`: an input method is composing. */
  hold(): void {
    this.inbox.hold();
  }

  release(): void {
    this.inbox.release();
  }

  /** Resolves once the device has what is here, or cannot. */
  settled(): Promise<void> {
    return this.keeper?.settled() ?? Promise.resolve();
  }

  /** Leaves. What is pending stays on the device; resolves once it is there. */
  close(): Promise<void> {
    this.presence.stop();
    this.courier.stop();
    this.timers.clear();
    this.channel.send(this.number, { case: "close", value: {} });
    this.channel.detach(this.number);
    this.state = "closed";
    return this.keeper?.end() ?? Promise.resolve();
  }

  // -- what the connection says ------------------------------------------------------------------------------------

  connected(): void {
    if (this.state === "closed") return;
    this.resend = true;
    this.open();
  }

  disconnected(): void {
    this.inbox.clear();
    this.early = [];
    this.asked = false;
    this.courier.stop();
    this.timers.clear();
    if (this.state === "open") this.state = "opening";
    this.changed();
  }

  receive(frame: ServerFrame): void {
    if (this.state !== "closed") this.inbox.receive(frame);
  }

  // -- opening and catching up -------------------------------------------------------------------------------------

  private open(): void {
    this.state = "opening";
    this.asked = true;
    this.courier.stop();
    this.timers.clear();
    const { document, site, displayName = "", hidden = false } = this.options;
    this.channel.send(this.number, { case: "open", value: { document, site, displayName, hidden, ...this.position() } });
    this.changed();
  }

  private resync(from = this.position()): void {
    if (this.asked) return;
    this.asked = true;
    this.channel.send(this.number, { case: "resync", value: from });
  }

  private position(): { afterRevision: bigint; pending: boolean } {
    return { afterRevision: BigInt(this.replica.revision), pending: !this.replica.isSynchronised };
  }

  private opened({ opened, components, operations }: WholeOpened): void {
    this.asked = false;
    if (opened.isSnapshot) this.takeSnapshot(deltaFromComponents(components), opened.revision, opened.lastSiteSequence);
    else for (const operation of operations) this.take(committedFromProto(operation));
    this.replica.settleSequence(Number(opened.lastSiteSequence));
    this.known = { title: opened.title, plainText: opened.plainText, role: opened.role };
    this.courier.keepLimits(opened.limits);
    this.takeEarly();
    if (this.replica.revision < Number(opened.revision)) return this.stayClosed();
    this.state = "open";
    this.load("server");
    this.replaceParticipants(opened.participants);
    this.keep(false);
    this.changed();
    this.presence.repeat();
    if (this.resend) this.courier.again();
    this.resend = false;
    this.courier.flushSoon();
  }

  /** Something of the answer was missing: nothing is shown or sent before it is there. */
  private stayClosed(): void {
    this.timers.set("reopen", INCOMPLETE_RETRY_MS, () => this.resync());
    this.changed();
  }

  private takeSnapshot(content: Delta, revision: bigint, lastSiteSequence: bigint): void {
    const lost = this.replica.abandonRestored();
    if (lost.length > 0) {
      const message = "Changes from an earlier visit could not be placed in the document.";
      this.events.emit("refused", { message, text: insertedText(composeAll(lost)) });
    }
    const delta = this.replica.reset(content, Number(revision), Number(lastSiteSequence));
    this.people.forget();
    this.keeper?.replaceContent();
    if (this.loaded) this.show(delta, "");
  }

  /** Operations that arrived above a gap, now that it is closed. */
  private takeEarly(): void {
    const early = this.early;
    this.early = [];
    for (const operation of early) this.take(operation);
  }

  private load(from: Loaded["from"]): void {
    if (this.loaded) return;
    this.loaded = true;
    const { title, plainText } = this.known;
    this.events.emit("loaded", { content: this.replica.view(), title, plainText, canWrite: this.canWrite, from });
  }

  // -- frames ------------------------------------------------------------------------------------------------------

  private handle({ frame }: ServerFrame): void {
    switch (frame.case) {
      case "committed":
        for (const operation of frame.value.operations) this.take(committedFromProto(operation));
        return this.afterProgress();
      case "acknowledged":
        return this.acknowledged(frame.value);
      case "refused":
        return this.refused(frame.value);
      case "presenceChanged":
        return this.presenceChanged(frame.value);
      case "checkpoint":
        return void this.checkpoint(frame.value);
      case "roleChanged":
        return this.roleChanged(frame.value.role);
      case "closed":
        return this.closedByServer(frame.value.fault);
      default:
        return;
    }
  }

  private take(operation: Committed): void {
    const received = this.replica.receive(operation);
    if (received.kind === "gap") {
      this.early.push(operation);
      return this.resync();
    }
    if (received.kind === "known") return;
    this.gaps = 0;
    this.people.note(operation);
    this.keeper?.passOver(operation.delta);
    if (received.kind === "foreign" && this.loaded) this.show(received.change, operation.site);
  }

  private show(delta: Delta, site: string): void {
    if (delta.ops.length === 0) return;
    this.people.move(delta, site);
    this.presence.move((position) => delta.transformPosition(position, true));
    this.events.emit("change", { delta, site });
  }

  private afterProgress(): void {
    this.courier.progressed();
    this.keep(false);
    this.changed();
    this.courier.flush();
    this.presence.flush();
  }

  /** Says that operations are in the log. They come as Committed too; if they did not, something was missed. */
  private acknowledged({ revisions }: Acknowledged): void {
    const last = Number(revisions[revisions.length - 1] ?? 0n);
    if (last > this.replica.revision) this.resync();
  }

  private refused({ firstSiteSequence, fault }: Refused): void {
    if (!this.replica.hasFlight) return;
    const verdict = judgeFlight(fault);
    if (verdict.kind === "retry") {
      if (verdict.paced) this.replica.condense();
      return this.courier.againIn(verdict.afterMs);
    }
    if (verdict.kind === "resync" && this.gaps === 0) {
      this.gaps += 1;
      this.resend = true;
      return this.resync();
    }
    // Without the right, what waits would be refused next: it is given back with what it was typed on to, as one text.
    const { change, operations } = this.replica.refuse(Number(firstSiteSequence), isRevocation(fault));
    if (operations.length > 0) {
      this.show(change, "");
      this.events.emit("refused", { message: explain(fault), text: insertedText(composeAll(operations)) });
    }
    this.afterProgress();
  }

  /** What waits is still sent: without the right it is refused, and so given back to whoever typed it. */
  private roleChanged(role: Role): void {
    this.known = { ...this.known, role };
    this.keep(false);
    this.changed();
  }

  private presenceChanged({ revision, participants, left }: PresenceChanged): void {
    const { joined, left: leaving } = this.people.update(Number(revision), participants, left);
    if (joined.length > 0 || leaving.length > 0) this.events.emit("participants", { joined, left: leaving });
    this.events.emit("selections", undefined);
  }

  private replaceParticipants(list: PresenceChanged["participants"]): void {
    this.people.replace(list);
    this.events.emit("participants", { joined: [], left: [] });
    this.events.emit("selections", undefined);
  }

  /** Compares what this replica holds with what it must hold: all that is shown, or under pending edits what is committed. */
  private async checkpoint({ revision, hash }: Checkpoint): Promise<void> {
    const at = Number(revision);
    if (at > this.replica.revision) return this.resync();
    if (at !== this.replica.revision || at === this.verified || this.replica.awaitsHistory || !this.loaded) return;
    const { isSynchronised } = this.replica;
    const own = await contentHash(isSynchronised ? this.replica.view() : this.replica.content());
    if (own === null || sameBytes(own, hash)) {
      if (isSynchronised) this.verified = at;
    } else if (this.state === "open" && !this.asked) this.diverged(at);
  }

  /** The content is read anew; what is pending is kept, and moves onto it. */
  private diverged(revision: number): void {
    console.error("shoal: content differs from the server's and is read anew", this.options.document, revision);
    this.events.emit("diverged", { revision });
    this.resend = true;
    this.resync({ afterRevision: 0n, pending: false });
  }

  private closedByServer(fault: Fault | undefined): void {
    const verdict = judgeSession(fault, this.options.exclusive);
    this.disconnected();
    if (verdict.kind === "sign-in") return this.channel.reauthenticate();
    if (verdict.kind === "reopen") return this.timers.set("reopen", verdict.afterMs, () => this.reopen());
    if (fault?.reason === ErrorReason.REVISION_AHEAD && this.replica.isSynchronised) return this.beginAnew();
    this.state = "closed";
    this.presence.stop();
    if (isRevocation(fault)) void this.keeper?.removeContent();
    this.offerUnsaved(fault);
    this.events.emit("closed", { message: explain(fault), fault });
    this.changed();
  }

  /** It stays stored for when the document opens again; whether that will ever be, nobody knows. */
  private offerUnsaved(fault: Fault | undefined): void {
    const { flight, buffer } = this.replica.record();
    const text = insertedText(composeAll([...flight, ...buffer]));
    if (text) this.events.emit("refused", { message: explain(fault), text });
  }

  /** The server was set back to before what this device has seen. With nothing unsent, what it has now is what counts. */
  private beginAnew(): void {
    this.replica.distrust();
    this.people.forget();
    this.reopen();
  }

  private reopen(): void {
    this.resend = true;
    if (this.channel.isOpen) this.open();
  }

  // -- sending -----------------------------------------------------------------------------------------------------

  private sendPresence({ selection, state }: { selection: Range | null; state: number }): boolean {
    if (this.state !== "open" || !this.replica.isSynchronised) return false;
    const value = { revision: BigInt(this.replica.revision), state };
    return this.channel.send(this.number, {
      case: "updatePresence",
      value: selection ? { ...value, selection } : value,
    });
  }

  private keep(atOnce: boolean): void {
    if (this.loaded) this.keeper?.note(atOnce);
  }

  private changed(): void {
    this.events.emit("status", undefined);
  }
}
