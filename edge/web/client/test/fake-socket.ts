/* FakeSocket: a WebSocket whose other end is the test.
 *
 * Owns what was sent and lets the test open it, speak through it and close it. Never touches a network.
 */
import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  CollaborateRequestSchema,
  CollaborateResponseSchema,
  ServerFrameSchema,
  type ClientFrame,
} from "@gen/shoal/collab/v1/collab_pb";

export type ServerFrameInit = MessageInitShape<typeof ServerFrameSchema>;

export class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    return FakeSocket.all[FakeSocket.all.length - 1]!;
  }

  readyState = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onsent: ((frame: ClientFrame) => void) | null = null;
  readonly sent: ClientFrame[] = [];

  constructor(readonly url: string, readonly protocols: string[]) {
    FakeSocket.all.push(this);
  }

  send(bytes: Uint8Array): void {
    for (const frame of fromBinary(CollaborateRequestSchema, bytes).frames) {
      this.sent.push(frame);
      this.onsent?.(frame);
    }
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(...frames: ServerFrameInit[]): void {
    if (this.readyState !== 1) return;
    const bytes = toBinary(CollaborateResponseSchema, create(CollaborateResponseSchema, { frames }));
    this.onmessage?.({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
  }

  hangUp(code: number, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

export const asWebSocket = FakeSocket as unknown as typeof WebSocket;
