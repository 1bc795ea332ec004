/* Cursors: where the others are, with their names and colours.
 *
 * Owns what quill-cursors shows; positions are the session's, which moves them with every change.
 */
import Quill from "quill";
import QuillCursors from "quill-cursors";
import type { Session } from "../client/session";
import { colourOf } from "../ui/people";

Quill.register("modules/cursors", QuillCursors);

export class RemoteCursors {
  private readonly module: QuillCursors;
  private shown = new Set<string>();

  constructor(
    quill: Quill,
    private readonly session: Session,
  ) {
    this.module = quill.getModule("cursors") as QuillCursors;
  }

  draw(): void {
    const others = this.session.participants.filter(({ site, selection }) => site !== this.session.site && selection);
    const present = new Set(others.map(({ site }) => site));
    for (const site of this.shown) if (!present.has(site)) this.module.removeCursor(site);
    for (const { site, subject, name, selection } of others) {
      if (!selection) continue;
      if (!this.shown.has(site)) this.module.createCursor(site, name, colourOf(subject));
      const index = Math.min(selection.anchor, selection.head);
      this.module.moveCursor(site, { index, length: Math.abs(selection.head - selection.anchor) });
    }
    this.shown = present;
  }
}
