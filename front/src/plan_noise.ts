// Whether the chances of two separate runs differ by more than chance.

import type { Chance } from "./plan_api";
import { signed } from "./plan_text";

/** The difference in points with its interval, or that it is within noise; empty without draws. */
export function verdict(before: Chance, now: Chance): string {
  const apart = separateDifference(before, now);
  if (!apart) return "";
  if (apart.low <= 0 && apart.high >= 0) return "within noise";
  if (fisher(before, now) > 0.05) return "within noise by the exact test";
  return `${signed(apart.value)} points (${signed(apart.low)} to ${signed(apart.high)})`;
}

/** Newcombe's interval (method 10) for the difference of two separate chances, from Wilson's for each. */
function separateDifference(before: Chance, now: Chance): { value: number; low: number; high: number } | null {
  const [a, b] = [before, now];
  if (a.chance === null || a.low === null || a.high === null) return null;
  if (b.chance === null || b.low === null || b.high === null) return null;
  const value = b.chance - a.chance;
  const low = value - Math.hypot(b.chance - b.low, a.high - a.chance);
  const high = value + Math.hypot(b.high - b.chance, a.chance - a.low);
  return { value, low, high };
}

/** Fisher's exact two-sided p-value of two counts: all tables with the same sums that are no likelier than this one. */
export function fisher(before: Chance, now: Chance): number {
  const [n, m] = [before.finished, now.finished];
  const leaking = before.leaking + now.leaking;
  const weight = (k: number) => logChoose(n, k) + logChoose(m, leaking - k) - logChoose(n + m, leaking);
  const seen = weight(before.leaking) + 1e-7;
  let sum = 0;
  for (let k = Math.max(0, leaking - m); k <= Math.min(n, leaking); k += 1) {
    if (weight(k) <= seen) sum += Math.exp(weight(k));
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - k + i) / i);
  return sum;
}
