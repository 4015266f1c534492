/** A small chart of lines over the journey's time, with a cursor and the values under it. */

import { el, svg } from "./dom";
import { TICKS, shareOf } from "./timescale";

export interface Curve {
  name: string;
  time_s: number[];
  values: number[];
  colour: string;
  dashed?: boolean;
}

const LEFT = 34;
const RIGHT = 8;
const TOP = 6;
const BOTTOM = 15;

export class LineChart {
  readonly box: HTMLElement;
  /** The person pointed at a time. */
  onTime: (share: number) => void = () => {};
  private readonly heading = el("h3", { class: "chart-title" });
  private readonly values = el("p", { class: "chart-values num" });
  private readonly root = svg("svg", { class: "chart", attributes: { role: "img", preserveAspectRatio: "none" } });
  private readonly cursor = svg("g", { class: "chart-cursor" });
  private curves: Curve[] = [];
  private unit = "";
  private title = "";
  private time = 0;
  private size = { width: 0, height: 0 };
  private range: [number, number] = [0, 1];

  constructor(host: HTMLElement) {
    const frame = el("div", { class: "chart-frame" }, this.root);
    this.box = el("section", { class: "chart-box" }, el("div", { class: "chart-head" }, this.heading, this.values), frame);
    host.append(this.box);
    new ResizeObserver(() => this.measure(frame)).observe(frame);
    this.root.addEventListener("pointerdown", (event) => this.point(event));
    this.root.addEventListener("pointermove", (event) => event.buttons === 1 && this.point(event));
  }

  set(title: string, unit: string, curves: Curve[]): void {
    [this.title, this.unit, this.curves] = [title, unit, curves];
    this.heading.textContent = `${title} (${unit})`;
    const all = curves.flatMap((curve) => curve.values.filter(Number.isFinite));
    this.range = roomFor(Math.min(...all), Math.max(...all));
    this.draw();
  }

  setTime(time_s: number): void {
    this.time = time_s;
    this.moveCursor();
  }

  private measure(frame: HTMLElement): void {
    this.size = { width: frame.clientWidth, height: frame.clientHeight };
    this.draw();
  }

  private x(share: number): number {
    return LEFT + share * (this.size.width - LEFT - RIGHT);
  }

  private y(value: number): number {
    const [low, high] = this.range;
    return TOP + ((high - value) / (high - low)) * (this.size.height - TOP - BOTTOM);
  }

  private point(event: PointerEvent): void {
    const box = this.root.getBoundingClientRect();
    this.onTime(Math.min(1, Math.max(0, (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT))));
  }

  private draw(): void {
    const { width, height } = this.size;
    if (!width || !this.curves.length) return;
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.root.replaceChildren(...this.gridLines(), ...this.curves.map((curve) => this.path(curve)), this.cursor);
    this.moveCursor();
  }

  private gridLines(): SVGElement[] {
    const { width, height } = this.size;
    const parts: SVGElement[] = [];
    for (const value of stepsOf(this.range)) {
      const y = this.y(value);
      parts.push(svg("line", { class: "chart-grid", attributes: { x1: LEFT, x2: width - RIGHT, y1: y, y2: y } }));
      parts.push(svg("text", { class: "chart-tick end", text: String(Number(value.toFixed(2))), attributes: { x: LEFT - 4, y: y + 4 } }));
    }
    for (const [time, , short] of TICKS) {
      if (!short) continue;
      const x = this.x(shareOf(time));
      const place = time <= 1 ? "start" : shareOf(time) >= 1 ? "end" : "middle";
      parts.push(svg("line", { class: "chart-grid fine", attributes: { x1: x, x2: x, y1: TOP, y2: height - BOTTOM } }));
      parts.push(svg("text", { class: `chart-tick ${place}`, text: short, attributes: { x, y: height - 3 } }));
    }
    return parts;
  }

  private path(curve: Curve): SVGElement {
    const spots = curve.time_s.map((time, n) => `${this.x(shareOf(time)).toFixed(1)},${this.y(curve.values[n] as number).toFixed(1)}`);
    const shape = svg("polyline", { class: curve.dashed ? "chart-line dashed" : "chart-line", attributes: { points: spots.join(" ") } });
    shape.style.stroke = curve.colour;
    return shape;
  }

  private moveCursor(): void {
    const words = this.curves.map((curve) => ({ curve, value: valueAt(curve, this.time) }));
    this.values.replaceChildren(
      ...words.flatMap(({ curve, value }) => {
        const key = el("span", { class: curve.dashed ? "chart-key dashed" : "chart-key" });
        key.style.setProperty("--line", curve.colour);
        const name = this.curves.length > 1 ? `${curve.name} ` : "";
        return [key, `${name}${value === null ? "none" : shown(value)} `];
      }),
    );
    const now = words.map(({ curve, value }) => `${curve.name} ${value === null ? "none" : shown(value)} ${this.unit}`).join(", ");
    this.root.setAttribute("aria-label", `${this.title}: ${now} at the cursor`);
    if (!this.size.width) return;
    const x = this.x(shareOf(this.time));
    const dots = words.flatMap(({ curve, value }) => {
      if (value === null) return [];
      const dot = svg("circle", { attributes: { cx: x, cy: this.y(value), r: 3.5 } });
      dot.style.fill = curve.colour;
      return [dot];
    });
    this.cursor.replaceChildren(svg("line", { attributes: { x1: x, x2: x, y1: TOP, y2: this.size.height - BOTTOM } }), ...dots);
  }
}

/** The value at a time, in a straight line between its neighbours; none before the first and after the last. */
export function valueAt(curve: Pick<Curve, "time_s" | "values">, time: number): number | null {
  const { time_s, values } = curve;
  const after = time_s.findIndex((one) => one >= time);
  if (after < 0) return null;
  const [t1, v1] = [time_s[after] as number, values[after] as number];
  if (after === 0) return t1 - time <= 1 ? v1 : null;
  const [t0, v0] = [time_s[after - 1] as number, values[after - 1] as number];
  return t1 > t0 ? v0 + ((v1 - v0) * (time - t0)) / (t1 - t0) : v1;
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1);
}

function stepOf(span: number): number {
  const rough = span / 3;
  const ten = 10 ** Math.floor(Math.log10(rough));
  return ten * ([1, 2, 5, 10].find((times) => times * ten >= rough) ?? 10);
}

/** A range that holds all values with some air, and is never so narrow that noise looks like a change. */
function roomFor(low: number, high: number): [number, number] {
  if (!Number.isFinite(low)) return [0, 1];
  const span = Math.max(high - low, 0.08 * Math.max(Math.abs(low), Math.abs(high)), 1);
  const [middle, step] = [(low + high) / 2, stepOf(span)];
  const from = Math.floor((middle - 0.55 * span) / step) * step;
  return [low >= 0 ? Math.max(0, from) : from, Math.ceil((middle + 0.55 * span) / step) * step];
}

function stepsOf([low, high]: [number, number]): number[] {
  const step = stepOf(high - low);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor((high - low) / step + 1e-9) + 1 }, (_, n) => (first + n) * step).filter((v) => v <= high + 1e-9);
}
