/* The state machine: its three states by example, and convergence of many replicas over a bad network by chance. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { canonicalContent } from "../src/hash";
import { Replica, type Flight, type FlightLimits } from "../src/state";
import { FakeLog } from "./fake-log";
import { Random, randomEdit, SEED } from "./random";

const LIMITS: FlightLimits = { maxOperations: 1000, maxBytes: 250_000, size: (delta) => JSON.stringify(delta.ops).length };
const insert = (at: number, text: string) => new Delta().retain(at).insert(text);
const operation = (revision: number, site: string, siteSequence: number, delta: Delta) => ({ revision, site, siteSequence, delta });
const text = (delta: Delta) => delta.ops.map((op) => op.insert).join("");

describe("replica", () => {
  it("sends each edit as an operation of its own, one flight at a time", () => {
    const ada = new Replica("ada");
    ada.edit(insert(0, "a"));
    ada.edit(insert(1, "b"));
    const flight = ada.takeFlight(LIMITS);
    ada.edit(insert(2, "c"));
    expect(flight).toEqual({ baseRevision: 0, firstSiteSequence: 1, operations: [insert(0, "a"), insert(1, "b")] });
    expect(ada.takeFlight(LIMITS)).toBeNull();
    expect(ada.receive(operation(1, "ada", 1, insert(0, "a"))).kind).toBe("acknowledged");
    expect(ada.outstanding()).toEqual({ baseRevision: 1, firstSiteSequence: 2, operations: [insert(1, "b")] });
    ada.receive(operation(2, "ada", 2, insert(1, "b")));
    expect(ada.takeFlight(LIMITS)?.firstSiteSequence).toBe(3);
  });

  it("puts the operation that is first in the log to the left", () => {
    const ada = new Replica("ada");
    ada.edit(insert(0, "ada"));
    const received = ada.receive(operation(1, "bob", 1, insert(0, "bob")));
    expect(received).toEqual({ kind: "foreign", change: insert(0, "bob") });
    expect(text(ada.view())).toBe("bobada");
    expect(ada.takeFlight(LIMITS)?.operations).toEqual([insert(3, "ada")]);
  });

  it("skips a known revision and reports a gap without changing anything", () => {
    const ada = new Replica("ada");
    ada.receive(operation(1, "bob", 1, insert(0, "x")));
    expect(ada.receive(operation(1, "bob", 1, insert(0, "x"))).kind).toBe("known");
    expect(ada.receive(operation(3, "bob", 3, insert(0, "z"))).kind).toBe("gap");
    expect([ada.revision, text(ada.view())]).toEqual([1, "x"]);
  });

  it("takes back what was refused and keeps what was typed since", () => {
    const ada = new Replica("ada");
    ada.receive(operation(1, "bob", 1, insert(0, "base")));
    ada.edit(insert(4, " good"));
    ada.edit(new Delta().delete(4).insert("BAD"));
    ada.takeFlight(LIMITS);
    ada.edit(insert(8, " after"));
    const { change, operations } = ada.refuse(2);
    expect(operations).toHaveLength(1);
    expect(text(ada.view())).toBe("base good after");
    expect(change.ops.length).toBeGreaterThan(0);
    expect(ada.outstanding()?.operations).toHaveLength(1);
    ada.receive(operation(2, "ada", 1, insert(4, " good")));
    expect(ada.takeFlight(LIMITS)).toEqual({ baseRevision: 2, firstSiteSequence: 2, operations: [insert(9, " after")] });
  });

  it("takes back what waits too, as one, where it would be refused next", () => {
    const ada = new Replica("ada");
    ada.receive(operation(1, "bob", 1, insert(0, "base")));
    ada.edit(insert(4, " not"));
    ada.takeFlight(LIMITS);
    ada.edit(insert(8, " allowed"));
    const { operations } = ada.refuse(1, true);
    expect([operations.length, text(ada.view()), ada.pendingCount]).toEqual([2, "base", 0]);
    ada.edit(insert(4, " again"));
    expect(ada.takeFlight(LIMITS)).toEqual({ baseRevision: 1, firstSiteSequence: 1, operations: [insert(4, " again")] });
  });

  it("composes unsent neighbours when many gather, and never what was sent", () => {
    const ada = new Replica("ada");
    ada.edit(insert(0, "s"));
    ada.takeFlight(LIMITS);
    for (let count = 0; count < 3000; count += 1) ada.edit(insert(1 + count, "x"));
    expect(ada.pendingCount).toBeLessThan(1010);
    expect(ada.outstanding()?.operations).toEqual([insert(0, "s")]);
    expect(text(ada.view())).toBe(`s${"x".repeat(3000)}`);
  });

  it("cuts what is too large for one operation, never inside a surrogate pair", () => {
    const ada = new Replica("ada");
    const long = "😀".repeat(60_000);
    expect(ada.edit(insert(0, `x${long}`))).toBeGreaterThan(2);
    const flight = ada.takeFlight(LIMITS) as Flight;
    expect(flight.operations.every((delta) => delta.ops.every((op) => typeof op.insert !== "string" || op.insert.isWellFormed()))).toBe(true);
    expect(text(ada.view())).toBe(`x${long}`);
  });

  it("moves unsent edits onto a snapshot and drops those the snapshot holds", () => {
    const ada = new Replica("ada");
    ada.receive(operation(1, "bob", 1, insert(0, "one\n")));
    ada.edit(insert(3, "!"));
    ada.takeFlight(LIMITS);
    ada.edit(insert(4, "?"));
    const change = ada.reset(new Delta().insert("zero one!\n"), 7, 1);
    expect(change).toEqual(insert(0, "zero "));
    expect(text(ada.view())).toBe("zero one!?\n");
    expect(ada.takeFlight(LIMITS)).toEqual({ baseRevision: 7, firstSiteSequence: 2, operations: [insert(9, "?")] });
  });

  it("brings back what an earlier page left, once the history is there", () => {
    const log = new FakeLog(new Delta().insert("hello\n"));
    const before = new Replica("ada");
    before.receive(log.operations[0]!);
    before.edit(insert(5, " wor"));
    const flight = before.takeFlight(LIMITS)!;
    before.edit(insert(9, "ld"));
    const record = before.record();
    log.submit("ada", flight);
    log.submit("bob", { baseRevision: 1, firstSiteSequence: 1, operations: [insert(0, "> ")] });
    const after = new Replica("ada");
    after.restore(record);
    for (const one of log.operations) after.receive(one);
    expect(text(after.view())).toBe("> hello world\n");
    expect(after.takeFlight(LIMITS)).toEqual({ baseRevision: 3, firstSiteSequence: 2, operations: [insert(11, "ld")] });
  });
});

describe("convergence", () => {
  it("replicas converge over delays, lost answers, reconnects and reloads", () => {
    console.info(`state.test: VITE_SEED=${SEED}`);
    for (let round = 0; round < 100; round += 1) converge(new Random(SEED + round));
  }, 60_000);
});

class Client {
  replica: Replica;
  inbox: number;
  toServer: Flight[] = [];

  constructor(readonly site: string) {
    this.replica = new Replica(site);
    this.inbox = 0;
  }
}

function converge(random: Random): void {
  const log = new FakeLog(random.chance(0.8) ? new Delta().insert("A shoal of 🐟.\n") : new Delta());
  const clients = ["ada", "bob", "eve", "ivo"].slice(0, 2 + random.below(3)).map((site) => new Client(site));
  for (let step = 0; step < 120; step += 1) act(random, log, random.pick(clients));
  while (!clients.every((client) => isSettled(log, client))) for (const client of clients) settle(log, client);
  const expected = canonicalContent(log.contentAt());
  for (const { replica } of clients) {
    expect(canonicalContent(replica.view())).toBe(expected);
    expect(canonicalContent(replica.content())).toBe(expected);
  }
}

function act(random: Random, log: FakeLog, client: Client): void {
  const chance = random.next();
  if (chance < 0.4) client.replica.edit(randomEdit(random, client.replica.view()));
  else if (chance < 0.55) send(client, client.replica.takeFlight(LIMITS));
  else if (chance < 0.7) arrive(log, client);
  else if (chance < 0.9) read(log, client, 1 + random.below(4));
  else if (chance < 0.97) reconnect(random, log, client);
  else reload(log, client);
}

const send = (client: Client, flight: Flight | null) => flight && client.toServer.push(flight);

function arrive(log: FakeLog, client: Client): void {
  const flight = client.toServer.shift();
  if (flight) log.submit(client.site, flight);
}

function read(log: FakeLog, client: Client, count: number): void {
  for (const operation of log.after(client.replica.revision).slice(0, count)) client.replica.receive(operation);
}

/** What was on its way may still arrive, or not; missed operations come first, then the flight goes out again. */
function reconnect(random: Random, log: FakeLog, client: Client): void {
  if (random.chance(0.5)) arrive(log, client);
  client.toServer = [];
  if (client.replica.isSynchronised && random.chance(0.5)) {
    client.replica.reset(log.contentAt(), log.head, log.lastSequence(client.site));
  }
  read(log, client, Infinity);
  send(client, client.replica.outstanding());
}

function reload(log: FakeLog, client: Client): void {
  const record = client.replica.record();
  client.toServer = [];
  client.replica = new Replica(client.site);
  client.replica.restore(record);
  read(log, client, Infinity);
  client.replica.settleSequence(log.lastSequence(client.site));
  send(client, client.replica.outstanding());
}

function settle(log: FakeLog, client: Client): void {
  while (client.toServer.length > 0) arrive(log, client);
  read(log, client, Infinity);
  send(client, client.replica.outstanding() ?? client.replica.takeFlight(LIMITS));
}

function isSettled(log: FakeLog, { replica, toServer }: Client): boolean {
  return toServer.length === 0 && replica.isSynchronised && replica.revision === log.head;
}
