/* The hash by which two replicas know that they hold one text.
 *
 * Owns the canonical bytes: the content as a Delta JSON list, UTF-8, no spaces, keys sorted, neighbours with equal
 * attributes merged. Never hashes where the browser offers no crypto (a page without TLS): null then, and no verdict.
 */
import type Delta from "quill-delta";
import { canonical, canonicalJson } from "./delta";

/** What is hashed. O(length). */
export function canonicalContent(content: Delta): string {
  return canonicalJson(canonical(content).ops);
}

/** SHA-256 of `canonicalContent`, 32 bytes; null where the browser cannot. */
export async function contentHash(content: Delta): Promise<Uint8Array | null> {
  if (globalThis.crypto?.subtle === undefined) return null;
  const bytes = new TextEncoder().encode(canonicalContent(content));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
