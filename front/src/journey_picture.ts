/** The body from the front and from the side: its outline, spine, veins, heart and arteries, and the cement in them. */

import type { Vec3 } from "./api";
import { el } from "./dom";
import { type DrawnPiece, type Moving, widthAt } from "./journey_api";

const GROUND = "#ffffff";
const BODY = "#f4efe8";
const BODY_EDGE = "#c9bfb1";
const BONE = "#e3dac8";
const BONE_EDGE = "#b9ac93";
const LAYERS: Record<string, Layer> = {
  veins: { colour: "#6fbfec", pale: "#8fcdf0", edge: "#2b7fb0", alpha: 0.85 },
  heart: { colour: "#dba3c3", pale: "#dba3c3", edge: "#a84d80", alpha: 0.75 },
  lungs: { colour: "#eab84a", pale: "#f1d08a", edge: "#b87f00", alpha: 0.8 },
};
const CEMENT = "#111418";
const FILLING = "#4a4f55";
const LODGED = "#d55e00";
const LEAST_CEMENT = 2.4; // pixels: a cord is never a hair
const LEAST_VESSEL = 0.5;
const LARGEST_ZOOM = 12;

interface Side {
  axis: 0 | 1;
  name: string;
  ends: [string, string];
  left: number;
  width: number;
}

interface Layer {
  colour: string;
  pale: string;
  edge: string;
  alpha: number;
}

interface Fit {
  scale: number;
  middle: Vec3;
}

export class JourneyPicture {
  readonly box: HTMLElement;
  private readonly canvas = el("canvas", { testid: "journey-canvas", attributes: { role: "img", tabindex: 0 } });
  private readonly ground = document.createElement("canvas");
  private moving: Moving | null = null;
  private pieces: DrawnPiece[] = [];
  private boneMl = 0;
  private lodged = new Set<string>();
  private size = { width: 0, height: 0 };
  private zoom = 1;
  private centre: Vec3 | null = null;
  private near: { low: Vec3; high: Vec3 } | null = null;
  private waiting = false;
  private stale = true;
  onZoom: (close: boolean) => void = () => {};

  constructor(host: HTMLElement) {
    this.box = el("div", { class: "journey-picture" }, this.canvas);
    host.append(this.box);
    new ResizeObserver(() => this.measure()).observe(this.box);
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.canvas.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
  }

  setMoving(moving: Moving | null): void {
    this.moving = moving;
    this.near = moving && extent(moving.branches.flatMap((branch) => branch.pieces.flat()).flatMap((piece) => piece.line_mm));
    this.whole();
  }

  setPieces(pieces: DrawnPiece[], lodged: Set<string>, bone_ml: number): void {
    [this.pieces, this.lodged, this.boneMl] = [pieces, lodged, bone_ml];
    this.later();
  }

  /** What is to be seen, for those who do not see it. */
  describe(words: string): void {
    this.canvas.setAttribute("aria-label", `The body from the front and from the left side. ${words}`);
  }

  whole(): void {
    [this.zoom, this.centre] = [1, null];
    this.refit();
    this.onZoom(false);
  }

  /** All places that cement ever reaches fill the picture. */
  closeUp(): void {
    if (!this.near || !this.moving) return;
    const { low, high } = this.near;
    this.centre = [0, 1, 2].map((n) => ((low[n] as number) + (high[n] as number)) / 2) as Vec3;
    const [front, side] = this.sides() as [Side, Side];
    const need = [(high[0] - low[0] + 50) / front.width, (high[1] - low[1] + 50) / side.width, (high[2] - low[2] + 50) / (this.size.height - 30)];
    this.zoom = Math.min(LARGEST_ZOOM, Math.max(1, 1 / Math.max(...need) / this.fitWhole().scale));
    this.refit();
    this.onZoom(true);
  }

  // -- geometry ------------------------------------------------------------------------------------------------

  private measure(): void {
    this.size = { width: this.box.clientWidth, height: this.box.clientHeight };
    const dots = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.ground]) {
      canvas.width = Math.round(this.size.width * dots);
      canvas.height = Math.round(this.size.height * dots);
    }
    this.refit();
  }

  private refit(): void {
    this.stale = true;
    this.later();
  }

  private sides(): [Side, Side] {
    const [front, side] = [this.span("front"), this.span("side")];
    const share = (front[1] - front[0]) / (front[1] - front[0] + side[1] - side[0]);
    const width = Math.round(this.size.width * Math.min(0.65, Math.max(0.5, share)));
    return [
      { axis: 0, name: "From the front", ends: ["R", "L"], left: 0, width },
      { axis: 1, name: "From the left side", ends: ["A", "P"], left: width, width: this.size.width - width },
    ];
  }

  private span(view: "front" | "side"): [number, number] {
    const across = (this.moving?.outline[view] ?? []).map(([a]) => a);
    return across.length ? [Math.min(...across), Math.max(...across)] : [-180, 180];
  }

  private fitWhole(): Fit {
    const [front, side] = this.sides();
    const heights = (this.moving?.outline.front ?? []).map(([, z]) => z);
    const [low, high] = heights.length ? [Math.min(...heights), Math.max(...heights)] : [-300, 300];
    const [fx, sy] = [this.span("front"), this.span("side")];
    const scale = Math.min((this.size.height - 44) / (high - low), (front.width - 60) / (fx[1] - fx[0]), (side.width - 60) / (sy[1] - sy[0]));
    return { scale, middle: [(fx[0] + fx[1]) / 2, (sy[0] + sy[1]) / 2, (low + high) / 2] };
  }

  private fit(): Fit {
    const whole = this.fitWhole();
    return { scale: whole.scale * this.zoom, middle: this.centre ?? whole.middle };
  }

  /** Pixels from the canvas's corner; as on a sagittal slice, the front of the body stands at the left hand. */
  private at(side: Side, { scale, middle }: Fit, across: number, z: number): [number, number] {
    return [
      side.left + side.width / 2 + (across - middle[side.axis]) * scale,
      20 + (this.size.height - 20) / 2 - (z - middle[2]) * scale,
    ];
  }

  // -- drawing -------------------------------------------------------------------------------------------------

  private later(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  private draw(): void {
    if (!this.size.width || !this.moving) return;
    if (this.stale) this.drawGround(this.moving);
    const context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.drawImage(this.ground, 0, 0);
    this.scaled(context);
    for (const side of this.sides()) this.within(context, side, () => this.drawCement(context, side));
  }

  private scaled(context: CanvasRenderingContext2D): void {
    const dots = window.devicePixelRatio || 1;
    context.setTransform(dots, 0, 0, dots, 0, 0);
    context.lineCap = "round";
    context.lineJoin = "round";
  }

  private within(context: CanvasRenderingContext2D, side: Side, paint: () => void): void {
    context.save();
    context.beginPath();
    context.rect(side.left, 0, side.width, this.size.height);
    context.clip();
    paint();
    context.restore();
  }

  private drawGround(moving: Moving): void {
    this.stale = false;
    const context = this.ground.getContext("2d") as CanvasRenderingContext2D;
    this.scaled(context);
    context.fillStyle = GROUND;
    context.fillRect(0, 0, this.size.width, this.size.height);
    for (const side of this.sides()) {
      this.within(context, side, () => {
        this.drawBody(context, side, moving);
        this.drawSpine(context, side, moving);
        this.drawVessels(context, side, moving);
        this.drawLevels(context, side, moving);
      });
      this.drawFrame(context, side);
    }
  }

  private drawBody(context: CanvasRenderingContext2D, side: Side, moving: Moving): void {
    const fit = this.fit();
    const outline = side.axis === 0 ? moving.outline.front : moving.outline.side;
    context.beginPath();
    for (const [across, z] of outline) context.lineTo(...this.at(side, fit, across, z));
    context.closePath();
    context.fillStyle = BODY;
    context.fill();
    context.strokeStyle = BODY_EDGE;
    context.lineWidth = 1.5;
    context.stroke();
  }

  private drawSpine(context: CanvasRenderingContext2D, side: Side, moving: Moving): void {
    const fit = this.fit();
    moving.levels.forEach(({ centre_mm }, n) => {
      const gap = this.gap(moving, n);
      const [x, y] = this.at(side, fit, centre_mm[side.axis], centre_mm[2]);
      const [wide, high] = [(side.axis === 0 ? 1.45 : 1.15) * gap * fit.scale, 0.78 * gap * fit.scale];
      context.beginPath();
      context.roundRect(x - wide / 2, y - high / 2, wide, high, Math.min(6, high / 4));
      context.fillStyle = BONE;
      context.fill();
      context.strokeStyle = BONE_EDGE;
      context.lineWidth = 1;
      context.stroke();
    });
  }

  /** From this level's middle to its neighbour's, mm. */
  private gap(moving: Moving, n: number): number {
    const here = moving.levels[n]?.centre_mm as Vec3;
    const other = (moving.levels[n + 1] ?? moving.levels[n - 1])?.centre_mm;
    return other ? Math.abs(other[2] - here[2]) : 24;
  }

  /** Names of levels as an axis: at the left of the front view, at the right of the side view. */
  private drawLevels(context: CanvasRenderingContext2D, side: Side, moving: Moving): void {
    const fit = this.fit();
    const left = side.axis === 0;
    const edge = left ? side.left + 34 : side.left + side.width - 34;
    context.textAlign = left ? "right" : "left";
    context.textBaseline = "middle";
    context.fillStyle = "#ffffffb8";
    if (this.zoom > 1) context.fillRect(left ? side.left : edge - 7, 0, left ? edge + 8 : 41, this.size.height);
    let free = Number.NEGATIVE_INFINITY;
    const byNeed = moving.levels.map((one, n) => ({ one, n })).sort((a, b) => b.one.centre_mm[2] - a.one.centre_mm[2]);
    for (const { one, n } of byNeed) {
      const y = this.at(side, fit, 0, one.centre_mm[2])[1];
      if (y < 22 || y > this.size.height - 26 || (y - free < 10 && !one.treated)) continue;
      free = y;
      const half = 0.39 * this.gap(moving, n) * fit.scale;
      context.fillStyle = one.treated ? "#1b1f24" : "#8d98a3";
      context.fillRect(left ? edge + 3 : edge - 5, y - half, one.treated ? 3 : 2, 2 * half);
      context.font = `${one.treated ? 700 : 500} 11px system-ui, sans-serif`;
      context.fillStyle = one.treated ? "#1b1f24" : "#4d565f";
      context.fillText(one.level, left ? edge : edge + 1, y);
    }
  }

  /**
   * Lung vessels lie behind, then the heart, then veins. Each room is drawn whole and laid over the others as one, so
   * that joints do not show; narrow vessels are paler, so that the tree reads as a tree.
   */
  private drawVessels(context: CanvasRenderingContext2D, side: Side, moving: Moving): void {
    const fit = this.fit();
    for (const room of ["lungs", "heart", "veins"]) {
      const tubes = moving.vessels.filter((one) => one.room === room).sort((a, b) => a.diameter_mm - b.diameter_mm);
      const paint = LAYERS[room] as Layer;
      for (const edge of [true, false]) {
        this.onLayer(context, edge ? 0.9 * paint.alpha : paint.alpha, (layer) => {
          for (const { ends_mm, diameter_mm } of tubes) {
            const wide = Math.max(LEAST_VESSEL, diameter_mm * fit.scale);
            if (edge && wide < 5) continue;
            layer.strokeStyle = edge ? paint.edge : wide < 1.2 ? paint.pale : paint.colour;
            layer.lineWidth = edge ? wide + 2 : wide;
            layer.beginPath();
            layer.moveTo(...this.at(side, fit, ends_mm[0][side.axis], ends_mm[0][2]));
            layer.lineTo(...this.at(side, fit, ends_mm[1][side.axis], ends_mm[1][2]));
            layer.stroke();
          }
        });
      }
    }
  }

  private onLayer(context: CanvasRenderingContext2D, alpha: number, paint: (layer: CanvasRenderingContext2D) => void): void {
    const sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [this.ground.width, this.ground.height];
    const layer = sheet.getContext("2d") as CanvasRenderingContext2D;
    this.scaled(layer);
    paint(layer);
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = alpha;
    context.drawImage(sheet, 0, 0);
    context.restore();
  }

  private drawFrame(context: CanvasRenderingContext2D, side: Side): void {
    context.textBaseline = "top";
    context.font = "600 12.5px system-ui, sans-serif";
    context.fillStyle = "#1b1f24";
    context.textAlign = "center";
    context.fillText(side.name, side.left + side.width / 2, 5);
    context.font = "700 13px system-ui, sans-serif";
    context.fillStyle = "#6b4a00";
    context.textAlign = "left";
    context.fillText(side.ends[0], side.left + 9, 5);
    context.textAlign = "right";
    context.fillText(side.ends[1], side.left + side.width - 9, 5);
    if (side.axis === 0) this.drawScale(context, side);
    if (side.left) {
      context.fillStyle = "#d0d7de";
      context.fillRect(side.left, 0, 1, this.size.height);
    }
  }

  private drawScale(context: CanvasRenderingContext2D, side: Side): void {
    const { scale } = this.fit();
    const mm = [200, 100, 50, 20, 10, 5].find((long) => long * scale < side.width * 0.3) ?? 5;
    const [x, y] = [side.left + 10, this.size.height - 10];
    context.strokeStyle = "#1b1f24";
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, y - 5);
    context.lineTo(x, y);
    context.lineTo(x + mm * scale, y);
    context.lineTo(x + mm * scale, y - 5);
    context.stroke();
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = "#1b1f24";
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(`${mm / 10} cm`, x + mm * scale + 6, y + 3);
  }

  private drawCement(context: CanvasRenderingContext2D, side: Side): void {
    const fit = this.fit();
    this.drawFilling(context, side, fit);
    for (const halo of [true, false]) {
      for (const piece of this.pieces) this.drawCord(context, side, fit, piece, halo);
    }
    const named = new Set<string>();
    for (const piece of [...this.pieces].reverse()) {
      if (!this.isLodged(piece) || named.has(piece.piece)) continue;
      named.add(piece.piece);
      this.drawLodged(context, side, fit, piece);
    }
  }

  /** Cement within the treated bodies, as balls that hold its volume. */
  private drawFilling(context: CanvasRenderingContext2D, side: Side, fit: Fit): void {
    const treated = this.moving?.levels.filter((one) => one.treated) ?? [];
    if (!treated.length || this.boneMl <= 0) return;
    const radius_mm = 10 * ((3 * this.boneMl) / treated.length / (4 * Math.PI)) ** (1 / 3);
    for (const { centre_mm } of treated) {
      context.beginPath();
      context.arc(...this.at(side, fit, centre_mm[side.axis], centre_mm[2]), radius_mm * fit.scale, 0, 2 * Math.PI);
      context.fillStyle = FILLING;
      context.fill();
      context.lineWidth = 1;
      context.strokeStyle = "#ffffff";
      context.stroke();
    }
  }

  private isLodged(piece: DrawnPiece): boolean {
    return piece.lodged ?? (this.lodged.has(piece.piece) && (piece.room === undefined || piece.room === "lungs"));
  }

  private drawCord(context: CanvasRenderingContext2D, side: Side, fit: Fit, piece: DrawnPiece, halo: boolean): void {
    context.strokeStyle = context.fillStyle = halo ? "#ffffff" : CEMENT;
    const more = halo ? 2 : 0;
    const spots = piece.line_mm.map((point) => this.at(side, fit, point[side.axis], point[2]));
    const wide = (n: number): number => Math.max(LEAST_CEMENT, widthAt(piece.diameter_mm, n) * fit.scale) + more;
    if (spots.length === 1) {
      context.beginPath();
      context.arc(...(spots[0] as [number, number]), wide(0) / 2 + 0.5, 0, 2 * Math.PI);
      context.fill();
    }
    for (let n = 1; n < spots.length; n += 1) {
      context.lineWidth = (wide(n - 1) + wide(n)) / 2;
      context.beginPath();
      context.moveTo(...(spots[n - 1] as [number, number]));
      context.lineTo(...(spots[n] as [number, number]));
      context.stroke();
    }
  }

  /** A ring around the far end of a piece that has come to rest, and a word. */
  private drawLodged(context: CanvasRenderingContext2D, side: Side, fit: Fit, piece: DrawnPiece): void {
    const end = piece.line_mm.at(-1);
    if (!end) return;
    const [x, y] = this.at(side, fit, end[side.axis], end[2]);
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.lineWidth = 4.5;
    context.strokeStyle = "#ffffffd0";
    context.stroke();
    context.lineWidth = 2.2;
    context.strokeStyle = LODGED;
    context.stroke();
    const text = `${piece.piece} lodged`;
    context.font = "600 11.5px system-ui, sans-serif";
    const room = context.measureText(text).width + 16;
    const right = x + 13 + room < side.left + side.width - 40 || x - 13 - room < side.left;
    context.textAlign = right ? "left" : "right";
    context.textBaseline = "middle";
    context.lineWidth = 4;
    context.strokeStyle = "#ffffffe0";
    context.strokeText(text, right ? x + 14 : x - 14, y);
    context.fillStyle = "#8a3300";
    context.fillText(text, right ? x + 14 : x - 14, y);
  }

  // -- moving --------------------------------------------------------------------------------------------------

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    this.zoomBy(Math.exp(-(event.deltaMode ? event.deltaY * 40 : event.deltaY) / 400));
  }

  private zoomBy(factor: number): void {
    this.zoom = Math.min(LARGEST_ZOOM, Math.max(1, this.zoom * factor));
    if (this.zoom === 1) this.centre = null;
    else this.centre ??= this.fitWhole().middle;
    this.refit();
    this.onZoom(this.zoom > 1);
  }

  private drag(event: PointerEvent): void {
    if (this.zoom === 1) return;
    const [front] = this.sides();
    this.pan(event.offsetX > front.width ? 1 : 0, event.movementX, event.movementY);
  }

  private pan(axis: 0 | 1, right: number, down: number): void {
    const { scale, middle } = this.fit();
    this.centre = [...middle] as Vec3;
    this.centre[axis] -= right / scale;
    this.centre[2] += down / scale;
    this.refit();
  }

  private key(event: KeyboardEvent): void {
    const acts: Record<string, () => void> = { "+": () => this.zoomBy(1.25), "=": () => this.zoomBy(1.25), "-": () => this.zoomBy(0.8), "0": () => this.whole() };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

function extent(points: Vec3[]): { low: Vec3; high: Vec3 } | null {
  if (!points.length) return null;
  const low: Vec3 = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high: Vec3 = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of points) {
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], point[axis]);
      high[axis] = Math.max(high[axis], point[axis]);
    }
  }
  return { low, high };
}
