/* Router: which page an address is, and going from one to another without a reload.
 *
 * Owns the address bar and the page that is shown; a page that is left is told so. Pages never touch `history`.
 */

/** What a page leaves behind: called once, before the next page is shown. */
export type Leave = () => void;
export type Page = (root: HTMLElement, match: Record<string, string>) => Promise<Leave | void> | Leave | void;

export interface Route {
  readonly pattern: RegExp;
  readonly page: Page;
}

export interface Otherwise {
  /** What is shown where no page is. */
  readonly missing: Page;
  /** Shows instead of a page that it failed. */
  readonly failed: (root: HTMLElement, error: unknown) => void;
}

export class Router {
  private leave: Leave | null = null;
  private turn = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly routes: readonly Route[],
    private readonly otherwise: Otherwise,
  ) {}

  start(): void {
    addEventListener("popstate", () => void this.show());
    document.addEventListener("click", (event) => this.follow(event));
    void this.show();
  }

  /** What is no page of the app is another page of this server. */
  go(path: string, replace = false): void {
    if (!this.has(new URL(path, location.origin).pathname)) return location.assign(path);
    if (replace) history.replaceState(null, "", path);
    else history.pushState(null, "", path);
    void this.show();
  }

  /** The page that is shown is from now on reached by this address. */
  keep(path: string): void {
    history.replaceState(null, "", path);
  }

  private async show(): Promise<void> {
    const turn = (this.turn += 1);
    this.leave?.();
    this.leave = null;
    const stage = document.createElement("div");
    stage.className = "page";
    this.root.replaceChildren(stage);
    scrollTo(0, 0);
    const route = this.routes.find(({ pattern }) => pattern.test(location.pathname)) ?? { pattern: /^/, page: this.otherwise.missing };
    try {
      const match = route.pattern.exec(location.pathname)?.groups ?? {};
      const leave = (await route.page(stage, match)) ?? null;
      if (turn === this.turn) this.leave = leave;
      else leave?.();
    } catch (error) {
      if (turn === this.turn) this.otherwise.failed(stage, error);
    }
  }

  /** Takes plain clicks on links of this origin; all else is the browser's. */
  private follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.origin !== location.origin) return;
    if (link.closest(".ql-editor, .ql-tooltip") || !this.has(link.pathname)) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }

  private has(pathname: string): boolean {
    return this.routes.some(({ pattern }) => pattern.test(pathname));
  }
}
