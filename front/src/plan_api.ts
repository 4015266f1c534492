// What the server answers about a plan: units are in the names, chances are shares of 1.

import type { Mesh, Vec3 } from "./api";

export interface NeedleFacts {
  length_mm: number;
  in_bone_mm: number;
  convergence_deg: number;
  craniocaudal_deg: number;
  tip_in_body: boolean;
  words: string;
}

export interface Check {
  ok: boolean;
  error: string | null;
  needles: NeedleFacts[];
}

export interface Outlet {
  name: string;
  route: string;
  rest: string;
  volume_ml: number;
  mouth_mm: Vec3;
  leaking: boolean;
}

export interface Preview {
  seconds: number;
  leaked_ml: number;
  injected_ml: number;
  stopped: string;
  outlets: Outlet[];
  overlay: string;
  mesh: Mesh;
  pressures?: { time_s: number[]; plunger_kpa: number[]; tip_kpa: number[] };
}

export interface Interval {
  value: number | null;
  low: number | null;
  high: number | null;
}

export interface Chance {
  chance: number | null;
  low: number | null;
  high: number | null;
  leaking: number;
  finished: number;
}

export interface RouteChance extends Chance {
  name: string;
  volume_ml: Interval;
}

export interface Difference {
  quantity: string;
  plan: number | null;
  other: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
  words: string;
  within_noise: boolean;
}

export interface AlternativeAnswer {
  name: string;
  any: Chance;
  routes: RouteChance[];
  rests: RouteChance[];
  amounts: Record<string, Interval>;
  difference: Difference[];
}

export interface Ensemble {
  done: number;
  total: number;
  alternatives: AlternativeAnswer[];
  detectable_difference: number | null;
  overlay: string | null;
}

export interface Saved {
  toml: string;
  name: string;
  command: string;
  note: string | null;
}
