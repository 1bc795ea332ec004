/* Quill pages: tabs of one document, each with a Quill bound to it.
 *
 * Owns the Quills and a layer that notes which cursors are drawn, since nothing has a size here.
 */
import Quill from "quill";
import Delta from "quill-delta";
import { expect } from "vitest";
import { bindQuill, type QuillBinding } from "../src/quill";
import { FakeServer } from "./fake-server";
import { FakeSocket } from "./fake-socket";
import { Browser, soon, type Tab } from "./tabs";

interface Cursor {
  readonly name: string;
  readonly colour: string;
  range?: { index: number; length: number };
  flag?: boolean;
}

/** Stands where quill-cursors would. */
export class CursorLayer {
  readonly cursors = new Map<string, Cursor>();
  createCursor(site: string, name: string, colour: string): void {
    if (!this.cursors.has(site)) this.cursors.set(site, { name, colour });
  }
  moveCursor(site: string, range: { index: number; length: number }): void {
    this.cursors.get(site)!.range = range;
  }
  removeCursor(site: string): void {
    this.cursors.delete(site);
  }
  toggleFlag(site: string, flag: boolean): void {
    this.cursors.get(site)!.flag = flag;
  }
}

Quill.register("modules/cursors", CursorLayer as never, true);

export interface QuillPage {
  readonly tab: Tab;
  readonly quill: Quill;
  readonly binding: QuillBinding;
  readonly layer: CursorLayer;
}

export const FORMATS = ["bold", "italic", "color", "header", "link", "image"];

export function quillPage(tab: Tab, formats = FORMATS): QuillPage {
  const place = document.createElement("div");
  document.body.append(place);
  const quill = new Quill(place, { formats, modules: { toolbar: false, cursors: true } });
  const binding = bindQuill(tab.document, quill, { colourOf: () => "teal" });
  return { tab, quill, binding, layer: quill.getModule("cursors") as CursorLayer };
}

/** Bound before anything has arrived. */
export async function meetInQuill(content: Delta, count: number, set: (server: FakeServer) => unknown = () => undefined) {
  const server = new FakeServer(content);
  set(server);
  const browser = new Browser(server);
  const pages = Array.from({ length: count }, () => quillPage(browser.open()));
  await soon(() => expect(pages.every(({ tab }) => ["saved", "read-only"].includes(tab.document.status.state))).toBe(true));
  return { server, browser, pages };
}

/** What a Quill holds. */
export const held = (quill: Quill) => new Delta(quill.getContents().ops);

/** The socket of the last page that is connected; pages that crashed go on dialling. */
export const lastSocket = () => FakeSocket.all.filter(({ readyState }) => readyState === 1).pop()!;
