/* The recorded steps of clients that `ot/` and collab's sequencer made: this state machine holds the same after each.
 * The file and its form: tests/vectors/record.py. */
import { readFileSync } from "node:fs";
import Delta, { type Op } from "quill-delta";
import { describe, expect, it } from "vitest";
import { canonicalContent } from "../src/hash";
import { Replica } from "../src/state";

interface Step {
  readonly do: "edit" | "take_flight" | "resend" | "receive" | "refuse";
  readonly operation: Op[];
  readonly operations: Op[][];
  readonly max_operations: number;
  readonly first_site_sequence: number;
  readonly revision: number;
  readonly site: string;
  readonly site_sequence: number;
  readonly then: { readonly revision: number; readonly pending: Op[][]; readonly view: Op[]; readonly change: Op[] };
}

interface Case {
  readonly session: number;
  readonly site: string;
  readonly content: Op[];
  readonly steps: Step[];
}

const file = new URL("../../../../tests/vectors/client.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };
const NONE = new Delta();

/** Does a step; returns what it changes in the view beside one's own edits. */
function take(replica: Replica, step: Step): Delta {
  switch (step.do) {
    case "edit":
      replica.edit(new Delta(step.operation));
      return NONE;
    case "take_flight": {
      const flight = replica.takeFlight({ maxOperations: step.max_operations, maxBytes: Infinity, size: () => 0 });
      expect(flight?.firstSiteSequence).toBe(step.first_site_sequence);
      return NONE;
    }
    case "resend": {
      const flight = replica.outstanding();
      expect(flight?.firstSiteSequence).toBe(step.first_site_sequence);
      expect(flight?.operations.map(canonicalContent)).toEqual(step.operations.map((ops) => canonicalContent(new Delta(ops))));
      return NONE;
    }
    case "receive": {
      const { revision, site, site_sequence: siteSequence } = step;
      const received = replica.receive({ revision, site, siteSequence, delta: new Delta(step.operation) });
      expect(received.kind).toBe(site === replica.site ? "acknowledged" : "foreign");
      return received.kind === "foreign" ? received.change : NONE;
    }
    case "refuse":
      return replica.refuse(step.first_site_sequence).change;
  }
}

describe("vectors shared with ot/", () => {
  it.each(cases.map((one) => [`${one.session}-${one.site}`, one] as const))("session %s", (_, { site, content, steps }) => {
    const replica = new Replica(site);
    replica.begin(new Delta(content), 0);
    for (const [index, step] of steps.entries()) {
      const change = take(replica, step);
      const { flight, buffer, revision } = replica.record();
      const held = { revision, pending: [...flight, ...buffer].map(canonicalContent), view: canonicalContent(replica.view()), change: canonicalContent(change) };
      const canonical = (ops: Op[]) => canonicalContent(new Delta(ops));
      const { then } = step;
      const expected = { revision: then.revision, pending: then.pending.map(canonical), view: canonical(then.view), change: canonical(then.change) };
      expect(held, `step ${index}: ${step.do}`).toEqual(expected);
    }
  });
});
