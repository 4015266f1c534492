// Plain words for what is planned and what comes out.

import type { Chance, Interval, Preview } from "./plan_api";
import { type Draft, balloonWords, cementName, isPush, totalMl } from "./plan_model";

export function percent(share: number | null): string {
  return share === null ? "–" : `${whole(share)} %`;
}

/** Half a percent goes away from zero, as in the report. */
export function whole(share: number): number {
  const number = 100 * share * (1 + 1e-9);
  return Math.sign(number) * Math.round(Math.abs(number)) + 0;
}

export function chanceWords(chance: Chance): string {
  if (chance.chance === null || chance.low === null || chance.high === null) return "no draw yet";
  return `${percent(chance.chance)} (${whole(chance.low)} to ${whole(chance.high)})`;
}

export function intervalWords(interval: Interval | undefined, digits: number, unit: string): string {
  if (!interval || interval.value === null) return "–";
  const range = interval.low === null || interval.high === null ? "" : rangeWords(interval.low, interval.high, digits);
  return `${interval.value.toFixed(digits)} ${unit}${range}`;
}

function rangeWords(low: number, high: number, digits: number): string {
  return ` (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

export function signed(share: number): string {
  const number = whole(share);
  return number > 0 ? `+${number}` : number < 0 ? `−${-number}` : "0";
}

export function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/** What a way out is, for those who do not know its name. */
export const WAYS: Record<string, string> = {
  "basivertebral vein": "The vein that leaves the middle of the back wall, towards the spinal canal.",
  "anterior external vein": "Small veins through the front and side walls of the body.",
  "segmental vein": "The vein that runs round the body's side and drains towards the azygos vein or the vena cava.",
  "cortical gap": "A crack or hole in the shell of the bone.",
  "end-plate gap": "A crack in the upper or lower end plate, towards the disc.",
  "needle track": "Back along the needle's own way.",
  "any vein": "At least one of the three kinds of vein.",
  "into the spinal canal": "Cement that came to rest in the spinal canal, by whichever way.",
  "any way": "A leak by at least one way.",
};

export function previewWords(preview: Preview): string {
  const injected = `${preview.injected_ml.toFixed(2)} mL`;
  if (preview.leaked_ml < 0.0005) return `Nothing leaked of ${injected} injected`;
  const seen = preview.outlets.some((one) => one.leaking);
  const leaked = preview.leaked_ml.toFixed(preview.leaked_ml < 0.1 ? 3 : 2);
  return `${leaked} of ${injected} leaked${seen ? "" : ": CT would not show it"}`;
}

// What changed ------------------------------------------------------------------------------------------

/** What the plan now has otherwise than before, in a few words each. */
export function changes(before: Draft, now: Draft): string[] {
  const found: string[] = [];
  if (before.cement !== now.cement) found.push(`${cementName(before.cement)} → ${cementName(now.cement)}`);
  if (before.age_min !== now.age_min) found.push(`start at ${before.age_min} → ${now.age_min} min`);
  found.push(...needleChanges(before, now), ...portionChanges(before, now));
  if (balloonWords(before) !== balloonWords(now)) found.push(`${balloonWords(before)} → ${balloonWords(now)}`);
  if (before.stops !== now.stops) found.push(now.stops ? "operator now stops at a seen leak" : "operator does not stop");
  if (before.cell_mm !== now.cell_mm) found.push(`cells ${before.cell_mm} → ${now.cell_mm} mm`);
  if (before.draws !== now.draws) found.push(`${before.draws} → ${now.draws} draws`);
  if (before.seed !== now.seed) found.push(`seed ${before.seed} → ${now.seed}`);
  return found;
}

function needleChanges(before: Draft, now: Draft): string[] {
  if (before.needles.length !== now.needles.length) return [`${before.needles.length} → ${now.needles.length} needles`];
  return now.needles.flatMap((needle, at) => {
    const old = before.needles[at];
    if (!old || JSON.stringify(old) === JSON.stringify(needle)) return [];
    const tip = Math.hypot(...needle.tip_mm.map((value, axis) => value - (old.tip_mm[axis] as number)));
    const entry = Math.hypot(...needle.entry_mm.map((value, axis) => value - (old.entry_mm[axis] as number)));
    const kind = old.gauge !== needle.gauge ? [`${old.gauge} → ${needle.gauge} gauge`] : [];
    if (old.opening !== needle.opening) kind.push(`${needle.opening} opening`);
    if (tip > 0.05) kind.push(`tip moved ${tip.toFixed(1)} mm`);
    if (entry > 0.05) kind.push(`entry moved ${entry.toFixed(1)} mm`);
    return kind;
  });
}

function portionChanges(before: Draft, now: Draft): string[] {
  if (JSON.stringify(before.portions) === JSON.stringify(now.portions)) return [];
  const found: string[] = [];
  const [old, new_] = [totalMl(before.portions), totalMl(now.portions)];
  if (old !== new_) found.push(`${short(old)} → ${short(new_)} mL`);
  const [oldRates, newRates] = [rates(before), rates(now)];
  if (oldRates !== newRates) found.push(`${oldRates} → ${newRates} mL/min`);
  const [oldWait, newWait] = [waits(before), waits(now)];
  if (oldWait !== newWait) found.push(`waits ${oldWait} → ${newWait} s`);
  if (found.length || before.needles.length !== now.needles.length) return found;
  return ["portions in another order or through other needles"];
}

function rates(draft: Draft): string {
  const all = draft.portions.flatMap((one) => (isPush(one) ? [one.rate_ml_min] : []));
  return [...new Set(all)].map(short).join("/");
}

function waits(draft: Draft): number {
  return draft.portions.reduce((sum, one) => sum + (isPush(one) ? 0 : one.wait_s), 0);
}

export function short(number: number): string {
  return String(Math.round(number * 100) / 100);
}

// Which field a sentence of the server belongs to ------------------------------------------------------------

export type Section = "patient" | "needle" | "cement" | "portions" | "computing" | "alternatives";

const CLUES: [RegExp, Section][] = [
  [/alternative/i, "alternatives"],
  [/balloon|kyphoplasty/i, "portions"],
  [/\bdraws?\b|\bseed\b|\bspacing|cell/i, "computing"],
  [/\bportion|\bvolume_ml|\brate_ml|\bwait/i, "portions"],
  [/\bcement|age_at_start|\bminutes/i, "cement"],
  [/\bneedle|\bgauge|\bentry|\btip\b|tip_mm|opening|cannula|bone/i, "needle"],
  [/\blevel|fracture|cleft|scan|label|patient|vertebra/i, "patient"],
];

export function sectionOf(sentence: string): Section | null {
  return CLUES.find(([clue]) => clue.test(sentence))?.[1] ?? null;
}

const FIELD_WORDS: [RegExp, string][] = [
  [/ \(--[^)]*\)/g, ""], // options of the command line
  [/\bage_at_start_min\b/g, "time after mixing"],
  [/\bballoon_ml\b/g, "the volume of the balloon"],
  [/\bvolume_ml\b/g, "the volume of a push"],
  [/\brate_ml_min\b/g, "the rate of a push"],
  [/\bwait_s\b/g, "a wait"],
  [/\bentry_mm\b/g, "entry"],
  [/\btip_mm\b/g, "tip"],
];

/** A sentence about a plan file, in the words that stand beside the fields here. */
export function inFieldWords(sentence: string): string {
  const said = FIELD_WORDS.reduce((text, [key, words]) => text.replace(key, words), sentence);
  return said.charAt(0).toUpperCase() + said.slice(1);
}
