/* Cursors: the others' carets and selections, drawn over the text.
 *
 * Owns what is drawn. Positions come whole from the session each time, already moved by every change; drawing is put
 * off to the next frame, once for all that happened before it.
 */
import type QuillCursors from "quill-cursors";
import type { Participant, Range } from "@shoal/client";
import { colourOf } from "../ui/people";

/** How long a name stays beside a caret that moved. */
const NAME_MS = 2_500;

export class RemoteCursors {
  private readonly drawn = new Map<string, Range>();
  private readonly names = new Map<string, ReturnType<typeof setTimeout>>();
  private scheduled = false;
  private stopped = false;

  constructor(
    private readonly layer: QuillCursors,
    private readonly others: () => readonly Participant[],
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
    for (const timer of this.names.values()) clearTimeout(timer);
    this.layer.clearCursors();
  }

  private draw(): void {
    const placed = this.others().filter((one): one is Participant & { selection: Range } => one.selection !== null);
    const sites = new Set(placed.map(({ site }) => site));
    for (const site of [...this.drawn.keys()]) if (!sites.has(site)) this.erase(site);
    for (const one of placed) this.place(one);
  }

  private place({ site, subject, name, selection }: Participant & { selection: Range }): void {
    const before = this.drawn.get(site);
    this.drawn.set(site, selection);
    this.layer.createCursor(site, name, colourOf(subject));
    const [start, end] = [Math.min(selection.anchor, selection.head), Math.max(selection.anchor, selection.head)];
    this.layer.moveCursor(site, { index: start, length: end - start });
    if (before?.anchor !== selection.anchor || before.head !== selection.head) this.showName(site);
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
