/* Home: a greeting, a way to begin, what this person had in hand last, and all that they may see.
 *
 * Owns what is chosen of the list; it stands in the address, so that it outlives a reload.
 */
import type { Wanted } from "../app/documents";
import { addressOf, personName } from "../app/names";
import type { Leave, Page } from "../app/router";
import { greeting } from "../app/when";
import { h } from "../ui/dom";
import { announce } from "../ui/notices";
import { projectPicker } from "../ui/projects";
import { editors, type Editors } from "./editors";
import { frame, type Desk } from "./frame";
import { SEARCH, SHEET } from "./icons";
import { DocumentList } from "./list";
import { newDocument } from "./new-document";
import { recentDocuments } from "./recent";
import { empty, skeleton } from "./states";

const WHOSE = [["all", "All"], ["mine", "Created by me"], ["shared", "Shared with me"]] as const;
const ORDERS = [["", "Last changed"], ["title", "Title"], ["create_time desc", "Newest"]] as const;
type Whose = (typeof WHOSE)[number][0];

export function homePage(desk: Desk): Page {
  return (root): Leave | void => {
    const query = new URLSearchParams(location.search);
    const project = query.get("project");
    // What links said before projects had a page of their own.
    if (project?.startsWith("projects/")) return desk.go(addressOf(project));
    return show(root, desk, query);
  };
}

function show(root: HTMLElement, desk: Desk, query: URLSearchParams): Leave {
  const { account, go } = desk;
  const { main, projects } = frame(root, desk, "Documents");
  const known = editors(account.subject).catch((): Editors => ({ last: new Map(), mine: [] }));
  let last: Editors["last"] = new Map();
  let titles: ReadonlyMap<string, string> = new Map();

  const place = h("span", { class: "slot" });
  const recent = h("section", { class: "recent-documents" }, skeleton(1));
  const chosen = { whose: whoseOf(query.get("show")), orderBy: query.get("sort") ?? "", project: query.get("in") ?? "" };
  const list = new DocumentList(wantedOf(), {
    account, go,
    projectTitle: (name) => titles.get(name) ?? "",
    editor: (name) => last.get(name) ?? "",
    empty: () => nothing(chosen.whose !== "all" || chosen.project !== "", main),
  });

  function wantedOf(): Wanted {
    return { whose: chosen.whose, me: account.subject, orderBy: chosen.orderBy || "update_time desc", project: chosen.project };
  }
  function choose(change: Partial<typeof chosen>): void {
    Object.assign(chosen, change);
    const said = Object.entries({ show: chosen.whose === "all" ? "" : chosen.whose, sort: chosen.orderBy, in: chosen.project });
    const address = new URLSearchParams(said.filter(([, value]) => value !== ""));
    desk.keep(address.size ? `/?${address}` : "/");
    void list.load(wantedOf()).then(() => announce("The list was changed"));
  }

  const inside = h("span", { class: "slot" });
  main.append(
    h("h1", { class: "greeting" }, `${greeting()}, ${personName(account.subject, account).split(" ")[0] ?? ""}`),
    newDocument({ go, place: () => ({ project: place.querySelector("select")?.value ?? "" }), beside: place }),
    recent,
    h(
      "section",
      { "aria-labelledby": "all-documents" },
      h("div", { class: "list-top" }, h("h2", { id: "all-documents" }, "Documents"), tabs(chosen.whose, (whose) => choose({ whose })), inside, order(chosen.orderBy, (orderBy) => choose({ orderBy }))),
      list.element,
    ),
  );
  void list.load();
  void known.then((found) => {
    last = found.last;
    list.refresh();
    return recentDocuments(recent, account, found);
  });
  void projects.then((all) => {
    titles = new Map(all.map(({ name, title }) => [name, title]));
    list.refresh();
    if (all.length === 0) return;
    const goal = projectPicker(all.filter(({ archived }) => !archived), chosen.project, "No project", "Project of the new document");
    goal.dataset["testid"] = "new-document-project";
    place.replaceChildren(goal);
    const filter = projectPicker(all, chosen.project, "Any project", "Documents of");
    filter.dataset["testid"] = "project-filter";
    filter.addEventListener("change", () => {
      // Who looks into a project writes into it too; an archived one is not among those to write into.
      goal.value = filter.value;
      if (goal.selectedIndex < 0) goal.value = "";
      choose({ project: filter.value });
    });
    inside.replaceChildren(filter);
  });
  return () => list.close();
}

function nothing(isFiltered: boolean, main: HTMLElement): HTMLElement {
  if (isFiltered) return empty(SEARCH, "Nothing fits", "Choose another list above, or search for what you need.");
  const begin = h("button", { type: "button", class: "button primary" }, "Write the first one");
  begin.addEventListener("click", () => main.querySelector<HTMLElement>(".new-title")?.focus());
  return empty(SHEET, "Nothing here yet", "Name your first document above, and invite somebody to type into it with you.", begin);
}

function tabs(chosen: Whose, choose: (whose: Whose) => void): HTMLElement {
  const buttons = WHOSE.map(([whose, label]) => h("button", { type: "button", class: "segment", "aria-pressed": String(whose === chosen), "data-testid": `show-${whose}` }, label));
  for (const [at, button] of buttons.entries()) {
    button.addEventListener("click", () => {
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      choose(WHOSE[at]?.[0] ?? "all");
    });
  }
  return h("div", { class: "segments", role: "group", "aria-label": "Whose documents" }, ...buttons);
}

function order(chosen: string, choose: (order: string) => void): HTMLElement {
  const select = h("select", { "aria-label": "Order", "data-testid": "order" }, ...ORDERS.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
  select.addEventListener("change", () => choose(select.value));
  return select;
}

function whoseOf(text: string | null): Whose {
  return WHOSE.find(([whose]) => whose === text)?.[0] ?? "all";
}
