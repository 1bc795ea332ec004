/* List: documents in an order, page by page, and live: what others make, change and take away is seen without asking.
 *
 * Owns its rows and the stream that tells of changes, which is held only while the page is seen: a browser has six
 * connections to a server for all its tabs. What was missed meanwhile is in the stream's first messages.
 */
import { watchDocuments } from "@shoal/client/rest";
import { filterOf, listDocuments, type DocumentInfo, type Wanted } from "../app/documents";
import { rest } from "../app/rest";
import { h } from "../ui/dom";
import type { Person } from "../ui/people";
import { More } from "./more";
import { Row, type RowParts } from "./row";
import { failure, skeleton } from "./states";

const AGAIN_MS = 3_000;

export interface ListParts extends RowParts {
  /** Shown instead when there is nothing. */
  readonly empty: () => HTMLElement;
  /** Called after each change of what is shown. */
  readonly changed?: (count: number) => void;
}

export class DocumentList {
  readonly element: HTMLElement;
  private readonly list = h("ul", { class: "documents", "data-testid": "document-list", "aria-label": "Documents" });
  private readonly state = h("div", {});
  private readonly more = new More((token) => this.page(token));
  private readonly rows = new Map<string, Row>();
  private readonly seen = () => this.follow();
  private presence: ReadonlyMap<string, readonly Person[]> = new Map();
  private stream: AbortController | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private isLoaded = false;
  private turn = 0;

  constructor(private wanted: Wanted, private readonly parts: ListParts) {
    this.element = h("div", {}, this.list, this.state, this.more.element);
    document.addEventListener("visibilitychange", this.seen);
  }

  /** Shows what is wanted now, from its beginning. */
  async load(wanted: Wanted = this.wanted): Promise<void> {
    const turn = (this.turn += 1);
    this.wanted = wanted;
    this.isLoaded = false;
    this.unfollow();
    this.rows.clear();
    this.list.replaceChildren();
    this.more.follow("");
    this.state.replaceChildren(skeleton(4));
    try {
      const { documents, nextPageToken } = await listDocuments(wanted);
      if (turn !== this.turn) return;
      this.isLoaded = true;
      this.more.follow(nextPageToken);
      for (const info of documents) this.put(info);
      this.settle();
      this.follow();
    } catch (error) {
      if (turn === this.turn) this.state.replaceChildren(failure(error, () => void this.load()));
    }
  }

  /** Shows who is where, in all rows. */
  present(presence: ReadonlyMap<string, readonly Person[]>): void {
    this.presence = presence;
    for (const [name, row] of this.rows) row.present(presence.get(name) ?? []);
  }

  /** Says again what rows show of other things than their document. */
  refresh(): void {
    for (const row of this.rows.values()) row.show(row.info);
  }

  close(): void {
    this.turn += 1;
    this.unfollow();
    this.more.follow("");
    document.removeEventListener("visibilitychange", this.seen);
  }

  private async page(token: string): Promise<string> {
    const turn = this.turn;
    const { documents, nextPageToken } = await listDocuments(this.wanted, token);
    if (turn !== this.turn) return "";
    for (const info of documents) this.put(info);
    this.settle();
    return nextPageToken;
  }

  private follow(): void {
    this.unfollow();
    if (document.hidden || !this.isLoaded) return;
    const stream = (this.stream = new AbortController());
    void this.watch(stream.signal).catch(() => undefined).finally(() => {
      if (!stream.signal.aborted) this.retry = setTimeout(() => this.follow(), AGAIN_MS);
    });
  }

  private unfollow(): void {
    clearTimeout(this.retry);
    this.stream?.abort();
    this.stream = null;
  }

  private async watch(signal: AbortSignal): Promise<void> {
    for await (const { documents, left } of watchDocuments(rest, { filter: this.watched() }, { signal })) {
      for (const info of documents) {
        if (info.deleteTime) this.drop(info.name);
        else if (this.reaches(info)) this.put(info);
      }
      for (const name of left) this.drop(name);
      this.settle();
    }
  }

  /** All of a short list, so that what is shared and taken away is told too; of a long one, what changes from now on. */
  private watched(): string {
    const filter = filterOf(this.wanted);
    const latest = [...this.rows.values()].map(({ info }) => info.updateTime ?? "").sort().at(-1);
    if (this.more.isEnd || !latest) return filter;
    return [filter, `update_time >= "${latest}"`].filter(Boolean).join(" AND ");
  }

  /** Whether it belongs to what is shown already, not to a later page. */
  private reaches(info: DocumentInfo): boolean {
    if (this.more.isEnd || this.rows.has(info.name)) return true;
    const last = this.rowOf(this.list.lastElementChild);
    return !last || this.compare(info, last.info) < 0;
  }

  private put(info: DocumentInfo): void {
    const known = this.rows.get(info.name);
    known?.show(info);
    const row = known ?? new Row(info, this.parts);
    if (!known) row.present(this.presence.get(info.name) ?? []);
    this.rows.set(info.name, row);
    this.stand(row);
  }

  /** Puts a row where it belongs; the focus in it stays. */
  private stand(row: Row): void {
    const isBefore = (other: Row | undefined) => other !== undefined && this.compare(row.info, other.info) < 0;
    const others = [...this.list.children].filter((one) => one !== row.element);
    const next = isBefore(this.rowOf(others.at(-1))) ? (others.find((one) => isBefore(this.rowOf(one))) ?? null) : null;
    if (row.element.parentElement === this.list && row.element.nextElementSibling === next) return;
    const focused = row.element.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    this.list.insertBefore(row.element, next);
    focused?.focus();
  }

  private rowOf(element: Element | null | undefined): Row | undefined {
    return element ? this.rows.get((element as HTMLElement).dataset["name"] ?? "") : undefined;
  }

  private drop(name: string): void {
    const row = this.rows.get(name);
    if (!row) return;
    const held = row.element.contains(document.activeElement);
    const beside = (row.element.nextElementSibling ?? row.element.previousElementSibling)?.querySelector("a");
    row.element.remove();
    this.rows.delete(name);
    if (held) beside?.focus();
  }

  private settle(): void {
    this.state.replaceChildren(...(this.rows.size === 0 ? [this.parts.empty()] : []));
    this.parts.changed?.(this.rows.size);
  }

  private compare(one: DocumentInfo, other: DocumentInfo): number {
    switch (this.wanted.orderBy) {
      case "title": return one.title.localeCompare(other.title, "en", { sensitivity: "base" });
      case "create_time desc": return (other.createTime ?? "").localeCompare(one.createTime ?? "");
      default: return (other.updateTime ?? "").localeCompare(one.updateTime ?? "");
    }
  }
}
