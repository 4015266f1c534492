/** What draws in three dimensions, whether NiiVue or the server, is told the same. */

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

/** Degrees, as NiiVue counts them: azimuth 180 is from the front, 90 from the patient's left. */
export interface Turn {
  azimuth: number;
  elevation: number;
}

export interface Place {
  meta: ScanMeta;
  centre_mm: Vec3;
}

export interface Drawer {
  setScan(scan: Place | null, shown: boolean): void;
  setOverlays(ids: string[]): void;
  setShapes(surfaces: Surface[], tubes: Tube[]): void;
  lookAt(lps: Vec3): void;
  turn(turn: Turn): void;
}

export const BEGIN: Turn = { azimuth: 215, elevation: 18 };

/** Arrow keys turn, plus and minus zoom. */
export function listenForTurns(canvas: HTMLElement, turnBy: (by: Turn) => void, zoom: (factor: number) => void): void {
  canvas.addEventListener("keydown", (event) => {
    const turns: Record<string, Turn> = {
      ArrowLeft: { azimuth: -15, elevation: 0 },
      ArrowRight: { azimuth: 15, elevation: 0 },
      ArrowUp: { azimuth: 0, elevation: 15 },
      ArrowDown: { azimuth: 0, elevation: -15 },
    };
    const turn = turns[event.key];
    if (turn) turnBy(turn);
    else if (event.key === "+" || event.key === "=") zoom(1.2);
    else if (event.key === "-") zoom(1 / 1.2);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}
