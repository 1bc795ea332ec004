/* Kept: the documents that this browser keeps, for a page that cannot ask the server.
 *
 * Reads the client's database as it is, and makes none where there is none. Never writes.
 */
export interface KeptDocument {
  readonly title: string;
  /** Edits that nobody has acknowledged. */
  readonly unsent: number;
}

interface SiteRow {
  readonly title?: string;
  readonly flight?: readonly unknown[];
  readonly buffer?: readonly unknown[];
}

const DATABASE = "shoal";
const SITES = "sites";

/** One entry a document, those with unsent edits first; none where that cannot be told. */
export async function keptDocuments(): Promise<readonly KeptDocument[]> {
  try {
    if (!(await indexedDB.databases()).some(({ name }) => name === DATABASE)) return [];
    const database = await done(indexedDB.open(DATABASE));
    try {
      const sites = database.transaction(SITES).objectStore(SITES);
      const [keys, rows] = await Promise.all([done(sites.getAllKeys()), done(sites.getAll())]);
      return merged(keys as [string, string, string][], rows as SiteRow[]);
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}

/** Tabs have a site each; a document is listed once. */
export function merged(keys: readonly (readonly [string, string, string])[], rows: readonly SiteRow[]): readonly KeptDocument[] {
  const found = new Map<string, KeptDocument>();
  keys.forEach(([user, document], at) => {
    const { title = "", flight = [], buffer = [] } = rows[at] ?? {};
    const before = found.get(`${user} ${document}`);
    found.set(`${user} ${document}`, { title: title || (before?.title ?? ""), unsent: flight.length + buffer.length + (before?.unsent ?? 0) });
  });
  return [...found.values()].sort((a, b) => b.unsent - a.unsent);
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the database did not answer"));
  });
}
