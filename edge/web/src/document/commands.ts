/* Commands: all that the document page can do, by name and by key.
 *
 * Owns the list's shape and the keyboard. The menus, the help sheet and the shortcuts show and run the same commands.
 */
import { matches } from "./keys";

export type Group = "Letters" | "Paragraphs" | "Insert" | "Document" | "Look and move" | "Help";

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: Group;
  readonly icon?: string;
  /** As in keys.ts; the first is shown. */
  readonly keys?: readonly string[];
  /** Something else listens to the keys: they are only shown. */
  readonly native?: boolean;
  readonly danger?: boolean;
  readonly checked?: () => boolean;
  /** Not now. */
  readonly off?: () => boolean;
  run(): void;
}

/** Runs commands by key until `signal` aborts. Keys without Mod or Alt are left to whoever types somewhere. */
export function listenForKeys(commands: () => readonly Command[], signal: AbortSignal): void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    // AltGr is Ctrl and Alt to some systems, and types letters: ę is not Mod+Alt+E.
    if (event.getModifierState("AltGraph")) return;
    const command = commands().find((each) => !each.native && each.keys?.some((keys) => fits(event, keys)));
    if (!command) return;
    event.preventDefault();
    // The editor has keys of its own for some of these.
    event.stopPropagation();
    if (!command.off?.()) command.run();
  };
  document.addEventListener("keydown", pressed, { capture: true, signal });
}

function fits(event: KeyboardEvent, keys: string): boolean {
  const isPlain = !/Mod|Alt|^F\d/.test(keys);
  return matches(event, keys) && !(isPlain && isTypedInto(event.target));
}

function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
