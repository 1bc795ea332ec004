/* Page commands: everything the document page can do, told once for its menus, its keys and its help sheet. */
import { ALIGNMENTS, BLOCKS, CLEAR, IMAGE, LETTERS, LINK, LISTS, REDO, STYLES, UNDO, type Tool } from "../editor/tools";
import { setTheme, theme, type Theme } from "../ui/theme";
import type { Actions } from "./actions";
import type { Command, Group } from "./commands";
import { openDetails } from "./details";
import { FORMS, type Kind } from "./downloads";

export interface PageParts {
  readonly name: string;
  readonly actions: Actions;
  /** Whether the text takes formats now. */
  readonly canFormat: () => boolean;
  readonly canWrite: () => boolean;
  readonly isHere: () => boolean;
  readonly panels: readonly { readonly id: string; readonly label: string }[];
  tool(tool: Tool): void;
  toTools(): void;
  toText(): void;
  rename(): void;
  panel(id: string): void;
  who(): void;
  help(): void;
}

const ICONS = {
  download: "M12 4v11M7.5 11L12 15.5 16.5 11M5 20h14",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5h.01",
  pen: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
};
const THEMES: readonly (readonly [Theme, string])[] = [["system", "Theme: as the system"], ["light", "Theme: light"], ["dark", "Theme: dark"]];

export function pageCommands(page: PageParts): readonly Command[] {
  return [...helping(page), ...onDocument(page), ...looking(page), ...onText(page)];
}

function helping({ help }: PageParts): Command[] {
  return [{ id: "help", label: "Keys and commands", group: "Help", icon: ICONS.help, keys: ["Mod+/", "?"], run: help }];
}

function onDocument({ name, actions, canWrite, isHere, rename }: PageParts): Command[] {
  const off = () => !isHere();
  const command = (id: string, label: string, icon: string, run: () => void, rest: Partial<Command> = {}): Command => ({ id, label, group: "Document", icon, off, run, ...rest });
  return [
    command("rename", "Rename", ICONS.pen, rename, { keys: ["F2"], off: () => !canWrite() }),
    ...(Object.keys(FORMS) as Kind[]).map((kind) => command(`download-${kind}`, `Download: ${FORMS[kind].label}`, ICONS.download, () => void actions.download(kind))),
    command("duplicate", "Make a copy", ICONS.copy, () => void actions.duplicate()),
    command("print", "Print", ICONS.print, () => print(), { keys: ["Mod+P"], native: true }),
    command("details", "Details", ICONS.info, () => openDetails(name)),
    command("trash", "Move to trash", ICONS.trash, () => actions.trash(), { danger: true, off: () => !canWrite() }),
  ];
}

function looking({ panels, panel, who, toTools, toText, canFormat }: PageParts): Command[] {
  const command = (id: string, label: string, run: () => void, rest: Partial<Command> = {}): Command => ({ id, label, group: "Look and move", run, ...rest });
  return [
    command("to-tools", "Go to the formatting tools", toTools, { keys: ["Alt+F10"], off: () => !canFormat() }),
    command("to-text", "Go to the text", toText, { keys: ["Mod+Alt+T"] }),
    command("who", "Who is here", who, { keys: ["Mod+Alt+W"] }),
    ...panels.map(({ id, label }) => command(`panel-${id}`, `Panel: ${label}`, () => panel(id), id === "outline" ? { keys: ["Mod+Alt+O"] } : id === "history" ? { keys: ["Mod+Alt+H"] } : {})),
    ...THEMES.map(([value, label]) => command(`theme-${value}`, label, () => setTheme(value), { checked: () => theme() === value })),
  ];
}

function onText({ tool, canFormat, canWrite }: PageParts): Command[] {
  const of = (group: Group, tools: readonly Tool[], off: () => boolean) =>
    tools.map((each): Command => ({
      id: `${each.format}-${each.value ?? ""}`, label: each.label, group, icon: each.icon, off, run: () => tool(each),
      ...(each.keys ? { keys: [each.keys] } : {}), ...(each.native ? { native: true } : {}),
    }));
  const noFormats = () => !canFormat();
  return [
    ...of("Letters", [UNDO, REDO], () => !canWrite()),
    ...of("Letters", [...LETTERS, CLEAR], noFormats),
    ...of("Paragraphs", [...STYLES, ...LISTS, ...BLOCKS, ...ALIGNMENTS], noFormats),
    ...of("Insert", [LINK, IMAGE], noFormats),
  ];
}
