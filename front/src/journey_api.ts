/** What the server tells of a journey: its drawing over time, its pressures, its events. */

import type { Vec3 } from "./api";
import type { Curve } from "./linechart";

export interface DrawnPiece {
  piece: string;
  line_mm: Vec3[];
  diameter_mm: number | number[];
  room?: string;
  lodged?: boolean;
  volume_ml?: number;
}

export interface Branch {
  name: string;
  times_s: number[];
  pieces: DrawnPiece[][];
  removed_day: number | null;
  series?: Series[];
}

export interface Series {
  name: string;
  unit: string;
  time_s: number[];
  values: number[];
}

export interface Moving {
  frame: string;
  outline: { front: [number, number][]; side: [number, number][] };
  levels: { level: string; centre_mm: Vec3; treated?: boolean }[];
  vessels: { room: string; ends_mm: [Vec3, Vec3]; diameter_mm: number; name?: string }[];
  branches: Branch[];
  series: Series[];
  injected?: { level: string; unit: string; time_s: number[]; values: number[] }[];
  events: JourneyEvent[];
}

export interface JourneyEvent {
  time_s: number;
  room: string;
  what: string;
}

/** The part of result.json that the page reads. */
export interface JourneyResult {
  name?: string;
  account?: { injected_ml: number; places: { place: string; ml: number }[] };
  parts?: { piece: string; room: string; volume_ml: number }[];
  branches?: { name: string; cement_removed?: string[]; removed_ml?: number }[];
}

/** The drawing that holds at a time: the last one that was computed before it. */
export function frameAt(branch: Branch, time_s: number): number {
  let low = -1;
  let high = branch.times_s.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((branch.times_s[middle] as number) <= time_s + 1e-6) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The volume of drawn cement, a round cord of the drawn width. */
export function drawnMl(pieces: DrawnPiece[]): number {
  let mm3 = 0;
  for (const { line_mm, diameter_mm } of pieces) {
    for (let n = 1; n < line_mm.length; n += 1) {
      const [a, b] = [line_mm[n - 1] as Vec3, line_mm[n] as Vec3];
      const wide = (widthAt(diameter_mm, n - 1) + widthAt(diameter_mm, n)) / 2;
      mm3 += (Math.PI / 4) * wide ** 2 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    }
  }
  return mm3 / 1000;
}

export function widthAt(diameter: number | number[], n: number): number {
  return typeof diameter === "number" ? diameter : (diameter[Math.min(n, diameter.length - 1)] ?? 1);
}

/** Series that belong to one chart, by what their names hold. */
const CHARTS: { title: string; holds: RegExp; names: [RegExp, string, string, boolean][] }[] = [
  {
    title: "Pulmonary artery",
    holds: /pulmonary (artery |arterial )?(pressure|systolic)/,
    names: [
      [/systolic/, "syst.", "#0072b2", true],
      [/mean/, "mean", "#0072b2", false],
    ],
  },
  { title: "Right atrium", holds: /right atrial pressure/, names: [[/./, "mean", "#a33a00", false]] },
  { title: "Body arteries, mean", holds: /^(mean )?(systemic )?arterial pressure/, names: [[/./, "mean", "#b0457f", false]] },
];

export interface Chart {
  title: string;
  unit: string;
  curves: Curve[];
}

/** What a branch tells over time, as charts: the three pressures first, then the rest by name. */
export function chartsOf(moving: Moving, branch: Branch): Chart[] {
  const joined = new Map<string, Series>();
  for (const one of branch.series ?? moving.series) joined.set(plainName(one.name), { ...one, unit: unitWords(one.unit) });
  const charts: Chart[] = [];
  for (const { title, holds, names } of CHARTS) {
    const mine = [...joined].filter(([name]) => holds.test(name));
    const curves = mine.map(([name, one]): Curve => {
      const [, short, colour, dashed] = names.find(([word]) => word.test(name)) ?? [/./, name, "#0072b2", false];
      joined.delete(name);
      return { ...one, name: short, colour, dashed };
    });
    if (curves.length) charts.push({ title, unit: mine[0]?.[1].unit ?? "", curves: curves.sort((a, b) => a.name.localeCompare(b.name)) });
  }
  for (const [name, one] of joined) {
    charts.push({ title: name[0]?.toUpperCase() + name.slice(1), unit: one.unit, curves: [{ ...one, name, colour: "#00694d" }] });
  }
  return charts;
}

/** "pulmonary_pressure_mean_mmhg" is "pulmonary pressure mean". */
function plainName(name: string): string {
  return name
    .replace(/_(mmhg|percent|per_min|l_min|ml|ees_over_ea)$/, "")
    .replaceAll("_", " ")
    .trim();
}

function unitWords(unit: string): string {
  return { mmhg: "mmHg", percent: "%", min: "per min", ml: "mL", l_min: "L/min", per_min: "per min", "": "1" }[unit] ?? unit;
}
