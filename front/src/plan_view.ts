// The middle: bone, needle and cement in three planes and in 3-D.

import type { Body, ScanMeta, Vec3 } from "./api";
import { el } from "./dom";
import type { Line } from "./pane";
import type { Preview } from "./plan_api";
import type { Draft, Point } from "./plan_model";
import { Views } from "./views";
import type { Surface, Tube } from "./viewer3d";

const BONE = "#e8dcc0";
const CEMENT = "#009E73"; // as the server paints one draw on the planes
const NEEDLE = "#ffc44d"; // as in the planes
const OTHER = "#56B4E9";
const MOUTH = "#CC79A7";

const AROUND_MM = 80; // a vertebral body and the way to it

export type Shown = "draw" | "share";

export class PlanView {
  onDrag: (which: "entry" | "tip", lps: Vec3, done: boolean) => void = () => {};
  onPick: (lps: Vec3) => void = () => {};
  private readonly views: Views;
  private readonly switch = el("div", { class: "picks overlay-switch", attributes: { role: "group", "aria-label": "Which cement is shown" } });
  private readonly legend = el("p", { class: "legend" });
  private shown: Shown = "draw";
  private body: Body | null = null;
  private preview: Preview | null = null;
  private share: string | null = null;
  private shareDraws = 0;
  private picking = false;

  constructor(private readonly host: HTMLElement) {
    const stage = el("div", { class: "plan-stage" });
    this.fillSwitch();
    host.append(el("div", { class: "plan-shown" }, this.switch, this.legend), stage);
    this.views = new Views(stage);
    this.views.onPoint = (lps) => {
      if (!this.picking) return;
      this.pick(false);
      this.onPick(lps);
    };
    this.showLegend();
  }

  /** Wait for a click into a body. */
  pick(on: boolean): void {
    this.picking = on;
    this.host.classList.toggle("picking", on);
    this.showLegend();
  }

  setScan(meta: ScanMeta | null, centre?: Vec3): void {
    this.views.setScan(meta, centre);
  }

  setBody(body: Body | null, meta: ScanMeta | null): void {
    this.body = body;
    this.preview = null;
    this.share = null;
    this.views.setScan(meta, body?.centre_mm);
    if (body) this.views.frame(body.centre_mm, AROUND_MM);
    this.showOverlay();
    this.showMeshes();
  }

  setPreview(preview: Preview | null): void {
    this.preview = preview;
    this.showOverlay();
    this.showMeshes();
    const leaking = preview?.outlets.filter((one) => one.leaking) ?? [];
    this.views.setMarks(
      leaking.map((one) => ({ at_mm: one.mouth_mm, label: one.name, colour: MOUTH, radius_mm: 1.5 })),
    );
  }

  setShare(overlay: string | null, draws: number): void {
    this.share = overlay;
    this.shareDraws = draws;
    if (this.shown === "share") this.showOverlay();
  }

  setNeedles(draft: Draft, active: number): void {
    const needle = draft.needles[active] ?? null;
    this.views.setNeedle(needle && { entry_mm: needle.entry_mm, tip_mm: needle.tip_mm }, (which, lps, done) => this.onDrag(which, lps, done));
    const others = draft.needles.filter((_, at) => at !== active);
    this.views.setLines(others.map((one): Line => ({ points_mm: [outside(one.entry_mm, one.tip_mm), one.tip_mm], colour: OTHER, width: 3 })));
    this.showTubes(draft, active);
  }

  /** Bring the tip into all planes. */
  goToTip(draft: Draft, active: number): void {
    const needle = draft.needles[active];
    if (needle) this.views.setPoint(needle.tip_mm);
  }

  private showTubes(draft: Draft, active: number): void {
    const tubes = draft.needles.map(
      (one, at): Tube => ({
        name: `needle ${at + 1}`,
        points_mm: [outside(one.entry_mm, one.tip_mm), one.tip_mm],
        radius_mm: 1.5,
        colour: at === active ? NEEDLE : OTHER,
      }),
    );
    this.views.viewer?.setLines(tubes);
  }

  private showMeshes(): void {
    const list: Surface[] = [];
    if (this.body) list.push({ name: "bone", ...this.body.mesh, colour: BONE, opacity: 0.3 });
    if (this.preview?.mesh.faces.length) list.push({ name: "cement", ...this.preview.mesh, colour: CEMENT, opacity: 1 });
    this.views.viewer?.setMeshes(list);
  }

  private showOverlay(): void {
    const one = this.shown === "draw" ? this.preview?.overlay : this.share;
    this.views.setOverlays(one ? [one] : []);
    this.showLegend();
  }

  private fillSwitch(): void {
    const words: [Shown, string, string][] = [
      ["draw", "One draw", "The cement of one draw, the one that follows the needle"],
      ["share", "Share of draws", "In which share of all draws so far cement came to each place"],
    ];
    for (const [value, text, title] of words) {
      const input = el("input", { attributes: { type: "radio", name: "plan-shown", value }, testid: `shown-${value}` });
      input.checked = value === this.shown;
      input.addEventListener("change", () => {
        this.shown = value;
        this.showOverlay();
      });
      this.switch.append(el("label", { class: "pick", attributes: { title } }, input, el("span", { text })));
    }
  }

  private showLegend(): void {
    const swatch = (kind: Shown) => el("span", { class: `swatch ${kind}` });
    if (this.picking) this.legend.replaceChildren("Click into the middle of the vertebral body.");
    else if (this.shown === "draw") this.legend.replaceChildren(swatch("draw"), "cement in one draw");
    else if (this.share) this.legend.replaceChildren(swatch("share"), `share of ${this.shareDraws} ${this.shareDraws === 1 ? "draw" : "draws"} with cement`, swatch("draw"), "3-D: one draw");
    else this.legend.replaceChildren("No draws yet.");
  }
}

/** A point on the needle some way outside the bone, so that it looks like one. */
function outside(entry: Point, tip: Point): Point {
  const length = Math.hypot(...entry.map((value, axis) => value - (tip[axis] as number))) || 1;
  return entry.map((value, axis) => value + (25 * (value - (tip[axis] as number))) / length) as Point;
}
