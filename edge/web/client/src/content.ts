/* Content: a document that many small operations pass through and that is seldom read whole.
 *
 * Owns one document as a Delta of inserts. Operations are composed with each other first (cheap: they are small) and
 * with the document only when somebody reads it. Never checks that an operation fits: the server did.
 */
import Delta from "quill-delta";

export class Content {
  private tail: Delta | null = null;

  constructor(private whole: Delta = new Delta()) {}

  apply(operation: Delta): void {
    if (operation.ops.length === 0) return;
    this.tail = this.tail === null ? operation : this.tail.compose(operation);
  }

  /** The document now. Not to be changed by the caller. */
  read(): Delta {
    if (this.tail !== null) {
      this.whole = this.whole.compose(this.tail);
      this.tail = null;
    }
    return this.whole;
  }
}
