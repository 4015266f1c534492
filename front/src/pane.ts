/** One plane of a scan: the server's picture, and over it the crosshair, the needle, marks and lines as SVG. */

import { LostServer, type Needle, type ScanMeta, type Vec3 } from "./api";
import { el, setAttributes } from "./dom";
import { Framing } from "./framing";
import { AXES, Grid, type Plane, SIDES, sideWords } from "./geometry";
import { type End, NeedleEnds } from "./needle_ends";
import { Overlay } from "./overlay";
import { type Acts, listenToPane } from "./pane_input";
import { Pictures } from "./pictures";

export type { Plane } from "./geometry";

export interface Mark {
  /** Given back to `onMark` when it is clicked. */
  id?: string;
  at_mm: Vec3;
  label?: string;
  colour?: string;
  radius_mm?: number;
  selected?: boolean;
  /** Show the label also where the mark is off the plane. */
  named?: boolean;
}

export interface Line {
  points_mm: Vec3[];
  colour: string;
  dashed?: boolean;
  width?: number;
}

type Drag = (which: End, lps: Vec3, done: boolean) => void;

const AHEAD = [1, 2, -1];

export class SlicePane {
  /** The common point was set in this pane by a click, the wheel or a key. */
  onPoint: (lps: Vec3) => void = () => {};
  onMark: (id: string) => void = () => {};
  readonly box: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly overlay: Overlay;
  private readonly title: HTMLElement;
  private readonly place: HTMLElement;
  private readonly trouble: HTMLElement;
  private readonly ends: NeedleEnds;
  private readonly pictures: Pictures;
  private readonly framing: Framing;
  private meta: ScanMeta | null = null;
  private grid: Grid | null = null;
  private overlays: string[] = [];
  private window = { low: -160, high: 240 };
  private point: Vec3 = [0, 0, 0];
  private slice = 0;
  private direction = 1;
  private shown: ImageBitmap | null = null;
  private needle: Needle | null = null;
  private onDrag: Drag | null = null;
  private marks: Mark[] = [];
  private lines: Line[] = [];
  private waiting = false;

  constructor(
    readonly host: HTMLElement,
    readonly opts: { plane: Plane; label: string },
  ) {
    this.canvas = el("canvas", { attributes: { "aria-hidden": "true" } });
    this.title = el("p", { class: "pane-title" });
    this.place = el("p", { class: "pane-place" });
    this.trouble = el("p", { class: "pane-trouble", attributes: { hidden: true } });
    this.framing = new Framing(opts.plane);
    this.ends = this.makeEnds();
    this.overlay = new Overlay(opts.plane, (id) => this.onMark(id));
    this.box = el(
      "div",
      { class: `pane pane-${opts.plane}`, testid: `pane-${opts.plane}`, attributes: { tabindex: 0, role: "group" } },
      this.canvas,
      this.overlay.root,
      ...SIDES[opts.plane].map((side, n) => el("span", { class: `side-letter side-${["left", "right", "top", "bottom"][n]}`, text: side })),
      this.title,
      this.place,
      this.trouble,
      ...this.ends.buttons,
    );
    this.pictures = new Pictures(
      (_path, picture) => this.take(picture),
      (fault) => this.complain(fault),
    );
    host.append(this.box);
    listenToPane(this.box, this.acts());
    new ResizeObserver(() => this.measure()).observe(this.box);
    this.describe();
  }

  setScan(meta: ScanMeta | null): void {
    const same = meta !== null && meta.id === this.meta?.id;
    this.meta = meta;
    this.grid = meta ? new Grid(meta) : null;
    this.framing.grid = this.grid;
    if (same) return;
    this.pictures.forget();
    this.shown = null;
    this.overlays = [];
    if (meta && this.grid) {
      this.window = { ...meta.window };
      this.point = this.grid.centre();
      this.slice = this.grid.slice(this.opts.plane, this.point);
    }
    this.resetView();
    this.request();
  }

  setOverlays(ids: string[]): void {
    if (ids.join() === this.overlays.join()) return;
    this.overlays = [...ids];
    this.request();
  }

  setWindow(low: number, high: number): void {
    if (low === this.window.low && high === this.window.high) return;
    this.window = { low, high };
    this.request();
  }

  setPoint(lps: Vec3): void {
    this.point = [...lps];
    if (!this.grid) return;
    const slice = this.grid.slice(this.opts.plane, lps);
    if (slice !== this.slice) {
      this.direction = slice > this.slice ? 1 : -1;
      this.slice = slice;
      this.request();
    }
    this.describe();
    this.redraw();
  }

  setMarks(marks: Mark[]): void {
    this.marks = marks;
    this.redraw();
  }

  setNeedle(needle: Needle | null, onDrag?: Drag): void {
    this.needle = needle;
    this.onDrag = onDrag ?? null;
    this.redraw();
  }

  setLines(lines: Line[]): void {
    this.lines = lines;
    this.redraw();
  }

  /** The whole picture again. */
  resetView(): void {
    this.framing.whole();
    this.redraw();
  }

  /** Bring a place to the middle of the pane, so that about `across_mm` around it fill it. */
  frame(lps: Vec3, across_mm: number): void {
    this.framing.frame(lps, across_mm);
    this.redraw();
  }

  // -- pictures ------------------------------------------------------------------------------------------------

  private path(slice: number): string {
    const { low, high } = this.window;
    const asked = new URLSearchParams({ plane: this.opts.plane, index: String(slice), low: String(low), high: String(high) });
    if (this.overlays.length) asked.set("overlay", this.overlays.join(","));
    return `/api/scans/${this.meta?.id}/slice.png?${asked.toString().replaceAll("%2C", ",")}`;
  }

  private request(): void {
    this.describe();
    this.redraw();
    if (!this.meta || !this.grid || !this.framing.size.width) return;
    const count = this.grid.shape[AXES[this.opts.plane].through];
    this.box.classList.add("late");
    const ahead = AHEAD.map((step) => this.slice + step * this.direction).filter((slice) => slice >= 0 && slice < count);
    this.pictures.want(this.path(this.slice), ahead.map((slice) => this.path(slice)));
  }

  private take(picture: ImageBitmap): void {
    this.shown = picture;
    this.box.classList.remove("late");
    this.trouble.hidden = true;
    this.box.dataset["slice"] = String(this.slice);
    this.drawNow();
  }

  private complain(fault: unknown): void {
    this.trouble.hidden = false;
    this.trouble.textContent = fault instanceof LostServer ? "No answer" : String((fault as Error).message ?? fault);
  }

  private measure(): void {
    const { clientWidth: width, clientHeight: height } = this.box;
    const first = !this.framing.size.width;
    this.framing.resize(width, height);
    const dots = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * dots);
    this.canvas.height = Math.round(height * dots);
    if (first) this.request();
    this.drawNow();
  }

  // -- drawing -------------------------------------------------------------------------------------------------

  private redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => this.drawNow());
  }

  private drawNow(): void {
    this.waiting = false;
    this.drawPicture();
    if (!this.grid || !this.framing.size.width) {
      this.overlay.clear();
      this.placeEnds();
      return;
    }
    this.overlay.draw({
      grid: this.grid,
      slice: this.slice,
      view: this.framing.view(),
      size: this.framing.size,
      point: this.point,
      needle: this.needle,
      marks: this.marks,
      lines: this.lines,
    });
    this.placeEnds();
  }

  private drawPicture(): void {
    const context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    const dots = window.devicePixelRatio || 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.shown || !this.grid) return;
    const { left, top, scale } = this.framing.view();
    const { width_mm, height_mm, columns } = this.grid.picture(this.opts.plane);
    const magnified = (width_mm * scale * dots) / columns;
    context.imageSmoothingEnabled = magnified < 6; // single voxels stay voxels once they are large
    context.imageSmoothingQuality = "high";
    context.drawImage(this.shown, left * dots, top * dots, width_mm * scale * dots, height_mm * scale * dots);
  }

  private describe(): void {
    if (!this.grid) {
      this.title.textContent = this.opts.label;
      this.place.textContent = "";
      setAttributes(this.box, { "aria-label": `${this.opts.label} plane: no scan` });
      return;
    }
    const axis = AXES[this.opts.plane].through;
    const count = this.grid.shape[axis];
    this.title.textContent = `${this.opts.label} ${this.slice + 1}/${count}`;
    this.place.textContent = `${sideWords(this.point[axis], axis)} mm`;
    setAttributes(this.box, {
      "aria-label": `${this.title.textContent}, ${this.place.textContent}. Arrow keys and page keys move through slices, plus and minus zoom, 0 shows all.`,
    });
  }

  // -- moving --------------------------------------------------------------------------------------------------

  private acts(): Acts {
    const onwards = this.opts.plane === "axial" ? -1 : 1; // downwards goes to the feet, to the back, to the left
    const redrawn = (change: () => void): void => {
      change();
      this.redraw();
    };
    return {
      step: (slices) => this.step(slices * onwards),
      zoomBy: (factor, about) => redrawn(() => this.framing.zoomBy(factor, about)),
      moveBy: (dx, dy) => redrawn(() => this.framing.moveBy(dx, dy)),
      pointAt: ({ x, y }) => this.grid && this.goTo(this.grid.clampToScan(this.framing.at(x, y, this.slice))),
      whole: () => this.resetView(),
    };
  }

  private step(slices: number): void {
    if (!this.grid) return;
    const axis = AXES[this.opts.plane].through;
    const index = this.grid.toIndex(this.point);
    index[axis] = Math.min(this.grid.shape[axis] - 1, Math.max(0, this.slice + slices));
    this.goTo(this.grid.toLps(index));
  }

  private goTo(lps: Vec3): void {
    this.setPoint(lps);
    this.onPoint(lps);
  }

  // -- the needle's ends ---------------------------------------------------------------------------------------

  private makeEnds(): NeedleEnds {
    return new NeedleEnds(this.opts.plane, {
      needle: () => this.needle,
      spot: (lps) => this.framing.spot(lps),
      at: (x, y, depth) => this.framing.at(x, y, depth),
      lookAt: (lps) => this.goTo(lps),
      move: (which, lps) => this.moveEnd(which, lps),
      letGo: (which) => this.report(which, true),
    });
  }

  private moveEnd(which: End, lps: Vec3): void {
    if (!this.needle) return;
    this.needle = { ...this.needle, [`${which}_mm`]: lps };
    this.goTo(lps);
    this.report(which, false);
    this.redraw();
  }

  private report(which: End, done: boolean): void {
    if (this.needle) this.onDrag?.(which, this.needle[`${which}_mm`], done);
  }

  private placeEnds(): void {
    const shown = this.onDrag && this.framing.size.width ? this.needle : null;
    this.ends.place(shown, this.grid, this.slice);
  }
}
