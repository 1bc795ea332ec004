/* The connection: how it comes back, when it gives up, and that it notices a dead line. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Backoff } from "../src/backoff";
import { Connection, SignedOut, type SessionPort } from "../src/connection";
import { asWebSocket, FakeSocket } from "./fake-socket";

const ALMOST_ONE = 0.999999;

function connection(token: (renew: boolean) => Promise<string> = async () => "jwt") {
  const made = new Connection({ url: "ws://shoal.test/v1/ws", token, WebSocket: asWebSocket, random: () => ALMOST_ONE });
  made.start();
  return made;
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const port = (): SessionPort => ({ connected: vi.fn(), disconnected: vi.fn(), receive: vi.fn() });

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
});
afterEach(() => vi.useRealTimers());

describe("backoff", () => {
  it("doubles its ceiling up to the cap, with full jitter below it", () => {
    const ceilings = new Backoff(undefined, () => ALMOST_ONE);
    const waits = Array.from({ length: 9 }, () => ceilings.next());
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
    expect(new Backoff(undefined, () => 0).next()).toBe(0);
    ceilings.reset();
    expect(ceilings.next()).toBe(250);
  });
});

describe("connection", () => {
  it("offers the protocol and the token, never in the address", async () => {
    const made = connection();
    await settle();
    expect(FakeSocket.last.protocols).toEqual(["shoal.v1.proto", "bearer.jwt"]);
    expect(FakeSocket.last.url).not.toContain("jwt");
    FakeSocket.last.open();
    expect(made.status.state).toBe("open");
  });

  it("waits longer after each failed attempt and is fast again after a good connection", async () => {
    const made = connection();
    await settle();
    for (const wait of [250, 500, 1000]) {
      FakeSocket.last.hangUp(1006);
      expect(made.status).toEqual({ state: "waiting", retryAt: Date.now() + wait });
      await vi.advanceTimersByTimeAsync(wait);
    }
    FakeSocket.last.open();
    await vi.advanceTimersByTimeAsync(5_000);
    FakeSocket.last.hangUp(1012);
    expect(made.status).toMatchObject({ retryAt: Date.now() + 250 });
  });

  it.each([1012, 1013, 4503, 1006])("comes back after close code %i", async (code) => {
    connection();
    await settle();
    FakeSocket.last.open();
    FakeSocket.last.hangUp(code);
    await vi.advanceTimersByTimeAsync(250);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it.each([4403, 4404])("stops at close code %i", async (code) => {
    const made = connection();
    await settle();
    FakeSocket.last.open();
    FakeSocket.last.hangUp(code, "no");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made.status).toEqual({ state: "stopped", code, reason: "no" });
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("asks for a new token after 4401, and says so when there is none", async () => {
    const token = vi.fn(async (renew: boolean) => {
      if (renew) throw new SignedOut("no cookie");
      return "old";
    });
    const made = connection(token);
    await settle();
    FakeSocket.last.open();
    FakeSocket.last.hangUp(4401);
    await vi.advanceTimersByTimeAsync(250);
    expect(token).toHaveBeenLastCalledWith(true);
    expect(made.status.state).toBe("signed-out");
  });

  it("tries again when the token cannot be had for now", async () => {
    const token = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("network")).mockResolvedValue("jwt");
    connection(token);
    await settle();
    expect(FakeSocket.all).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(250);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("pings every ten seconds and leaves a line that is silent for 25", async () => {
    const made = connection();
    await settle();
    const socket = FakeSocket.last;
    socket.open();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(socket.sent.map((frame) => frame.frame.case)).toEqual(["ping", "ping"]);
    socket.say({ frame: { case: "pong", value: { nonce: 2n } } });
    await vi.advanceTimersByTimeAsync(24_999);
    expect(made.status.state).toBe("open");
    await vi.advanceTimersByTimeAsync(1);
    expect(made.status.state).toBe("waiting");
  });

  it("tries at once when the network comes back, and probes a line that seems open", async () => {
    const made = connection();
    await settle();
    FakeSocket.last.open();
    made.wake();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(made.status.state).toBe("waiting");
    made.wake();
    await settle();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("does not wait for a socket to notice that the network is gone", async () => {
    const made = connection();
    const ada = port();
    made.attach(ada);
    await settle();
    FakeSocket.last.open();
    made.sleep();
    expect([made.status.state, vi.mocked(ada.disconnected).mock.calls.length]).toEqual(["waiting", 1]);
    made.wake();
    await settle();
    FakeSocket.last.open();
    expect(vi.mocked(ada.connected)).toHaveBeenCalledTimes(2);
  });

  it("speaks to a session that comes to a standing connection, once it has its number", async () => {
    const made = connection();
    await settle();
    FakeSocket.last.open();
    const ada = port();
    made.attach(ada);
    expect(ada.connected).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(ada.connected).toHaveBeenCalledOnce();
  });

  it("keeps away from a draining node for as long as it asks", async () => {
    const made = connection();
    await settle();
    FakeSocket.last.open();
    FakeSocket.last.say({ frame: { case: "draining", value: { retryAfterMs: 2_000 } } });
    FakeSocket.last.hangUp(4503);
    await vi.advanceTimersByTimeAsync(3_900);
    made.wake();
    expect(FakeSocket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(FakeSocket.all).toHaveLength(2);
    expect(made.status.state).toBe("connecting");
  });

  describe("when its token is nearly over", () => {
    const expiring = { frame: { case: "tokenExpiring", value: { seconds: 60 } } } as const;
    const refreshes = () => FakeSocket.last.sent.filter(({ frame }) => frame.case === "refreshToken");

    async function opened(token: (renew: boolean) => Promise<string>): Promise<void> {
      connection(token);
      await settle();
      FakeSocket.last.open();
      FakeSocket.last.say(expiring);
      await settle();
    }

    it("brings a newer one on the same socket", async () => {
      await opened(async (renew) => (renew ? "newer" : "old"));
      expect(refreshes().map(({ session, frame }) => [session, frame.value])).toMatchObject([[0, { token: "newer" }]]);
      expect(FakeSocket.all).toHaveLength(1);
    });

    it("sends nothing when there is no newer one, and signs in anew once the socket ends", async () => {
      const token = vi.fn(async () => "old");
      await opened(token);
      expect(token).toHaveBeenLastCalledWith(true);
      expect(refreshes()).toHaveLength(0);
      FakeSocket.last.hangUp(4401);
      await vi.advanceTimersByTimeAsync(250);
      expect(FakeSocket.all).toHaveLength(2);
    });

    it("asks again when it cannot be had for now, and not when only the user can help", async () => {
      const token = vi.fn(async (renew: boolean) => (renew ? "newer" : "old"));
      token.mockResolvedValueOnce("old").mockRejectedValueOnce(new TypeError("network"));
      await opened(token);
      expect(refreshes()).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(refreshes()).toHaveLength(1);
      token.mockRejectedValueOnce(new SignedOut());
      FakeSocket.last.say(expiring);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(token).toHaveBeenCalledTimes(4);
    });
  });

  it("hands room frames to the sessions of that room, session frames to one", async () => {
    const made = connection();
    const [ada, bob] = [port(), port()];
    const [first, second] = [made.attach(ada), made.attach(bob)];
    await settle();
    const socket = FakeSocket.last;
    socket.open();
    expect(ada.connected).toHaveBeenCalledOnce();
    socket.say({ session: first, frame: { case: "opened", value: { room: 7 } } });
    socket.say({ session: second, frame: { case: "opened", value: { room: 8 } } });
    socket.say({ room: 7, frame: { case: "committed", value: {} } });
    expect([vi.mocked(ada.receive).mock.calls.length, vi.mocked(bob.receive).mock.calls.length]).toEqual([2, 1]);
    socket.hangUp(1006);
    expect(bob.disconnected).toHaveBeenCalledOnce();
  });
});
