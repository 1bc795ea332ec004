/* Restore: brings a moment back, after asking, and takes that back again, if asked.
 *
 * Owns nothing. Each is one operation of this user's that everybody sees; what others write meanwhile stays.
 */
import { explain } from "../app/rest";
import { toast } from "../ui/notices";
import { confirmed } from "./dialogs";
import type { Past } from "./past";
import { newRequestId, type ServerSource } from "./source";

/** `when` says which moment; `done` shows the document as it is now. */
export function restore(source: ServerSource, past: Past, revision: number, when: string, done: () => void): void {
  const requestId = newRequestId();
  confirmed({
    heading: "Bring this moment back?",
    text:
      `The document will read as it did at revision ${revision.toLocaleString("en")}, ${when}. Nothing is lost: it is one more change, ` +
      "which everybody in the document sees at once and may undo, and the history keeps what was there before.",
    button: "Restore",
    run: async () => {
      const became = await source.restore(revision, requestId);
      done();
      if (became === null) return toast({ message: "Nothing differed: the document reads so already." });
      const run = () => void takeBack(source, past, became);
      toast({ message: `Restored: ${when}.`, detail: "Everybody sees it. What was there before is kept in the history.", action: { label: "Undo", run } });
    },
  });
}

async function takeBack(source: ServerSource, past: Past, became: number): Promise<void> {
  try {
    const before = await past.content(became - 1, AbortSignal.timeout(15_000));
    await source.takeBack(became, before, newRequestId());
    toast({ message: "The restore was undone." });
  } catch (error) {
    toast({ message: "The restore could not be undone.", detail: explain(error) });
  }
}
