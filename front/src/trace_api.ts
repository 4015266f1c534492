/** What the server tells of a trace, and the words that the page makes of it. */

import type { Vec3 } from "./api";
import { length, minus } from "./geometry";

export interface Range {
  value: number;
  low: number;
  high: number;
}

export interface Place {
  words: string;
  certainty: number;
  source: string;
  others: Record<string, number>;
}

export interface TracedPiece {
  piece: number;
  tier: string;
  place: Place;
  origin: { level: string; certainty: number; reason: string };
  certainty: number;
  certainty_calibrated: boolean;
  reasons: string[];
  centre_mm: Vec3;
  line_mm: Vec3[];
  volume_ml: Range;
  length_mm: number;
  diameter_mm: number;
  peak_hu: number;
  background_hu: number;
  contrast_over_noise: number;
  branches: number;
}

export interface NotCement {
  kind: string;
  reason: string;
  place: Place;
  centre_mm: Vec3;
  volume_ml: number;
  peak_hu: number;
  certainty: number;
}

export interface Stretch {
  start: number;
  end: number;
  seen: boolean;
  site: string;
  piece: number | null;
  length_mm: number;
  line_mm: Vec3[];
}

export interface LevelRow {
  level: string;
  fill_ml: Range | null;
  fill_share: Range | null;
  upper_end_plate: string;
  lower_end_plate: string;
  exits: { site: string; volume_ml: Range; pieces: number[] }[];
}

export interface Note {
  piece: number | null;
  wrong: boolean | null;
  note: string;
  when: string;
}

export interface Traced {
  pieces: TracedPiece[];
  not_cement: NotCement[];
  levels: LevelRow[];
  path: { stops: { name: string; point_mm: Vec3; piece: number | null }[]; stretches: Stretch[] };
  blind: { region: string; reason: string; volume_ml: number; centre_mm: Vec3 }[];
  limits: { region: string; noise_hu: number; background_hu: number; dense_mm: number | null; weak_mm: number | null }[];
  landmarks: { name: string; source: string; certainty: number; note: string }[];
  summary_words: string | string[];
  certainty?: string;
  field_of_view?: string[];
  not_seen?: string[];
  notes: Note[];
  run_notes?: string[];
  overlay: string | null;
  scan: string | null;
}

/** The place of a piece that lies in it: its middle, or for a bent one the nearest spot of its centre line. */
export function spotOf({ centre_mm, line_mm }: Pick<TracedPiece, "centre_mm" | "line_mm">): Vec3 {
  let best = centre_mm;
  let least = Number.POSITIVE_INFINITY;
  for (const point of line_mm) {
    const far = length(minus(point, centre_mm));
    if (far < least) [best, least] = [point, far];
  }
  return best;
}

/** "0.64 mL (0.57 to 0.71)" */
export function mlWords({ value, low, high }: Range): string {
  const digits = value >= 0.1 ? 2 : value >= 0.01 ? 3 : 4;
  return `${value.toFixed(digits)} mL (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

export function mmWords(mm: number): string {
  return `${mm >= 20 ? mm.toFixed(0) : mm.toFixed(1)} mm`;
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export function certaintyWords(piece: TracedPiece): string {
  return `${percent(piece.certainty)} ${piece.certainty_calibrated ? "(calibrated on synthetic cases)" : "(assumed)"}`;
}

export function siteWords(site: string): string {
  return site.replaceAll("_", " ");
}

export function originWords({ origin }: TracedPiece): string {
  return origin.level ? `from ${origin.level} (${percent(origin.certainty)})` : "origin: cannot tell";
}

/** "25 Nov 2026, 22:14" in the reader's own time. */
export function whenWords(when: string): string {
  const date = new Date(when);
  if (Number.isNaN(date.getTime())) return when;
  return date.toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** Whether the reader's last word on a piece is that it is wrong. */
export function markedWrong(notes: Note[], piece: number): boolean {
  return notes.filter((note) => note.piece === piece && note.wrong !== null).at(-1)?.wrong === true;
}

/** A line cut into dashes, for views that know no dashed lines. */
export function dashes(line: Vec3[], dash_mm: number): Vec3[][] {
  const cut: Vec3[][] = [];
  let now: Vec3[] = [];
  let walked = 0;
  for (let n = 1; n < line.length; n += 1) {
    const [from, to] = [line[n - 1] as Vec3, line[n] as Vec3];
    const step = length(minus(to, from));
    const parts = Math.max(1, Math.ceil(step / (dash_mm / 2)));
    for (let k = 0; k < parts; k += 1) {
      const at = (share: number): Vec3 => from.map((value, axis) => value + share * ((to[axis] as number) - value)) as Vec3;
      if (Math.floor((walked + (step * (k + 0.5)) / parts) / dash_mm) % 2 === 0) {
        if (!now.length) now.push(at(k / parts));
        now.push(at((k + 1) / parts));
      } else if (now.length) {
        cut.push(now);
        now = [];
      }
    }
    walked += step;
  }
  if (now.length > 1) cut.push(now);
  return cut;
}
