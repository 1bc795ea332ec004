/* Actions: what can be done with a document from a list.
 *
 * Owns nothing. Lists hear of what became of it as they hear of what others do; a list that does not is told `changed`.
 */
import { deleteDocument, muteResource, undeleteDocument } from "@shoal/client/rest";
import type { Account } from "../app/account";
import { changeDocument, createDocument, pathOf, type DocumentInfo } from "../app/documents";
import { explain, rest } from "../app/rest";
import { UNTITLED } from "../app/titles";
import type { MenuItems } from "../ui/menu";
import { announce, toast } from "../ui/notices";
import { askText } from "../ui/ask";
import { openShare, SHARE } from "../ui/share";
import { COPY, MOVE, MUTE, PENCIL, TEMPLATE, TRASH } from "./icons";
import { askPlace } from "./place";

export interface ActionParts {
  readonly account: Account;
  readonly go: (path: string) => void;
}

export function actionsOf(info: DocumentInfo, { account, go }: ActionParts): MenuItems {
  const { name, template } = info;
  const title = info.title || UNTITLED;
  return [
    { label: "Rename…", icon: PENCIL, testid: "rename-document", run: () => rename(info) },
    { label: "Move…", icon: MOVE, testid: "move-document", run: () => askPlace(info) },
    { label: "Share…", icon: SHARE, run: () => void openShare({ account, resource: name, title }) },
    { label: "Make a copy", icon: COPY, run: () => attempt(async () => go(pathOf((await copy(info)).name))) },
    {
      label: template ? "Use as a template no more" : "Use as a template", icon: TEMPLATE, testid: "toggle-template",
      run: () => attempt(() => changeDocument(name, { template: !template }), template ? `${title} is no template any more` : `${title} is a template`),
    },
    { label: "Mute its notifications", icon: MUTE, run: () => attempt(() => muteResource(rest, { resource: name }), `You will hear nothing more of ${title}`) },
    null,
    { label: "Move to trash", icon: TRASH, danger: true, testid: "trash-document", run: () => attempt(() => putAway(name, title)) },
  ];
}

/** Does it, says so, or says why not. */
export function attempt(work: () => Promise<unknown>, done = ""): void {
  work().then(
    () => done && toast({ message: done }),
    (error: unknown) => toast({ message: explain(error) }),
  );
}

function rename({ name, title }: DocumentInfo): void {
  askText({
    title: "Rename", label: "Title", value: title, required: false, submit: "Rename",
    run: async (text) => {
      await changeDocument(name, { title: text });
      announce(`Renamed to ${text || UNTITLED}`);
    },
  });
}

async function copy({ name, title, project, folder }: DocumentInfo): Promise<DocumentInfo> {
  return createDocument({ title: `Copy of ${title || UNTITLED}`.slice(0, 200), project, folder, copy: name });
}

async function putAway(name: string, title: string): Promise<void> {
  await deleteDocument(rest, { name });
  toast({ message: `${title} is in the trash`, action: { label: "Undo", run: () => attempt(() => undeleteDocument(rest, { name }), `${title} is back`) } });
}
