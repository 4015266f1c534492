/** The path as a sketch from the front and from the left side, for eyes without a CT and without WebGL. */

import type { Vec3 } from "./api";
import { svg } from "./dom";
import { type Traced, spotOf } from "./trace_api";

const WIDTH = 372;
const HEIGHT = 250;

export function pathSketch(traced: Traced, chosen: number | null, onPiece: (piece: number) => void): SVGElement {
  const root = svg("svg", { class: "path-sketch", attributes: { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "The path from the front and from the left side" } });
  const points = [...traced.path.stretches.flatMap(({ line_mm }) => line_mm), ...traced.pieces.flatMap((piece) => [spotOf(piece), ...piece.line_mm])];
  if (!points.length) return root;
  const low = [0, 1, 2].map((n) => Math.min(...points.map((point) => point[n] as number)));
  const high = [0, 1, 2].map((n) => Math.max(...points.map((point) => point[n] as number)));
  const span = (n: number): number => Math.max(20, (high[n] as number) - (low[n] as number));
  const scale = Math.min((HEIGHT - 46) / span(2), (WIDTH / 2 - 40) / Math.max(span(0), span(1)));
  const views: [number, string, [string, string]][] = [
    [0, "From the front", ["R", "L"]],
    [1, "From the left side", ["A", "P"]],
  ];
  views.forEach(([axis, words, ends], n) => {
    const middle = WIDTH * (n ? 0.75 : 0.25);
    const at = (point: Vec3): [number, number] => [
      middle + ((point[axis] as number) - ((low[axis] as number) + (high[axis] as number)) / 2) * scale,
      (HEIGHT + 14) / 2 - (point[2] - ((low[2] as number) + (high[2] as number)) / 2) * scale,
    ];
    root.append(
      svg("text", { class: "sketch-title", text: words, attributes: { x: middle, y: 13 } }),
      svg("text", { class: "sketch-side", text: ends[0], attributes: { x: n ? WIDTH / 2 + 10 : 8, y: 13 } }),
      svg("text", { class: "sketch-side", text: ends[1], attributes: { x: n ? WIDTH - 8 : WIDTH / 2 - 10, y: 13 } }),
      ...drawn(traced, chosen, onPiece, at),
    );
  });
  const bar = [100, 50, 20, 10].find((mm) => mm * scale < 80) ?? 10;
  root.append(
    svg("path", { class: "sketch-bar", attributes: { d: `M8 ${HEIGHT - 10}v5h${bar * scale}v-5` } }),
    svg("text", { class: "sketch-words", text: `${bar} mm`, attributes: { x: 14 + bar * scale, y: HEIGHT - 5 } }),
  );
  return root;
}

function drawn(traced: Traced, chosen: number | null, onPiece: (piece: number) => void, at: (point: Vec3) => [number, number]): SVGElement[] {
  const line = (points: Vec3[], name: string): SVGElement =>
    svg("polyline", { class: name, attributes: { points: points.map((point) => at(point).map((v) => v.toFixed(1)).join(",")).join(" ") } });
  return [
    ...traced.pieces.map((piece) => line(piece.line_mm, "sketch-piece")),
    ...traced.path.stretches.map(({ line_mm, seen }) => line(line_mm, seen ? "sketch-seen" : "sketch-inferred")),
    ...traced.pieces.map((piece) => {
      const [cx, cy] = at(spotOf(piece));
      const name = `sketch-mark ${piece.tier}${piece.piece === chosen ? " chosen" : ""}`;
      return svg(
        "g",
        { class: name, on: { click: () => onPiece(piece.piece) } },
        svg("circle", { attributes: { cx, cy, r: 8 } }),
        svg("text", { text: String(piece.piece), attributes: { x: cx, y: cy + 4 } }),
      );
    }),
  ];
}
