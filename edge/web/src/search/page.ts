/* Search: the documents that answer a question, the best first, with where in them it was found.
 *
 * Owns the list of results. The question stands in the address.
 */
import { searchDocuments } from "@shoal/client/rest";
import type { SearchResult } from "@gen/rest/types";
import { pathOf } from "../app/documents";
import { rest } from "../app/rest";
import type { Page } from "../app/router";
import { UNTITLED } from "../app/titles";
import { ago } from "../app/when";
import { frame, type Desk } from "../home/frame";
import { SEARCH, SHEET, TEXT } from "../home/icons";
import { More } from "../home/more";
import { empty, fill } from "../home/states";
import { h, icon } from "../ui/dom";
import { announce } from "../ui/notices";
import { marked } from "./snippet";

export function searchPage(desk: Desk): Page {
  return (root) => {
    const query = (new URLSearchParams(location.search).get("q") ?? "").trim();
    const { main, projects } = frame(root, desk, query ? `“${query}”` : "Search");
    const found = h("div", { "data-testid": "search-results" });
    main.append(h("h1", {}, query ? `Results for “${query}”` : "Search"), found);
    if (!query) {
      const box = () => root.querySelector<HTMLElement>(".search-box input")?.focus();
      found.append(empty(SEARCH, "What are you looking for?", "Titles and texts are searched. “Words in quotes” stand together, -word must not be there."));
      return box();
    }
    const titles = projects.then((all) => new Map(all.map(({ name, title }) => [name, title])));
    const list = h("ul", { class: "results", "aria-label": "Documents found" });
    const page = async (pageToken: string): Promise<string> => {
      const { results, nextPageToken } = await searchDocuments(rest, { query, pageToken });
      const known = await titles;
      list.append(...results.flatMap((one) => result(one, known)));
      return nextPageToken;
    };
    const more = new More(page);
    void fill(found, async () => {
      list.replaceChildren();
      const next = await page("");
      const count = list.childElementCount;
      announce(count === 1 ? "1 document found" : `${count} documents found`);
      more.follow(next);
      return count ? [list, more.element] : [empty(SEARCH, "Nothing found", "Try fewer words, or other ones. Only what you may read is searched.")];
    });
    return () => more.follow("");
  };
}

function result({ document, title, snippets }: SearchResult, projects: ReadonlyMap<string, string>): HTMLElement[] {
  if (!document) return [];
  const where = projects.get(document.project);
  const changed = document.updateTime ? new Date(document.updateTime) : null;
  return [
    h(
      "li",
      { "data-testid": "search-result" },
      h(
        "a",
        { href: pathOf(document.name), class: "result" },
        h("span", { class: "document-icon" }, icon(document.type === "DOCUMENT_TYPE_PLAIN_TEXT" ? TEXT : SHEET)),
        h(
          "span",
          { class: "result-text" },
          h("span", { class: "result-title" }, ...marked(title, document.title || UNTITLED)),
          ...snippets.map((snippet) => h("span", { class: "result-snippet" }, ...marked(snippet))),
          h("span", { class: "faint result-where" }, where ?? "No project", changed ? ` · ${ago(changed)}` : ""),
        ),
      ),
    ),
  ];
}
