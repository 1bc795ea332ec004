/* Room: the history of one document while it is open: one moment of it on the paper, and the panel beside.
 *
 * Owns which moment that is, and everything that is under way to show it: whoever moves on ends it. Never writes to the
 * document but by a restore, and never shows what the server says as anything but text.
 */
import "../styles/history.css";
import type { EditSession } from "@gen/rest/types";
import type { LiveDocument } from "@shoal/client";
import { RestError } from "@shoal/client/rest";
import { personName } from "../app/names";
import { explain, rest } from "../app/rest";
import { announce } from "../ui/notices";
import { Attribution } from "./attribution";
import { compared, said } from "./changes";
import { Controls, type Lists } from "./controls";
import { Marks } from "./marked";
import { comparedOf, natural, neighbour, type Moment } from "./moment";
import { composed, Past } from "./past";
import type { HistoryPlace } from "./panel";
import { Player } from "./player";
import { Preview } from "./preview";
import { restore } from "./restore";
import { Sessions } from "./sessions";
import { Slider } from "./slider";
import { ServerSource, type Operation } from "./source";
import { Stepper } from "./stepper";
import { capital, clock, sessionAt, spoken, ticksOf, timeOf, type Span } from "./timeline";
import { Versions } from "./versions";
import { colourOfHand, keyOf, nameOfHand } from "./who";

export interface RoomParts {
  readonly live: LiveDocument;
  readonly place: HistoryPlace;
  readonly host: HTMLElement;
  readonly close: () => void;
}

/** Opens the history; the returned function leaves it. */
export function openRoom(parts: RoomParts): () => void {
  const room = new Room(parts);
  room.open();
  return () => room.leave();
}

/** A slider that is dragged is not followed step by step over the network. */
const SETTLE_MS = 40;
/** How often the end moves on while others type. */
const FOLLOW_MS = 400;

class Room {
  private readonly source: ServerSource;
  private readonly past: Past;
  private readonly marks: Marks;
  private readonly attribution: Attribution;
  private readonly slider = new Slider((revision) => this.go({ revision, session: null }));
  private readonly changes = new Stepper("change", ({ at, length, said }) => void this.reveal(at, length, said));
  private readonly player: Player;
  private readonly sessions: Sessions;
  private readonly versions: Versions;
  private readonly controls: Controls;
  private readonly preview: Preview;
  private readonly ending = new AbortController();
  private loading = new AbortController();
  private settling: ReturnType<typeof setTimeout> | undefined;
  private following: ReturnType<typeof setTimeout> | undefined;
  private head: number;
  /** The revision whose bare text is on the paper; null = something else is. */
  private onPaper: number | null = null;
  private moment: Moment;

  constructor(private readonly parts: RoomParts) {
    const { live, place: { account }, close } = parts;
    this.source = new ServerSource(rest, live.name);
    this.past = new Past(this.source);
    this.head = live.revision;
    this.moment = { revision: this.head, mode: "text", against: "now", session: null, follows: true };
    this.preview = new Preview({ plainText: live.plainText, back: close, tell: (mark) => this.attribution.tellOf(mark) });
    this.attribution = new Attribution(this.source, this.past, account, {
      reveal: (at, length, text) => void this.reveal(at, length, text),
      redraw: () => void this.refresh(),
    });
    this.marks = new Marks(this.source, () => this.marksChanged(), (error) => this.failed(error));
    this.player = new Player(this.past, {
      head: () => this.head,
      show: (operations) => void this.played(operations),
      stopped: (error) => this.stopped(error),
    });
    this.sessions = new Sessions({ account, chosen: (session) => this.choose(session), more: () => void this.marks.olderSessions() });
    this.versions = new Versions({
      account,
      chosen: ({ revision }) => this.go({ revision: Number(revision), session: null, mode: "text" }),
      rename: (version) => this.marks.rename(version, () => this.versions.focus(version)),
      remove: (version) => this.marks.remove(version, () => this.versions.focus(version)),
    });
    this.controls = new Controls(
      {
        play: () => this.play(),
        step: (by) => this.step(by),
        speed: (times) => (this.player.speed = times),
        pace: (pace) => (this.player.pace = pace),
        mode: (mode) => this.go({ mode, against: mode === "changes" ? natural(this.moment, this.head) : this.moment.against }),
        compare: (against) => this.go({ against }),
        list: (which) => this.list(which),
        name: () => this.marks.name(this.moment.revision, capital(this.spoken())),
        restore: () => restore(this.source, this.past, this.moment.revision, this.when(), close),
        retry: () => this.begin(),
      },
      {
        slider: this.slider, changes: this.changes.element, authors: this.attribution.stepper.element, legend: this.attribution.legend.element,
        sessions: this.sessions.element, versions: this.versions.element,
      },
    );
  }

  open(): void {
    const { live, host, place } = this.parts;
    host.append(this.controls.element);
    place.preview(this.preview.element);
    const stops = [live.on("change", () => this.headMoved()), live.on("status", () => this.headMoved())];
    this.ending.signal.addEventListener("abort", () => stops.forEach((stop) => stop()));
    this.slider.stretch(this.span);
    this.begin();
  }

  leave(): void {
    this.ending.abort();
    this.loading.abort();
    this.player.pause();
    this.marks.end();
    clearTimeout(this.settling);
    clearTimeout(this.following);
    this.parts.place.preview(null);
    void this.preview.destroy();
  }

  private get span(): Span {
    return { first: this.past.first, head: this.head };
  }

  private begin(): void {
    this.controls.failed("");
    void this.marks.load();
    this.go({});
  }

  // -- moments -----------------------------------------------------------------------------------------------------

  /** To another moment, or another look at this one. */
  private go(to: Partial<Moment>): void {
    this.pause();
    this.settle(to);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => void this.refresh(), SETTLE_MS);
  }

  /** Takes another moment for what is meant, before it is there. */
  private settle(to: Partial<Moment>): void {
    const revision = Math.max(this.past.first, Math.min(this.head, to.revision ?? this.moment.revision));
    this.moment = { ...this.moment, ...to, revision, follows: revision === this.head };
    // Nothing of what was meant before is to arrive now.
    this.loading.abort();
    if (this.slider.revision !== revision) this.slider.revision = revision;
    this.controls.mode(this.moment.mode);
    this.describe();
  }

  private choose(session: EditSession): void {
    this.go({ revision: Number(session.lastRevision), session, mode: "changes", against: "session" });
  }

  private step(by: -1 | 1): void {
    const revisions = ticksOf(this.marks.sessions, this.marks.versions).map(({ revision }) => revision);
    const revision = neighbour(revisions, this.moment.revision, by, this.span);
    this.go({ revision, session: null });
    announce(this.spoken());
  }

  /** Others write on while one looks. */
  private headMoved(): void {
    const { live } = this.parts;
    this.describeRights();
    if (live.revision <= this.head) return;
    this.head = live.revision;
    this.slider.stretch(this.span);
    this.following ??= setTimeout(() => {
      this.following = undefined;
      this.marks.grown();
      if (this.moment.follows && !this.player.isPlaying && this.moment.mode === "text") this.go({ revision: this.head });
      else this.describe();
    }, FOLLOW_MS);
  }

  // -- what is shown -----------------------------------------------------------------------------------------------

  /** Shows what is meant, unless one moves on before it is here. */
  private async refresh(): Promise<void> {
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    this.preview.busy(true);
    try {
      await { text: this.showText, changes: this.showChanges, authors: this.showAuthors }[this.moment.mode].call(this, signal);
      if (signal.aborted) return;
      this.preview.busy(false);
      this.controls.failed("");
      await this.past.operations(Math.max(this.past.first, this.moment.revision - 1), this.moment.revision, signal);
      if (!signal.aborted) this.describe();
    } catch (error) {
      if (!signal.aborted) this.failed(error);
    }
  }

  private async showText(signal: AbortSignal): Promise<void> {
    const { revision } = this.moment;
    const paper = await this.preview.paper;
    const before = this.onPaper;
    const change = before === null ? null : await this.past.change(before, revision, signal);
    const content = change ? null : await this.past.content(revision, signal);
    if (signal.aborted) return;
    if (content) paper.show(content);
    else if (change) paper.apply(change, null);
    this.onPaper = revision;
    this.preview.hint(null, "");
  }

  private async showChanges(signal: AbortSignal): Promise<void> {
    const [from, to] = comparedOf(this.moment, this.span);
    const paper = await this.preview.paper;
    const [base, difference] = await Promise.all([this.past.content(from, signal), this.source.difference(from, to, signal)]);
    if (signal.aborted) return;
    const { content, changes } = compared(base, difference);
    this.onPaper = null;
    paper.show(content);
    this.controls.changed(difference.inserted, difference.deleted);
    this.changes.show(changes.map((change) => ({ ...change, said: said(change) })));
  }

  private async showAuthors(signal: AbortSignal): Promise<void> {
    const paper = await this.preview.paper;
    const { content, colours } = await this.attribution.of(this.moment.revision, signal);
    if (signal.aborted) return;
    this.onPaper = null;
    this.preview.paint(colours);
    paper.show(content);
  }

  private async reveal(at: number, length: number, text: string): Promise<void> {
    const where = (await this.preview.paper).reveal(at, length);
    this.preview.hint(where, text);
  }

  // -- playing -----------------------------------------------------------------------------------------------------

  private play(): void {
    if (this.player.isPlaying) return this.pause();
    const { revision } = this.moment;
    const from = revision >= this.head ? this.past.first : revision;
    this.settle({ revision: from, mode: "text", session: null });
    clearTimeout(this.settling);
    this.controls.playing(true);
    void this.refresh().then(() => {
      if (this.onPaper === from && this.moment.revision === from) this.player.play(from);
      else this.controls.playing(false);
    });
  }

  private pause(): void {
    this.player.pause();
    this.controls.playing(false);
  }

  private async played(operations: readonly Operation[]): Promise<void> {
    const paper = await this.preview.paper;
    const last = operations[operations.length - 1];
    if (!last || !this.player.isPlaying && last.revision < this.head) return;
    paper.apply(composed(operations), { key: keyOf(last), name: nameOfHand(last, this.parts.place.account), colour: colourOfHand(last) });
    this.onPaper = last.revision;
    this.settle({ revision: last.revision });
  }

  private stopped(error: unknown): void {
    this.controls.playing(false);
    if (error) this.failed(error);
    else announce("Played up to now");
  }

  // -- words -------------------------------------------------------------------------------------------------------

  private describe(): void {
    const { moment: { revision, mode, follows }, head } = this;
    const isNow = revision === head && mode === "text";
    this.slider.say(this.spoken());
    this.controls.moment(capital(this.when()), `Revision ${revision.toLocaleString("en")} of ${head.toLocaleString("en")}${this.whose()}`);
    this.preview.say(...this.barWords(isNow), follows && isNow);
    if (mode === "changes") this.controls.comparisons(this.marks.versions, this.moment.session !== null, this.moment.against);
    this.sessions.mark(this.moment.session ?? sessionAt(revision, this.marks.sessions));
    this.describeRights();
  }

  private describeRights(): void {
    const { moment: { revision }, head } = this;
    this.controls.may(this.parts.live.canWrite, revision > 0, revision < head);
  }

  private barWords(isNow: boolean): [string, string] {
    const { revision, mode } = this.moment;
    if (mode === "authors") return ["Who wrote what.", capital(this.when())];
    if (mode === "text") return [isNow ? "This is the document as it is now." : "You are looking at the past.", capital(this.when())];
    const [from, to] = comparedOf(this.moment, this.span);
    const name = (each: number) => (each === this.past.first ? "the beginning" : each === this.head ? "now" : this.when(each));
    return ["You are looking at changes.", from === to ? `Nothing lies between revision ${revision} and itself` : `From ${name(from)} to ${name(to)}`];
  }

  private when(revision = this.moment.revision): string {
    const time = this.timeOf(revision);
    if (revision === 0) return "before the first word";
    return time === null ? `revision ${revision.toLocaleString("en")}` : clock(time);
  }

  private timeOf(revision: number): number | null {
    return this.past.knownOperation(revision)?.time ?? timeOf(revision, this.marks.sessions);
  }

  private whose(): string {
    const operation = this.past.knownOperation(this.moment.revision);
    return operation ? ` · ${nameOfHand(operation, this.parts.place.account)}` : "";
  }

  private spoken(): string {
    const { revision } = this.moment;
    const operation = this.past.knownOperation(revision);
    return spoken(revision, this.timeOf(revision), operation ? personName(operation.author, this.parts.place.account) : "");
  }

  // -- what else there is ------------------------------------------------------------------------------------------

  private list(which: Lists): void {
    if (which === "versions") this.marksChanged();
  }

  private marksChanged(): void {
    const { sessions, listed, versions, hasOlder } = this.marks;
    this.slider.mark(ticksOf(sessions, versions));
    this.sessions.show(listed, hasOlder, undefined);
    this.versions.show(versions, this.moment.revision, this.parts.live.canWrite);
    this.describe();
  }

  private failed(error: unknown): void {
    this.pause();
    this.preview.busy(false);
    const first = error instanceof RestError && error.reason === "ERROR_REASON_HISTORY_ARCHIVED" ? Number(error.metadata["first_revision"]) : 0;
    if (first > this.past.first) return this.archived(first);
    this.controls.failed(explain(error));
  }

  /** What is older is not here any more: the line begins where it still is. */
  private archived(first: number): void {
    this.past.first = first;
    this.slider.stretch(this.span);
    this.controls.archivedBefore(first);
    this.go({});
  }
}

