/* Image dialog: a picture by its address, and what it shows in words for whoever does not see it.
 *
 * Owns the check that there are such words, or that the picture says nothing that the text does not.
 */
import { openDialog } from "../ui/dialog";
import { field } from "../ui/field";
import { h } from "../ui/dom";

export interface ImageWanted {
  readonly url: string;
  /** Empty = an ornament. */
  readonly alt: string;
}

export function openImageDialog(done: (wanted: ImageWanted) => void): void {
  const url = field("Address of the picture", { "data-testid": "image-url", autofocus: true, inputmode: "url", placeholder: "https://…" });
  const alt = field("What it shows", { "data-testid": "image-alt", placeholder: "A heron on a jetty" }, "Read to those who cannot see it, and shown where it does not load.");
  const ornament = h("input", { type: "checkbox", "data-testid": "image-ornament" });
  const form = h(
    "form",
    { class: "fields", novalidate: true },
    url.element,
    alt.element,
    h("label", { class: "check" }, ornament, "Only an ornament: nothing to describe"),
    h("div", { class: "dialog-end" }, h("button", { class: "button primary", "data-testid": "image-done" }, "Add picture")),
  );
  const dialog = openDialog("Add a picture", form);
  ornament.addEventListener("change", () => (alt.input.disabled = ornament.checked));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = url.input.value.trim();
    if (!/^https:\/\/[^\s]+$/i.test(address)) return url.complain("The address of a picture begins with https://.");
    const words = ornament.checked ? "" : alt.input.value.trim();
    if (!words && !ornament.checked) return alt.complain("Say in a few words what it shows, or mark it as an ornament.");
    dialog.close();
    done({ url: address, alt: words });
  });
}
