/* Choice: a few words side by side, one of which is chosen: radio buttons in the look of a switch.
 *
 * Owns nothing but the elements; the browser does keys and groups.
 */
import { h } from "../ui/dom";

export interface Choice<Value extends string> {
  readonly element: HTMLElement;
  /** Shows what is chosen, without telling. */
  set(value: Value): void;
}

let made = 0;

export function choice<Value extends string>(
  label: string,
  options: readonly (readonly [Value, string])[],
  chosen: (value: Value) => void,
): Choice<Value> {
  const name = `choice-${(made += 1)}`;
  const inputs = new Map(
    options.map(([value]) => [value, h("input", { type: "radio", name, value, class: "visually-hidden", onchange: () => chosen(value) })] as const),
  );
  const parts = options.map(([value, text]) => h("label", { "data-testid": `choose-${value}` }, inputs.get(value), h("span", {}, text)));
  const set = (value: Value) => {
    const input = inputs.get(value);
    if (input) input.checked = true;
  };
  const [first] = options;
  if (first) set(first[0]);
  return { element: h("div", { class: "choice", role: "radiogroup", "aria-label": label }, ...parts), set };
}
