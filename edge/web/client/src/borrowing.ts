/* Borrowing: a site that has nothing yet begins with the newest content that this device keeps under another.
 *
 * So a second tab opens without a network too, and one that did not get its own site again after a reload. What the other
 * site has pending is the other's to send, and is not shown. Owns nothing.
 */
import type { DeviceStorage, Kept, SiteKey } from "./device";

/** What the device has of this site, or can give it; null = nothing. Rejects where the device does. */
export async function keptOrBorrowed(storage: DeviceStorage, key: SiteKey): Promise<Kept | null> {
  return (await storage.read(key)) ?? (await borrow(storage, key));
}

async function borrow(storage: DeviceStorage, key: SiteKey): Promise<Kept | null> {
  const others = await storage.sites(key.user, key.document);
  for (const { site } of others.sort((a, b) => b.revision - a.revision)) {
    const other = await storage.read({ ...key, site });
    if (!other?.content) continue;
    const pending = { revision: other.pending.revision, firstSequence: 1, flight: [], buffer: [] };
    const kept = { facts: other.facts, pending, content: other.content };
    await storage.write(key, kept);
    return kept;
  }
  return null;
}
