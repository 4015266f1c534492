/** Round tubes around lines, as meshes. */

import type { Vec3 } from "./api";
import { add, cross, dot, length, minus, unit } from "./geometry";

const SIDES = 10;

export function tube(points: Vec3[], radius_mm: number): { vertices_mm: Vec3[]; faces: Vec3[] } {
  const path = points.filter((point, n) => n === 0 || length(minus(point, points[n - 1] as Vec3)) > 1e-6);
  const vertices_mm: Vec3[] = [];
  const faces: Vec3[] = [];
  if (path.length < 2) return { vertices_mm, faces };
  let side: Vec3 = [0, 0, 0];
  path.forEach((point, n) => {
    const ahead = unit(minus(path[Math.min(n + 1, path.length - 1)] as Vec3, path[Math.max(n - 1, 0)] as Vec3));
    side = sideways(ahead, side);
    const up = cross(ahead, side);
    for (let k = 0; k < SIDES; k += 1) {
      const angle = (2 * Math.PI * k) / SIDES;
      vertices_mm.push(add(add(point, side, radius_mm * Math.cos(angle)), up, radius_mm * Math.sin(angle)));
    }
    if (n > 0) faces.push(...ring((n - 1) * SIDES));
  });
  for (const [end, start] of [[path[0] as Vec3, 0], [path.at(-1) as Vec3, (path.length - 1) * SIDES]] as [Vec3, number][]) {
    const middle = vertices_mm.push(end) - 1;
    for (let k = 0; k < SIDES; k += 1) {
      const [a, b] = [start + k, start + ((k + 1) % SIDES)];
      faces.push(start === 0 ? [middle, b, a] : [middle, a, b]);
    }
  }
  return { vertices_mm, faces };
}

/** Across the line, turned as little as can be from the last one. */
function sideways(ahead: Vec3, last: Vec3): Vec3 {
  const kept = add(last, ahead, -dot(last, ahead));
  if (length(kept) > 1e-3) return unit(kept);
  return unit(cross(ahead, Math.abs(ahead[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]));
}

function ring(start: number): Vec3[] {
  return Array.from({ length: SIDES }, (_, k) => k).flatMap((k): Vec3[] => {
    const [a, b] = [start + k, start + ((k + 1) % SIDES)];
    return [
      [a, b, b + SIDES],
      [a, b + SIDES, a + SIDES],
    ];
  });
}
