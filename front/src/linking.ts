/** From one date to the other: affine maps of LPS millimetres. */

import type { Vec3 } from "./api";

export type Affine = number[][];

export function apply(map: Affine, lps: Vec3): Vec3 {
  return [0, 1, 2].map((row) => {
    const [a, b, c, d] = map[row] as [number, number, number, number];
    return a * lps[0] + b * lps[1] + c * lps[2] + d;
  }) as Vec3;
}

/** The way back, or null where there is none. */
export function inverse(map: Affine): Affine | null {
  const m = (row: number, column: number): number => (map[row] as number[])[column] as number;
  const cofactor = (r: number, c: number): number => {
    const [r1, r2, c1, c2] = [(r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3];
    return m(r1, c1) * m(r2, c2) - m(r1, c2) * m(r2, c1);
  };
  const whole = m(0, 0) * cofactor(0, 0) + m(0, 1) * cofactor(0, 1) + m(0, 2) * cofactor(0, 2);
  if (!Number.isFinite(whole) || Math.abs(whole) < 1e-9) return null;
  const back = [0, 1, 2].map((row) => [0, 1, 2].map((column) => cofactor(column, row) / whole));
  return back.map((row) => [...row, -(row[0] as number) * m(0, 3) - (row[1] as number) * m(1, 3) - (row[2] as number) * m(2, 3)]);
}

/** The same map, moved so that one place comes to lie exactly on another. */
export function movedTo(map: Affine, from: Vec3, to: Vec3): Affine {
  const now = apply(map, from);
  return map.slice(0, 3).map((row, axis) => [...row.slice(0, 3), (row[3] as number) + (to[axis] as number) - (now[axis] as number)]);
}
