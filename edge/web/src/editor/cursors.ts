/* Cursors: where the others are, with their names and colours.
 *
 * Owns what quill-cursors shows; positions are the session's, which moves them with every change.
 */
import Quill from "quill";
import QuillCursors from "quill-cursors";
import type { Session } from "../client/session";
import { colourOf } from "../ui/people";

Quill.register("modules/cursors", QuillCursors);

const FLAG_MS = 3_000;

export class RemoteCursors {
  private readonly module: QuillCursors;
  private shown = new Set<string>();
  private readonly places = new Map<string, string>();
  private readonly flags = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    quill: Quill,
    private readonly session: Session,
  ) {
    this.module = quill.getModule("cursors") as QuillCursors;
  }

  draw(): void {
    const others = this.session.participants.filter(({ site, selection }) => site !== this.session.site && selection);
    const present = new Set(others.map(({ site }) => site));
    for (const site of this.shown) if (!present.has(site)) this.remove(site);
    for (const { site, subject, name, selection } of others) {
      if (!selection) continue;
      if (!this.shown.has(site)) this.module.createCursor(site, name, colourOf(subject));
      const index = Math.min(selection.anchor, selection.head);
      this.module.moveCursor(site, { index, length: Math.abs(selection.head - selection.anchor) });
      this.raiseFlag(site, `${selection.anchor} ${selection.head}`);
    }
    this.shown = present;
  }

  /** The name is shown while its owner moves, and for a moment after. */
  private raiseFlag(site: string, place: string): void {
    if (this.places.get(site) === place) return;
    this.places.set(site, place);
    this.module.toggleFlag(site, true);
    clearTimeout(this.flags.get(site));
    this.flags.set(site, setTimeout(() => this.module.toggleFlag(site, false), FLAG_MS));
  }

  private remove(site: string): void {
    clearTimeout(this.flags.get(site));
    this.flags.delete(site);
    this.places.delete(site);
    this.module.removeCursor(site);
  }
}
