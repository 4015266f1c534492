/** The server's 3-D picture, for browsers without WebGL: in steps of 15 degrees, without meshes and tubes. */

import { BEGIN, type Drawer, type Place, type Turn, listenForTurns } from "./drawer";
import { el } from "./dom";
import { Pictures } from "./pictures";

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

  setShapes(): void {}
  lookAt(): void {}

  turn({ azimuth, elevation }: Turn): void {
    this.at = { azimuth: (azimuth + 720) % 360, elevation: Math.max(-90, Math.min(90, elevation)) };
    this.ask();
  }

  private ask(): void {
    if (!this.scan) return;
    const round = (degrees: number): string => String(Math.round(degrees / 15) * 15);
    const { meta, centre_mm } = this.scan;
    const asked = new URLSearchParams({
      azimuth: round((540 - this.at.azimuth) % 360), // the server counts from the front, NiiVue from the back
      elevation: round(this.at.elevation),
      centre: centre_mm.map((value) => value.toFixed(1)).join(","),
    });
    this.pictures.want(`/api/scans/${meta.id}/view3d.png?${asked.toString().replaceAll("%2C", ",")}`, []);
  }

  private show(picture: ImageBitmap): void {
    this.canvas.width = picture.width;
    this.canvas.height = picture.height;
    this.canvas.getContext("2d")?.drawImage(picture, 0, 0);
  }
}
