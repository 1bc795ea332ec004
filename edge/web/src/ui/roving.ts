/* Roving: one Tab stop for many controls, and the arrow keys between them, as the ARIA practices want it.
 *
 * Owns the tabindex of the controls it is given.
 */
const STEPS: Readonly<Record<string, readonly [back: string, on: string]>> = {
  horizontal: ["ArrowLeft", "ArrowRight"],
  vertical: ["ArrowUp", "ArrowDown"],
};

/** `controls` are asked for at each key: those shown then, in order. `stops` = only one of them takes Tab. */
export function roving(
  container: HTMLElement,
  orientation: "horizontal" | "vertical",
  controls: () => readonly HTMLElement[],
  stops = true,
): void {
  const [back, on] = STEPS[orientation] ?? ["", ""];
  container.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = controls();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = { [back]: at - 1, [on]: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || all.length === 0 || at < 0) return;
    event.preventDefault();
    all[(next + all.length) % all.length]?.focus();
  });
  if (!stops) return;
  container.addEventListener("focusin", ({ target }) => {
    for (const each of container.querySelectorAll<HTMLElement>("[tabindex='0']")) if (each !== target) each.tabIndex = -1;
    if (controls().includes(target as HTMLElement)) (target as HTMLElement).tabIndex = 0;
  });
}
