/** One plane of a scan: the server's picture, and over it the crosshair, the needle, marks and lines as SVG. */

import type { Needle, ScanMeta, Vec3 } from "./api";

export type Plane = "axial" | "coronal" | "sagittal";

export interface Mark {
  /** Given back to `onMark` when it is clicked. */
  id?: string;
  at_mm: Vec3;
  label?: string;
  colour?: string;
  radius_mm?: number;
  selected?: boolean;
}

export interface Line {
  points_mm: Vec3[];
  colour: string;
  dashed?: boolean;
  width?: number;
}

export class SlicePane {
  onPoint: (lps: Vec3) => void = () => {};
  onMark: (id: string) => void = () => {};
  onWindow: (low: number, high: number) => void = () => {};

  constructor(
    readonly host: HTMLElement,
    readonly opts: { plane: Plane; label: string },
  ) {}
  setScan(_meta: ScanMeta | null): void {}
  setOverlays(_ids: string[]): void {}
  setWindow(_low: number, _high: number): void {}
  setPoint(_lps: Vec3): void {}
  setMarks(_marks: Mark[]): void {}
  setNeedle(_n: Needle | null, _onDrag?: (which: "entry" | "tip", lps: Vec3, done: boolean) => void): void {}
  setLines(_lines: Line[]): void {}
  resetView(): void {}
}
