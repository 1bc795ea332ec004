/* Document: one document, its editor, who is in it, and whether what was typed is saved.
 *
 * Owns the session of this page while it is shown, and puts together what stands on it. Never touches an operation.
 */
import "quill/dist/quill.snow.css";
import "../styles/editor.css";
import "../styles/document.css";
import "../styles/print.css";
import type { Account } from "../app/account";
import type { Leave, Page } from "../app/router";
import type { LiveDocument, LiveDocumentEvents, Loaded, Shoal } from "@shoal/client";
import { Actions } from "../document/actions";
import { listenForKeys, type Command } from "../document/commands";
import { endingNotice, endingPage } from "../document/ending";
import { Follower } from "../document/follow";
import { Footer } from "../document/footer";
import { GivenBack } from "../document/given-back";
import { openHelp } from "../document/help";
import { shownKeys } from "../document/keys";
import { layOut, type Layout } from "../document/layout";
import { pageCommands } from "../document/page-commands";
import { panelsOf } from "../document/panels";
import { Presence } from "../document/presence";
import { factsOf, type Facts } from "../document/service";
import { Standing } from "../document/standing";
import { surfaceOf, type Surface } from "../document/surface";
import { useTool } from "../document/text-tools";
import { Title } from "../document/title";
import { LinkCard } from "../editor/link-card";
import { openEditor, type TextEditor } from "../editor/open";
import { Toolbar } from "../editor/toolbar";
import { LINK } from "../editor/tools";
import { notificationBell } from "../notifications/bell";
import { Chip } from "../ui/chip";
import { h, icon } from "../ui/dom";
import { header } from "../ui/header";
import { menu } from "../ui/menu";
import { announce, toast } from "../ui/notices";
import { Rights } from "../ui/rights";
import { SidePanel } from "../ui/side-panel";

const DOTS = "M12 5.5h.01M12 12h.01M12 18.5h.01";

interface Around {
  readonly who: Account;
  readonly signOut: () => void;
  readonly go: (path: string) => void;
}

/** `go` shows another page. */
export function documentPage(who: Account, shoal: Shoal, signOut: () => void, go = (path: string) => location.assign(path)): Page {
  return (root, match): Leave => {
    const page = new DocumentPage(root, shoal.open(`documents/${match["document"] ?? ""}`), { who, signOut, go });
    return () => page.leave();
  };
}

class DocumentPage {
  private readonly chip: Chip;
  private readonly title: Title;
  private readonly follower: Follower;
  private readonly presence: Presence;
  private readonly rights: Rights;
  private readonly standing: Standing;
  private readonly givenBack: GivenBack;
  private readonly footer: Footer;
  private readonly side: SidePanel;
  private readonly tools: Toolbar;
  private readonly layout: Layout;
  private readonly commands: readonly Command[];
  private readonly paper = h("div", { class: "paper" });
  private readonly over = h("p", { class: "notice", role: "alert", hidden: true });
  private readonly ending = new AbortController();
  private readonly stops: (() => void)[];
  private editor: TextEditor | null = null;
  private surface: Surface | null = null;
  private isOver = false;
  /** While an earlier moment stands in the paper's place. */
  private isPast = false;

  constructor(
    root: HTMLElement,
    private readonly live: LiveDocument,
    private readonly around: Around,
  ) {
    const { who, signOut, go } = around;
    this.chip = new Chip(live);
    this.title = new Title(live);
    this.follower = new Follower(live);
    this.presence = new Presence(live, this.follower);
    this.rights = new Rights(who, live.name, () => this.title.value);
    this.standing = new Standing(live);
    this.givenBack = new GivenBack(live);
    this.tools = new Toolbar((tool) => useTool(tool, this.formatting, live), () => this.editor?.focus());
    const preview = (past: HTMLElement | null) => this.preview(past);
    const panels = panelsOf(live, () => this.surface?.root ?? null, { account: who, preview });
    this.side = new SidePanel(panels);
    this.commands = pageCommands({
      name: live.name,
      actions: new Actions(live, () => this.title.value, go),
      panels,
      canFormat: () => this.formatting !== null && this.isWritten,
      canWrite: () => this.isWritten,
      isHere: () => live.isLoaded && !this.isOver,
      tool: (tool) => useTool(tool, this.formatting, live),
      toTools: () => this.tools.focus(),
      toText: () => this.editor?.focus(),
      rename: () => this.title.edit(),
      panel: (id) => this.side.show(this.side.current === id ? null : id),
      who: () => root.querySelector<HTMLElement>(".who-here")?.click(),
      help: () => openHelp(this.commands),
    });
    this.footer = new Footer(live, this.helpButton());
    this.layout = layOut(root, this.parts(who, signOut), () => this.editor?.focus());
    this.stops = this.listen();
  }

  leave(): void {
    this.ending.abort();
    for (const stop of this.stops) stop();
    for (const part of [this.chip, this.follower, this.presence, this.rights, this.givenBack, this.footer, this.side]) part.end();
    this.tools.stop();
    this.surface?.stop();
    this.editor?.destroy();
    void this.live.close();
  }

  /** Whether the text is there to be written in. */
  private get isWritten(): boolean {
    return this.live.canWrite && !this.isPast;
  }

  private get formatting() {
    return this.surface?.formatting ?? null;
  }

  private parts(account: Account, signOut: () => void) {
    const middle = h("div", { class: "heading" }, this.title.element, this.chip.element);
    const right = h("div", { class: "top-right" }, this.presence.element, h("span", { class: "panel-buttons" }, ...this.side.buttons), notificationBell(), this.rights.share, this.menu());
    return {
      header: header({ account, signOut, middle, right }),
      tools: this.tools.element,
      notices: [this.over, this.standing.element, this.givenBack.element],
      paper: this.paper,
      side: this.side.element,
      footer: this.footer.element,
      floating: [this.follower.element],
    };
  }

  private menu(): HTMLElement {
    const button = h("button", { type: "button", class: "button quiet icon-only", "aria-label": "Document menu", title: "Document menu", "data-testid": "document-menu" }, icon(DOTS));
    const item = ({ id, label, icon, keys, danger, off, run }: Command) => ({
      label, icon: icon ?? "", danger: danger ?? false, disabled: off?.() ?? false, testid: `menu-${id}`, run, keys: keys?.[0] ? shownKeys(keys[0]) : "",
    });
    return menu(button, "Document", () => {
      const [help, ...rest] = [...this.commands.filter(({ group }) => group === "Help"), ...this.commands.filter(({ group }) => group === "Document")].map(item);
      return [...rest.slice(0, 1), null, ...rest.slice(1, 5), null, ...rest.slice(5, 8), null, ...rest.slice(8), null, ...(help ? [help] : [])];
    });
  }

  private helpButton(): HTMLElement {
    return h("button", { type: "button", class: "foot-button", onclick: () => openHelp(this.commands), "data-testid": "help" }, "Keys ", h("kbd", {}, shownKeys("Mod+/")));
  }

  // -- the document ------------------------------------------------------------------------------------------------

  private listen(): (() => void)[] {
    const { live, ending: { signal } } = this;
    listenForKeys(() => this.commands, signal);
    addEventListener("beforeunload", (event) => this.warn(event), { signal });
    document.addEventListener("visibilitychange", () => void this.readTitle(), { signal });
    // Out of the text by key: Tab is a sign in it.
    this.paper.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || this.tools.element.hidden) return;
      event.preventDefault();
      this.tools.focus();
    }, { signal });
    return [
      live.on("loaded", (loaded) => void this.loaded(loaded)),
      live.on("status", () => this.statusChanged()),
      live.on("diverged", () => toast({ message: "This page was out of step and has been set right." })),
      live.on("closed", (closed) => void this.closed(closed)),
    ];
  }

  private async loaded(loaded: Loaded): Promise<void> {
    this.title.show(loaded.title);
    this.layout.loaded();
    // Quill wants a toolbar to wire; ours is wired already.
    const editor = await openEditor(this.paper, h("div", {}), this.live, loaded);
    if (this.ending.signal.aborted) return editor.destroy();
    this.editor = editor;
    this.surface = await surfaceOf(this.paper, this.live);
    if (this.surface) this.attach(this.surface);
    this.statusChanged();
    // Who has begun something else meanwhile goes on with it.
    if (document.activeElement === document.body) editor.focus();
  }

  private attach(surface: Surface): void {
    this.follower.attach(surface);
    this.footer.follow(surface);
    if (!surface.formatting) return;
    this.tools.follow(surface.formatting, this.live);
    const card = new LinkCard(surface.formatting, () => useTool(LINK, surface.formatting, this.live));
    this.layout.sheet.append(card.element);
    this.stops.push(() => card.end());
  }

  private statusChanged(): void {
    const { live } = this;
    if (this.isOver || !live.role) return;
    this.tools.element.hidden = !this.isWritten || !this.formatting;
    this.title.allow(live.canWrite);
    this.standing.show(() => this.facts());
    this.rights.follow(live);
  }

  private preview(past: HTMLElement | null): void {
    this.isPast = past !== null;
    if (past) this.follower.stop();
    this.layout.preview(past);
    this.statusChanged();
  }

  private async facts(): Promise<Facts | null> {
    return factsOf(this.live.name).catch(() => null);
  }

  /** Whoever comes back finds the name it has by now. */
  private async readTitle(): Promise<void> {
    if (document.hidden || !this.live.isLoaded || this.isOver) return;
    const facts = await this.facts();
    if (facts && facts.title !== this.title.value) this.title.show(facts.title);
  }

  private async closed(closed: LiveDocumentEvents["closed"]): Promise<void> {
    this.isOver = true;
    this.rights.end();
    this.standing.end();
    this.follower.stop();
    this.title.allow(false);
    this.tools.element.hidden = true;
    const { who, signOut } = this.around;
    if (!this.live.isLoaded) {
      this.title.gone();
      const page = await endingPage(this.live.name, closed, who, signOut);
      return this.layout.main.replaceWith(page);
    }
    const notice = await endingNotice(this.live.name, closed);
    this.over.replaceChildren(...notice);
    this.over.hidden = false;
    announce(this.over.textContent ?? "");
  }

  /** Only what closing the page would lose is warned of. */
  private warn(event: BeforeUnloadEvent): void {
    const { status } = this.live;
    if (status.state === "saving" || ("kept" in status && status.unsaved > 0 && !status.kept)) event.preventDefault();
  }
}
