/** Where a scan's plane stands on its pane: fitted, zoomed, moved. */

import type { Vec3 } from "./api";
import type { Grid, Plane } from "./geometry";

const ZOOMS = { least: 0.5, most: 24 };

export interface Spot {
  x: number;
  y: number;
}

/** Pixels from the pane's corner, and pixels per mm. */
export interface View {
  left: number;
  top: number;
  scale: number;
}

export class Framing {
  grid: Grid | null = null;
  size = { width: 0, height: 0 };
  private zoom = 1;
  private shift: Spot = { x: 0, y: 0 };
  private asked: { lps: Vec3; across_mm: number } | null = null;

  constructor(private readonly plane: Plane) {}

  view(): View {
    const { width_mm, height_mm } = this.grid?.picture(this.plane) ?? { width_mm: 1, height_mm: 1 };
    const scale = this.fit() * this.zoom;
    return {
      scale,
      left: (this.size.width - width_mm * scale) / 2 + this.shift.x,
      top: (this.size.height - height_mm * scale) / 2 + this.shift.y,
    };
  }

  spot(lps: Vec3): Spot {
    const { left, top, scale } = this.view();
    const { across, down } = (this.grid as Grid).onPicture(this.plane, lps, 0);
    return { x: left + across * scale, y: top + down * scale };
  }

  /** The place under a spot of the pane, `depth` slices deep. */
  at(x: number, y: number, depth: number): Vec3 {
    const { left, top, scale } = this.view();
    return (this.grid as Grid).fromPicture(this.plane, (x - left) / scale, (y - top) / scale, depth);
  }

  whole(): void {
    this.asked = null;
    this.zoom = 1;
    this.shift = { x: 0, y: 0 };
  }

  moveBy(dx: number, dy: number): void {
    this.shift = { x: this.shift.x + dx, y: this.shift.y + dy };
  }

  /** Larger or smaller about a spot that stays where it is; left out: the middle. */
  zoomBy(factor: number, about?: Spot): void {
    const zoom = Math.min(ZOOMS.most, Math.max(ZOOMS.least, this.zoom * factor));
    const times = zoom / this.zoom;
    const x = (about?.x ?? this.size.width / 2) - this.size.width / 2;
    const y = (about?.y ?? this.size.height / 2) - this.size.height / 2;
    this.shift = { x: x - (x - this.shift.x) * times, y: y - (y - this.shift.y) * times };
    this.zoom = zoom;
  }

  /** Bring a place to the middle, so that about `across_mm` around it fill the pane; a pane out of sight does so later. */
  frame(lps: Vec3, across_mm: number): void {
    this.asked = { lps, across_mm };
    if (!this.grid || !this.size.width) return;
    this.whole();
    const least = Math.min(this.size.width, this.size.height);
    this.zoom = Math.min(ZOOMS.most, Math.max(1, least / across_mm / this.fit()));
    const { x, y } = this.spot(lps);
    this.shift = { x: this.size.width / 2 - x, y: this.size.height / 2 - y };
  }

  resize(width: number, height: number): void {
    this.size = { width, height };
    if (this.asked && width) this.frame(this.asked.lps, this.asked.across_mm);
  }

  private fit(): number {
    if (!this.grid) return 1;
    const { width_mm, height_mm } = this.grid.picture(this.plane);
    return Math.min(this.size.width / width_mm, this.size.height / height_mm);
  }
}
