import "quill/dist/quill.snow.css";
import "quill-cursors/css";
import { Shoal } from "@shoal/client";
import { bindQuill } from "@shoal/client/quill";
import Quill from "quill";
import QuillCursors from "quill-cursors/core";

const session = async () => (await fetch("/session")).json(); // your server: { url, user, token }
const { url, user } = await session();
const shoal = new Shoal({ url, user, token: async () => (await session()).token });
const notes = shoal.open("documents/notes");

Quill.register("modules/cursors", QuillCursors);
bindQuill(notes, new Quill("#editor", { theme: "snow", modules: { cursors: true } }));

const [people, status] = ["#people", "#status"].map((id) => document.querySelector(id));
notes.on("participants", () => (people.textContent = notes.participants.map(({ name }) => name).join(", ")));
notes.on("status", ({ state }) => (status.textContent = state));
addEventListener("beforeunload", (event) => notes.unsaved > 0 && !notes.status.kept && event.preventDefault());
