/** Making elements without HTML strings: text goes in as text, styles as classes. */

type Child = Node | string | null | false | undefined;

interface Wishes {
  class?: string;
  text?: string;
  testid?: string;
  attributes?: Record<string, string | number | boolean | null | undefined>;
  on?: Record<string, (event: any) => void>;
}

/** `el("button", {class: "quiet", text: "Stop", testid: "stop", attributes: {type: "button"}, on: {click}})`. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  wishes: Wishes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return furnish(document.createElement(tag), wishes, children);
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  wishes: Wishes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), wishes, children);
}

function furnish<E extends Element>(element: E, wishes: Wishes, children: Child[]): E {
  if (wishes.class) element.setAttribute("class", wishes.class);
  if (wishes.text !== undefined) element.textContent = wishes.text;
  if (wishes.testid) element.setAttribute("data-testid", wishes.testid);
  setAttributes(element, wishes.attributes ?? {});
  for (const [name, listener] of Object.entries(wishes.on ?? {})) element.addEventListener(name, listener);
  for (const child of children) if (child || child === "") element.append(child);
  return element;
}

/** true sets an empty attribute, false, null and undefined take it away. */
export function setAttributes(element: Element, attributes: NonNullable<Wishes["attributes"]>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

let made = 0;

/** A control under its visible label: `labelled("Rate (ml/min)", input)`. */
export function labelled(words: string, control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): HTMLElement {
  control.id ||= `control-${(made += 1)}`;
  return el("div", { class: "field" }, el("label", { text: words, attributes: { for: control.id } }), control);
}
