/* Connection: one WebSocket that is always being kept or being won back, shared by many sessions.
 *
 * Owns the socket, its heartbeat and the wait for the next attempt; hands each frame to the sessions it concerns. Knows
 * no document rule and never queues an edit: sessions send again what matters. Contract: shoal.collab.v1, binary, under
 * the subprotocol `shoal.v1.proto`.
 */
import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  ClientFrameSchema,
  CollaborateRequestSchema,
  CollaborateResponseSchema,
  type ServerFrame,
} from "@gen/shoal/collab/v1/collab_pb";
import { Backoff } from "./backoff";
import { Emitter } from "./emitter";
import { judgeClose } from "./faults";
import { Timers } from "./timers";

export type ConnectionStatus =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  | { readonly state: "waiting"; readonly retryAt: number }
  | { readonly state: "signed-out" }
  | { readonly state: "stopped"; readonly code: number; readonly reason: string };

/** What a session is to its connection. */
export interface SessionPort {
  connected(): void;
  disconnected(): void;
  receive(frame: ServerFrame): void;
}

/** Thrown by a token source when only the user can help. */
export class SignedOut extends Error {}

export interface ConnectionOptions {
  readonly url: string;
  /**
   * The token for the next handshake; `renew` = the last one was refused, or is nearly over. Rejects with SignedOut, or
   * to try later.
   */
  readonly token: (renew: boolean) => Promise<string>;
  readonly WebSocket?: typeof WebSocket;
  readonly backoff?: Backoff;
  readonly random?: () => number;
}

export type FrameInit = NonNullable<MessageInitShape<typeof ClientFrameSchema>["frame"]>;

export const SUBPROTOCOL = "shoal.v1.proto";
const PING_INTERVAL_MS = 10_000;
const SILENCE_LIMIT_MS = 25_000;
const HANDSHAKE_LIMIT_MS = 10_000;
/** A connection that lived this long was a good one: the next attempt is fast again. */
const STABLE_AFTER_MS = 5_000;
/** How long a connection may take to prove itself alive after the network or the window came back. */
const PROBE_LIMIT_MS = 3_000;
/** A newer token that cannot be had is asked for again at this pace, for as long as the old one holds. */
const RENEW_RETRY_MS = 10_000;

export class Connection {
  readonly events = new Emitter<{ status: ConnectionStatus }>();
  private current: ConnectionStatus = { state: "connecting" };
  private socket: WebSocket | null = null;
  private readonly sessions = new Map<number, SessionPort>();
  private readonly rooms = new Map<number, Set<number>>();
  private readonly timers = new Timers<"handshake" | "stable" | "ping" | "silence" | "move" | "retry" | "renew">();
  private readonly backoff: Backoff;
  private readonly random: () => number;
  private lastSession = 0;
  private lastNonce = 0n;
  private notBefore = 0;
  private attempt = 0;
  private renewToken = false;
  private token = "";

  constructor(private readonly options: ConnectionOptions) {
    this.random = options.random ?? Math.random;
    this.backoff = options.backoff ?? new Backoff(undefined, this.random);
  }

  get status(): ConnectionStatus {
    return this.current;
  }

  get isOpen(): boolean {
    return this.current.state === "open";
  }

  /** Connects now, and again whenever the connection is lost, until `stop`. */
  start(): void {
    void this.connect();
  }

  /** Ends it for good. */
  stop(code = 1000, reason = ""): void {
    this.drop(code);
    this.become({ state: "stopped", code, reason });
  }

  /** Adds a session; its number stays the same on every later socket. */
  attach(session: SessionPort): number {
    const number = (this.lastSession += 1);
    this.sessions.set(number, session);
    // Not before this returns: the session must know its number before it says the first word under it.
    if (this.isOpen) queueMicrotask(() => this.sessions.get(number) === session && session.connected());
    return number;
  }

  detach(number: number): void {
    this.sessions.delete(number);
    for (const members of this.rooms.values()) members.delete(number);
  }

  /** Sends one frame; false when there is no connection, and then nothing was kept. */
  send(session: number, frame: FrameInit): boolean {
    if (!this.isOpen || this.socket?.readyState !== 1) return false;
    const request = create(CollaborateRequestSchema, { frames: [{ session, frame }] });
    this.socket.send(toBinary(CollaborateRequestSchema, request) as Uint8Array<ArrayBuffer>);
    return true;
  }

  /** The network or the window came back: try at once, or prove that the connection still lives. */
  wake(): void {
    // A node that asked for time gets it, whoever looks at the window.
    if (this.current.state === "waiting" && Date.now() >= this.notBefore) void this.connect();
    else if (this.isOpen) {
      this.ping();
      this.timers.set("silence", PROBE_LIMIT_MS, () => this.lost(1006, "no answer"));
    }
  }

  /** The network went away: a socket may take minutes to notice, so it is not waited for. */
  sleep(): void {
    if (this.isOpen) this.lost(1006, "no network");
  }

  /** The token is no longer good: connect again with a new one. */
  reauthenticate(): void {
    this.lost(4401, "token");
  }

  private async connect(): Promise<void> {
    this.drop(1000);
    const attempt = (this.attempt += 1);
    this.become({ state: "connecting" });
    try {
      const token = await this.options.token(this.renewToken);
      if (attempt === this.attempt) this.openSocket(token);
    } catch (error) {
      if (attempt !== this.attempt) return;
      if (error instanceof SignedOut) this.become({ state: "signed-out" });
      else this.retryLater();
    }
  }

  private openSocket(token: string): void {
    this.token = token;
    const Socket = this.options.WebSocket ?? WebSocket;
    const socket = new Socket(this.options.url, [SUBPROTOCOL, `bearer.${token}`]);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.timers.set("handshake", HANDSHAKE_LIMIT_MS, () => this.lost(1006, "no handshake"));
    socket.onopen = () => socket === this.socket && this.opened();
    socket.onclose = (event) => socket === this.socket && this.lost(event.code, event.reason);
    socket.onmessage = (event) => socket === this.socket && this.receive(event.data);
  }

  private opened(): void {
    this.timers.cancel("handshake");
    this.renewToken = false;
    this.heard();
    this.timers.set("stable", STABLE_AFTER_MS, () => this.backoff.reset());
    this.keepPinging();
    this.become({ state: "open" });
    for (const session of [...this.sessions.values()]) session.connected();
  }

  private keepPinging(): void {
    this.timers.set("ping", PING_INTERVAL_MS, () => {
      this.ping();
      this.keepPinging();
    });
  }

  private ping(): void {
    this.lastNonce += 1n;
    this.send(0, { case: "ping", value: { nonce: this.lastNonce } });
  }

  private heard(): void {
    this.timers.set("silence", SILENCE_LIMIT_MS, () => this.lost(1006, "silence"));
  }

  private receive(data: unknown): void {
    this.heard();
    if (!(data instanceof ArrayBuffer)) return;
    for (const frame of fromBinary(CollaborateResponseSchema, new Uint8Array(data)).frames) this.route(frame);
  }

  private route(frame: ServerFrame): void {
    if (frame.frame.case === "draining") return this.moveAway(frame.frame.value.retryAfterMs);
    if (frame.frame.case === "tokenExpiring") return void this.refreshToken();
    if (frame.frame.case === "streamFault") console.warn("shoal: the server could not read a frame", frame.frame.value.fault);
    if (frame.frame.case === "opened") this.enter(frame.session, frame.frame.value.room);
    if (frame.frame.case === "closed") for (const members of this.rooms.values()) members.delete(frame.session);
    const numbers = frame.room !== 0 ? [...(this.rooms.get(frame.room) ?? [])] : [frame.session];
    for (const number of numbers) this.sessions.get(number)?.receive(frame);
  }

  /** Brings a newer token in band. When there is none, the socket ends with the old one and what follows a 4401 does. */
  private async refreshToken(): Promise<void> {
    const { attempt } = this;
    try {
      const token = await this.options.token(true);
      if (attempt !== this.attempt || token === this.token) return;
      this.token = token;
      this.send(0, { case: "refreshToken", value: { token } });
    } catch (error) {
      if (attempt === this.attempt && !(error instanceof SignedOut)) {
        this.timers.set("renew", RENEW_RETRY_MS, () => void this.refreshToken());
      }
    }
  }

  private enter(session: number, room: number): void {
    for (const members of this.rooms.values()) members.delete(session);
    const members = this.rooms.get(room) ?? new Set();
    this.rooms.set(room, members.add(session));
  }

  private moveAway(retryAfterMs: number): void {
    const waitMs = retryAfterMs + this.random() * Math.max(500, retryAfterMs);
    this.notBefore = Date.now() + waitMs;
    this.timers.set("move", waitMs, () => this.lost(1012, "draining"));
  }

  private lost(code: number, reason: string): void {
    this.drop(code);
    const verdict = judgeClose(code);
    if (verdict === "stop") return this.become({ state: "stopped", code, reason });
    this.renewToken ||= verdict === "sign-in";
    this.retryLater();
  }

  private retryLater(): void {
    const waitMs = Math.max(this.backoff.next(), this.notBefore - Date.now());
    this.become({ state: "waiting", retryAt: Date.now() + waitMs });
    this.timers.set("retry", waitMs, () => void this.connect());
  }

  /** Lets go of the socket and of everything that belongs to it. */
  private drop(code: number): void {
    const { socket } = this;
    this.socket = null;
    this.attempt += 1;
    this.timers.clear();
    this.rooms.clear();
    if (!socket) return;
    socket.onopen = socket.onclose = socket.onmessage = null;
    if (socket.readyState < 2) socket.close(code === 1000 ? 1000 : 4000);
    if (this.isOpen) for (const session of [...this.sessions.values()]) session.disconnected();
  }

  private become(status: ConnectionStatus): void {
    this.current = status;
    this.events.emit("status", status);
  }
}
