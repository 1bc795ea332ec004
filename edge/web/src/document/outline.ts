/* Outline: the headings of the text, each a way to it.
 *
 * Owns the panel. Headings are read from what is shown, once a second at most while it changes.
 */
import type { LiveDocument } from "@shoal/client";
import { h, icon } from "../ui/dom";
import type { Panel } from "../ui/side-panel";

const LIST = "M4 6h12M7 12h13M7 18h9";
const EVERY_MS = 1_000;

/** `root` is what holds the text, once it is there. */
export function outlinePanel(live: LiveDocument, root: () => HTMLElement | null): Panel {
  return { id: "outline", label: "Outline", icon: icon(LIST), open: (host) => show(host, live, root) };
}

function show(host: HTMLElement, live: LiveDocument, root: () => HTMLElement | null): () => void {
  const list = h("ul", { class: "outline", "data-testid": "outline" });
  const none = h("p", { class: "faint" }, "Headings of the text appear here.");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = () => {
    timer = undefined;
    const headings = [...(root()?.querySelectorAll<HTMLElement>("h1, h2, h3") ?? [])].filter((each) => each.textContent?.trim());
    list.replaceChildren(...headings.map(line));
    none.hidden = headings.length > 0;
  };
  const soon = () => (timer ??= setTimeout(draw, EVERY_MS));
  const stops = [live.on("change", soon), live.on("status", soon)];
  host.append(list, none);
  draw();
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

function line(heading: HTMLElement): HTMLElement {
  const go = () => heading.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
  return h("li", { class: `outline-${heading.tagName.toLowerCase()}` }, h("button", { type: "button", onclick: go }, heading.textContent));
}
