/* Downloads: the document as a file.
 *
 * Owns the kinds there are. A file holds what is saved; the page says so where more was typed.
 */
import type { ContentFormat } from "@gen/rest/types";
import { contentOf, historyOf } from "./service";

export type Kind = "markdown" | "html" | "text" | "history";

interface Form {
  readonly label: string;
  readonly ending: string;
  readonly type: string;
  /** None = it is the history. */
  readonly format?: ContentFormat;
}

export const FORMS: Readonly<Record<Kind, Form>> = {
  markdown: { label: "Markdown", ending: "md", type: "text/markdown", format: "CONTENT_FORMAT_MARKDOWN" },
  html: { label: "HTML", ending: "html", type: "text/html", format: "CONTENT_FORMAT_HTML" },
  text: { label: "Plain text", ending: "txt", type: "text/plain", format: "CONTENT_FORMAT_TEXT" },
  history: { label: "Whole history", ending: "shoal.jsonl", type: "application/jsonl" },
};

export async function download(kind: Kind, name: string, title: string): Promise<void> {
  const { ending, type, format } = FORMS[kind];
  const pieces = format ? await contentOf(name, format) : await historyOf(name);
  save(kind === "html" ? [pageAround(title, pieces.join(""))] : pieces, type, `${fileName(title)}.${ending}`);
}

/** Gives the browser a file to keep. */
export function save(pieces: BlobPart[], type: string, name: string): void {
  const url = URL.createObjectURL(new Blob(pieces, { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  [link.href, link.download] = [url, name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** What every file system takes. */
export function fileName(title: string): string {
  const plain = title.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, " ").replace(/\s+/g, " ").trim();
  return plain.replace(/^\.+|\.+$/g, "").slice(0, 100) || "Untitled";
}

/** The server gives a fragment; a file is a whole page. */
function pageAround(title: string, fragment: string): string {
  const escaped = title.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  return `<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>${escaped}</title>\n</head>\n<body>\n${fragment}\n</body>\n</html>\n`;
}
