/* What a stretch of a writer's has as attributes, in either paper. Colours are variables of what the paper is in. */
import { AUTHOR } from "./authors";
import { PATTERNS } from "./who";

/** `mark` is the value of the attribute AUTHOR. */
export function authorAttributes(mark: string): Record<"class" | "style" | "data-writer" | "data-stretch", string> {
  const [writer = "0", stretch = "0"] = mark.split(":");
  return { class: `${AUTHOR} pattern-${Number(writer) % PATTERNS}`, style: `--person: var(--writer-${Number(writer)})`, "data-writer": writer, "data-stretch": stretch };
}
