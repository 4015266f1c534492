/** Three planes and the 3-D view as one: a common point, a common window, a toolbar above. */

import "./views.css";
import type { HuWindow, Needle, ScanMeta, Vec3 } from "./api";
import { el, labelled } from "./dom";
import { Grid, type Plane, placeWords } from "./geometry";
import { type Line, type Mark, SlicePane } from "./pane";
import { Viewer3D } from "./viewer3d";

const NAMES: [Plane, string][] = [
  ["axial", "Axial"],
  ["coronal", "Coronal"],
  ["sagittal", "Sagittal"],
];
const WINDOW_WORDS: Record<string, string> = { bone: "Bone", soft: "Soft tissue", lung: "Lung", cement: "Cement" };

const HELP: [string, string][] = [
  ["Slices", "wheel; arrow keys, Page Up and Page Down for ten, Home and End"],
  ["Point in all planes", "click, or drag with the left button"],
  ["Zoom", "Ctrl and wheel, two fingers, + and -; 0 shows all"],
  ["Move the picture", "drag with the right button, or Shift and drag"],
  ["Needle", "drag its ends; or Tab to an end, arrow keys for 1 mm, with Shift 5 mm"],
  ["3-D", "drag or arrow keys turn it, wheel or + and - zoom"],
];
let helps = 0;

export class Views {
  readonly panes: Record<Plane, SlicePane>;
  readonly viewer: Viewer3D | null;
  /** Beside the window presets: a page may add its own controls. */
  readonly toolbar: HTMLElement;
  onPoint: (lps: Vec3) => void = () => {};
  onMark: (id: string) => void = () => {};
  onWindow: (window: HuWindow) => void = () => {};
  point: Vec3 = [0, 0, 0];
  private meta: ScanMeta | null = null;
  private readonly presets = el("select", { testid: "window-preset" });
  private readonly level = numberInput("window-level", 10);
  private readonly width = numberInput("window-width", 10);
  private readonly readout = el("output", { class: "place num", testid: "point" });
  private readonly gridBox = el("div", { class: "views-grid" });

  constructor(
    readonly host: HTMLElement,
    private readonly opts: { threeD?: boolean } = {},
  ) {
    this.toolbar = this.makeToolbar();
    host.classList.add("views");
    host.append(this.toolbar, this.gridBox);
    this.panes = Object.fromEntries(NAMES.map(([plane, label]) => [plane, this.makePane(plane, label)])) as Record<Plane, SlicePane>;
    this.viewer = this.opts.threeD === false ? null : new Viewer3D(this.cell("3d", "3-D"));
    this.gridBox.classList.toggle("three", this.viewer === null);
  }

  /** A new scan comes up at its middle, or at `centre_mm`; the same scan again changes nothing but its facts. */
  setScan(meta: ScanMeta | null, centre_mm?: Vec3): void {
    const same = meta !== null && meta.id === this.meta?.id;
    this.meta = meta;
    for (const pane of this.all()) pane.setScan(meta);
    if (same && !centre_mm) return;
    const centre = centre_mm ?? (meta ? new Grid(meta).centre() : ([0, 0, 0] as Vec3));
    this.viewer?.setScan(meta, centre);
    this.setPoint(centre);
    if (meta && !same) this.offerWindows(meta);
  }

  setOverlays(ids: string[]): void {
    for (const pane of this.all()) pane.setOverlays(ids);
    this.viewer?.setOverlays(ids);
  }

  setWindow(low: number, high: number): void {
    for (const pane of this.all()) pane.setWindow(low, high);
    this.level.value = String(Math.round((low + high) / 2));
    this.width.value = String(Math.round(high - low));
    const named = Object.entries(this.meta?.windows ?? {}).find(([, window]) => window.low === low && window.high === high);
    this.presets.value = named?.[0] ?? "own";
  }

  setPoint(lps: Vec3): void {
    this.point = [...lps];
    for (const pane of this.all()) pane.setPoint(lps);
    this.viewer?.lookAt(lps);
    this.readout.textContent = this.meta ? placeWords(lps) : "";
  }

  setMarks(marks: Mark[]): void {
    for (const pane of this.all()) pane.setMarks(marks);
  }

  setNeedle(needle: Needle | null, onDrag?: (which: "entry" | "tip", lps: Vec3, done: boolean) => void): void {
    const shared = onDrag
      ? (which: "entry" | "tip", lps: Vec3, done: boolean): void => {
          needle = { ...(needle as Needle), [`${which}_mm`]: lps };
          for (const pane of this.all()) pane.setNeedle(needle, shared);
          onDrag(which, lps, done);
        }
      : undefined;
    for (const pane of this.all()) pane.setNeedle(needle, shared);
  }

  setLines(lines: Line[]): void {
    for (const pane of this.all()) pane.setLines(lines);
  }

  /** Bring about `across_mm` around a place into all planes. */
  frame(lps: Vec3, across_mm: number): void {
    this.setPoint(lps);
    for (const pane of this.all()) pane.frame(lps, across_mm);
  }

  resetView(): void {
    for (const pane of this.all()) pane.resetView();
  }

  private all(): SlicePane[] {
    return Object.values(this.panes ?? {});
  }

  private makePane(plane: Plane, label: string): SlicePane {
    const pane = new SlicePane(this.cell(plane, label), { plane, label });
    pane.onPoint = (lps) => {
      this.setPoint(lps);
      this.onPoint(lps);
    };
    pane.onMark = (id) => this.onMark(id);
    return pane;
  }

  /** A place in the grid that can fill it alone. */
  private cell(name: string, label: string): HTMLElement {
    const enlarge = el("button", {
      class: "enlarge",
      testid: `enlarge-${name}`,
      attributes: { type: "button", "aria-pressed": "false", "aria-label": `Enlarge ${label}`, title: `Enlarge ${label}` },
    });
    const cell = el("div", { class: `views-cell views-${name}` });
    enlarge.addEventListener("click", () => {
      const alone = this.gridBox.classList.toggle("alone");
      cell.classList.toggle("chosen", alone);
      enlarge.setAttribute("aria-pressed", String(alone));
    });
    this.gridBox.append(el("div", { class: "views-slot" }, cell, enlarge));
    return cell;
  }

  private makeToolbar(): HTMLElement {
    this.presets.addEventListener("change", () => {
      const window = this.meta?.windows[this.presets.value];
      if (window) this.chooseWindow(window);
    });
    for (const input of [this.level, this.width]) input.addEventListener("change", () => this.ownWindow());
    const whole = el("button", { class: "quiet small", text: "Show all", attributes: { type: "button" }, on: { click: () => this.resetView() } });
    return el(
      "div",
      { class: "views-bar", attributes: { role: "group", "aria-label": "Window and view" } },
      labelled("Window", this.presets),
      labelled("Level (HU)", this.level),
      labelled("Width (HU)", this.width),
      whole,
      ...this.makeHelp(),
      this.readout,
    );
  }

  private makeHelp(): HTMLElement[] {
    const id = `views-help-${(helps += 1)}`;
    const rows = HELP.map(([what, how]) => el("tr", {}, el("th", { text: what, attributes: { scope: "row" } }), el("td", { text: how })));
    return [
      el("button", { class: "quiet small", text: "Mouse and keys", attributes: { type: "button", popovertarget: id } }),
      el("div", { class: "views-help", attributes: { popover: "auto", id } }, el("table", { class: "plain" }, el("tbody", {}, ...rows))),
    ];
  }

  private offerWindows(meta: ScanMeta): void {
    const options = Object.keys(meta.windows).map((name) => el("option", { text: WINDOW_WORDS[name] ?? name, attributes: { value: name } }));
    this.presets.replaceChildren(...options, el("option", { text: "Own", attributes: { value: "own" } }));
    this.setWindow(meta.window.low, meta.window.high);
  }

  private ownWindow(): void {
    const [level, width] = [Number(this.level.value), Number(this.width.value)];
    if (!Number.isFinite(level) || !Number.isFinite(width) || width < 1) return;
    this.chooseWindow({ low: level - width / 2, high: level + width / 2 });
  }

  private chooseWindow(window: HuWindow): void {
    this.setWindow(window.low, window.high);
    this.onWindow(window);
  }
}

function numberInput(testid: string, step: number): HTMLInputElement {
  return el("input", { testid, class: "num", attributes: { type: "number", step, inputmode: "numeric" } });
}
