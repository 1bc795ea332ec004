/* Undo: takes back one's own edits and brings them again, among other people's.
 *
 * Owns two stacks of inverse changes and keeps them in step with the view as changes of others pass. Pure: the caller
 * brings the clock, applies what it is given, and reports it as an edit. Never undoes what was not recorded here.
 * Laws: test/undo.test.ts.
 */
import Delta from "quill-delta";
import { rangeOver, type Range } from "./participants";

/** A change to make to the view, and where the caret stood on the other side of it. */
export interface Step {
  readonly delta: Delta;
  readonly selection: Range | null;
}

export interface UndoOptions {
  /** Edits closer to each other than this are undone together. */
  readonly groupMs?: number;
  /** Older steps are forgotten. */
  readonly maxSteps?: number;
  /** Milliseconds, from anywhere. */
  readonly now?: () => number;
}

const GROUP_MS = 800;
const MAX_STEPS = 500;

export class UndoHistory {
  private undoable: Step[] = [];
  private redoable: Step[] = [];
  private groupEnds = -Infinity;
  private readonly groupMs: number;
  private readonly maxSteps: number;
  private readonly now: () => number;

  constructor(options: UndoOptions = {}) {
    this.groupMs = options.groupMs ?? GROUP_MS;
    this.maxSteps = options.maxSteps ?? MAX_STEPS;
    this.now = options.now ?? (() => performance.now());
  }

  get canUndo(): boolean {
    return this.undoable.length > 0;
  }

  get canRedo(): boolean {
    return this.redoable.length > 0;
  }

  /** Notes an own edit of the view that `before` gives; `selection` is where the caret was then. Ends what could be redone. */
  record(delta: Delta, before: () => Delta, selection: Range | null): void {
    const inverse = invert(delta, before);
    const last = this.undoable[this.undoable.length - 1];
    this.redoable = [];
    if (last && this.now() < this.groupEnds) {
      this.undoable[this.undoable.length - 1] = { delta: inverse.compose(last.delta), selection: last.selection };
    } else {
      this.undoable.push({ delta: inverse, selection });
      this.undoable = this.undoable.slice(-this.maxSteps);
    }
    this.groupEnds = this.now() + this.groupMs;
  }

  /** The next edit is a step of its own, however soon it comes. */
  endGroup(): void {
    this.groupEnds = -Infinity;
  }

  /** Moves both stacks over a change of the view that is not one's own. */
  pass(delta: Delta): void {
    this.undoable = carried(this.undoable, delta);
    this.redoable = carried(this.redoable, delta);
  }

  /** The change that takes the last step back, null when there is none; to be applied to `view` at once. */
  undo(view: () => Delta, selection: Range | null): Step | null {
    return this.turn(this.undoable, this.redoable, view, selection);
  }

  /** The change that brings the last undone step again, null when there is none. */
  redo(view: () => Delta, selection: Range | null): Step | null {
    return this.turn(this.redoable, this.undoable, view, selection);
  }

  /** Forgets all. */
  clear(): void {
    this.undoable = [];
    this.redoable = [];
    this.endGroup();
  }

  private turn(from: Step[], to: Step[], view: () => Delta, selection: Range | null): Step | null {
    this.endGroup();
    for (let step = from.pop(); step; step = from.pop()) {
      const inverse = invert(step.delta, view);
      // A format that the text has by now anyway: nobody would see this step.
      if (inverse.ops.length === 0) continue;
      to.push({ delta: inverse, selection });
      return step;
    }
    return null;
  }
}

/** Text is read only when something of it goes or changes: typing costs the same in a long document as in a short one. */
function invert(delta: Delta, before: () => Delta): Delta {
  const readsText = delta.ops.some((op) => op.delete !== undefined || (op.retain !== undefined && op.attributes));
  return delta.invert(readsText ? before() : new Delta());
}

/** The steps, the last of which applies first, as they apply after `passing`; what changes nothing any more is left out. */
function carried(steps: readonly Step[], passing: Delta): Step[] {
  const moved: Step[] = [];
  for (const { delta, selection } of [...steps].reverse()) {
    const over = passing.transform(delta, true);
    passing = delta.transform(passing, false);
    // The caret belongs to the text as it is once the step is made.
    if (over.ops.length > 0) moved.push({ delta: over, selection: selection && rangeOver(selection, passing) });
  }
  return moved.reverse();
}
