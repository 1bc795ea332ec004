/* Project: what is in a project or a folder of it, who is there now, and what can be done with it.
 *
 * Owns what it knows of the project's folders, which it reads anew after each change made here, and the project's room.
 */
import { among, personName } from "../app/names";
import { getProject, listFolders } from "../app/projects";
import type { Leave, Page } from "../app/router";
import { standingOn } from "../app/sharing";
import { editors, type Editors } from "../home/editors";
import { frame, type Desk } from "../home/frame";
import { SHEET } from "../home/icons";
import { DocumentList } from "../home/list";
import { newDocument } from "../home/new-document";
import { empty } from "../home/states";
import { h } from "../ui/dom";
import { avatar } from "../ui/people";
import { folderTree } from "./folders";
import { projectHead } from "./head";
import { followPresence } from "./presence";
import { projectFeed } from "./feed";
import type { Rights, Shown } from "./shown";

export function projectPage(desk: Desk): Page {
  return async (root, match): Promise<Leave> => {
    const name = `projects/${match["project"] ?? ""}`;
    const query = new URLSearchParams(location.search);
    const wanted = query.get("folder");
    const [project, folders, rights] = await Promise.all([getProject(name), listFolders(name), rightsIn(name)]);
    const folder = folders.find((each) => each.name === `${name}/folders/${wanted}`);
    return show(root, desk, { project, folders, folder, rights });
  };
}

function show(root: HTMLElement, desk: Desk, shown: Shown): Leave {
  const { project, folder, rights } = shown;
  const { account, go } = desk;
  const { main, projects } = frame(root, desk, folder?.title ?? project.title);
  const again = () => go(location.pathname + location.search);
  let last: Editors["last"] = new Map();
  const place = { project: project.name, folder: folder?.name ?? "" };
  const list = new DocumentList({ ...place, orderBy: "update_time desc" }, {
    account, go,
    projectTitle: () => "",
    editor: (document) => last.get(document) ?? "",
    empty: () => empty(SHEET, folder ? "This folder is empty" : "No documents yet", rights.create ? "Name one above, or move some here from their menu." : "What is put here is seen in this place."),
  });
  const here = h("div", { class: "here", role: "status", "data-testid": "project-presence", hidden: true });
  const maker = rights.create && !project.archived ? newDocument({ go, place: () => place }) : null;
  const feed = projectFeed(project.name, account);
  main.append(
    projectHead(desk, shown, projects, again),
    here,
    h(
      "div",
      { class: "project-body" },
      folderTree(shown, go, again),
      h("section", { class: "project-documents", "aria-label": "Documents" }, maker, list.element),
    ),
    feed.element,
  );
  void list.load();
  void editors(account.subject).then((found) => {
    last = found.last;
    list.refresh();
  }, () => undefined);
  const leave = followPresence(desk.shoal, project.name, (presence) => {
    list.present(presence);
    showHere(here, presence, account.subject);
  });
  return () => {
    leave();
    feed.close();
    list.close();
  };
}

/** `Ada and Bob are here`, with their faces. */
function showHere(host: HTMLElement, presence: Parameters<Parameters<typeof followPresence>[2]>[0], me: string): void {
  const everybody = new Map([...presence.values()].flat().map((one) => [one.subject, one]));
  const people = [...everybody.values()].filter(({ subject }) => subject !== me);
  host.hidden = people.length === 0;
  const names = people.map(({ name, subject }) => name || personName(subject));
  const sentence = `${among(names)} ${names.length === 1 ? "is" : "are"} here`;
  if (host.dataset["said"] === sentence) return;
  host.dataset["said"] = sentence;
  host.replaceChildren(h("span", { class: "huddle", "aria-hidden": "true" }, ...people.slice(0, 5).map((one) => avatar(one))), h("span", {}, sentence));
}

async function rightsIn(project: string): Promise<Rights> {
  const permissions: readonly string[] = (await standingOn(project).catch(() => null))?.permissions ?? [];
  const may = (permission: string) => permissions.includes(`PERMISSION_${permission}`);
  return { share: may("SHARE"), administer: may("PROJECT_ADMINISTER"), fold: may("FOLDER_WRITE"), create: may("DOCUMENT_CREATE") };
}
