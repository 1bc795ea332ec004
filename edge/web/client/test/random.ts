/* Random documents and edits from a seed, so that every failure can be run again.
 *
 * Owns the generator. SEED and CASES of the environment choose; the seed in use is printed by the tests.
 */
import Delta, { type AttributeMap } from "quill-delta";

const environment = (import.meta as unknown as { env: Record<string, string | undefined> }).env;
export const SEED = Number(environment["VITE_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). Mulberry32. */
  next = (): number => {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const WORDS = ["a", "bc", "shoal", " ", "\n", "é", "😀", "👩‍👩‍👧", "한글", '"\\'];
const ATTRIBUTES: readonly AttributeMap[] = [{ bold: true }, { italic: true, color: "#fff" }, { header: 2 }, { link: "https://a.example/?q=1" }];
const REMOVALS: readonly AttributeMap[] = [{ bold: null }, { italic: null, header: 3 }, ...ATTRIBUTES];

/** A valid edit of `content`: never cuts a surrogate pair, never reaches past the end. */
export function randomEdit(random: Random, content: Delta): Delta {
  const stops = boundaries(content);
  const edit = new Delta();
  let at = 0;
  for (let steps = 1 + random.below(3); steps > 0; steps -= 1) {
    const to = at + random.below(Math.max(1, stops.length - at));
    edit.retain((stops[to] ?? 0) - (stops[at] ?? 0));
    at = to;
    const until = Math.min(stops.length - 1, at + 1 + random.below(4));
    const length = (stops[until] ?? 0) - (stops[at] ?? 0);
    if (random.chance(0.55)) randomInsert(random, edit);
    else if (length > 0) {
      if (random.chance(0.6)) edit.delete(length);
      else edit.retain(length, random.pick(REMOVALS));
      at = until;
    }
  }
  return edit.chop();
}

function randomInsert(random: Random, edit: Delta): void {
  const attributes = random.chance(0.3) ? random.pick(ATTRIBUTES) : null;
  if (random.chance(0.1)) edit.insert({ image: `https://a.example/${random.below(9)}.png` }, attributes);
  else edit.insert(random.pick(WORDS), attributes);
}

function boundaries(content: Delta): number[] {
  const stops = [0];
  let at = 0;
  for (const op of content.ops) {
    if (typeof op.insert !== "string") stops.push((at += 1));
    else for (const character of op.insert) stops.push((at += character.length));
  }
  return stops;
}
