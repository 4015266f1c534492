/**
 * The scan, meshes and tubes in three dimensions: NiiVue where WebGL 2 works, else the server's picture.
 *
 * The only file that knows NiiVue. NiiVue counts millimetres as RAS, the page as LPS.
 */

import type { NVImage, NVMesh, Niivue } from "@niivue/niivue";
import { LostServer, type ScanMeta, ServerError, type Vec3, getBlob } from "./api";
import { el } from "./dom";
import { BEGIN, type Drawer, type Place, type Surface, type Tube, type Turn, listenForTurns } from "./drawer";
import { ballAround } from "./geometry";
import { ServerDrawer } from "./server_drawer";
import { tube } from "./tube";

export type { Surface, Tube } from "./drawer";

const SIZE_MM = 160;
const BONE = { low: 150, high: 420 }; // HU: soft tissue stays out of the volume
const LIGHT = 0.7; // how much surfaces are shaded by the light
const BEGIN_SCALE = 1.1;
const SLOW_WAIT_MS = 400; // without a graphics card a picture takes a second: draw once things rest, and no crosshair that follows each slice
const VIEWS: [string, Turn][] = [
  ["Front", { azimuth: 180, elevation: 0 }],
  ["Left", { azimuth: 90, elevation: 0 }],
  ["Back", { azimuth: 0, elevation: 0 }],
  ["Head", { azimuth: 180, elevation: 90 }],
];

function hasWebGl2(): boolean {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

export class Viewer3D {
  /** Whether this browser draws in 3-D itself; sure once something is drawn, for the trial costs a moment. */
  available = "WebGL2RenderingContext" in window;
  private readonly stage = el("div", { class: "stage", testid: "view3d" });
  private readonly note = el("p", { class: "pane-trouble", attributes: { hidden: true } });
  private drawer: Drawer | null = null;
  private starting: Promise<void> | null = null;
  private scan: Place | null = null;
  private surfaces: Surface[] = [];
  private tubes: Tube[] = [];
  private overlays: string[] = [];
  private point: Vec3 | null = null;
  private chosen: boolean | null = null;
  private readonly volumeButton = el("button", {
    text: "Scan",
    testid: "view3d-scan",
    attributes: { type: "button", "aria-pressed": "false", "aria-label": "Show the scan itself in 3-D" },
    on: { click: () => this.showVolume(this.volumeButton.getAttribute("aria-pressed") !== "true") },
  });

  constructor(readonly host: HTMLElement) {
    const buttons = VIEWS.map(([name, turn]) =>
      el("button", { text: name, attributes: { type: "button", "aria-label": `3-D view: ${name.toLowerCase()}` }, on: { click: () => this.drawer?.turn(turn) } }),
    );
    host.append(
      el(
        "div",
        { class: "pane pane-3d", testid: "pane-3d" },
        this.stage,
        el("p", { class: "pane-title", text: "3-D" }),
        this.note,
        el("div", { class: "turns", attributes: { role: "group", "aria-label": "3-D view" } }, this.volumeButton, ...buttons),
      ),
    );
  }

  setScan(meta: ScanMeta | null, centre_mm: Vec3): void {
    if (meta?.id !== this.scan?.meta.id) this.chosen = null;
    this.scan = meta ? { meta, centre_mm } : null;
    this.update();
  }

  setMeshes(list: Surface[]): void {
    this.surfaces = list;
    this.update();
  }

  setLines(list: Tube[]): void {
    this.tubes = list;
    this.update();
  }

  /** What is laid over slices: drawn here where the server draws, for which meshes are too much to send. */
  setOverlays(ids: string[]): void {
    this.overlays = ids;
    this.drawer?.setOverlays(ids);
  }

  /** Whether the scan itself is drawn; left alone, it is unless a see-through surface stands for the bone. */
  showVolume(shown: boolean): void {
    this.chosen = shown;
    this.update();
  }

  lookAt(lps: Vec3): void {
    this.point = lps;
    this.drawer?.lookAt(lps);
  }

  private update(): void {
    const shown = this.chosen ?? !this.surfaces.some(({ opacity }) => opacity < 1);
    this.volumeButton.setAttribute("aria-pressed", String(shown));
    if (!this.drawer) this.starting ??= this.start();
    this.drawer?.setScan(this.scan, shown);
    this.drawer?.setShapes(this.surfaces, this.tubes);
    this.drawer?.setOverlays(this.overlays);
  }

  private async start(): Promise<void> {
    this.available &&= hasWebGl2();
    if (this.available) {
      try {
        this.drawer = await WebGlDrawer.make(
          this.stage,
          (fault) => this.fallBack(fault),
          (sentence) => this.say(sentence),
        );
      } catch (fault) {
        this.available = false;
        console.warn("3-D drawing failed; the server draws instead.", fault);
      }
    }
    this.drawer ??= this.serverDrawer();
    this.update();
    if (this.point) this.drawer.lookAt(this.point);
  }

  private serverDrawer(): Drawer {
    this.stage.replaceChildren();
    this.stage.classList.add("flat");
    this.volumeButton.hidden = true;
    this.note.textContent = "No WebGL here: the server draws this picture.";
    this.note.classList.add("quietly");
    this.note.hidden = false;
    return new ServerDrawer(this.stage);
  }

  private say(sentence: string): void {
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }

  private fallBack(fault: unknown): void {
    if (!this.available) return;
    this.available = false;
    console.warn("3-D drawing failed; the server draws instead.", fault);
    this.drawer = this.serverDrawer();
    this.update();
  }
}

class WebGlDrawer implements Drawer {
  private readonly made = new Map<Surface | Tube, NVMesh>();
  private wanted: { surfaces: Surface[]; tubes: Tube[] } = { surfaces: [], tubes: [] };
  private volume: { path: string; image: NVImage | null } | null = null;
  private timer = 0;
  private point: Vec3 | null = null;
  private readonly slow: boolean;

  private constructor(
    private readonly viewer: Niivue,
    private readonly library: typeof import("@niivue/niivue"),
    private readonly fail: (fault: unknown) => void,
    private readonly tell: (sentence: string) => void,
  ) {
    this.slow = isSoftware(viewer.gl);
    this.holdStill();
  }

  static async make(stage: HTMLElement, fail: (fault: unknown) => void, tell: (sentence: string) => void): Promise<WebGlDrawer> {
    const library = await import("@niivue/niivue");
    const canvas = el("canvas", {
      attributes: { tabindex: 0, role: "img", "aria-label": "3-D view. Drag or use the arrow keys to turn it, plus and minus to zoom." },
    });
    stage.replaceChildren(canvas);
    const viewer = new library.Niivue({
      backColor: [0.043, 0.055, 0.067, 1],
      show3Dcrosshair: true,
      crosshairWidth: 0.3,
      crosshairWidthUnit: "mm",
      crosshairColor: [0.34, 0.71, 0.91, 0.9],
      isOrientCube: true,
      isRadiologicalConvention: true,
      isColorbar: false,
      isRuler: false,
      dragAndDropEnabled: false,
      loadingText: "",
      logLevel: "error",
      meshXRay: 0.35,
      sliceType: library.SLICE_TYPE.RENDER,
      trustCalMinMax: false,
      clipPlaneHotKey: "",
      cycleClipPlaneHotKey: "",
      viewModeHotKey: "",
    });
    await viewer.attachToCanvas(canvas);
    await viewer.setVolumeRenderIllumination(LIGHT);
    const drawer = new WebGlDrawer(viewer, library, fail, tell);
    drawer.turn(BEGIN);
    viewer.setScale(BEGIN_SCALE);
    listenForTurns(canvas, (by) => drawer.turnBy(by), (factor) => drawer.zoom(factor));
    canvas.addEventListener("webglcontextlost", () => fail(new Error("the browser took the drawing context away")));
    return drawer;
  }

  setScan(scan: Place | null, shown: boolean): void {
    const path = scan && shown ? volumePath(scan) : null;
    if (path === (this.volume?.path ?? null)) return;
    if (this.volume?.image) this.viewer.removeVolume(this.volume.image);
    this.volume = path ? { path, image: null } : null;
    this.viewer.opts.show3Dcrosshair = path !== null && !this.slow;
    if (this.slow) this.viewer.setHighResolutionCapable(path ? 0.5 : 0);
    if (path) void this.load(path);
    else this.later();
  }

  setOverlays(): void {} // surfaces say the same

  setShapes(surfaces: Surface[], tubes: Tube[]): void {
    this.wanted = { surfaces, tubes };
    this.later();
  }

  lookAt(lps: Vec3): void {
    this.point = lps;
    if (!this.volume?.image || this.slow) return;
    this.viewer.scene.crosshairPos = this.viewer.mm2frac(toRas(lps));
    this.later();
  }

  turn({ azimuth, elevation }: Turn): void {
    this.viewer.setRenderAzimuthElevation(azimuth, elevation);
  }

  turnBy({ azimuth, elevation }: Turn): void {
    const now = this.viewer.scene;
    this.turn({ azimuth: now.renderAzimuth + azimuth, elevation: now.renderElevation + elevation });
  }

  zoom(factor: number): void {
    this.viewer.setScale(this.viewer.volScaleMultiplier * factor);
  }

  private async load(path: string): Promise<void> {
    try {
      const bytes = await (await getBlob(path)).arrayBuffer();
      if (this.volume?.path !== path) return;
      this.tell("");
      const image = await this.library.NVImage.loadFromUrl({
        url: "scan.nii.gz",
        buffer: bytes,
        name: "scan.nii.gz",
        colormap: "ct_bones",
        cal_min: BONE.low,
        cal_max: BONE.high,
      });
      if (this.volume?.path !== path) return;
      this.volume.image = image;
      this.viewer.addVolume(image);
      if (this.point) this.lookAt(this.point);
    } catch (fault) {
      if (fault instanceof ServerError || fault instanceof LostServer) this.tell(fault.message);
      else this.fail(fault);
    }
  }

  /** Once per frame; without a graphics card only when nothing new came for a while. */
  private later(): void {
    if (this.timer && !this.slow) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(
      () => {
        this.timer = 0;
        try {
          this.update();
        } catch (fault) {
          this.fail(fault);
        }
      },
      this.slow ? SLOW_WAIT_MS : 16,
    );
  }

  private update(): void {
    const all: (Surface | Tube)[] = [...this.wanted.surfaces, ...this.wanted.tubes];
    for (const [shape, mesh] of this.made) {
      if (all.includes(shape)) continue;
      this.viewer.removeMesh(mesh);
      this.made.delete(shape);
    }
    for (const shape of all) {
      if (this.made.has(shape)) continue;
      const mesh = this.mesh(shape);
      if (!mesh) continue;
      this.viewer.addMesh(mesh);
      this.made.set(shape, mesh);
    }
    this.viewer.drawScene();
  }

  private mesh(shape: Surface | Tube): NVMesh | null {
    const { vertices_mm, faces } = "faces" in shape ? shape : tube(shape.points_mm, shape.radius_mm);
    if (!faces.length) return null;
    const points = new Float32Array(vertices_mm.flatMap(toRas));
    const colour = new Uint8Array([...rgb(shape.colour), 255]);
    const opacity = "opacity" in shape ? shape.opacity : 1;
    const mesh = new this.library.NVMesh(points, new Uint32Array(faces.flat()), shape.name, colour, opacity, true, this.viewer.gl);
    if (opacity < 1) mesh.meshShaderIndex = Math.max(0, this.viewer.meshShaderNames(false).indexOf("Matte"));
    return mesh;
  }

  /** Without the scan, see-through surfaces set the middle and the size: a needle that moves does not move the rest. */
  private holdStill(): void {
    const whole = this.viewer.setPivot3D.bind(this.viewer);
    this.viewer.setPivot3D = () => {
      whole();
      const shells = this.volume ? [] : this.wanted.surfaces.filter(({ opacity, vertices_mm }) => opacity < 1 && vertices_mm.length);
      if (!shells.length) return;
      const { middle, radius_mm } = ballAround(shells.flatMap(({ vertices_mm }) => vertices_mm));
      this.viewer.pivot3D = toRas(middle);
      this.viewer.furthestFromPivot = 1.2 * radius_mm;
    };
  }
}

function isSoftware(gl: WebGL2RenderingContext): boolean {
  const about = gl.getExtension("WEBGL_debug_renderer_info");
  const name = about ? String(gl.getParameter(about.UNMASKED_RENDERER_WEBGL)) : "";
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}

function volumePath({ meta, centre_mm }: { meta: ScanMeta; centre_mm: Vec3 }): string {
  return `/api/scans/${meta.id}/volume.nii.gz?centre=${centre_mm.map((value) => value.toFixed(1)).join(",")}&size_mm=${SIZE_MM}`;
}

function toRas(lps: Vec3): Vec3 {
  return [-lps[0], -lps[1], lps[2]];
}

function rgb(colour: string): [number, number, number] {
  const number = Number.parseInt(colour.replace("#", ""), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}
