/* Dom: elements built from values, never from markup, so that no text of a user's can become an element.
 *
 * Owns nothing.
 */
type Child = Node | string | null | false | undefined;
type Properties = Record<string, string | number | boolean | ((event: Event) => void) | null | undefined>;

/** An element: `on…` functions become listeners, the rest attributes; true = present, false and null = absent. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of one path on a 24 by 24 grid, drawn in the colour of the text. */
export function icon(path: string, filled = false): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  const paint = filled ? { fill: "currentColor" } : { fill: "none", stroke: "currentColor", "stroke-width": "1.8" };
  set(svg, { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", ...paint });
  set(line, { d: path, "stroke-linecap": "round", "stroke-linejoin": "round" });
  svg.append(line);
  return svg;
}

function set(element: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
