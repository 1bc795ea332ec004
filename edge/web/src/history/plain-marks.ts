/* What a stretch of a writer's has as attributes, in either paper. Its colour is a rule of the preview's style sheet. */
import { AUTHOR } from "./authors";
import { PATTERNS } from "./who";

/** `mark` is the value of the attribute AUTHOR. */
export function authorAttributes(mark: string): Record<"class" | "data-writer" | "data-stretch", string> {
  const [writer = "0", stretch = "0"] = mark.split(":");
  return { class: `${AUTHOR} pattern-${Number(writer) % PATTERNS}`, "data-writer": writer, "data-stretch": stretch };
}
