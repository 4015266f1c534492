/** What lies over a slice's picture: crosshair, lines, needle, marks and the scale bar, drawn anew each time. */

import type { Needle, Vec3 } from "./api";
import { svg } from "./dom";
import type { View } from "./framing";
import { AXES, type Grid, type Plane } from "./geometry";
import type { Line, Mark } from "./pane";

const NEAR_LINE_MM = 4; // a line farther from the plane than this is faint
const FAR_MARK_MM = 15; // a mark farther from the plane than this is not drawn
const GAP = 14; // half of the crosshair's open middle, pixels
const BARS_MM = [1, 2, 5, 10, 20, 50, 100, 200];

export interface Scene {
  grid: Grid;
  slice: number;
  view: View;
  size: { width: number; height: number };
  point: Vec3;
  needle: Needle | null;
  marks: Mark[];
  lines: Line[];
}

interface Spot {
  x: number;
  y: number;
  off: number;
}

export class Overlay {
  readonly root = svg("svg", { class: "pane-overlay", attributes: { "aria-hidden": "true", focusable: "false" } });

  constructor(
    private readonly plane: Plane,
    private readonly onMark: (id: string) => void,
  ) {}

  clear(): void {
    this.root.replaceChildren();
  }

  draw(scene: Scene): void {
    const at = (lps: Vec3): Spot => {
      const { across, down, off } = scene.grid.onPicture(this.plane, lps, scene.slice);
      return { x: scene.view.left + across * scene.view.scale, y: scene.view.top + down * scene.view.scale, off };
    };
    const half = scene.grid.spacing[AXES[this.plane].through] / 2;
    this.root.replaceChildren(
      ...crosshair(at(scene.point), scene.size),
      ...scene.lines.flatMap((line) => drawLine(line, line.points_mm.map(at), half)),
      ...(scene.needle ? drawNeedle(at(scene.needle.entry_mm), at(scene.needle.tip_mm), Math.max(half, 1)) : []),
      ...scene.marks.flatMap((mark) => this.drawMark(mark, at(mark.at_mm), scene.view.scale, half)),
      scaleBar(scene.view.scale, scene.size),
    );
  }

  private drawMark(mark: Mark, spot: Spot, scale: number, half: number): SVGElement[] {
    const off = Math.max(0, Math.abs(spot.off) - half);
    if (off > FAR_MARK_MM && !mark.selected) return [];
    const reach = mark.radius_mm ?? 0;
    const inside = off <= Math.max(reach, 3);
    const radius = inside ? Math.max(6, Math.sqrt(Math.max(0, reach ** 2 - off ** 2)) * scale) : 3.5;
    const place = { cx: spot.x, cy: spot.y };
    const parts: SVGElement[] = [
      svg("circle", { class: "mark-under", attributes: { ...place, r: radius } }),
      ringOf(svg("circle", { class: mark.selected ? "mark selected" : "mark", attributes: { ...place, r: radius } }), mark.colour),
    ];
    if (mark.label && (inside || mark.selected || mark.named)) {
      parts.push(svg("text", { class: "mark-label", text: mark.label, attributes: { x: spot.x + radius + 4, y: spot.y + 4 } }));
    }
    const group = svg("g", { class: inside ? "mark-group" : "mark-group away" }, ...parts);
    if (mark.id !== undefined) group.append(this.hit(mark.id, spot, Math.max(12, radius)));
    return [group];
  }

  private hit(id: string, spot: Spot, radius: number): SVGElement {
    return svg("circle", {
      class: "mark-hit",
      testid: `mark-${id}`,
      attributes: { cx: spot.x, cy: spot.y, r: radius },
      on: { click: () => this.onMark(id) },
    });
  }
}

function ringOf<E extends SVGElement>(shape: E, colour: string | undefined): E {
  if (colour) shape.style.stroke = colour;
  return shape;
}

function crosshair(spot: Spot, size: { width: number; height: number }): SVGElement[] {
  const arm = (x1: number, y1: number, x2: number, y2: number): SVGElement => svg("line", { class: "crosshair", attributes: { x1, y1, x2, y2 } });
  const [x, y] = [Math.round(spot.x) + 0.5, Math.round(spot.y) + 0.5];
  return [arm(0, y, x - GAP, y), arm(x + GAP, y, size.width, y), arm(x, 0, x, y - GAP), arm(x, y + GAP, x, size.height)];
}

function drawLine(line: Line, spots: Spot[], half: number): SVGElement[] {
  const parts: SVGElement[] = [];
  for (const run of runsOf(spots, Math.max(NEAR_LINE_MM, half))) {
    const points = run.spots.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    const classes = ["path-line", run.near ? "" : "away", line.dashed ? "dashed" : ""].filter(Boolean).join(" ");
    const shape = svg("polyline", { class: classes, attributes: { points } });
    shape.style.stroke = line.colour;
    shape.style.strokeWidth = `${line.width ?? 2}px`;
    parts.push(svg("polyline", { class: run.near ? "path-under" : "path-under away", attributes: { points } }), shape);
  }
  return parts;
}

/** The stretches of a line that lie near the plane, and those that do not. */
function runsOf(spots: Spot[], reach: number): { near: boolean; spots: Spot[] }[] {
  const runs: { near: boolean; spots: Spot[] }[] = [];
  for (let n = 1; n < spots.length; n += 1) {
    const [from, to] = [spots[n - 1] as Spot, spots[n] as Spot];
    const near = Math.abs(from.off + to.off) / 2 <= reach;
    const last = runs.at(-1);
    if (last && last.near === near) last.spots.push(to);
    else runs.push({ near, spots: [from, to] });
  }
  return runs;
}

/** Solid where the needle lies within `reach` mm of the plane, dashed where it does not. */
function drawNeedle(entry: Spot, tip: Spot, reach: number): SVGElement[] {
  const [from, to] = within(entry.off, tip.off, reach);
  const along = (t: number): Spot => ({ x: entry.x + t * (tip.x - entry.x), y: entry.y + t * (tip.y - entry.y), off: 0 });
  const piece = (start: number, end: number, name: string): SVGElement[] => {
    if (end - start < 1e-6) return [];
    const [p, q] = [along(start), along(end)];
    const attributes = { x1: p.x, y1: p.y, x2: q.x, y2: q.y };
    return [svg("line", { class: "needle-under", attributes }), svg("line", { class: name, attributes })];
  };
  return [...piece(0, from, "needle away"), ...piece(to, 1, "needle away"), ...piece(from, to, "needle")];
}

/** Where, as shares of its length, a line between two heights is within `reach` of the plane; nowhere: [1, 1]. */
function within(start: number, end: number, reach: number): [number, number] {
  const rise = end - start;
  if (Math.abs(rise) < 1e-9) return Math.abs(start) <= reach ? [0, 1] : [1, 1];
  const crossings = [(-reach - start) / rise, (reach - start) / rise];
  const [from, to] = [Math.max(0, Math.min(...crossings)), Math.min(1, Math.max(...crossings))];
  return from < to ? [from, to] : [1, 1];
}

function scaleBar(scale: number, size: { width: number; height: number }): SVGElement {
  const mm = [...BARS_MM].reverse().find((long) => long * scale <= size.width * 0.22) ?? 1;
  const [x, y, w] = [10, size.height - 10, mm * scale];
  const d = `M${x} ${y - 5}v5h${w.toFixed(1)}v-5`;
  return svg(
    "g",
    { class: "scale-bar" },
    svg("path", { class: "under", attributes: { d } }),
    svg("path", { attributes: { d } }),
    svg("text", { text: `${mm} mm`, attributes: { x: x + w + 6, y } }),
  );
}
