/* Rooms beside documents: a project's, which shows who is in which document of it, and the user's own, where notices come.
 *
 * Owns one session each and opens it again with every connection. Nothing is kept here for who is away: what was missed
 * is listed by the REST API. Contract: proto/shoal/collab/v1, docs/protocol.md "Rooms beyond documents".
 */
import type { ServerFrame } from "@gen/shoal/collab/v1/collab_pb";
import type { Fault } from "@gen/shoal/error/v1/error_pb";
import type { Connection, SessionPort } from "./connection";
import { Emitter } from "./emitter";
import { explain, judgeSession } from "./faults";
import { participantFromProto, type Participant } from "./participants";
import { Timers } from "./timers";

/** What every room tells. */
export interface RoomEvents {
  /** It is over: the right was lost. Nothing follows. */
  closed: { readonly message: string; readonly fault: Fault | undefined };
}

export interface ProjectRoomEvents extends RoomEvents {
  /** Who is in which document now; whole each time, documents that nobody is in are missing. */
  presence: ReadonlyMap<string, readonly Participant[]>;
}

/** A piece of news for this user. */
export interface Notice {
  /** Unique among this user's notices. */
  readonly id: string;
  /** `mention`, `share`, …: lower case with underscores. */
  readonly kind: string;
  /** The document it is about; empty = none. */
  readonly document: string;
  /** One line for people. */
  readonly text: string;
}

export interface UserRoomEvents extends RoomEvents {
  /** News, as it happens; each id once. */
  notice: Notice;
}

abstract class Room<Events extends RoomEvents> implements SessionPort {
  protected readonly events = new Emitter<Events>();
  private readonly timers = new Timers<"reopen">();
  private readonly number: number;
  private isOver = false;

  /** `name`: `projects/{project}`, or `users/me`. */
  constructor(readonly name: string, private readonly connection: Connection) {
    this.number = connection.attach(this);
  }

  /** Calls `listener` for every later event of this kind; the returned function stops that. */
  on<Kind extends keyof Events>(kind: Kind, listener: (event: Events[Kind]) => void): () => void {
    return this.events.on(kind, listener);
  }

  /** Leaves. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.timers.clear();
    this.connection.send(this.number, { case: "close", value: {} });
    this.connection.detach(this.number);
  }

  connected(): void {
    if (!this.isOver) this.connection.send(this.number, { case: "open", value: { document: this.name } });
  }

  disconnected(): void {
    this.timers.clear();
  }

  receive(frame: ServerFrame): void {
    if (this.isOver) return;
    if (frame.frame.case === "closed") this.closedByServer(frame.frame.value.fault);
    else this.take(frame);
  }

  protected abstract take(frame: ServerFrame): void;

  private closedByServer(fault: Fault | undefined): void {
    const verdict = judgeSession(fault);
    if (verdict.kind === "sign-in") return this.connection.reauthenticate();
    if (verdict.kind === "reopen") return this.timers.set("reopen", verdict.afterMs, () => this.connected());
    this.isOver = true;
    this.connection.detach(this.number);
    this.events.emit("closed", { message: explain(fault), fault } as Events["closed"]);
  }
}

/** Who is in which document of a project. */
export class ProjectRoom extends Room<ProjectRoomEvents> {
  /** As last told. */
  presence: ReadonlyMap<string, readonly Participant[]> = new Map();

  protected take({ frame }: ServerFrame): void {
    if (frame.case !== "projectPresence") return;
    const nowhere = (position: number) => position;
    this.presence = new Map(
      frame.value.documents.map(({ document, participants }) => [document, participants.map((one) => participantFromProto(one, nowhere))]),
    );
    this.events.emit("presence", this.presence);
  }

  override disconnected(): void {
    super.disconnected();
    this.presence = new Map();
    this.events.emit("presence", this.presence);
  }
}

/** This user's news. */
export class UserRoom extends Room<UserRoomEvents> {
  private readonly seen = new Set<string>();

  protected take({ frame }: ServerFrame): void {
    const notice = frame.case === "notified" ? frame.value.notice : undefined;
    if (!notice || this.seen.has(notice.id)) return;
    this.seen.add(notice.id);
    const { id, kind, document, text } = notice;
    this.events.emit("notice", { id, kind, document, text });
  }
}
