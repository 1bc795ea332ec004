/* Migrate: moves unsent edits from where the first release kept them, `localStorage`, to where this one does.
 *
 * Owns the old form. An edit is removed there once it is here. Cannot move what it cannot read: that is left where it is.
 */
import Delta, { type Op } from "quill-delta";
import type { DeviceStorage } from "./device";

interface OldRecord {
  readonly version: number;
  readonly revision: number;
  readonly firstSequence: number;
  readonly flight: Op[][];
  readonly buffer: Op[][];
}

/** Moves what one user left unsent in one document. */
export async function migrate(from: Storage, to: DeviceStorage, user: string, document: string): Promise<void> {
  const prefix = `shoal.pending.${encodeURIComponent(user)}.${document}.`;
  const keys = Array.from({ length: from.length }, (_, index) => from.key(index) ?? "").filter((key) => key.startsWith(prefix));
  for (const key of keys) {
    const old = read(from.getItem(key));
    if (!old) continue;
    const { revision, firstSequence } = old;
    const deltas = (list: Op[][]) => list.map((ops) => new Delta(ops));
    const pending = { revision, firstSequence, flight: deltas(old.flight), buffer: deltas(old.buffer) };
    const facts = { title: "", plainText: false, role: 0 };
    await to.write({ user, document, site: key.slice(prefix.length) }, { facts, pending, content: null });
    from.removeItem(key);
  }
}

function read(text: string | null): OldRecord | null {
  try {
    const old = JSON.parse(text ?? "null") as OldRecord | null;
    return old?.version === 1 ? old : null;
  } catch {
    return null;
  }
}
