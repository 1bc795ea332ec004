/* Random: numbers and texts that are the same in each run. */

/** Mulberry32. `pick(n)` is below n, and 0 when n is no more than 1. */
export function random(seed: number): { pick: (below: number) => number; text: (length: number) => string } {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pick = (below: number) => Math.floor(next() * Math.max(1, below));
  const text = (length: number) => Array.from({ length }, () => "abc \n"[pick(5)]).join("");
  return { pick, text };
}
