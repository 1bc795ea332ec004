/* Safe formats: links, pictures and videos of a document, whoever wrote it and with whatever program.
 *
 * A link leads to http, https, mailto and tel; one that leads elsewhere is shown and is nothing to press. A picture comes
 * over https. A video is a link to it: no other page is shown within this one. Owns these three formats of Quill. What a
 * document says is kept as it is; what is pasted is taken only where it would be shown.
 */
import Quill from "quill";

const LINK = /^(https?:|mailto:|tel:)/i;
const IMAGE = /^https:\/\/[^\s]/i;
/** What browsers leave out when they read an address: `java\nscript:` is `javascript:` to them. */
const IGNORED = /[\u0000-\u0020\u007f-\u009f]/;

/** Whether a press on it can do no harm here. */
export function isSafeLink(address: unknown): address is string {
  return typeof address === "string" && LINK.test(address) && !IGNORED.test(address);
}

export function isSafeImage(address: unknown): address is string {
  return typeof address === "string" && IMAGE.test(address);
}

interface Blot {
  new (...parts: unknown[]): { domNode: HTMLElement; format(name: string, value: unknown): void };
  create(value?: unknown): HTMLElement;
}

const Inline = Quill.import("blots/inline") as unknown as Blot;
const Embed = Quill.import("blots/embed") as unknown as Blot;
const Image = Quill.import("formats/image") as unknown as Blot;

class SafeLink extends Inline {
  static blotName = "link";
  static tagName = "A";

  static override create(value: unknown): HTMLElement {
    const node = super.create(value);
    lead(node, value);
    return node;
  }

  /** Of a pasted element, only an address that is safe. */
  static formats(node: HTMLElement): string | null {
    const address = node.dataset["address"] ?? node.getAttribute("href");
    return node.dataset["address"] !== undefined || isSafeLink(address) ? address : null;
  }

  override format(name: string, value: unknown): void {
    if (name === SafeLink.blotName && value) lead(this.domNode, value);
    else super.format(name, value);
  }
}

function lead(node: HTMLElement, address: unknown): void {
  node.dataset["address"] = String(address);
  if (!isSafeLink(address)) {
    node.removeAttribute("href");
    node.title = "This link leads nowhere that is safe to go";
    return;
  }
  node.setAttribute("href", address);
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
  node.removeAttribute("title");
}

/** Any other address has no value here, and is shown as something that cannot be shown. */
class SafeImage extends Image {
  static blotName = "image";

  static sanitize(address: string): string {
    return isSafeImage(address) ? address : "";
  }

  static override create(value: unknown): HTMLElement {
    const node = super.create(value);
    node.setAttribute("referrerpolicy", "no-referrer");
    node.setAttribute("loading", "lazy");
    return node;
  }

  static value(node: HTMLElement): string | null {
    const address = node.getAttribute("src");
    return isSafeImage(address) ? address : null;
  }
}

/** Within a line: Quill's own breaks the line around it, which a document need not do. */
class VideoLink extends Embed {
  static blotName = "video";
  static tagName = "span";
  static className = "ql-inline-video";

  static override create(value: unknown): HTMLElement {
    const node = super.create(value);
    const link = document.createElement("a");
    link.textContent = `Video: ${String(value)}`;
    lead(link, value);
    node.append(link);
    node.dataset["value"] = String(value);
    return node;
  }

  static value(node: HTMLElement): string {
    return node.dataset["value"] ?? "";
  }
}

export const SAFE_FORMATS = {
  "formats/link": SafeLink as never,
  "formats/image": SafeImage as never,
  "formats/video": VideoLink as never,
};
