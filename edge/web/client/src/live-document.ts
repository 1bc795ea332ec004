/* LiveDocument: one open document, as an editor and the page around it see it.
 *
 * Owns its session, its place on the device, one's own undo and what was refused. Edits that a closed or crashed tab left
 * are sent on, under the site they were made under. Never draws anything.
 */
import type Delta from "quill-delta";
import { keptOrBorrowed } from "./borrowing";
import type { Connection } from "./connection";
import type { DeviceStorage, Kept } from "./device";
import { Emitter } from "./emitter";
import { isRevocation } from "./faults";
import { Keeper, type Source } from "./keeper";
import { migrate } from "./migrate";
import { rangeOver, type Participant, type Range } from "./participants";
import { saveStatus, type Refusal, type SaveStatus } from "./save-status";
import { Session, type Loaded } from "./session";
import type { Claimed, Sites } from "./sites";
import { UndoHistory, type Step, type UndoOptions } from "./undo";
import type { Fault } from "@gen/shoal/error/v1/error_pb";

/** A change of the view that the editor did not make itself and has to show. */
export interface Change {
  /** As it applies to what the editor shows. */
  readonly delta: Delta;
  /** `others`: somebody else's; `server`: taken back or set right; `undo`, `redo`: this user's. */
  readonly by: "others" | "server" | "undo" | "redo";
  /** The site of whoever made it; empty for `server`. */
  readonly site: string;
  /** Where the caret belongs after an undo or redo; null = leave it. */
  readonly selection: Range | null;
}

/** What a document tells. */
export interface LiveDocumentEvents {
  /** It is here, with everything pending in it. Once, before the first `change`. */
  loaded: Loaded;
  /** The editor has to show this. */
  change: Change;
  /** `status`, `canWrite`, `canUndo`, `canRedo` or `title` may be another. */
  status: SaveStatus;
  /** Somebody came or left. */
  participants: { readonly joined: readonly Participant[]; readonly left: readonly Participant[] };
  /** Somebody's selection moved otherwise than by a change: read `participants` again. */
  selections: undefined;
  /** Everything typed has reached the log. */
  saved: undefined;
  /** Edits were taken back; their text is given back. */
  refused: Refusal;
  /** It is over: `message` says why. Nothing follows. */
  closed: { readonly message: string; readonly fault: Fault | undefined };
  /** This replica was wrong, and is set right from the server's content; what is pending stays. */
  diverged: { readonly revision: number };
}

export interface OpenOptions {
  /** What the others see; default = the name in the token. */
  readonly displayName?: string;
  /** True to read along without being listed. */
  readonly hidden?: boolean;
  /** How edits are grouped for undo. */
  readonly undo?: UndoOptions;
}

export interface LiveDocumentOptions extends OpenOptions {
  readonly document: string;
  readonly connection: Connection;
  readonly user: string;
  readonly storage: DeviceStorage | null;
  readonly sites: Sites;
  /** Called once it is closed. */
  readonly left?: () => void;
}

export class LiveDocument {
  /** `documents/{document}`. */
  readonly name: string;
  private readonly events = new Emitter<LiveDocumentEvents>();
  private readonly history: UndoHistory;
  private readonly refusals: Refusal[] = [];
  private readonly ending = new AbortController();
  private readonly ready: Promise<void>;
  private session: Session | null = null;
  private claimed: Claimed | null = null;
  private ended: { message: string; revoked: boolean } | null = null;
  private selection: Range | null = null;
  private active = true;
  private wasSaved = true;
  private isClosed = false;
  private rescuing: AbortController | null = null;

  constructor(private readonly options: LiveDocumentOptions) {
    this.name = options.document;
    this.history = new UndoHistory(options.undo);
    const stop = options.connection.events.on("status", () => this.statusChanged());
    this.ending.signal.addEventListener("abort", stop);
    this.ready = this.begin();
  }

  /** Calls `listener` for every later event of this kind; the returned function stops that. */
  on<Kind extends keyof LiveDocumentEvents>(kind: Kind, listener: (event: LiveDocumentEvents[Kind]) => void): () => void {
    return this.events.on(kind, listener);
  }

  /** Whether what was typed is safe. */
  get status(): SaveStatus {
    const { session, ended, refusals } = this;
    return saveStatus({
      connection: this.options.connection.status,
      isLoaded: this.isLoaded,
      isOpen: session?.phase === "open",
      canWrite: this.canWrite,
      unsaved: this.unsaved,
      kept: session?.isKept ?? false,
      ended,
      refusals: [...refusals],
    });
  }

  /** Whether it is here: `loaded` has been told, `content` may be read. */
  get isLoaded(): boolean {
    return this.session?.isLoaded ?? false;
  }

  /** Operations that the log does not have yet. */
  get unsaved(): number {
    return this.session?.pendingCount ?? 0;
  }

  /** Whether `submit` takes edits. */
  get canWrite(): boolean {
    return this.session?.canWrite ?? false;
  }

  /** What this user may do; empty until it is known. */
  get role(): "" | "viewer" | "commenter" | "editor" {
    return ROLES[this.session?.facts().role ?? 0] ?? "";
  }

  get title(): string {
    return this.session?.facts().title ?? "";
  }

  /** Whether it has neither attributes nor embeds. */
  get plainText(): boolean {
    return this.session?.facts().plainText ?? false;
  }

  /** The site of this window: which of the participants is this one. Empty until it is known. */
  get site(): string {
    return this.session?.site ?? "";
  }

  /** The last revision of the log that is in. */
  get revision(): number {
    return this.session?.revision ?? 0;
  }

  /** Who is here, this window included, with selections in the coordinates of `content`. */
  get participants(): readonly Participant[] {
    return this.session?.participants ?? [];
  }

  get canUndo(): boolean {
    return this.canWrite && this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.canWrite && this.history.canRedo;
  }

  /** What the editor has to show: the content with what is pending in it. Not to be changed. */
  content(): Delta {
    if (!this.session) throw new Error("a document has no content before `loaded`");
    return this.session.view();
  }

  /**
   * Takes an edit of `content` that the editor shows already. It is kept at once, and sent as soon as may be. Without
   * the right to write nothing happens, and false is returned: take it back out of the editor.
   */
  submit(delta: Delta): boolean {
    const { session } = this;
    if (!session?.canWrite) return false;
    this.history.record(delta, () => session.view(), this.selection);
    session.edit(delta);
    return true;
  }

  /** Takes back this user's last edits; the editor is told by `change`. False when there is nothing to take back. */
  undo(): boolean {
    return this.turn("undo");
  }

  /** Brings again what was undone last. */
  redo(): boolean {
    return this.turn("redo");
  }

  /** The next edit is undone by itself, however soon it follows. */
  endUndoGroup(): void {
    this.history.endGroup();
  }

  /** Where this user is, in `content`; null = nowhere. `active` false = the window is in the background, or idle. */
  select(selection: Range | null, active = true): void {
    [this.selection, this.active] = [selection, active];
    this.session?.select(selection, active);
  }

  /** Keeps others' changes back until `release`: an input method is composing. */
  hold(): void {
    this.session?.hold();
  }

  release(): void {
    this.session?.release();
  }

  /** Resolves once the device has what is here, or cannot. For the client's own use. */
  async settled(): Promise<void> {
    await this.session?.settled();
  }

  /** Leaves. What is unsent stays on the device, for the next visit; resolves once it is there. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.ending.abort();
    await this.ready;
    await this.session?.close();
    this.claimed?.release();
    this.options.left?.();
  }

  // -- beginning ---------------------------------------------------------------------------------------------------

  private async begin(): Promise<void> {
    const { storage, sites, user } = this.options;
    if (storage && typeof localStorage !== "undefined") await migrate(localStorage, storage, user, this.name).catch(() => undefined);
    const claimed = await sites.claim();
    const kept = storage && (await keptOrBorrowed(storage, this.keyOf(claimed)).catch(() => null));
    if (this.isClosed) return claimed.release();
    this.claimed = claimed;
    this.session = this.sessionOf(claimed, kept, this.options.hidden);
    this.listen(this.session);
    this.session.select(this.selection, this.active);
    this.session.start();
    this.statusChanged();
    if (storage) this.followTabs();
  }

  private sessionOf(claimed: Claimed, kept: Kept | null, hidden?: boolean): Session {
    const { document, displayName, connection: channel, sites } = this.options;
    const [site, exclusive, keeper] = [claimed.site, sites.areExclusive, this.keeperOf(claimed)];
    return new Session({ document, site, channel, kept, displayName, hidden, exclusive, keeper });
  }

  private listen(session: Session): void {
    session.events.on("loaded", (loaded) => this.events.emit("loaded", loaded));
    session.events.on("change", ({ delta, site }) => this.passed(delta, site));
    session.events.on("status", () => this.statusChanged());
    session.events.on("participants", (people) => this.events.emit("participants", people));
    session.events.on("selections", () => this.events.emit("selections", undefined));
    session.events.on("refused", ({ message, text }) => this.refused(message, text));
    session.events.on("diverged", (where) => this.events.emit("diverged", where));
    session.events.on("closed", ({ message, fault }) => {
      this.ended = { message, revoked: isRevocation(fault) };
      this.events.emit("closed", { message, fault });
      this.statusChanged();
    });
  }

  private keyOf({ site }: Claimed): { user: string; document: string; site: string } {
    return { user: this.options.user, document: this.name, site };
  }

  private keeperOf(claimed: Claimed): ((source: Source) => Keeper) | undefined {
    const { storage } = this.options;
    if (!storage) return undefined;
    return (source) => new Keeper({ key: this.keyOf(claimed), storage, changed: () => this.statusChanged() }, source);
  }

  // -- changes -----------------------------------------------------------------------------------------------------

  private passed(delta: Delta, site: string): void {
    this.history.pass(delta);
    this.selection = this.selection && rangeOver(this.selection, delta);
    this.events.emit("change", { delta, by: site ? "others" : "server", site, selection: null });
  }

  private turn(by: "undo" | "redo"): boolean {
    const { session, selection } = this;
    if (!session?.canWrite) return false;
    const step: Step | null = this.history[by](() => session.view(), selection);
    if (!step) return false;
    session.edit(step.delta);
    this.selection = step.selection;
    this.events.emit("change", { delta: step.delta, by, site: session.site, selection: step.selection });
    return true;
  }

  private refused(message: string, text: string): void {
    const refusal: Refusal = {
      message,
      text,
      dismiss: () => {
        this.refusals.splice(this.refusals.indexOf(refusal) >>> 0, 1);
        this.statusChanged();
      },
    };
    this.refusals.push(refusal);
    this.events.emit("refused", refusal);
    this.statusChanged();
  }

  private statusChanged(): void {
    if (this.isClosed) return;
    const isSaved = this.unsaved === 0;
    if (isSaved && !this.wasSaved) this.events.emit("saved", undefined);
    this.wasSaved = isSaved;
    this.events.emit("status", this.status);
  }

  // -- what other tabs left ----------------------------------------------------------------------------------------

  private followTabs(): void {
    const { sites, connection } = this.options;
    const stop = connection.events.on("status", () => this.rescue());
    this.ending.signal.addEventListener("abort", stop);
    sites.announce(this.site, this.ending.signal, () => this.rescue());
    this.rescue();
  }

  /**
   * While there is a connection, sends what tabs left that are gone, or will be. Without one their sites are left alone:
   * a tab that is reloaded then finds its own again, and shows what was typed there.
   */
  private rescue(): void {
    this.rescuing?.abort();
    if (!this.options.connection.isOpen || this.isClosed) return;
    this.rescuing = new AbortController();
    const until = AbortSignal.any([this.rescuing.signal, this.ending.signal]);
    void this.options.sites.rescue(this.site, until, (claimed) => this.sendOn(claimed, until)).catch(() => undefined);
  }

  /** Joins unseen under the site of a tab that is gone, until all it left is in the log. */
  private async sendOn(claimed: Claimed, until: AbortSignal): Promise<void> {
    const { storage } = this.options;
    const kept = await storage?.read(this.keyOf(claimed));
    if (!storage || !kept || until.aborted || kept.pending.flight.length + kept.pending.buffer.length === 0) return;
    const session = this.sessionOf(claimed, kept, true);
    await new Promise<void>((done) => {
      session.events.on("refused", ({ message, text }) => this.refused(message, text));
      session.events.on("closed", () => done());
      session.events.on("status", () => session.phase === "open" && session.pendingCount === 0 && done());
      until.addEventListener("abort", () => done());
      session.start();
    });
    await session.close();
    if (session.pendingCount === 0) await storage.remove(this.keyOf(claimed));
  }
}

/** By `Role` of the contract. */
const ROLES = ["", "viewer", "editor", "commenter"] as const;
