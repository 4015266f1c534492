/** Between millimetres of the patient (LPS), indices of a scan and places on a pane. */

import type { ScanMeta, Vec3 } from "./api";

export type Plane = "axial" | "coronal" | "sagittal";

/** The axes of a plane: which index runs along columns, rows and through; rows of k run downwards from the head. */
export const AXES: Record<Plane, { column: 0 | 1; row: 1 | 2; through: 0 | 1 | 2 }> = {
  axial: { column: 0, row: 1, through: 2 },
  coronal: { column: 0, row: 2, through: 1 },
  sagittal: { column: 1, row: 2, through: 0 },
};

/** Left, right, top and bottom of a pane in radiological convention. */
export const SIDES: Record<Plane, [string, string, string, string]> = {
  axial: ["R", "L", "A", "P"],
  coronal: ["R", "L", "H", "F"],
  sagittal: ["A", "P", "H", "F"],
};

const TOWARDS: [string, string][] = [
  ["L", "R"],
  ["P", "A"],
  ["H", "F"],
];

export function add(a: Vec3, b: Vec3, times = 1): Vec3 {
  return [a[0] + times * b[0], a[1] + times * b[1], a[2] + times * b[2]];
}

export function minus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function length(a: Vec3): number {
  return Math.hypot(a[0], a[1], a[2]);
}

export function unit(a: Vec3): Vec3 {
  const size = length(a) || 1;
  return [a[0] / size, a[1] / size, a[2] / size];
}

/** "L 12.0, A 3.5, H 101.0 mm" */
export function placeWords(lps: Vec3): string {
  return `${lps.map((value, axis) => sideWords(value, axis)).join(", ")} mm`;
}

export function sideWords(value: number, axis: number): string {
  const [plus, less] = TOWARDS[axis] as [string, string];
  return `${value < 0 ? less : plus} ${Math.abs(value).toFixed(1)}`;
}

/** The grid of one scan. */
export class Grid {
  readonly shape: Vec3;
  readonly spacing: Vec3;
  /** Unit vectors of the three indices in LPS. */
  readonly along: [Vec3, Vec3, Vec3];
  private readonly origin: Vec3;
  private readonly back: [Vec3, Vec3, Vec3];

  constructor(meta: Pick<ScanMeta, "shape" | "affine_mm">) {
    const column = (n: number): Vec3 => [0, 1, 2].map((row) => meta.affine_mm[row]?.[n] ?? 0) as Vec3;
    const steps = [column(0), column(1), column(2)] as [Vec3, Vec3, Vec3];
    this.shape = meta.shape;
    this.spacing = steps.map(length) as Vec3;
    this.along = steps.map(unit) as [Vec3, Vec3, Vec3];
    this.origin = column(3);
    const volume = dot(steps[0], cross(steps[1], steps[2]));
    this.back = [cross(steps[1], steps[2]), cross(steps[2], steps[0]), cross(steps[0], steps[1])].map(
      (v) => [v[0] / volume, v[1] / volume, v[2] / volume],
    ) as [Vec3, Vec3, Vec3];
  }

  toIndex(lps: Vec3): Vec3 {
    const from = minus(lps, this.origin);
    return [dot(this.back[0], from), dot(this.back[1], from), dot(this.back[2], from)];
  }

  toLps(index: Vec3): Vec3 {
    return index.reduce<Vec3>(
      (place, steps, axis) => add(place, this.along[axis] as Vec3, steps * (this.spacing[axis] as number)),
      this.origin,
    );
  }

  centre(): Vec3 {
    return this.toLps(this.shape.map((n) => (n - 1) / 2) as Vec3);
  }

  /** The nearest slice of a plane to a place, within the scan. */
  slice(plane: Plane, lps: Vec3): number {
    const axis = AXES[plane].through;
    return Math.min(this.shape[axis] - 1, Math.max(0, Math.round(this.toIndex(lps)[axis])));
  }

  /** Columns and rows of a plane's picture and their sizes in mm. */
  picture(plane: Plane): { columns: number; rows: number; width_mm: number; height_mm: number } {
    const { column, row } = AXES[plane];
    const [columns, rows] = [this.shape[column], this.shape[row]];
    return { columns, rows, width_mm: columns * this.spacing[column], height_mm: rows * this.spacing[row] };
  }

  /** A place in the plane's picture: mm from its left and upper edges, and mm in front of the slice. */
  onPicture(plane: Plane, lps: Vec3, slice: number): { across: number; down: number; off: number } {
    const { column, row, through } = AXES[plane];
    const index = this.toIndex(lps);
    const downwards = row === 2 ? this.shape[2] - 1 - index[2] : index[row];
    return {
      across: (index[column] + 0.5) * this.spacing[column],
      down: (downwards + 0.5) * this.spacing[row],
      off: (index[through] - slice) * this.spacing[through],
    };
  }

  /** The place under a spot of the picture, at `depth` (an index, maybe between slices). */
  fromPicture(plane: Plane, across: number, down: number, depth: number): Vec3 {
    const { column, row, through } = AXES[plane];
    const index: Vec3 = [0, 0, 0];
    index[column] = across / this.spacing[column] - 0.5;
    const downwards = down / this.spacing[row] - 0.5;
    index[row] = row === 2 ? this.shape[2] - 1 - downwards : downwards;
    index[through] = depth;
    return this.toLps(index);
  }

  /** One mm to the right and one mm downwards on the screen, in LPS. */
  screenSteps(plane: Plane): { right: Vec3; down: Vec3 } {
    const { column, row } = AXES[plane];
    const down = this.along[row];
    return { right: this.along[column], down: row === 2 ? [-down[0], -down[1], -down[2]] : down };
  }

  clampToScan(lps: Vec3): Vec3 {
    const index = this.toIndex(lps);
    return this.toLps(index.map((v, axis) => Math.min((this.shape[axis] as number) - 1, Math.max(0, v))) as Vec3);
  }
}

/** The middle of the box that holds all points, and how far its corners are from there. */
export function ballAround(points: Vec3[]): { middle: Vec3; radius_mm: number } {
  const [low, high]: [Vec3, Vec3] = [[...(points[0] as Vec3)], [...(points[0] as Vec3)]];
  for (const point of points) {
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], point[axis]);
      high[axis] = Math.max(high[axis], point[axis]);
    }
  }
  return { middle: add(low, minus(high, low), 0.5), radius_mm: length(minus(high, low)) / 2 };
}
