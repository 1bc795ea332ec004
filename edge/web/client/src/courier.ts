/* Courier: carries the flights of one session to its connection, one at a time.
 *
 * Owns the flight that is out: when it goes, when it goes again, and that the device has it as a flight before it goes:
 * a page after this one must not make another of it. Never looks into an operation; what a refusal takes back is the
 * session's to say.
 */
import { toBinary } from "@bufbuild/protobuf";
import type { Limits } from "@gen/shoal/collab/v1/collab_pb";
import { OperationSchema } from "@gen/shoal/type/v1/operation_pb";
import type Delta from "quill-delta";
import type { FrameInit } from "./connection";
import { operationFromDelta } from "./convert";
import type { Keeper } from "./keeper";
import type { Replica } from "./state";
import { Timers } from "./timers";

/** What a courier needs of its session. */
export interface Road {
  readonly replica: Replica;
  readonly keeper: Keeper | null;
  /** Whether a flight may go at all: the session is open. */
  isOpen(): boolean;
  /** Whether a new one may: nothing is being caught up with either. */
  isClear(): boolean;
  send(frame: FrameInit): void;
}

const DEFAULT_BYTES = 256 * 1024;
const DEFAULT_OPERATIONS = 1_000;
/** Of a flight's bytes, what is not operations; and of each operation. */
const [ENVELOPE_BYTES, FIELD_BYTES] = [1_024, 8];
/** A flight unanswered for so long is sent again; the server knows it by its sequence. */
const ANSWER_LIMIT_MS = 15_000;

export class Courier {
  private readonly timers = new Timers<"retry" | "answer">();
  private maxBytes = DEFAULT_BYTES;
  private maxOperations = DEFAULT_OPERATIONS;
  private departures = 0;
  private isPlanned = false;

  constructor(private readonly road: Road) {}

  keepLimits(limits: Limits | undefined): void {
    this.maxBytes = limits?.maxFlightBytes || DEFAULT_BYTES;
    this.maxOperations = limits?.maxFlightOperations || DEFAULT_OPERATIONS;
  }

  /** Sends what is waiting once the code that made it is through. */
  flushSoon(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    queueMicrotask(() => {
      this.isPlanned = false;
      this.flush();
    });
  }

  /** Sends the next flight, if none is out. */
  flush(): void {
    const { replica, keeper } = this.road;
    if (!this.road.isClear()) return;
    const [maxOperations, maxBytes] = [this.maxOperations, this.maxBytes - ENVELOPE_BYTES];
    if (!replica.takeFlight({ maxOperations, maxBytes, size: encodedSize })) return;
    keeper?.note(true);
    this.depart();
  }

  /** Sends the flight that is out again. */
  again(): void {
    if (this.road.replica.hasFlight && this.road.isOpen()) this.depart();
  }

  againIn(afterMs: number): void {
    this.timers.set("retry", afterMs, () => this.again());
  }

  /** Something was acknowledged: with nothing out there is nothing to wait for. */
  progressed(): void {
    if (!this.road.replica.hasFlight) this.timers.cancel("answer");
  }

  /** The connection is lost: what was about to go does not. */
  stop(): void {
    this.departures += 1;
    this.timers.clear();
  }

  private depart(): void {
    const departure = (this.departures += 1);
    const { keeper } = this.road;
    this.timers.cancel("retry");
    this.timers.set("answer", ANSWER_LIMIT_MS, () => this.again());
    const send = () => {
      if (departure === this.departures && this.road.isOpen()) this.send();
    };
    if (keeper) void keeper.settled().then(send);
    else send();
  }

  private send(): void {
    const flight = this.road.replica.outstanding();
    if (!flight) return;
    const { baseRevision, firstSiteSequence, operations } = flight;
    this.road.send({
      case: "submit",
      value: {
        baseRevision: BigInt(baseRevision),
        firstSiteSequence: BigInt(firstSiteSequence),
        operations: operations.map(operationFromDelta),
      },
    });
  }
}

function encodedSize(operation: Delta): number {
  return toBinary(OperationSchema, operationFromDelta(operation)).length + FIELD_BYTES;
}
