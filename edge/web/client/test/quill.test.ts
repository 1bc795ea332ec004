// @vitest-environment happy-dom
/* Quill and a live document: what one shows the other has, whoever wrote it and however. */
import { Role } from "@gen/shoal/collab/v1/collab_pb";
import Delta from "quill-delta";
import { afterEach, describe, expect, it, vi } from "vitest";
import { canonicalContent } from "../src/hash";
import { shown } from "../src/quill/tail";
import { FakeServer } from "./fake-server";
import { held, lastSocket, meetInQuill, quillPage, type QuillPage } from "./quill-page";
import { Random, randomEdit, SEED } from "./random";
import { Browser, soon } from "./tabs";

const browsers: Browser[] = [];
const turn = () => new Promise<void>((done) => setTimeout(done));
const text = (content: string) => new Delta().insert(content);
const logged = (server: FakeServer) => server.log.contentAt();

async function meet(content: Delta, count: number, set?: (server: FakeServer) => unknown) {
  const met = await meetInQuill(content, count, set);
  browsers.push(met.browser);
  return met;
}

function key(page: QuillPage, pressed: string, more: KeyboardEventInit = {}): void {
  page.quill.root.dispatchEvent(new KeyboardEvent("keydown", { key: pressed, ctrlKey: true, bubbles: true, cancelable: true, ...more }));
}

/** As a keyboard or an input method does: the page's text changes, and Quill sees it. */
function write(page: QuillPage, to: string): void {
  const found = document.createTreeWalker(page.quill.root, NodeFilter.SHOW_TEXT).nextNode() as globalThis.Text;
  found.data = to;
}

afterEach(() => {
  for (const browser of browsers.splice(0)) browser.end();
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("text in Quill", () => {
  it("is read-only and empty until the document is there, and then is the document's", async () => {
    const browser = new Browser(new FakeServer(text("hello\n")));
    browsers.push(browser);
    const page = quillPage(browser.open());
    expect([page.quill.isEnabled(), page.quill.getText()]).toEqual([false, "\n"]);
    await soon(() => expect([page.quill.isEnabled(), page.quill.getText()]).toEqual([true, "hello\n"]));
  });

  it("goes both ways, typed or formatted, with embeds and emoji", async () => {
    const { server, pages } = await meet(text("hello 🐟\n"), 2);
    const [ada, bob] = [pages[0]!, pages[1]!];
    write(ada, "hello 🐠");
    await soon(() => expect(bob.quill.getText()).toBe("hello 🐠\n"));
    bob.quill.formatText(0, 5, "bold", true, "user");
    bob.quill.formatLine(0, 1, "header", 2, "user");
    bob.quill.insertEmbed(8, "image", "https://a.example/1.png", "user");
    const whole = new Delta().insert("hello", { bold: true }).insert(" 🐠").insert({ image: "https://a.example/1.png" }).insert("\n", { header: 2 });
    await soon(() => expect([held(ada.quill), logged(server)]).toEqual([whole, whole]));
  });

  it("converges when all write at once, whatever arrives when", { timeout: 60_000 }, async () => {
    console.info(`quill.test: VITE_SEED=${SEED}`);
    const random = new Random(SEED);
    // Quill seems to be slow at times, so that what others did waits while more is typed.
    let now = 0;
    vi.stubGlobal("performance", { now: () => (now += random.below(60)) });
    for (let round = 0; round < 8; round += 1) {
      const start = random.pick([text("one\ntwo 🐟 three\n"), text("no newline"), new Delta(), text("\n")]);
      const { server, browser, pages } = await meet(start, 3);
      for (let step = 0; step < 25; step += 1) {
        const { tab, quill } = random.pick(pages);
        if (random.chance(0.3)) tab.hears = !tab.hears;
        else if (random.chance(0.12)) random.chance(0.7) ? tab.document.undo() : tab.document.redo();
        else quill.updateContents(randomEdit(random, held(quill)), "user");
        // What was typed is on the device before it is sent, and that takes some turns.
        for (let turns = random.below(6); turns > 0; turns -= 1) await turn();
        browser.pump();
      }
      for (const { tab } of pages) tab.hears = true;
      browser.pump();
      await soon(() => expect(pages.map(({ tab }) => tab.document.status.state)).toEqual(["saved", "saved", "saved"]));
      const content = logged(server);
      for (const { tab, quill } of pages) {
        expect(canonicalContent(tab.document.content())).toBe(canonicalContent(content));
        await soon(() => expect(canonicalContent(held(quill))).toBe(canonicalContent(shown(content, false))));
      }
      browser.end();
    }
  });

  it("gets its last newline from whoever writes first, and from nobody who only looks", async () => {
    const { server, pages } = await meet(new Delta(), 2);
    expect([logged(server).ops, pages[0]!.quill.getText()]).toEqual([[], "\n"]);
    pages[0]!.quill.insertText(0, "a", "user");
    await soon(() => expect([logged(server), held(pages[1]!.quill)]).toEqual([text("a\n"), text("a\n")]));
    pages[0]!.tab.document.undo();
    await soon(() => expect([logged(server).ops, pages[1]!.quill.getText()]).toEqual([[], "\n"]));
    pages[1]!.quill.insertText(0, "b", "user");
    await soon(() => expect([logged(server), held(pages[0]!.quill)]).toEqual([text("b\n"), text("b\n")]));
  });

  it("keeps embeds it does not know, cannot show in a line, or would rewrite", async () => {
    const strange = [{ poll: { id: 7 } }, { video: "https://a.example/v" }, { image: "javascript:alert(1)" }, { image: { src: "x" } }, { cursor: true }, { bold: "x" }];
    const content = strange.reduce((all, embed) => all.insert("a").insert(embed), new Delta()).insert("b\n");
    const { server, pages } = await meet(content, 1);
    const { quill } = pages[0]!;
    expect(quill.getLength()).toBe(content.length());
    expect(quill.root.querySelectorAll(".ql-shoal-embed")).toHaveLength(strange.length);
    quill.insertText(3, "!", "user");
    const copied = held(quill).slice(1, 2);
    quill.updateContents(new Delta().retain(quill.getLength() - 1).concat(copied), "user");
    const wanted = content.compose(new Delta().retain(3).insert("!")).compose(new Delta().retain(content.length()).insert({ poll: { id: 7 } }));
    await soon(() => expect(logged(server)).toEqual(wanted));
  });

  it("takes no stand-in from another page that stands for nothing", async () => {
    const { server, pages } = await meet(text("a\n"), 1);
    const pasted = (value: string) => `<p>b<span class="ql-shoal-embed" data-value='${value}'></span></p>`;
    const { quill } = pages[0]!;
    for (const value of ["not JSON", "{}", "[1]", '"x"', "null"]) quill.clipboard.dangerouslyPasteHTML(1, pasted(value), "user");
    quill.clipboard.dangerouslyPasteHTML(0, pasted('{"poll":7}'), "user");
    await soon(() => expect(logged(server)).toEqual(new Delta().insert("b").insert({ poll: 7 }).insert("abbbbb\n")));
  });

  it("shows what others take back or set right, at the caret's place", async () => {
    const { server, pages } = await meet(text("hello\n"), 1);
    const { quill, tab } = pages[0]!;
    server.refuseNext = 3;
    quill.insertText(0, "never ", "user");
    expect(quill.getText()).toBe("never hello\n");
    await soon(() => expect([quill.getText(), tab.refused.map((one) => one.text)]).toEqual(["hello\n", ["never "]]));
  });

  it("of a plain document has neither formats nor a newline that is not there", async () => {
    const { server, pages } = await meet(text("abc"), 1, (server) => (server.plainText = true));
    const { quill } = pages[0]!;
    expect(quill.getText()).toBe("abc\n");
    quill.insertText(3, "d", "user");
    await soon(() => expect(logged(server)).toEqual(text("abcd")));
    quill.deleteText(0, 5, "user");
    await soon(() => expect(logged(server).ops).toEqual([]));
  });
});

describe("undo in Quill", () => {
  it("takes back one's own alone, by keys, by the browser's menu and by Quill's history, and puts the caret back", async () => {
    const { pages } = await meet(text("hello\n"), 2);
    const [ada, bob] = [pages[0]!, pages[1]!];
    ada.quill.setSelection(5, 0, "user");
    await Promise.resolve();
    ada.quill.insertText(5, " world", "user");
    await soon(() => expect(bob.quill.getText()).toBe("hello world\n"));
    bob.quill.insertText(0, "BOB ", "user");
    await soon(() => expect(ada.quill.getText()).toBe("BOB hello world\n"));
    const steps = [
      [() => key(ada, "z"), () => key(ada, "y")],
      [() => key(ada, "я", { keyCode: 90 }), () => key(ada, "Z", { shiftKey: true })],
      [() => ada.quill.history.undo(), () => ada.quill.history.redo()],
      [...["historyUndo", "historyRedo"].map((inputType) => () => ada.quill.root.dispatchEvent(new InputEvent("beforeinput", { inputType, bubbles: true, cancelable: true })))],
    ] as const;
    for (const [undo, redo] of steps) {
      undo!();
      expect([ada.quill.getText(), ada.quill.getSelection()]).toMatchObject(["BOB hello\n", { index: 9, length: 0 }]);
      redo!();
      expect(ada.quill.getText()).toBe("BOB hello world\n");
    }
    await soon(() => expect(bob.quill.getText()).toBe("BOB hello world\n"));
  });

  it("is Quill's own again once they are parted", async () => {
    const { server, pages } = await meet(text("hello\n"), 1);
    const { quill, binding } = pages[0]!;
    binding.destroy();
    quill.insertText(0, "mine ", "user");
    expect(logged(server)).toEqual(text("hello\n"));
    quill.history.undo();
    expect(quill.getText()).toBe("hello\n");
  });
});

describe("who may not write", () => {
  it("sees a Quill that takes nothing, and writes as soon as they may", async () => {
    const { server, pages } = await meet(text("hello\n"), 1, (server) => (server.role = Role.VIEWER));
    const { quill, tab } = pages[0]!;
    expect(quill.isEnabled()).toBe(false);
    server.tell(lastSocket(), { case: "roleChanged", value: { role: Role.EDITOR } });
    expect(quill.isEnabled()).toBe(true);
    quill.insertText(0, "a ", "user");
    await soon(() => expect(tab.document.status.state).toBe("saved"));
    server.tell(lastSocket(), { case: "roleChanged", value: { role: Role.VIEWER } });
    quill.enable(true);
    quill.insertText(0, "not taken ", "user");
    expect([quill.getText(), logged(server)]).toEqual(["a hello\n", text("a hello\n")]);
  });
});

describe("an input method", () => {
  it("composes undisturbed: what others wrote meanwhile appears afterwards", async () => {
    const { server, pages } = await meet(text("hello\n"), 2);
    const [ada, bob] = [pages[0]!, pages[1]!];
    const say = (kind: string) => ada.quill.root.querySelector("p")!.dispatchEvent(new Event(kind, { bubbles: true }));
    say("compositionstart");
    write(ada, "hello に");
    bob.quill.insertText(0, "BOB ", "user");
    await soon(() => expect(logged(server)).toEqual(text("BOB hello\n")));
    write(ada, "hello 日本");
    expect(ada.quill.root.textContent).toBe("hello 日本");
    say("compositionend");
    await soon(() => expect([ada.quill.getText(), bob.quill.getText()]).toEqual(["BOB hello 日本\n", "BOB hello 日本\n"]));
  });
});

describe("the others' cursors", () => {
  const bobAt = (anchor: number, head: number, state = 1) => ({
    case: "presenceChanged" as const,
    value: { revision: 0n, participants: [{ site: "bob-1", subject: "users/bob", displayName: "Bob", selection: { anchor, head }, state }] },
  });

  it("have their name and colour, follow every edit, pale when idle, and go with their owner", async () => {
    const { server, pages } = await meet(text("hello\n"), 1);
    const { quill, layer } = pages[0]!;
    const bob = () => layer.cursors.get("bob-1");
    server.tell(lastSocket(), bobAt(4, 2));
    await soon(() => expect(bob()).toEqual({ name: "Bob", colour: "teal", range: { index: 2, length: 2 }, flag: true }));
    quill.insertText(0, "oh, ", "user");
    await soon(() => expect(bob()?.range).toEqual({ index: 6, length: 2 }));
    quill.deleteText(0, 7, "user");
    await soon(() => expect(bob()?.range).toEqual({ index: 0, length: 1 }));
    server.tell(lastSocket(), bobAt(4, 2, 2));
    await soon(() => expect(bob()).toMatchObject({ colour: "color-mix(in srgb, teal 35%, transparent)" }));
    server.tell(lastSocket(), { case: "presenceChanged", value: { revision: 0n, left: ["bob-1"] } });
    await soon(() => expect(bob()).toBeUndefined());
  });

  it("are told where this user is, and that they went away", async () => {
    const { pages } = await meet(text("hello\n"), 1);
    const { quill, tab } = pages[0]!;
    const select = vi.spyOn(tab.document, "select");
    quill.setSelection(1, 3, "user");
    await soon(() => expect(select).toHaveBeenLastCalledWith({ anchor: 1, head: 4 }, true));
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    await soon(() => expect(select).toHaveBeenLastCalledWith({ anchor: 1, head: 4 }, false));
  });
});
