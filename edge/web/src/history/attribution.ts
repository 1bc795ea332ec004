/* Attribution: the text of a moment with whoever wrote each stretch of it, and when, as far as that can be told quickly.
 *
 * Owns what was last found out. The server says who wrote what; when, is looked for in the last operations before the
 * moment, and older text is only known to be older.
 */
import type Delta from "quill-delta";
import type { Account } from "../app/account";
import { authored, originsOf, stretchesOf, writersOf, type Stretch, type Writer } from "./authors";
import { Legend } from "./legend";
import type { Past } from "./past";
import type { ServerSource } from "./source";
import { Stepper } from "./stepper";
import { clock } from "./timeline";
import { colourOfHand, nameOfHand } from "./who";

/** So many operations are looked through for when something was written. */
const LOOKED_THROUGH = 2_000;
/** Above so many units nothing is looked through: it would take too long. */
const LONGEST = 200_000;

export interface AttributionDeeds {
  readonly reveal: (at: number, length: number, text: string) => void;
  /** One writer alone is wanted, or all again. */
  readonly redraw: () => void;
}

export class Attribution {
  readonly legend: Legend;
  readonly stepper: Stepper;
  private stretches: readonly Stretch[] = [];
  /** What is said of each stretch. */
  private said: readonly string[] = [];
  private writers: readonly Writer[] = [];
  /** The time before which text is that has no revision. */
  private since: number | null = null;

  constructor(
    private readonly source: ServerSource,
    private readonly past: Past,
    private readonly account: Account,
    { reveal, redraw }: AttributionDeeds,
  ) {
    this.legend = new Legend(account, redraw);
    this.stepper = new Stepper("stretch", ({ at, length, said }) => reveal(at, length, said));
  }

  /** The text with its writers marked, and their colours by place in the legend. */
  async of(revision: number, signal: AbortSignal): Promise<{ content: Delta; colours: readonly string[] }> {
    const [content, runs] = await Promise.all([this.past.content(revision, signal), this.source.blame(revision, signal)]);
    const from = Math.max(this.past.first, revision - LOOKED_THROUGH);
    const looks = content.length() <= LONGEST;
    const operations = looks ? await this.past.operations(from, revision, signal) : [];
    const origins = looks ? originsOf(await this.past.content(from, signal), operations) : [];
    signal.throwIfAborted();
    const times = new Map(operations.map(({ revision: each, time }) => [each, time]));
    this.since = operations[0]?.time ?? null;
    this.writers = writersOf(runs);
    this.stretches = stretchesOf(runs, this.writers, origins);
    this.legend.show(this.writers);
    const { only } = this.legend;
    this.said = this.stretches.map((each) => this.tell(each, times));
    const stops = this.stretches.map((each, index) => ({ ...each, said: this.said[index] ?? "" }));
    this.stepper.show(stops.filter(({ writer }) => only === null || writer === only));
    return { content: authored(content, this.stretches, only), colours: this.writers.map(colourOfHand) };
  }

  /** What is known of a marked element of the paper: who wrote it, and when. */
  tellOf(mark: HTMLElement): string {
    return this.said[Number(mark.dataset["stretch"])] ?? "";
  }

  private tell({ writer, revision }: Stretch, times: ReadonlyMap<number, number>): string {
    const found = this.writers[writer];
    const name = found ? nameOfHand(found, this.account) : "Somebody";
    const time = times.get(revision);
    if (time !== undefined) return `${name}, ${clock(time)}`;
    return this.since === null ? name : `${name}, before ${clock(this.since)}`;
  }
}
