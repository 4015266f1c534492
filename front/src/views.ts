/** Three planes and the 3-D view as one: a common point, a common window, a toolbar above. */

import type { Needle, ScanMeta, Vec3 } from "./api";
import { el } from "./dom";
import { type Line, type Mark, type Plane, SlicePane } from "./pane";
import { Viewer3D } from "./viewer3d";

/** Fills its host; F2, F3: use this rather than four single panes. */
export class Views {
  readonly panes: Record<Plane, SlicePane>;
  readonly viewer: Viewer3D | null;
  onPoint: (lps: Vec3) => void = () => {};
  onMark: (id: string) => void = () => {};

  constructor(
    readonly host: HTMLElement,
    opts: { threeD?: boolean } = {},
  ) {
    const make = (plane: Plane, label: string): SlicePane => new SlicePane(host.appendChild(el("div")), { plane, label });
    this.panes = {
      axial: make("axial", "Axial"),
      coronal: make("coronal", "Coronal"),
      sagittal: make("sagittal", "Sagittal"),
    };
    this.viewer = opts.threeD === false ? null : new Viewer3D(host.appendChild(el("div")));
  }
  setScan(_meta: ScanMeta | null, _centre_mm?: Vec3): void {}
  setOverlays(_ids: string[]): void {}
  setWindow(_low: number, _high: number): void {}
  setPoint(_lps: Vec3): void {}
  setMarks(_marks: Mark[]): void {}
  setNeedle(_n: Needle | null, _onDrag?: (which: "entry" | "tip", lps: Vec3, done: boolean) => void): void {}
  setLines(_lines: Line[]): void {}
}
