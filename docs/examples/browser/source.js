import { defaultKeymap } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { EditorView, keymap } from "@codemirror/view";
import { Shoal } from "@shoal/client";
import { shoal as shared } from "@shoal/client/codemirror";

const session = async () => (await fetch("/session")).json(); // your server: { url, user, token }
const { url, user } = await session();
const shoal = new Shoal({ url, user, token: async () => (await session()).token });
const source = shoal.open("documents/source");

const extensions = [shared(source), markdown(), keymap.of(defaultKeymap), EditorView.lineWrapping];
new EditorView({ parent: document.querySelector("#editor"), extensions });
source.on("status", ({ state }) => (document.querySelector("#status").textContent = state));
