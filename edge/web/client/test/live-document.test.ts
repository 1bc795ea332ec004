/* A live document as an editor sees it: undo among others, what was refused, and the rooms beside it. */
import { ErrorReason } from "@gen/shoal/error/v1/error_pb";
import Delta from "quill-delta";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Change, Notice } from "../src/index";
import { FakeServer } from "./fake-server";
import { FakeSocket } from "./fake-socket";
import { Browser, soon } from "./tabs";

const insert = (at: number, text: string) => new Delta().retain(at).insert(text);
const logged = (server: FakeServer) => server.log.contentAt().ops.map(({ insert }) => insert).join("");
const browsers: Browser[] = [];

async function meet(count: number) {
  const server = new FakeServer(new Delta().insert("hello\n"));
  const browser = new Browser(server);
  browsers.push(browser);
  const tabs = Array.from({ length: count }, () => browser.open());
  await soon(() => expect(tabs.every(({ document }) => document.status.state === "saved")).toBe(true));
  return { server, browser, tabs };
}

afterEach(() => {
  for (const browser of browsers.splice(0)) browser.end();
  vi.unstubAllGlobals();
});

describe("undo in a live document", () => {
  it("takes back one's own through the other's, in everybody's text, and puts the caret back", async () => {
    const { server, tabs } = await meet(2);
    const [ada, bob] = [tabs[0]!, tabs[1]!];
    const changes: Change[] = [];
    ada.document.on("change", (change) => changes.push(change));
    ada.document.select({ anchor: 5, head: 5 });
    ada.type(insert(5, " world"));
    ada.document.select({ anchor: 11, head: 11 });
    await soon(() => expect(bob.text).toBe("hello world\n"));
    bob.type(insert(8, "BOB"));
    await soon(() => expect(ada.text).toBe("hello woBOBrld\n"));
    expect([ada.document.canUndo, bob.document.canRedo]).toEqual([true, false]);
    expect(ada.document.undo()).toBe(true);
    expect([ada.text, changes[changes.length - 1]]).toMatchObject(["helloBOB\n", { by: "undo", selection: { anchor: 5, head: 5 } }]);
    await soon(() => expect([bob.text, logged(server)]).toEqual(["helloBOB\n", "helloBOB\n"]));
    expect([ada.document.undo(), ada.document.redo()]).toEqual([false, true]);
    await soon(() => expect([bob.text?.replace("BOB", ""), bob.text]).toEqual(["hello world\n", ada.text]));
  });

  it("does not bring back what the server refused", async () => {
    const { server, tabs } = await meet(1);
    const ada = tabs[0]!;
    server.refuseNext = ErrorReason.PERMISSION_DENIED;
    ada.type(insert(0, "never "));
    await soon(() => expect(ada.document.status).toMatchObject({ state: "refused", refusals: [{ text: "never " }] }));
    expect([ada.text, ada.document.undo(), ada.text]).toEqual(["hello\n", false, "hello\n"]);
    ada.refused[0]!.dismiss();
    expect(ada.document.status.state).toBe("saved");
  });
});

describe("rooms beside documents", () => {
  it("tell who is where, and each notice once", async () => {
    const { tabs } = await meet(1);
    const [project, user] = [tabs[0]!.shoal.project("projects/garden"), tabs[0]!.shoal.user()];
    const [notices, presences] = [[] as Notice[], [] as string[][]];
    user.on("notice", (notice) => notices.push(notice));
    project.on("presence", (documents) => presences.push([...documents].map(([name, people]) => `${name}: ${people.map((one) => one.name)}`)));
    const socket = FakeSocket.last;
    const session = (name: string) => socket.sent.find(({ frame }) => frame.case === "open" && frame.value.document === name)?.session ?? 0;
    await soon(() => expect([session("projects/garden"), session("users/me")].every(Boolean)).toBe(true));
    const participants = [{ site: "w-1", subject: "users/bob", displayName: "Bob" }];
    socket.say({ session: session("projects/garden"), frame: { case: "projectPresence", value: { documents: [{ document: "documents/x", participants }] } } });
    const news = { session: session("users/me"), frame: { case: "notified", value: { notice: { id: "1", kind: "share", document: "documents/x", text: "Bob shared it" } } } } as const;
    socket.say(news, news);
    expect(presences).toEqual([["documents/x: Bob"]]);
    expect(notices).toEqual([{ id: "1", kind: "share", document: "documents/x", text: "Bob shared it" }]);
    const ended = vi.fn();
    project.on("closed", ended);
    const fault = { code: 7, reason: ErrorReason.PERMISSION_DENIED, message: "no" };
    socket.say({ session: session("projects/garden"), frame: { case: "closed", value: { fault } } });
    expect(ended).toHaveBeenCalledOnce();
  });
});
