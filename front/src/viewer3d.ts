/** The scan, meshes and tubes in three dimensions: NiiVue where WebGL 2 works, else the server's picture. */

import type { ScanMeta, Vec3 } from "./api";

export interface Surface {
  name: string;
  vertices_mm: Vec3[];
  faces: Vec3[];
  colour: string;
  opacity: number;
}

export interface Tube {
  name: string;
  points_mm: Vec3[];
  radius_mm: number;
  colour: string;
}

export class Viewer3D {
  available = false;

  constructor(readonly host: HTMLElement) {}
  setScan(_meta: ScanMeta | null, _centre_mm: Vec3): void {}
  setMeshes(_list: Surface[]): void {}
  setLines(_list: Tube[]): void {}
  lookAt(_lps: Vec3): void {}
}
