// A finished plan as the settings of the Plan page, so that it gives the run's own numbers again.

import type { Chance } from "./plan_api";
import { type Alternative, type Draft, MOST_ALTERNATIVES, type Needle, type Point, type Portion, type Store, USUAL_STORE, copyOf, firstDraft } from "./plan_model";

interface NeedleTold extends Partial<Needle> {
  entry_mm?: Point;
  tip_mm?: Point;
}

interface PortionTold {
  volume_ml?: number;
  rate_ml_min?: number;
  needle?: number;
  wait_s?: number;
}

interface VertebraTold {
  level?: string;
  needle?: NeedleTold[];
  procedure?: Draft["procedure"];
  balloon_ml?: number | null;
  portions: PortionTold[];
  fracture?: string | null;
  cleft?: boolean | null;
}

interface BodyTold {
  level: string;
  spacing_mm: number;
  virtual?: number;
  scan?: string;
  at_mm?: Point | null;
}

/** What `/api/runs/{r}/draft` says. */
export interface DraftTold {
  plan: {
    vertebra: VertebraTold[];
    cement: { name: string; age_at_start_min: number } & Partial<Store>;
    operator?: { stops_on_seen_leak?: boolean };
    alternative?: ({ name: string } & Record<string, unknown>)[];
  };
  seed: number;
  draws: number;
  body: BodyTold | null;
  hint: string | null;
}

/** What of a plan's `result.json` is shown before anything is run again. */
export interface PlanResult {
  draws?: number;
  vertebrae?: { cell_mm: number; needles: { entry_mm: Point; tip_mm: Point }[] }[];
  alternatives?: { vertebrae?: { ways_out: WayTold[] }[] }[];
}

interface WayTold {
  name: string;
  chance: number | null;
  chance_low: number | null;
  chance_high: number | null;
  draws_leaking: number;
  draws_finished: number;
}

const UNPLACED: Point = [0, 0, 0]; // until the bone is built, which suggests the route

export function draftOf(told: DraftTold, result: PlanResult): Draft {
  const draft = firstDraft();
  const task = told.plan.vertebra[0] as VertebraTold;
  const found = result.vertebrae?.[0];
  const lines = found?.needles ?? [];
  const needles = task.needle ?? [{ side: "left" as const }];
  return {
    ...draft,
    ...boneOf(told.body, task, draft),
    cell_mm: told.body?.spacing_mm ?? found?.cell_mm ?? draft.cell_mm,
    needles: needles.map((one, at): Needle => ({
      entry_mm: copyOf(one.entry_mm ?? lines[at]?.entry_mm ?? UNPLACED),
      tip_mm: copyOf(one.tip_mm ?? lines[at]?.tip_mm ?? UNPLACED),
      gauge: one.gauge ?? 11,
      opening: one.opening ?? "end",
      ...(one.entry_mm ? {} : { side: one.side ?? "left" }),
    })),
    procedure: task.procedure ?? "vertebroplasty",
    balloon_ml: task.balloon_ml ?? draft.balloon_ml,
    cement: told.plan.cement.name,
    age_min: told.plan.cement.age_at_start_min,
    store: storeOf(told.plan.cement),
    portions: task.portions.map(portionOf),
    stops: told.plan.operator?.stops_on_seen_leak ?? true,
    draws: told.draws,
    seed: told.seed,
    alternatives: (told.plan.alternative ?? []).slice(0, MOST_ALTERNATIVES).map(givenOf),
  };
}

type Bone = Pick<Draft, "source" | "virtual" | "scan" | "at_mm" | "level" | "fracture" | "cleft">;

function boneOf(body: BodyTold | null, task: VertebraTold, usual: Draft): Bone {
  const level = body?.level ?? task.level ?? usual.level;
  const { virtual } = usual;
  if (body?.virtual === undefined) {
    return { source: "scan", virtual, scan: body?.scan ?? "", at_mm: body?.at_mm ?? null, level, fracture: "", cleft: "" };
  }
  const cleft = typeof task.cleft === "boolean" ? (task.cleft ? "yes" : "no") : "";
  return { source: "virtual", virtual: body.virtual, scan: "", at_mm: null, level, fracture: task.fracture ?? "", cleft };
}

function portionOf(one: PortionTold): Portion {
  if (typeof one.wait_s === "number") return { wait_s: one.wait_s };
  return { volume_ml: one.volume_ml ?? 0, rate_ml_min: one.rate_ml_min ?? 0, needle: one.needle ?? 1 };
}

/** How the cement was kept, where it was kept otherwise than usual. */
function storeOf(cement: Partial<Store>): Store | null {
  const { store_temperature_c, minutes_out_of_store, room_temperature_c } = { ...USUAL_STORE, ...cement };
  const store = { store_temperature_c, minutes_out_of_store, room_temperature_c };
  return JSON.stringify(store) === JSON.stringify(USUAL_STORE) ? null : store;
}

/** An alternative of a file may change anything: it is sent as it stands. */
function givenOf({ name, ...change }: { name: string } & Record<string, unknown>): Alternative {
  return { kind: "given", value: name, change };
}

/** The run's own chance of a leak by any way. */
export function storedChance(result: PlanResult): Chance | null {
  const way = result.alternatives?.[0]?.vertebrae?.[0]?.ways_out?.find((one) => one.name === "any way");
  if (!way) return null;
  return { chance: way.chance, low: way.chance_low, high: way.chance_high, leaking: way.draws_leaking, finished: way.draws_finished };
}
