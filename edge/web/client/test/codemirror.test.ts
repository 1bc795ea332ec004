// @vitest-environment happy-dom
/* CodeMirror and a live document: what one shows the other has, whoever wrote it and however. */
import { EditorSelection, EditorState, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { Role } from "@gen/shoal/collab/v1/collab_pb";
import Delta from "quill-delta";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fromDocument, shoal } from "../src/codemirror";
import { changesFromDelta, textFrom } from "../src/codemirror/changes";
import { FakeServer } from "./fake-server";
import { FakeSocket } from "./fake-socket";
import { Random, randomEdit, SEED } from "./random";
import { Browser, soon, type Tab } from "./tabs";

interface Page {
  readonly tab: Tab;
  readonly view: EditorView;
  readonly seen: Transaction[];
}

const browsers: Browser[] = [];
const turn = () => new Promise<void>((done) => setTimeout(done));
const text = (content: string) => (content ? new Delta().insert(content) : new Delta());
const logged = (server: FakeServer) => textFrom(server.log.contentAt()).toString();
const shown = ({ view }: Page) => view.state.doc.toString();
const lastSocket = () => FakeSocket.all.filter(({ readyState }) => readyState === 1).pop()!;

function open(tab: Tab): Page {
  const seen: Transaction[] = [];
  const note = EditorView.updateListener.of(({ transactions }) => void seen.push(...transactions));
  const view = new EditorView({ parent: document.body, extensions: [shoal(tab.document, { colourOf: () => "teal" }), note] });
  return { tab, view, seen };
}

async function meet(content: string, count: number, set: (server: FakeServer) => unknown = () => undefined) {
  const server = new FakeServer(text(content));
  server.plainText = true;
  set(server);
  const browser = new Browser(server);
  browsers.push(browser);
  const pages = Array.from({ length: count }, () => open(browser.open()));
  await soon(() => expect(pages.every(({ tab }) => ["saved", "read-only"].includes(tab.document.status.state))).toBe(true));
  return { server, browser, pages };
}

function type({ view }: Page, at: number, insert: string, until = at): void {
  const selection = { anchor: at + insert.length };
  view.dispatch({ changes: { from: at, to: until, insert: view.state.toText(insert) }, selection, userEvent: "input.type" });
}

function press({ view }: Page, key: string, more: KeyboardEventInit = {}): boolean {
  return !view.contentDOM.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, cancelable: true, ...more }));
}

/** A random edit of text alone. */
function plainEdit(random: Random, content: string): Delta {
  const edit = randomEdit(random, text(content));
  return new Delta(edit.ops.map(({ attributes: _, ...op }) => (typeof op.insert === "object" ? { insert: "\r" } : op)));
}

afterEach(() => {
  for (const browser of browsers.splice(0)) browser.end();
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("text in CodeMirror", () => {
  it("is read-only and empty until the document is there, and then is the document's, carriage returns and all", async () => {
    const browser = new Browser(new FakeServer(text("# one\r\ntwo\n")));
    browsers.push(browser);
    const page = open(browser.open());
    page.view.dispatch({ changes: { from: 0, insert: "too early" } });
    expect([page.view.state.readOnly, shown(page)]).toEqual([true, ""]);
    await soon(() => expect([page.view.state.readOnly, shown(page), page.view.state.doc.lines]).toEqual([false, "# one\r\ntwo\n", 3]));
  });

  it("is the document's at once in a view that is opened later", async () => {
    const { browser, pages } = await meet("hello", 1);
    type(pages[0]!, 5, " there");
    const later = open(pages[0]!.tab);
    expect(browser.tabs).toHaveLength(1);
    await soon(() => expect([shown(later), later.view.state.readOnly]).toEqual(["hello there", false]));
  });

  it("goes both ways, and what is another's is marked so that no history takes it", async () => {
    const { server, pages } = await meet("hello", 2);
    const [ada, bob] = [pages[0]!, pages[1]!];
    type(ada, 5, "\n🐟 world");
    await soon(() => expect([shown(bob), logged(server)]).toEqual(["hello\n🐟 world", "hello\n🐟 world"]));
    const theirs = bob.seen.find(({ docChanged, newDoc }) => docChanged && newDoc.length > 5)!;
    expect([fromDocument, Transaction.addToHistory, Transaction.remote].map((kind) => theirs.annotation<boolean>(kind))).toEqual([true, false, true]);
    expect(server.submits).toHaveLength(1);
  });

  it("converges when all write at once, whatever arrives when", { timeout: 60_000 }, async () => {
    console.info(`codemirror.test: VITE_SEED=${SEED}`);
    const random = new Random(SEED);
    for (let round = 0; round < 8; round += 1) {
      const { server, browser, pages } = await meet(random.pick(["one\ntwo 🐟 three\n", "no newline", "", "\n", "a\r\nb"]), 3);
      for (let step = 0; step < 30; step += 1) {
        const page = random.pick(pages);
        const { tab, view } = page;
        if (random.chance(0.3)) tab.hears = !tab.hears;
        else if (random.chance(0.12)) random.chance(0.7) ? tab.document.undo() : tab.document.redo();
        else view.dispatch({ changes: changesFromDelta(plainEdit(random, shown(page))) });
        // What was typed is on the device before it is sent, and that takes some turns.
        for (let turns = random.below(6); turns > 0; turns -= 1) await turn();
        browser.pump();
      }
      for (const { tab } of pages) tab.hears = true;
      browser.pump();
      await soon(() => expect(pages.map(({ tab }) => tab.document.status.state)).toEqual(["saved", "saved", "saved"]));
      expect(pages.map(shown)).toEqual(Array(3).fill(logged(server)));
      browser.end();
    }
  });

  it("never has half a character, neither here nor in the log", async () => {
    const { server, pages } = await meet("a😀b", 2);
    const [ada, bob] = [pages[0]!, pages[1]!];
    // 😀 and 😃 begin with the same half.
    ada.view.dispatch({ changes: { from: 2, to: 3, insert: "😃"[1]! } });
    await soon(() => expect([shown(ada), shown(bob), logged(server)]).toEqual(Array(3).fill("a😃b")));
    ada.view.dispatch({ changes: { from: 1, to: 2 } });
    await soon(() => expect([shown(ada), shown(bob), logged(server)]).toEqual(Array(3).fill("a\ufffdb")));
    ada.view.dispatch({ changes: { from: 0, insert: "😀"[0]! } });
    await soon(() => expect([shown(ada), shown(bob), logged(server)]).toEqual(Array(3).fill("\ufffda\ufffdb")));
  });

  it("of a rich document keeps its formats and shows an embed as one character", async () => {
    const { server, pages } = await meet("", 1, (server) => {
      const rich = new FakeServer(new Delta().insert("bold", { bold: true }).insert({ image: "https://a.example/1.png" }).insert("\n"));
      Object.assign(server, { log: rich.log, plainText: false });
    });
    expect(shown(pages[0]!)).toBe("bold\ufffc\n");
    type(pages[0]!, 0, "x");
    const wanted = new Delta().insert("x").insert("bold", { bold: true }).insert({ image: "https://a.example/1.png" }).insert("\n");
    await soon(() => expect(server.log.contentAt()).toEqual(wanted));
  });

  it("is set right when the server refuses it", async () => {
    const { server, pages } = await meet("hello", 1);
    server.refuseNext = 3;
    type(pages[0]!, 0, "never ");
    expect(shown(pages[0]!)).toBe("never hello");
    await soon(() => expect([shown(pages[0]!), pages[0]!.tab.refused[0]?.text]).toEqual(["hello", "never "]));
  });

  it("is what the device has when there is no network, and may be written in", async () => {
    const { server, browser, pages } = await meet("hello", 1);
    type(pages[0]!, 5, " there");
    await soon(() => expect([pages[0]!.tab.saved, pages[0]!.tab.document.status.state]).toEqual([1, "saved"]));
    await pages[0]!.tab.document.close();
    const again = open(pages[0]!.tab.reload(false));
    await soon(() => expect([shown(again), again.tab.from]).toEqual(["hello there", "device"]));
    type(again, 0, "offline ");
    again.tab.back();
    await soon(() => expect(logged(server)).toBe("offline hello there"));
    expect(browser.tabs).toHaveLength(2);
  });
});

describe("undo in CodeMirror", () => {
  it("takes back one's own alone, through others' edits, by keys and by the browser's menu, and restores the selection", async () => {
    const { pages } = await meet("hello", 2);
    const [ada, bob] = [pages[0]!, pages[1]!];
    ada.view.dispatch({ selection: EditorSelection.single(5, 2), userEvent: "select" });
    await Promise.resolve();
    type(ada, 2, "y", 5);
    await soon(() => expect(shown(bob)).toBe("hey"));
    type(bob, 0, "BOB ");
    await soon(() => expect(shown(ada)).toBe("BOB hey"));
    const menu = (inputType: string) => ada.view.contentDOM.dispatchEvent(new InputEvent("beforeinput", { inputType, bubbles: true, cancelable: true }));
    const steps = [
      [() => press(ada, "z"), () => press(ada, "y")],
      [() => press(ada, "z"), () => press(ada, "Z", { shiftKey: true })],
      [() => press(ada, "я", { keyCode: 90 }), () => press(ada, "z", { shiftKey: true })],
      [() => menu("historyUndo"), () => menu("historyRedo")],
    ] as const;
    for (const [undo, redo] of steps) {
      undo();
      expect([shown(ada), ada.view.state.selection.main]).toMatchObject(["BOB hello", { anchor: 9, head: 6 }]);
      redo();
      expect(shown(ada)).toBe("BOB hey");
    }
    press(ada, "z");
    expect(press(ada, "z")).toBe(true);
    await soon(() => expect(shown(bob)).toBe("BOB hello"));
  });
});

describe("who may not write", () => {
  it("sees a view that takes nothing, reads on, and writes as soon as they may", async () => {
    const { server, pages } = await meet("hello", 1, (server) => (server.role = Role.VIEWER));
    const [ada] = [pages[0]!];
    expect([ada.view.state.readOnly, ada.view.contentDOM.contentEditable, ada.view.contentDOM.tabIndex]).toEqual([true, "false", 0]);
    type(ada, 0, "no ");
    expect(shown(ada)).toBe("hello");
    server.tell(lastSocket(), { case: "roleChanged", value: { role: Role.EDITOR } });
    expect([ada.view.state.readOnly, ada.view.state.facet(EditorView.editable)]).toEqual([false, true]);
    type(ada, 0, "yes ");
    await soon(() => expect(logged(server)).toBe("yes hello"));
  });

  it("is not asked by a change that goes around all filters: it is taken back out", async () => {
    const { pages } = await meet("hello", 1, (server) => (server.role = Role.VIEWER));
    pages[0]!.view.dispatch({ changes: { from: 0, insert: "no " }, filter: false });
    await Promise.resolve();
    expect(shown(pages[0]!)).toBe("hello");
  });
});

describe("an input method", () => {
  it("composes undisturbed: what others wrote meanwhile appears afterwards", async () => {
    const { server, pages } = await meet("hello ", 2);
    const [ada, bob] = [pages[0]!, pages[1]!];
    ada.view.contentDOM.dispatchEvent(new Event("compositionstart"));
    type(ada, 6, "に");
    type(bob, 0, "BOB ");
    await soon(() => expect(logged(server)).toContain("BOB "));
    type(ada, 6, "日本", 7);
    expect(shown(ada)).toBe("hello 日本");
    ada.view.contentDOM.dispatchEvent(new Event("compositionend"));
    await soon(() => expect([shown(ada), shown(bob)]).toEqual(["BOB hello 日本", "BOB hello 日本"]));
  });
});

describe("the others' cursors", () => {
  const bobAt = (anchor: number, head: number, state = 1) => ({
    case: "presenceChanged" as const,
    value: { revision: 0n, participants: [{ site: "bob-1", subject: "users/bob", displayName: "Bob", selection: { anchor, head }, state }] },
  });
  const caret = ({ view }: Page) => view.contentDOM.querySelector<HTMLElement>(".cm-shoal-caret");
  const marked = ({ view }: Page) => view.contentDOM.querySelector(".cm-shoal-selection")?.textContent;
  const before = (page: Page) => (caret(page) ? page.view.state.sliceDoc(0, page.view.posAtDOM(caret(page)!)) : null);

  it("have a name and a colour, follow every edit, fade when idle, and go with their owner", async () => {
    const { server, pages } = await meet("hello", 1);
    const page = pages[0]!;
    server.tell(lastSocket(), bobAt(4, 2));
    expect([caret(page)?.querySelector<HTMLElement>(".cm-shoal-name")?.dataset["name"], caret(page)?.style.color, before(page), marked(page)]).toEqual(["Bob", "teal", "he", "ll"]);
    const drawn = caret(page);
    type(page, 0, "oh, ");
    type(page, 6, "!");
    expect([before(page), marked(page)]).toEqual(["oh, he", "!ll"]);
    expect(caret(page)).toBe(drawn);
    await Promise.resolve();
    type(page, 0, "Ah", 9);
    await Promise.resolve();
    expect([before(page), page.tab.document.participants[0]?.selection]).toEqual(["Ah", { anchor: 2, head: 2 }]);
    server.tell(lastSocket(), bobAt(1, 1, 2));
    expect(caret(page)?.className).toContain("cm-shoal-idle");
    server.tell(lastSocket(), { case: "presenceChanged", value: { revision: 0n, left: ["bob-1"] } });
    expect(caret(page)).toBeNull();
  });

  it("are told where this user is once they are in the text, and when they go away", async () => {
    const { pages } = await meet("hello", 1);
    const { view, tab } = pages[0]!;
    const select = vi.spyOn(tab.document, "select");
    view.dispatch({ selection: { anchor: 1, head: 3 } });
    await Promise.resolve();
    expect(select).toHaveBeenLastCalledWith(null, true);
    view.dispatch({ selection: { anchor: 4, head: 1 }, userEvent: "select" });
    await soon(() => expect(select).toHaveBeenLastCalledWith({ anchor: 4, head: 1 }, true));
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    await soon(() => expect(select).toHaveBeenLastCalledWith({ anchor: 4, head: 1 }, false));
    view.destroy();
    expect(select).toHaveBeenLastCalledWith(null);
  });
});

describe("pasted text", () => {
  it("has the document's line breaks", async () => {
    const { pages } = await meet("", 1);
    const filters = pages[0]!.view.state.facet(EditorView.clipboardInputFilter);
    expect(filters.reduce((pasted, filter) => filter(pasted, EditorState.create()), "a\r\nb\rc")).toBe("a\nb\nc");
  });
});
