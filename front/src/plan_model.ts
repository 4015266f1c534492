// What is set on the Plan page, and what the server is asked to run.

import type { Vec3 } from "./api";

export type Point = Vec3;

export interface Needle {
  entry_mm: Point;
  tip_mm: Point;
  gauge: number;
  opening: "end" | "side";
  side?: "left" | "right"; // on the suggested route through this pedicle, until it is moved
}

export interface Push {
  volume_ml: number;
  rate_ml_min: number;
  needle: number; // from 1
}

export interface Wait {
  wait_s: number;
}

export type Portion = Push | Wait;
export type AlternativeKind = "wait" | "slower" | "less" | "needle" | "cement" | "balloon" | "kept" | "given";
export type Procedure = "vertebroplasty" | "kyphoplasty";

export interface Kept {
  procedure: Procedure;
  balloon_ml: number; // of kyphoplasty alone
  cement: string;
  age_min: number;
  portions: Portion[];
  needles: Needle[];
  stops: boolean;
}

export interface Alternative {
  kind: AlternativeKind;
  value: string; // minutes, mL/min, mL (of a balloon: 0 is none), "left", "right" or "both", a cement's name
  kept?: Kept;
  change?: Record<string, unknown>; // of a plan file, as it stands there; its name is the value
}

/** Where the cement was before it was mixed. */
export interface Store {
  store_temperature_c: number;
  minutes_out_of_store: number;
  room_temperature_c: number;
}

export interface Draft extends Kept {
  source: "virtual" | "scan";
  virtual: number;
  scan: string;
  at_mm: Point | null;
  level: string;
  fracture: string; // "" leaves it to the patient
  cleft: string; // "", "yes" or "no"
  store: Store | null; // null is the usual one
  cell_mm: number;
  draws: number;
  seed: number;
  alternatives: Alternative[];
}

export const MOST_ALTERNATIVES = 5;
export const USUAL_BALLOON_ML = 3;
export const USUAL_STORE: Store = { store_temperature_c: 21, minutes_out_of_store: 60, room_temperature_c: 21 };

export function isPush(portion: Portion): portion is Push {
  return "volume_ml" in portion;
}

export function firstDraft(): Draft {
  return {
    source: "virtual",
    virtual: 12,
    scan: "",
    at_mm: null,
    level: "T12",
    fracture: "wedge",
    cleft: "no",
    needles: [],
    procedure: "vertebroplasty",
    balloon_ml: USUAL_BALLOON_ML,
    cement: "generic_low_viscosity",
    age_min: 4,
    portions: [
      { volume_ml: 1, rate_ml_min: 3, needle: 1 },
      { wait_s: 20 },
      { volume_ml: 2.5, rate_ml_min: 3, needle: 1 },
    ],
    stops: true,
    store: null,
    cell_mm: 2,
    draws: 32,
    seed: 0,
    alternatives: [],
  };
}

export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

// What the server runs --------------------------------------------------------------------------------

export function planOf(draft: Draft, sides: Sides | null): object {
  const vertebra: Record<string, unknown> = {
    level: draft.level,
    ...(draft.needles.length ? { needle: draft.needles.map(plainNeedle) } : {}),
    ...procedureOf(draft),
    portions: portionsOf(draft),
  };
  if (draft.source === "virtual" && draft.fracture) vertebra["fracture"] = draft.fracture;
  if (draft.source === "virtual" && draft.cleft) vertebra["cleft"] = draft.cleft === "yes";
  const plan: Record<string, unknown> = {
    vertebra: [vertebra],
    cement: { name: draft.cement, age_at_start_min: draft.age_min, ...draft.store },
    operator: { stops_on_seen_leak: draft.stops },
  };
  const others = draft.alternatives.map((one) => ({ name: nameOf(one, draft), ...changeOf(one, draft, sides) }));
  return others.length ? { ...plan, alternative: distinct(others) } : plan;
}

export type Sides = Record<"left" | "right", { entry_mm: Point; tip_mm: Point } | null>; // null: no route fits

function plainNeedle({ entry_mm, tip_mm, gauge, opening, side }: Needle): object {
  return side ? { side, gauge, opening } : { entry_mm: fine(entry_mm), tip_mm: fine(tip_mm), gauge, opening };
}

/** In thousandths of a millimetre, as the address and the plan file carry it: what a file says stays as it is. */
export function fine(point: Point): Point {
  return point.map((number) => Math.round(number * 1000) / 1000) as Point;
}

/** Show needles that are known by their side on the routes that the bone suggests; whether any stood elsewhere. */
export function placeSides(draft: Draft, sides: Sides): boolean {
  const before = JSON.stringify(draft.needles);
  for (const one of draft.needles) {
    const way = one.side && sides[one.side];
    if (way) Object.assign(one, rounded(way));
  }
  return JSON.stringify(draft.needles) !== before;
}

/** A needle's points in tenths of a millimetre, as the fields show them. */
export function rounded(line: { entry_mm: Point; tip_mm: Point }): { entry_mm: Point; tip_mm: Point } {
  return { entry_mm: line.entry_mm.map(tenth) as Point, tip_mm: line.tip_mm.map(tenth) as Point };
}

export function tenth(number: number): number {
  return Math.round(number * 10) / 10;
}

function procedureOf({ procedure, balloon_ml }: { procedure: Procedure; balloon_ml: number }): object {
  return procedure === "kyphoplasty" ? { procedure, balloon_ml } : { procedure };
}

function portionsOf(from: { portions: Portion[]; needles: Needle[] }): object[] {
  const several = from.needles.length > 1;
  return from.portions.map((one) => {
    if (!isPush(one)) return { wait_s: one.wait_s };
    const push = { volume_ml: one.volume_ml, rate_ml_min: one.rate_ml_min };
    return several ? { ...push, needle: one.needle } : push;
  });
}

export function totalMl(portions: Portion[]): number {
  return portions.reduce((sum, one) => sum + (isPush(one) ? one.volume_ml : 0), 0);
}

export function fastest(portions: Portion[]): number {
  return Math.max(0, ...portions.map((one) => (isPush(one) ? one.rate_ml_min : 0)));
}

function scaled(portions: Portion[], change: (push: Push) => Partial<Push>): Portion[] {
  return portions.map((one) => (isPush(one) ? { ...one, ...change(one) } : one));
}

function hundredth(number: number): number {
  return Math.round(number * 100) / 100;
}

function changeOf(one: Alternative, draft: Draft, sides: Sides | null): object {
  const number = Number(one.value);
  switch (one.kind) {
    case "wait":
      return { cement: { age_at_start_min: number } };
    case "cement":
      return { cement: { name: one.value } };
    case "slower":
      return { portions: portionsOf({ ...draft, portions: scaled(draft.portions, () => ({ rate_ml_min: number })) }) };
    case "less": {
      const share = number / totalMl(draft.portions);
      const change = (push: Push) => ({ volume_ml: hundredth(push.volume_ml * share) });
      return { portions: portionsOf({ ...draft, portions: scaled(draft.portions, change) }) };
    }
    case "balloon":
      return procedureOf({ procedure: number ? "kyphoplasty" : "vertebroplasty", balloon_ml: number });
    case "needle":
      return otherNeedle(one.value, draft, sides);
    case "kept":
      return keptChange(one.kept as Kept);
    case "given":
      return one.change ?? {};
  }
}

function otherNeedle(which: string, draft: Draft, sides: Sides | null): object {
  const wanted: ("left" | "right")[] = which === "both" ? ["left", "right"] : [which === "right" ? "right" : "left"];
  const first = draft.needles[0];
  const needles = wanted.flatMap((side) => (first && sides?.[side] ? [freed(first, sides[side])] : []));
  if (needles.length < wanted.length) return { needle: wanted.map((side) => ({ side })) }; // the server says why not
  const portions = needles.length > 1 ? halved(draft.portions) : scaled(draft.portions, () => ({ needle: 1 }));
  return { needle: needles.map(plainNeedle), portions: portionsOf({ portions, needles }) };
}

/** A needle like `one` on another way, which is its own. */
export function freed({ gauge, opening }: Needle, way: { entry_mm: Point; tip_mm: Point }): Needle {
  return { ...rounded(way), gauge, opening };
}

/** Each push is shared between both needles, one half after the other. */
function halved(portions: Portion[]): Portion[] {
  return portions.flatMap((one): Portion[] => {
    if (!isPush(one)) return [one];
    const half = Math.round(one.volume_ml * 500) / 1000;
    return [1, 2].map((needle) => ({ ...one, volume_ml: half, needle }));
  });
}

function keptChange(kept: Kept): object {
  return {
    cement: { name: kept.cement, age_at_start_min: kept.age_min },
    operator: { stops_on_seen_leak: kept.stops },
    needle: kept.needles.map(plainNeedle),
    ...procedureOf(kept),
    portions: portionsOf(kept),
  };
}

export function nameOf(one: Alternative, draft: Draft): string {
  switch (one.kind) {
    case "wait":
      return `start at ${one.value} min`;
    case "slower":
      return `push at ${one.value} mL/min`;
    case "less":
      return `${one.value} mL in all`;
    case "needle":
      return one.value === "both" ? "through both sides" : `from the ${one.value}`;
    case "cement":
      return cementName(one.value);
    case "balloon":
      return Number(one.value) ? `with a balloon of ${one.value} mL` : "without a balloon";
    case "kept":
      return `as before: ${keptWords(one.kept as Kept, draft)}`;
    case "given":
      return one.value;
  }
}

/** What a kept setting had otherwise, shortly. */
function keptWords(kept: Kept, draft: Draft): string {
  const words: string[] = [];
  if (kept.cement !== draft.cement) words.push(cementName(kept.cement));
  if (kept.age_min !== draft.age_min) words.push(`${kept.age_min} min`);
  if (JSON.stringify(kept.portions) !== JSON.stringify(draft.portions)) words.push(`${totalMl(kept.portions)} mL`);
  if (JSON.stringify(kept.needles) !== JSON.stringify(draft.needles)) words.push("other needle");
  if (balloonWords(kept) !== balloonWords(draft)) words.push(balloonWords(kept));
  if (kept.stops !== draft.stops) words.push(kept.stops ? "stops at a leak" : "does not stop");
  return words.join(", ") || "the same settings";
}

/** The procedure, shortly. */
export function balloonWords({ procedure, balloon_ml }: { procedure: Procedure; balloon_ml: number }): string {
  return procedure === "kyphoplasty" ? `balloon of ${balloon_ml} mL` : "no balloon";
}

export function cementName(name: string): string {
  const words = name.replace(/^generic_/, "").replace(/_/g, " ");
  return name.startsWith("generic_") ? words.replace(" viscosity", "-viscosity cement") : words;
}

function distinct<T extends { name: string }>(others: T[]): T[] {
  const seen = new Map<string, number>();
  return others.map((one) => {
    const times = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, times);
    return times > 1 ? { ...one, name: `${one.name} (${times})` } : one;
  });
}

export function lengthMm(needle: { entry_mm: Point; tip_mm: Point }): number {
  return Math.hypot(...needle.entry_mm.map((value, axis) => value - (needle.tip_mm[axis] as number)));
}

/** The vertebra that has to be built anew when this changes. */
export function bodyKey(draft: Draft): string {
  const who =
    draft.source === "virtual" ? [draft.virtual, draft.fracture, draft.cleft] : [draft.scan, draft.at_mm];
  return JSON.stringify([draft.source, who, draft.level, draft.cell_mm]);
}

export function sidesKey(draft: Draft): string {
  return JSON.stringify([draft.source, draft.virtual, draft.scan, draft.at_mm, draft.level, draft.fracture, draft.cleft]);
}
