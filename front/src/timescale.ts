/** The time of a journey, from its first second to three months: every stretch that matters gets room. */

const SECOND = 1;
const MINUTE = 60;
const HOUR = 3600;
export const DAY = 86400;
export const LAST_S = 90 * DAY;

/** Where along the scale (0 to 1) some times stand; between them it runs by the logarithm. */
const ANCHORS: [number, number][] = [
  [SECOND, 0],
  [10 * SECOND, 0.06],
  [MINUTE, 0.22],
  [10 * MINUTE, 0.51],
  [HOUR, 0.6],
  [DAY, 0.69],
  [14 * DAY, 0.865],
  [LAST_S, 1],
];

export const TICKS: [number, string, string][] = [
  [SECOND, "1 s", "1 s"],
  [10, "10 s", ""],
  [30, "30 s", ""],
  [MINUTE, "1 min", "1 min"],
  [2 * MINUTE, "2 min", ""],
  [5 * MINUTE, "5 min", ""],
  [10 * MINUTE, "10 min", "10 min"],
  [HOUR, "1 hour", ""],
  [6 * HOUR, "6 hours", ""],
  [DAY, "day 1", "day 1"],
  [7 * DAY, "week 1", ""],
  [14 * DAY, "week 2", "w 2"],
  [30 * DAY, "month 1", ""],
  [LAST_S, "month 3", "m 3"],
];

/** 0 at the first second and before, 1 at three months and after. */
export function shareOf(time_s: number): number {
  if (!(time_s > SECOND)) return 0;
  for (let n = 1; n < ANCHORS.length; n += 1) {
    const [[t0, s0], [t1, s1]] = [ANCHORS[n - 1] as [number, number], ANCHORS[n] as [number, number]];
    if (time_s <= t1) return s0 + ((s1 - s0) * Math.log(time_s / t0)) / Math.log(t1 / t0);
  }
  return 1;
}

export function timeAt(share: number): number {
  if (share <= 0) return SECOND;
  for (let n = 1; n < ANCHORS.length; n += 1) {
    const [[t0, s0], [t1, s1]] = [ANCHORS[n - 1] as [number, number], ANCHORS[n] as [number, number]];
    if (share <= s1) return t0 * (t1 / t0) ** ((share - s0) / (s1 - s0));
  }
  return LAST_S;
}

/** "43 s", "2 min 55 s", "4.0 hours", "day 14" */
export function timeWords(time_s: number): string {
  if (time_s < 9.95) return `${Number(time_s.toFixed(1))} s`;
  if (time_s < MINUTE - 0.5) return `${Math.round(time_s)} s`;
  if (time_s < HOUR) {
    const all = Math.round(time_s);
    return all % MINUTE ? `${Math.floor(all / MINUTE)} min ${all % MINUTE} s` : `${all / MINUTE} min`;
  }
  if (time_s < DAY * 0.995) return `${(time_s / HOUR).toFixed(1)} hours`;
  const days = time_s / DAY;
  return days < 9.95 ? `day ${Number(days.toFixed(1))}` : `day ${Math.round(days)}`;
}
