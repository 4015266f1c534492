/** One plane of a scan: the server's picture, and over it the crosshair, the needle, marks and lines as SVG. */

import { LostServer, type Needle, type ScanMeta, type Vec3 } from "./api";
import { el, setAttributes } from "./dom";
import { AXES, Grid, type Plane, SIDES, add, placeWords, sideWords } from "./geometry";
import { Overlay } from "./overlay";
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

type End = "entry" | "tip";
type Drag = (which: End, lps: Vec3, done: boolean) => void;

/** Where the scan stands on the pane: pixels from its corner, and pixels per mm. */
export interface View {
  left: number;
  top: number;
  scale: number;
}

const LARGEST_ZOOM = 24;
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
  private readonly handles: Record<End, HTMLButtonElement>;
  private readonly pictures: Pictures;
  private meta: ScanMeta | null = null;
  private grid: Grid | null = null;
  private overlays: string[] = [];
  private window = { low: -160, high: 240 };
  private point: Vec3 = [0, 0, 0];
  private slice = 0;
  private direction = 1;
  private zoom = 1;
  private shift = { x: 0, y: 0 };
  private size = { width: 0, height: 0 };
  private shown: ImageBitmap | null = null;
  private needle: Needle | null = null;
  private onDrag: Drag | null = null;
  private marks: Mark[] = [];
  private lines: Line[] = [];
  private waiting = false;
  private wheel = 0;

  constructor(
    readonly host: HTMLElement,
    readonly opts: { plane: Plane; label: string },
  ) {
    this.canvas = el("canvas", { attributes: { "aria-hidden": "true" } });
    this.title = el("p", { class: "pane-title" });
    this.place = el("p", { class: "pane-place" });
    this.trouble = el("p", { class: "pane-trouble", attributes: { hidden: true } });
    this.handles = { entry: this.makeHandle("entry"), tip: this.makeHandle("tip") };
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
      this.handles.entry,
      this.handles.tip,
    );
    this.pictures = new Pictures(
      (_path, picture) => this.take(picture),
      (fault) => this.complain(fault),
    );
    host.append(this.box);
    this.listen();
    new ResizeObserver(() => this.measure()).observe(this.box);
    this.describe();
  }

  setScan(meta: ScanMeta | null): void {
    const same = meta !== null && meta.id === this.meta?.id;
    this.meta = meta;
    this.grid = meta ? new Grid(meta) : null;
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
    this.zoom = 1;
    this.shift = { x: 0, y: 0 };
    this.redraw();
  }

  /** Bring a place to the middle of the pane, so that about `across_mm` around it fill it. */
  frame(lps: Vec3, across_mm: number): void {
    if (!this.grid || !this.size.width) return;
    const fit = this.fitScale();
    this.zoom = Math.min(LARGEST_ZOOM, Math.max(1, Math.min(this.size.width, this.size.height) / across_mm / fit));
    this.shift = { x: 0, y: 0 };
    const { x, y } = this.toScreen(lps);
    this.shift = { x: this.size.width / 2 - x, y: this.size.height / 2 - y };
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
    if (!this.meta || !this.grid || !this.size.width) return;
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

  // -- geometry of the view ------------------------------------------------------------------------------------

  private measure(): void {
    const { clientWidth: width, clientHeight: height } = this.box;
    const first = !this.size.width;
    this.size = { width, height };
    const dots = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * dots);
    this.canvas.height = Math.round(height * dots);
    if (first) this.request();
    this.drawNow();
  }

  private fitScale(): number {
    if (!this.grid) return 1;
    const { width_mm, height_mm } = this.grid.picture(this.opts.plane);
    return Math.min(this.size.width / width_mm, this.size.height / height_mm);
  }

  private view(): View {
    const { width_mm, height_mm } = this.grid?.picture(this.opts.plane) ?? { width_mm: 1, height_mm: 1 };
    const scale = this.fitScale() * this.zoom;
    return {
      scale,
      left: (this.size.width - width_mm * scale) / 2 + this.shift.x,
      top: (this.size.height - height_mm * scale) / 2 + this.shift.y,
    };
  }

  private toScreen(lps: Vec3): { x: number; y: number } {
    const { left, top, scale } = this.view();
    const spot = (this.grid as Grid).onPicture(this.opts.plane, lps, this.slice);
    return { x: left + spot.across * scale, y: top + spot.down * scale };
  }

  private fromScreen(x: number, y: number, depth: number): Vec3 {
    const { left, top, scale } = this.view();
    return (this.grid as Grid).fromPicture(this.opts.plane, (x - left) / scale, (y - top) / scale, depth);
  }

  /** Larger or smaller about a spot of the pane that stays where it is. */
  private zoomBy(factor: number, x: number, y: number): void {
    const zoom = Math.min(LARGEST_ZOOM, Math.max(0.5, this.zoom * factor));
    const times = zoom / this.zoom;
    const centre = { x: this.size.width / 2, y: this.size.height / 2 };
    this.shift = {
      x: x - centre.x - (x - centre.x - this.shift.x) * times,
      y: y - centre.y - (y - centre.y - this.shift.y) * times,
    };
    this.zoom = zoom;
    this.redraw();
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
    if (!this.grid || !this.size.width) {
      this.overlay.clear();
      this.placeHandles();
      return;
    }
    this.overlay.draw({
      grid: this.grid,
      slice: this.slice,
      view: this.view(),
      size: this.size,
      point: this.point,
      needle: this.needle,
      marks: this.marks,
      lines: this.lines,
    });
    this.placeHandles();
  }

  private drawPicture(): void {
    const context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    const dots = window.devicePixelRatio || 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.shown || !this.grid) return;
    const { left, top, scale } = this.view();
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

  /** Go `steps` slices along the index of this plane. */
  private step(steps: number): void {
    if (!this.grid) return;
    const axis = AXES[this.opts.plane].through;
    const index = this.grid.toIndex(this.point);
    index[axis] = Math.min(this.grid.shape[axis] - 1, Math.max(0, this.slice + steps));
    this.goTo(this.grid.toLps(index));
  }

  private goTo(lps: Vec3): void {
    this.setPoint(lps);
    this.onPoint(lps);
  }

  private listen(): void {
    this.box.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    this.box.addEventListener("contextmenu", (event) => event.preventDefault());
    this.listenToPointers();
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey) {
      const box = this.box.getBoundingClientRect();
      return this.zoomBy(Math.exp(-event.deltaY / 200), event.clientX - box.left, event.clientY - box.top);
    }
    const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * 40;
    this.wheel += pixels;
    const notches = Math.trunc(this.wheel / 40);
    if (!notches) return;
    this.wheel -= notches * 40;
    this.step(this.forwards() * Math.sign(notches) * Math.max(1, Math.round(Math.abs(notches) / 3)));
  }

  /** Downwards goes to the feet, to the back, to the left. */
  private forwards(): number {
    return this.opts.plane === "axial" ? -1 : 1;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.box || event.altKey || event.ctrlKey || event.metaKey) return;
    const on = this.forwards();
    const middle = [this.size.width / 2, this.size.height / 2] as const;
    const keys: Record<string, () => void> = {
      ArrowDown: () => this.step(on),
      ArrowRight: () => this.step(on),
      ArrowUp: () => this.step(-on),
      ArrowLeft: () => this.step(-on),
      PageDown: () => this.step(10 * on),
      PageUp: () => this.step(-10 * on),
      Home: () => this.step(-on * 1e6),
      End: () => this.step(on * 1e6),
      "+": () => this.zoomBy(1.25, ...middle),
      "=": () => this.zoomBy(1.25, ...middle),
      "-": () => this.zoomBy(0.8, ...middle),
      "0": () => this.resetView(),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** The left button sets the point, the right one or shift pans, two fingers zoom and pan. */
  private listenToPointers(): void {
    const down = new Map<number, { x: number; y: number }>();
    let panning = false;
    const spot = (event: PointerEvent): { x: number; y: number } => {
      const box = this.box.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const move = (event: PointerEvent): void => {
      const before = down.get(event.pointerId);
      if (!before || !this.grid) return;
      const now = spot(event);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      down.set(event.pointerId, now);
      if (other) {
        const apart = (a: { x: number; y: number }): number => Math.hypot(a.x - other.x, a.y - other.y) || 1;
        this.zoomBy(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
      }
      if (other || panning) {
        const share = other ? 0.5 : 1;
        this.shift = { x: this.shift.x + share * (now.x - before.x), y: this.shift.y + share * (now.y - before.y) };
        this.redraw();
      } else this.pointAt(now);
    };
    this.box.addEventListener("pointerdown", (event) => {
      if (!this.grid || (event.target as Element).closest(".handle, .mark-hit, button")) return;
      down.set(event.pointerId, spot(event));
      this.box.setPointerCapture(event.pointerId);
      panning = event.button !== 0 || event.shiftKey;
      if (!panning && down.size === 1) this.pointAt(spot(event));
    });
    this.box.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"] as const) {
      this.box.addEventListener(end, (event) => down.delete(event.pointerId));
    }
  }

  private pointAt(spot: { x: number; y: number }): void {
    const grid = this.grid as Grid;
    this.goTo(grid.clampToScan(this.fromScreen(spot.x, spot.y, this.slice)));
  }

  // -- the needle's ends ---------------------------------------------------------------------------------------

  private makeHandle(which: End): HTMLButtonElement {
    const handle = el("button", {
      class: `handle handle-${which}`,
      testid: `handle-${which}-${this.opts.plane}`,
      attributes: { type: "button", hidden: true, "aria-roledescription": "handle" },
      on: {
        keydown: (event: KeyboardEvent) => this.nudge(which, event),
        keyup: (event: KeyboardEvent) => event.key.startsWith("Arrow") && this.report(which, true),
        focus: () => this.needle && this.handles[which].matches(":focus-visible") && this.goTo(this.needle[`${which}_mm`]),
      },
    });
    this.dragWith(handle, which);
    return handle;
  }

  private dragWith(handle: HTMLButtonElement, which: End): void {
    let held: { dx: number; dy: number; depth: number } | null = null;
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.needle || !this.grid || !this.onDrag) return;
      event.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(event.pointerId);
      const at = this.needle[`${which}_mm`];
      const { x, y } = this.toScreen(at);
      held = { dx: event.clientX - x, dy: event.clientY - y, depth: this.grid.toIndex(at)[AXES[this.opts.plane].through] };
      this.goTo(at); // the end that is held lies in the plane that is seen
    });
    handle.addEventListener("pointermove", (event) => {
      if (!held || !this.needle) return;
      const to = this.fromScreen(event.clientX - held.dx, event.clientY - held.dy, held.depth);
      this.moveEnd(which, to);
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      handle.addEventListener(end, () => {
        if (held) this.report(which, true);
        held = null;
      });
    }
  }

  /** 1 mm to the side of the arrow as seen on the screen, 5 mm with shift. */
  private nudge(which: End, event: KeyboardEvent): void {
    if (!this.needle || !this.grid) return;
    const { right, down } = this.grid.screenSteps(this.opts.plane);
    const steps: Record<string, [Vec3, number]> = { ArrowRight: [right, 1], ArrowLeft: [right, -1], ArrowDown: [down, 1], ArrowUp: [down, -1] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.moveEnd(which, add(this.needle[`${which}_mm`], step[0], step[1] * (event.shiftKey ? 5 : 1)));
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

  private placeHandles(): void {
    for (const which of ["entry", "tip"] as const) {
      const handle = this.handles[which];
      handle.hidden = !this.needle || !this.grid || !this.onDrag || !this.size.width;
      if (handle.hidden || !this.needle || !this.grid) continue;
      const at = this.needle[`${which}_mm`];
      const { x, y } = this.toScreen(at);
      handle.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
      const off = Math.abs(this.grid.onPicture(this.opts.plane, at, this.slice).off);
      handle.classList.toggle("away", off > Math.max(2, this.grid.spacing[AXES[this.opts.plane].through]));
      const words = `Needle ${which}, ${this.opts.plane} plane: ${placeWords(at)}. Arrow keys move it 1 mm, with shift 5 mm.`;
      if (handle.getAttribute("aria-label") !== words) handle.setAttribute("aria-label", words);
    }
  }
}
