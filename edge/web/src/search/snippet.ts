/* Snippet: text in which what was found is marked. It comes in parts, so nothing is ever read as markup. */
import type { Snippet } from "@gen/rest/types";
import { h } from "../ui/dom";

export function marked(snippet: Snippet | null, otherwise = ""): (Node | string)[] {
  if (!snippet || snippet.parts.length === 0) return [otherwise];
  return snippet.parts.map(({ text, match }) => (match ? h("mark", {}, text) : text));
}
