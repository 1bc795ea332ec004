/* SearchBox: the field in the bar from which every page is searched.
 *
 * Owns the field. Ctrl+K opens the quick switcher instead, which is another way to the same.
 */
import { h, icon } from "../ui/dom";
import { SEARCH } from "../home/icons";

/** On a Mac the key has another name. */
export const SWITCH_KEYS = navigator.platform.startsWith("Mac") ? "⌘K" : "Ctrl K";

export function searchBox(go: (path: string) => void): HTMLElement {
  const asked = location.pathname === "/search" ? (new URLSearchParams(location.search).get("q") ?? "") : "";
  const input = h("input", { type: "search", value: asked, maxlength: 500, placeholder: "Search documents", "aria-label": "Search documents", autocomplete: "off", "data-testid": "search-box" });
  const form = h("form", { class: "search-box", role: "search" }, icon(SEARCH), input, h("kbd", { title: "Opens the quick switcher", "aria-hidden": "true" }, SWITCH_KEYS));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) go(`/search?q=${encodeURIComponent(input.value.trim())}`);
  });
  return form;
}
