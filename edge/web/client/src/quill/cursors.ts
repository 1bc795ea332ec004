/* Cursors: the others' carets and selections, drawn over Quill's text by quill-cursors.
 *
 * Owns what is drawn. Positions come whole from the document each time, already moved by every change; drawing is put
 * off to the next frame, once for all that happened before it.
 */
import type QuillCursors from "quill-cursors";
import type { Participant, Range } from "../participants";

/** How long a name stays beside a caret that moved. */
const NAME_MS = 2_500;
/** How much of its colour the caret of somebody idle keeps. */
const IDLE_SHARE = "35%";

type Placed = Participant & { readonly selection: Range };

interface Drawn {
  /** What a cursor cannot change once it is made. */
  readonly look: string;
  readonly selection: Range;
}

export class RemoteCursors {
  private readonly drawn = new Map<string, Drawn>();
  private readonly names = new Map<string, ReturnType<typeof setTimeout>>();
  private scheduled = false;
  private stopped = false;

  constructor(
    private readonly layer: QuillCursors,
    private readonly others: () => readonly Participant[],
    private readonly colourOf: (one: Participant) => string,
  ) {}

  /** Something may have moved. */
  redraw(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      if (!this.stopped) this.draw();
    });
  }

  stop(): void {
    this.stopped = true;
    for (const site of [...this.drawn.keys()]) this.erase(site);
  }

  private draw(): void {
    const placed = this.others().filter((one): one is Placed => one.selection !== null);
    const sites = new Set(placed.map(({ site }) => site));
    for (const site of [...this.drawn.keys()]) if (!sites.has(site)) this.erase(site);
    for (const one of placed) this.place(one);
  }

  private place(one: Placed): void {
    const { site, selection, name } = one;
    const colour = one.idle ? `color-mix(in srgb, ${this.colourOf(one)} ${IDLE_SHARE}, transparent)` : this.colourOf(one);
    const look = `${colour} ${name}`;
    if (this.drawn.get(site)?.look !== look) this.erase(site);
    const before = this.drawn.get(site)?.selection;
    this.drawn.set(site, { look, selection });
    this.layer.createCursor(site, name, colour);
    const [start, end] = [Math.min(selection.anchor, selection.head), Math.max(selection.anchor, selection.head)];
    this.layer.moveCursor(site, { index: start, length: end - start });
    const hasMoved = before?.anchor !== selection.anchor || before.head !== selection.head;
    if (hasMoved && !one.idle) this.showName(site);
  }

  private showName(site: string): void {
    clearTimeout(this.names.get(site));
    this.layer.toggleFlag(site, true);
    this.names.set(site, setTimeout(() => this.layer.toggleFlag(site, false), NAME_MS));
  }

  private erase(site: string): void {
    clearTimeout(this.names.get(site));
    this.names.delete(site);
    this.drawn.delete(site);
    this.layer.removeCursor(site);
  }
}
