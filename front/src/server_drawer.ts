/** The server's 3-D picture, for browsers without WebGL: in steps of 15 degrees, with overlays and tubes. */

import type { Vec3 } from "./api";
import { BEGIN, type Drawer, type Place, type Surface, type Tube, type Turn, listenForTurns } from "./drawer";
import { el } from "./dom";
import { ballAround } from "./geometry";
import { Pictures } from "./pictures";

const WHOLE_MM = 160; // across the picture, where no bone is marked out
const ROOM = 1.9; // around a bone that is, in radii
const MOST_TUBES = 60; // as the server takes them
const MOST_POINTS = 2000;

export class ServerDrawer implements Drawer {
  private readonly canvas = el("canvas", {
    attributes: { tabindex: 0, role: "img", "aria-label": "3-D picture from the server. Arrow keys turn it." },
  });
  private readonly pictures = new Pictures(
    (_path, picture) => this.show(picture),
    () => {},
  );
  private scan: Place | null = null;
  private at: Turn = { ...BEGIN };
  private bones: Surface[] = [];
  private tubes: Tube[] = [];
  private overlays: string[] = [];

  constructor(stage: HTMLElement) {
    stage.append(this.canvas);
    const turnBy = (by: Turn): void => this.turn({ azimuth: this.at.azimuth + by.azimuth, elevation: this.at.elevation + by.elevation });
    listenForTurns(this.canvas, turnBy, () => {});
    this.canvas.addEventListener("pointerdown", (event) => this.canvas.setPointerCapture(event.pointerId));
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) turnBy({ azimuth: event.movementX, elevation: event.movementY });
    });
  }

  setScan(scan: Place | null): void {
    this.scan = scan;
    this.ask();
  }

  setOverlays(ids: string[]): void {
    this.overlays = ids;
    this.ask();
  }

  setShapes(surfaces: Surface[], tubes: Tube[]): void {
    this.bones = surfaces.filter(({ opacity, vertices_mm }) => opacity < 1 && vertices_mm.length);
    this.tubes = tubes;
    this.ask();
  }

  lookAt(): void {}

  turn({ azimuth, elevation }: Turn): void {
    this.at = { azimuth: (azimuth + 720) % 360, elevation: Math.max(-90, Math.min(90, elevation)) };
    this.ask();
  }

  private ask(): void {
    if (!this.scan) return;
    const round = (degrees: number): string => String(Math.round(degrees / 15) * 15);
    const { meta } = this.scan;
    const { middle, across_mm } = this.frame(this.scan);
    const asked = new URLSearchParams({
      azimuth: round((540 - this.at.azimuth) % 360), // the server counts from the front, NiiVue from the back
      elevation: round(this.at.elevation),
      centre: words(middle),
      size_mm: across_mm.toFixed(0),
      overlay: this.overlays.join(","),
      lines: rods(this.tubes),
    });
    this.pictures.want(`/api/scans/${meta.id}/view3d.png?${asked.toString().replaceAll("%2C", ",").replaceAll("%3B", ";")}`, []);
  }

  /** A bone that is marked out fills the picture. */
  private frame({ centre_mm }: Place): { middle: Vec3; across_mm: number } {
    if (!this.bones.length) return { middle: centre_mm, across_mm: WHOLE_MM };
    const { middle, radius_mm } = ballAround(this.bones.flatMap(({ vertices_mm }) => vertices_mm));
    return { middle, across_mm: ROOM * radius_mm };
  }

  private show(picture: ImageBitmap): void {
    this.canvas.width = picture.width;
    this.canvas.height = picture.height;
    this.canvas.getContext("2d")?.drawImage(picture, 0, 0);
  }
}

function words(point: Vec3): string {
  return point.map((value) => value.toFixed(1)).join(",");
}

/** Tubes as the server reads them; what is beyond its limits is left away. */
function rods(tubes: Tube[]): string {
  let points = 0;
  const shown = tubes.slice(0, MOST_TUBES).filter(({ points_mm }) => points_mm.length > 1 && (points += points_mm.length) <= MOST_POINTS);
  return shown.map(({ colour, radius_mm, points_mm }) => [colour.replace("#", ""), radius_mm, ...points_mm.map(words)].join(",")).join(";");
}
