/* FlakySocket: a WebSocket to a real server over a network that delays, cuts, and lets old connections linger.
 *
 * Owns one real socket. What is cut looks closed from here at once, while what was said before still arrives, maybe after
 * the next connection has begun: connections overtake each other. Messages of one connection stay in order, as TCP has
 * them; some are said twice, as by a client that sent again too early.
 */
import { WebSocket as RealSocket } from "ws";
import type { Random } from "../test/random";

/** How bad the network is; may be changed while sockets live. */
export interface Weather {
  readonly random: Random;
  calm: boolean;
}

const MAX_DELAY_MS = 25;
const MAX_LINGER_MS = 500;

/** A WebSocket class for clients in this weather; `live` has those that are open. */
export function flakySockets(weather: Weather, live: Set<FlakySocket>): typeof WebSocket {
  return class extends FlakySocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, weather, live);
    }
  } as unknown as typeof WebSocket;
}

export class FlakySocket {
  readyState = 0;
  binaryType = "arraybuffer";
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  private readonly real: RealSocket;
  private outward = Promise.resolve();
  private inward = Promise.resolve();
  private sent = 0;

  constructor(url: string, protocols: string[], private readonly weather: Weather, private readonly live: Set<FlakySocket>) {
    this.real = new RealSocket(url, protocols);
    this.real.binaryType = "arraybuffer";
    this.real.on("open", () => this.opened());
    this.real.on("message", (data: ArrayBuffer) => {
      this.inward = this.inward.then(() => this.delay()).then(() => {
        if (this.readyState === 1) this.onmessage?.({ data });
      });
    });
    this.real.on("close", (code, reason) => this.closed(code, reason.toString()));
    this.real.on("error", () => undefined);
  }

  send(bytes: Uint8Array): void {
    const copy = bytes.slice();
    // The first message opens sessions; a session that is opened twice is another matter than a flight that is.
    const times = this.sent++ > 0 && !this.weather.calm && this.weather.random.chance(0.1) ? 2 : 1;
    // An opening that is late may arrive after that of the next connection.
    const most = this.sent === 1 && this.weather.random.chance(0.3) ? MAX_LINGER_MS : MAX_DELAY_MS;
    this.outward = this.outward.then(() => this.delay(most)).then(() => {
      for (let time = 0; time < times && this.real.readyState === RealSocket.OPEN; time += 1) this.real.send(copy);
    });
  }

  /** The client's own closing. */
  close(): void {
    this.readyState = 3;
    this.live.delete(this);
    void this.outward.then(() => this.real.close());
  }

  /** The network cuts it: from here it is gone at once, at the server later. */
  cut(): void {
    if (this.readyState !== 1) return;
    this.closed(1006, "");
    const lingerMs = this.weather.random.below(MAX_LINGER_MS);
    void this.outward.then(() => setTimeout(() => this.real.terminate(), lingerMs));
  }

  private opened(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.live.add(this);
    this.onopen?.();
  }

  private closed(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.live.delete(this);
    this.onclose?.({ code, reason });
  }

  private delay(most = MAX_DELAY_MS): Promise<void> {
    const { calm, random } = this.weather;
    return calm ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, random.below(most)));
  }
}
