/* FakeServer: one document's room, speaking the frames of the contract to FakeSockets.
 *
 * Owns the log and who is connected. Answers are queued and delivered when the test says so: `deliver` hands out one
 * message of one socket, in order. Opened goes out in small parts, so that joining them is tested too.
 */
import { create } from "@bufbuild/protobuf";
import { Role, type ClientFrame, type Open, type Submit } from "@gen/shoal/collab/v1/collab_pb";
import { ErrorReason } from "@gen/shoal/error/v1/error_pb";
import { CommittedOperationSchema, type CommittedOperation } from "@gen/shoal/type/v1/operation_pb";
import type Delta from "quill-delta";
import { contentFromDelta, deltaFromOperation, operationFromDelta, type Committed } from "../src/convert";
import { contentHash } from "../src/hash";
import { FakeLog } from "./fake-log";
import { FakeSocket, type ServerFrameInit } from "./fake-socket";

interface Link {
  readonly socket: FakeSocket;
  /** The site of each session. */
  readonly sites: Map<number, string>;
  readonly incoming: ClientFrame[];
  readonly outgoing: ServerFrameInit[];
}

const ROOM = 5;

export class FakeServer {
  log: FakeLog;
  private readonly links = new Map<FakeSocket, Link>();
  /** Set to refuse the next flight with this reason. */
  refuseNext: ErrorReason | null = null;
  refusalCode = 3;
  readonly submits: Submit[] = [];
  readonly opens: Open[] = [];
  /** What everybody who opens may do. */
  role = Role.EDITOR;
  plainText = false;

  constructor(initial?: Delta) {
    this.log = new FakeLog(initial);
  }

  accept(socket: FakeSocket): void {
    const link: Link = { socket, sites: new Map(), incoming: [], outgoing: [] };
    this.links.set(socket, link);
    socket.onsent = (frame) => link.incoming.push(frame);
    socket.open();
  }

  cut(socket: FakeSocket): void {
    this.links.delete(socket);
    socket.hangUp(1006);
  }

  /** Handles one frame of the client's, if there is one. */
  handle(socket: FakeSocket): boolean {
    const link = this.links.get(socket);
    const frame = link?.incoming.shift();
    if (!link || !frame) return false;
    const { frame: inner } = frame;
    if (inner.case === "open") this.opened(link, frame.session, inner.value);
    else if (inner.case === "resync") this.answer(link, frame.session, Number(inner.value.afterRevision), inner.value.pending);
    else if (inner.case === "submit") this.submitted(link, frame.session, inner.value);
    else if (inner.case === "close") link.sites.delete(frame.session);
    return true;
  }

  /** Delivers one answer, if there is one. */
  deliver(socket: FakeSocket): boolean {
    const frame = this.links.get(socket)?.outgoing.shift();
    if (frame) socket.say(frame);
    return frame !== undefined;
  }

  /** Loses the next answer to this socket. */
  lose(socket: FakeSocket): void {
    const link = this.links.get(socket);
    const index = link?.outgoing.findIndex((frame) => frame.frame?.case === "committed") ?? -1;
    if (index >= 0) link?.outgoing.splice(index, 1);
  }

  /** Says something to the sessions of this socket. */
  tell(socket: FakeSocket, frame: NonNullable<ServerFrameInit["frame"]>): void {
    const link = this.links.get(socket);
    for (const session of link?.sites.keys() ?? []) socket.say({ session, frame });
  }

  async checkpoint(): Promise<void> {
    const hash = (await contentHash(this.log.contentAt()))!;
    this.toRoom({ room: ROOM, frame: { case: "checkpoint", value: { revision: BigInt(this.log.head), hash } } });
  }

  private opened(link: Link, session: number, open: Open): void {
    this.opens.push(open);
    link.sites.set(session, open.site);
    this.answer(link, session, Number(open.afterRevision), open.pending);
  }

  private answer(link: Link, session: number, afterRevision: number, pending: boolean): void {
    const { log } = this;
    const isSnapshot = !pending && (afterRevision === 0 || log.head - afterRevision > 8);
    const frame = {
      room: ROOM,
      document: "documents/test",
      revision: BigInt(log.head),
      isSnapshot,
      lastSiteSequence: BigInt(log.lastSequence(link.sites.get(session) ?? "")),
      role: this.role,
      title: "Notes",
      plainText: this.plainText,
      more: true,
    };
    link.outgoing.push({ session, frame: { case: "opened", value: frame } });
    const parts = isSnapshot
      ? contentFromDelta(log.contentAt()).components.map((component) => ({ content: { components: [component] } }))
      : log.after(afterRevision).map((operation) => ({ operations: [toProto(operation)] }));
    [...parts, {}].forEach((part, index) => {
      const value = { ...part, more: index < parts.length };
      link.outgoing.push({ session, frame: { case: "openedMore", value } });
    });
  }

  private submitted(link: Link, session: number, submit: Submit): void {
    this.submits.push(submit);
    const first = submit.firstSiteSequence;
    if (this.refuseNext !== null) {
      const fault = { code: this.refusalCode, reason: this.refuseNext, message: "as the test asked" };
      this.refuseNext = null;
      link.outgoing.push({ session, frame: { case: "refused", value: { firstSiteSequence: first, fault } } });
      return;
    }
    const { known, added } = this.log.submit(link.sites.get(session) ?? "", {
      baseRevision: Number(submit.baseRevision),
      firstSiteSequence: Number(first),
      operations: submit.operations.map(deltaFromOperation),
    });
    if (known.length > 0) {
      const revisions = known.map((operation) => BigInt(operation.revision));
      link.outgoing.push({ session, frame: { case: "acknowledged", value: { firstSiteSequence: first, revisions } } });
    }
    if (added.length > 0) this.toRoom({ room: ROOM, frame: { case: "committed", value: { operations: added.map(toProto) } } });
  }

  private toRoom(frame: ServerFrameInit): void {
    for (const link of this.links.values()) if (link.sites.size > 0) link.outgoing.push(frame);
  }
}

function toProto(operation: Committed): CommittedOperation {
  return create(CommittedOperationSchema, {
    revision: BigInt(operation.revision),
    site: operation.site,
    siteSequence: BigInt(operation.siteSequence),
    operation: operationFromDelta(operation.delta),
  });
}
