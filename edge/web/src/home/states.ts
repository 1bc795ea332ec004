/* States: what a list shows while it loads, when it is empty, and when it could not be had.
 *
 * Owns nothing.
 */
import { explain } from "../app/rest";
import { h, icon } from "../ui/dom";

/** Lines that stand for what is coming. */
export function skeleton(lines: number): HTMLElement {
  const line = () => h("div", { class: "shades" }, h("span", { class: "shade round" }), h("span", { class: "shade w6" }), h("span", { class: "shade w2" }));
  return h("div", { class: "skeleton", role: "status", "aria-label": "Loading" }, ...Array.from({ length: lines }, line));
}

export function empty(drawing: string, title: string, text: string, action?: HTMLElement): HTMLElement {
  return h("div", { class: "empty" }, h("span", { class: "empty-mark" }, icon(drawing)), h("h2", {}, title), h("p", { class: "faint" }, text), action ?? null);
}

/** What went wrong, and a way to try again. */
export function failure(error: unknown, retry: () => void): HTMLElement {
  return h(
    "div",
    { class: "failure", role: "alert" },
    h("p", {}, explain(error)),
    h("button", { type: "button", class: "button", onclick: retry }, "Try again"),
  );
}

/**
 * Fills `host` with what `load` makes, a skeleton until then, and on failure with the reason and a way to try again.
 * Where it is filled again meanwhile, the later one counts.
 */
export async function fill(host: HTMLElement, load: () => Promise<readonly (Node | string)[]>, lines = 4): Promise<void> {
  const bones = skeleton(lines);
  const isLatest = () => bones.parentElement === host;
  host.replaceChildren(bones);
  try {
    const content = await load();
    if (isLatest()) host.replaceChildren(...content);
  } catch (error) {
    if (isLatest()) host.replaceChildren(failure(error, () => void fill(host, load, lines)));
  }
}
