/* Markup: the one place where text may become elements or name a worker, under the Content-Security-Policy's
 * `trusted-types default`.
 *
 * The app itself builds elements from values; Quill's theme has icons and a tooltip as text, and reads what is pasted
 * into a document of its own, where nothing runs and nothing loads. Owns the policy that lets these pass and nothing else.
 */
const ELEMENTS = new Set(["a", "circle", "div", "ellipse", "g", "input", "line", "option", "path", "polygon", "polyline", "rect", "select", "small", "span", "svg", "title"]);
const INERT = "DOMParser";
/** The one worker of the app, that keeps it for when the server is away. */
const WORKER = "/sw.js";

interface Rules {
  createHTML(text: string, type: string, sink: string): string | null;
  createScriptURL(url: string): string | null;
}
interface PolicyFactory {
  createPolicy(name: string, rules: Rules): unknown;
}

/** Before anything that writes markup. Browsers without Trusted Types have the rest of the policy. */
export function allowPlainMarkup(target: { readonly trustedTypes?: PolicyFactory } = window as never): void {
  target.trustedTypes?.createPolicy("default", {
    createHTML: (text, _, sink) => (sink.startsWith(INERT) || isPlain(text) ? text : null),
    createScriptURL: (url) => (url === WORKER ? url : null),
  });
}

/** Whether markup is but shapes and plain controls: no script, no frame, no handler, nothing that loads or styles. */
export function isPlain(text: string): boolean {
  if (!text.includes("<")) return true;
  const all = [...new DOMParser().parseFromString(text, "text/html").querySelectorAll("body *, head *")];
  return all.every((element) => ELEMENTS.has(element.localName) && [...element.attributes].every(isPlainAttribute));
}

function isPlainAttribute({ name, value }: Attr): boolean {
  if (name.startsWith("on") || name === "style" || name === "src" || name === "srcdoc") return false;
  return !name.endsWith("href") || value === "about:blank" || value.startsWith("#");
}
