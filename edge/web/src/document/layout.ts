/* Layout: where the parts of the document page stand. Owns the landmarks and the line that skips to the text. */
import { h } from "../ui/dom";

export interface Parts {
  readonly header: HTMLElement;
  readonly tools: HTMLElement;
  /** Above the paper, in this order. */
  readonly notices: readonly HTMLElement[];
  readonly paper: HTMLElement;
  readonly side: HTMLElement;
  readonly footer: HTMLElement;
  readonly floating: readonly HTMLElement[];
}

export interface Layout {
  readonly main: HTMLElement;
  readonly sheet: HTMLElement;
  /** The document is here: what stood for it goes. */
  loaded(): void;
  /** Shows something in the paper's place; null = the paper again, as it was left. */
  preview(instead: HTMLElement | null): void;
}

export function layOut(root: HTMLElement, { header, tools, notices, paper, side, footer, floating }: Parts, toText: () => void): Layout {
  const skip = h("button", { type: "button", class: "skip", onclick: toText }, "Skip to the text");
  const bones = h("div", { class: "bones", "aria-hidden": "true", "data-testid": "skeleton" }, ...["40%", "92%", "86%", "95%", "60%", "", "88%", "94%", "35%"].map(bone));
  const sheet = h("div", { class: "sheet", "aria-busy": "true" }, bones, paper);
  paper.hidden = true;
  const place = h("div", { class: "preview", hidden: true });
  const main = h("main", { class: "desk", id: "main" }, tools, h("div", { class: "desk-middle" }, h("div", { class: "desk-text" }, ...notices, sheet, place), side));
  root.append(skip, header, main, footer, ...floating);
  const loaded = () => {
    bones.remove();
    paper.hidden = false;
    sheet.removeAttribute("aria-busy");
  };
  const preview = (instead: HTMLElement | null) => {
    place.replaceChildren(...(instead ? [instead] : []));
    place.hidden = instead === null;
    sheet.hidden = instead !== null;
  };
  return { main, sheet, loaded, preview };
}

function bone(width: string): HTMLElement {
  const element = h("span", { class: "bone" });
  element.style.width = width || "0";
  return element;
}
