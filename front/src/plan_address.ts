// What is set on the Plan page, as its address carries it.

import { type Alternative, type AlternativeKind, type Draft, type Kept, MOST_ALTERNATIVES, type Needle, type Point, type Portion, type Store, USUAL_BALLOON_ML, fine, firstDraft, isPush } from "./plan_model";

const KEYS = ["pt", "scan", "at", "level", "fx", "cleft", "n", "c", "age", "store", "balloon", "p", "stop", "cell", "draws", "seed", "alt"];

export function toAddress(draft: Draft): Record<string, string | null> {
  const found: Record<string, string | null> = Object.fromEntries(KEYS.map((key) => [key, null]));
  if (draft.source === "virtual") {
    Object.assign(found, { pt: String(draft.virtual), fx: draft.fracture || null, cleft: draft.cleft || null });
  } else {
    Object.assign(found, { scan: draft.scan, at: draft.at_mm ? pointWords(draft.at_mm) : null });
  }
  return {
    ...found,
    level: draft.level,
    n: draft.needles.map(needleWords).join(";") || null,
    c: draft.cement,
    age: String(draft.age_min),
    store: draft.store && storeText(draft.store),
    balloon: balloonText(draft),
    p: draft.portions.map(portionWords).join(";"),
    stop: draft.stops ? "1" : "0",
    cell: String(draft.cell_mm),
    draws: String(draft.draws),
    seed: String(draft.seed),
    alt: draft.alternatives.map(alternativeWords).join("|") || null,
  };
}

/** Millilitres of the balloon; nothing for vertebroplasty. */
function balloonText({ procedure, balloon_ml }: Kept): string | null {
  return procedure === "kyphoplasty" ? String(balloon_ml) : null;
}

function balloonOf(text: string | null): Pick<Kept, "procedure" | "balloon_ml"> {
  return { procedure: text ? "kyphoplasty" : "vertebroplasty", balloon_ml: numberOf(text, USUAL_BALLOON_ML) };
}

function storeText({ store_temperature_c, minutes_out_of_store, room_temperature_c }: Store): string {
  return [store_temperature_c, minutes_out_of_store, room_temperature_c].join(",");
}

function storeOf(text: string | null): Store | null {
  const numbers = pointOf((text ?? "").split(","));
  return numbers && { store_temperature_c: numbers[0], minutes_out_of_store: numbers[1], room_temperature_c: numbers[2] };
}

function pointWords(point: Point): string {
  return fine(point).join(",");
}

function needleWords(needle: Needle): string {
  return [pointWords(needle.entry_mm), pointWords(needle.tip_mm), needle.gauge, needle.opening, ...(needle.side ? [needle.side] : [])].join(",");
}

function portionWords(portion: Portion): string {
  if (!isPush(portion)) return `w${portion.wait_s}`;
  return `${portion.volume_ml}@${portion.rate_ml_min}` + (portion.needle > 1 ? `n${portion.needle}` : "");
}

function alternativeWords(alternative: Alternative): string {
  const { kept, change } = alternative;
  if (change) return `given:${encodeURIComponent(JSON.stringify([alternative.value, change]))}`;
  if (!kept) return `${alternative.kind}:${alternative.value}`;
  const needles = kept.needles.map(needleWords).join(";");
  const portions = kept.portions.map(portionWords).join(";");
  return ["kept:" + kept.cement, kept.age_min, needles, portions, kept.stops ? 1 : 0, balloonText(kept) ?? ""].join("~");
}

export function fromAddress(state: URLSearchParams): Draft {
  const draft = firstDraft();
  if (!KEYS.some((key) => state.has(key))) return draft;
  draft.source = state.get("scan") ? "scan" : "virtual";
  draft.virtual = numberOf(state.get("pt"), draft.virtual);
  draft.scan = state.get("scan") ?? "";
  draft.at_mm = pointOf((state.get("at") ?? "").split(","));
  draft.level = state.get("level") ?? draft.level;
  draft.fracture = state.get("fx") ?? "";
  draft.cleft = state.get("cleft") ?? "";
  draft.needles = parts(state.get("n"), ";").flatMap(needleOf);
  draft.cement = state.get("c") ?? draft.cement;
  draft.age_min = numberOf(state.get("age"), draft.age_min);
  draft.store = storeOf(state.get("store"));
  Object.assign(draft, balloonOf(state.get("balloon")));
  const portions = parts(state.get("p"), ";").flatMap(portionOf);
  draft.portions = portions.length ? portions : draft.portions;
  draft.stops = state.get("stop") !== "0";
  draft.cell_mm = numberOf(state.get("cell"), draft.cell_mm);
  draft.draws = numberOf(state.get("draws"), draft.draws);
  draft.seed = numberOf(state.get("seed"), draft.seed);
  draft.alternatives = parts(state.get("alt"), "|").flatMap(alternativeOf).slice(0, MOST_ALTERNATIVES);
  return draft;
}

function parts(text: string | null, mark: string): string[] {
  return text ? text.split(mark) : [];
}

function numberOf(text: string | null, otherwise: number): number {
  const number = Number(text);
  return text === null || text === "" || !Number.isFinite(number) ? otherwise : number;
}

function pointOf(words: string[]): Point | null {
  const numbers = words.map(Number);
  const whole = words.length === 3 && words.every((word) => word !== "") && numbers.every(Number.isFinite);
  return whole ? (numbers as Point) : null;
}

function needleOf(text: string): Needle[] {
  const words = text.split(",");
  const entry = pointOf(words.slice(0, 3));
  const tip = pointOf(words.slice(3, 6));
  if (!entry || !tip) return [];
  const opening = words[7] === "side" ? "side" : "end";
  return [{ entry_mm: entry, tip_mm: tip, gauge: numberOf(words[6] ?? null, 11), opening, ...(words[8] === "left" || words[8] === "right" ? { side: words[8] } : {}) }];
}

function portionOf(text: string): Portion[] {
  const wait = /^w([\d.]+)$/.exec(text);
  if (wait) return [{ wait_s: Number(wait[1]) }];
  const push = /^(-?[\d.]+)@(-?[\d.]+)(?:n(\d+))?$/.exec(text);
  return push ? [{ volume_ml: Number(push[1]), rate_ml_min: Number(push[2]), needle: Number(push[3] ?? 1) }] : [];
}

function alternativeOf(text: string): Alternative[] {
  const at = text.indexOf(":");
  const kind = text.slice(0, at) as AlternativeKind;
  const value = text.slice(at + 1);
  if (kind === "given") return givenOf(value);
  if (kind !== "kept") return ["wait", "slower", "less", "needle", "cement", "balloon"].includes(kind) ? [{ kind, value }] : [];
  const [cement, age, needles, portions, stops, balloon] = value.split("~");
  const kept: Kept = {
    cement: cement ?? "",
    age_min: numberOf(age ?? null, 4),
    ...balloonOf(balloon ?? null),
    needles: parts(needles ?? null, ";").flatMap(needleOf),
    portions: parts(portions ?? null, ";").flatMap(portionOf),
    stops: stops !== "0",
  };
  return kept.portions.length && kept.needles.length ? [{ kind, value: "", kept }] : [];
}

function givenOf(text: string): Alternative[] {
  try {
    const [name, change] = JSON.parse(decodeURIComponent(text)) as [unknown, unknown];
    if (typeof name !== "string" || typeof change !== "object" || !change) return [];
    return [{ kind: "given", value: name, change: change as Record<string, unknown> }];
  } catch {
    return []; // an address that was cut short
  }
}
