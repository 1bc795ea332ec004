/* Inbox: puts what a session is told back into the order in which it applies.
 *
 * Owns the parts of an Opened that has not ended, and the room's frames that came between them or while the session may
 * not be touched. Never interprets an operation.
 */
import type { Opened, OpenedMore, ServerFrame } from "@gen/shoal/collab/v1/collab_pb";
import type { CommittedOperation, Component } from "@gen/shoal/type/v1/operation_pb";

/** An Opened with all its parts. */
export interface WholeOpened {
  readonly opened: Opened;
  readonly components: Component[];
  readonly operations: CommittedOperation[];
}

export interface InboxReader {
  opened(whole: WholeOpened): void;
  frame(frame: ServerFrame): void;
}

export class Inbox {
  private partial: WholeOpened | null = null;
  private waiting: ServerFrame[] = [];
  private held = false;

  constructor(private readonly reader: InboxReader) {}

  /** A new connection: what the old one began will not end. */
  clear(): void {
    this.partial = null;
    this.waiting = [];
  }

  /** Keeps all frames back until `release`. */
  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    const { waiting } = this;
    this.waiting = [];
    for (const frame of waiting) this.receive(frame);
  }

  receive(frame: ServerFrame): void {
    if (this.held) this.waiting.push(frame);
    else if (frame.frame.case === "opened") this.begin(frame.frame.value);
    else if (frame.frame.case === "openedMore") this.extend(frame.frame.value);
    else if (this.partial && frame.frame.case !== "closed") this.waiting.push(frame);
    else this.reader.frame(frame);
  }

  private begin(opened: Opened): void {
    this.partial = {
      opened,
      components: [...(opened.content?.components ?? [])],
      operations: [...opened.operations],
    };
    if (!opened.more) this.finish();
  }

  private extend(more: OpenedMore): void {
    if (!this.partial) return;
    for (const component of more.content?.components ?? []) this.partial.components.push(component);
    for (const operation of more.operations) this.partial.operations.push(operation);
    if (!more.more) this.finish();
  }

  private finish(): void {
    const whole = this.partial;
    this.partial = null;
    if (whole) this.reader.opened(whole);
    this.release();
  }
}
