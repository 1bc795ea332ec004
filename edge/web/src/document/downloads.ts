/* Downloads: the document as a file.
 *
 * Owns the kinds there are. A file holds what is saved; the page says so where more was typed.
 */
import { streamed } from "./service";

export type Kind = "markdown" | "html" | "text" | "history";

interface Form {
  readonly label: string;
  readonly ending: string;
  readonly type: string;
  /** What of the address comes after the document's name. */
  readonly path: string;
}

export const FORMS: Readonly<Record<Kind, Form>> = {
  markdown: { label: "Markdown", ending: "md", type: "text/markdown", path: ":content?format=CONTENT_FORMAT_MARKDOWN" },
  html: { label: "HTML", ending: "html", type: "text/html", path: ":content?format=CONTENT_FORMAT_HTML" },
  text: { label: "Plain text", ending: "txt", type: "text/plain", path: ":content?format=CONTENT_FORMAT_TEXT" },
  history: { label: "Whole history", ending: "shoal.jsonl", type: "application/jsonl", path: ":exportHistory" },
};

interface Part {
  readonly text?: string;
  /** Base64. */
  readonly chunk?: string;
}

export async function download(kind: Kind, name: string, title: string): Promise<void> {
  const { ending, type, path } = FORMS[kind];
  const parts = await streamed<Part>(`/v1/${name}${path}`);
  const pieces = parts.map(({ text, chunk }) => (chunk ? bytesOf(chunk) : (text ?? "")));
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

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
}

/** The server gives a fragment; a file is a whole page. */
function pageAround(title: string, fragment: string): string {
  const escaped = title.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  return `<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>${escaped}</title>\n</head>\n<body>\n${fragment}\n</body>\n</html>\n`;
}
