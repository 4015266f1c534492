// Chances with their 95 % intervals: a table whose bars are SVG and whose numbers are the text alternative.

import { el, setAttributes, svg } from "./dom";
import type { Chance, RouteChance } from "./plan_api";
import { WAYS, chanceWords, slug } from "./plan_text";

const WIDE = 100; // the bar's own units: percent
const HIGH = 14;

/** One bar from 0 to 100 %, the interval as a line with end strokes over it; `kind` chooses the colour by class. */
export function chanceBar(chance: Chance, kind: string): SVGSVGElement {
  const bar = svg("svg", {
    class: `chance-bar ${kind}`,
    attributes: { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
  });
  bar.append(ground());
  if (chance.chance === null || chance.low === null || chance.high === null) return bar;
  const [value, low, high] = [chance.chance, chance.low, chance.high].map((share) => share * WIDE) as [number, number, number];
  bar.append(
    svg("rect", { class: "value", attributes: { x: 0, y: 2, width: value, height: HIGH - 4 } }),
    whisker(low, HIGH / 2, high, HIGH / 2),
    whisker(low, 4, low, HIGH - 4),
    whisker(high, 4, high, HIGH - 4),
  );
  return bar;
}

function ground(): SVGGElement {
  const marks = [0, 25, 50, 75, 100].map((at) =>
    svg("line", { class: at % 50 ? "grid fine" : "grid", attributes: { x1: at, x2: at, y1: 0, y2: HIGH } }),
  );
  return svg("g", {}, ...marks);
}

function whisker(x1: number, y1: number, x2: number, y2: number): SVGLineElement {
  return svg("line", { class: "whisker", attributes: { x1, y1, x2, y2 } });
}

const ORDER = [
  "basivertebral vein",
  "anterior external vein",
  "segmental vein",
  "cortical gap",
  "end-plate gap",
  "needle track",
];
const GROUPS = ["any vein", "into the spinal canal"];

/** The chances of one plan: any leak first and large, then each way out, then groups of ways. */
export class ChanceTable {
  private readonly rows = new Map<string, Row>();
  private readonly body = el("tbody");
  private readonly spoken = el("caption", { class: "for-readers" });

  constructor(host: HTMLElement) {
    const axis = el("tr", { class: "axis", attributes: { "aria-hidden": "true" } }, el("td"), el("td", {}, axisWords()), el("td"));
    const table = el("table", { class: "chances" }, this.spoken, columns(), this.body, el("tfoot", {}, axis));
    host.append(table);
    for (const name of ["any way", ...ORDER, ...GROUPS]) this.row(name);
  }

  show(any: Chance | null, routes: RouteChance[]): void {
    const known = new Map<string, Chance>(routes.map((one) => [one.name, one]));
    if (any) known.set("any way", any);
    for (const name of known.keys()) this.row(name);
    for (const [name, row] of this.rows) row.show(known.get(name) ?? null);
    const draws = any ? any.finished : 0;
    this.spoken.textContent = `Chance of a leak that CT would show, by way out, with 95 % intervals, from ${draws} draws`;
  }

  fade(stale: boolean): void {
    this.body.classList.toggle("stale", stale);
  }

  private row(name: string): Row {
    const found = this.rows.get(name);
    if (found) return found;
    const made = new Row(name);
    this.rows.set(name, made);
    this.body.append(made.element);
    return made;
  }
}

class Row {
  readonly element: HTMLTableRowElement;
  private readonly bar = el("td", { class: "bar" });
  private readonly words = el("td", { class: "words" });
  private readonly kind: string;

  constructor(name: string) {
    this.kind = name === "any way" ? "any" : GROUPS.includes(name) ? "group" : name.endsWith("vein") ? "vein" : "gap";
    const head = el("th", {
      text: name === "any way" ? "Any way out" : name,
      attributes: { scope: "row", title: WAYS[name] ?? null },
    });
    const testid = name === "any way" ? "chance-any" : `chance-${slug(name)}`;
    this.element = el("tr", { class: this.kind, testid }, head, this.bar, this.words);
    this.show(null);
  }

  show(chance: Chance | null): void {
    const shown = chance ?? { chance: null, low: null, high: null, leaking: 0, finished: 0 };
    this.bar.replaceChildren(chanceBar(shown, this.kind));
    this.words.textContent = chance ? chanceWords(chance) : "–";
    setAttributes(this.element, {
      title: chance ? `Leaked in ${chance.leaking} of ${chance.finished} draws. 95 % interval by Wilson.` : null,
    });
  }
}

function columns(): HTMLElement {
  return el("colgroup", {}, ...["way", "bar", "words"].map((name) => el("col", { class: `${name}-column` })));
}

function axisWords(): HTMLElement {
  return el("span", { class: "axis-words" }, ...["0", "50", "100 %"].map((text) => el("span", { text })));
}
