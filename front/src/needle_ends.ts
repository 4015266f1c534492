/** The two ends of the needle on a plane: buttons that are dragged, or moved by the arrow keys. */

import type { Needle, Vec3 } from "./api";
import { el } from "./dom";
import { AXES, type Grid, type Plane, add, placeWords } from "./geometry";

export type End = "entry" | "tip";
const ENDS: End[] = ["entry", "tip"];

/** What the ends need of their pane. */
interface Pane {
  /** As it is now; what was last drawn may be older by a frame. */
  needle(): Needle | null;
  spot(lps: Vec3): { x: number; y: number };
  /** The place under a spot of the pane, `depth` slices deep. */
  at(x: number, y: number, depth: number): Vec3;
  lookAt(lps: Vec3): void;
  move(which: End, lps: Vec3): void;
  letGo(which: End): void;
}

export class NeedleEnds {
  readonly buttons: HTMLButtonElement[];
  private needle: Needle | null = null;
  private grid: Grid | null = null;

  constructor(
    private readonly plane: Plane,
    private readonly pane: Pane,
  ) {
    this.buttons = ENDS.map((which) => this.make(which));
  }

  /** Put the buttons where the ends are; without a needle or a scan they are hidden. */
  place(needle: Needle | null, grid: Grid | null, slice: number): void {
    [this.needle, this.grid] = [needle, grid];
    ENDS.forEach((which, n) => {
      const button = this.buttons[n] as HTMLButtonElement;
      button.hidden = !needle || !grid;
      if (!needle || !grid) return;
      const lps = needle[`${which}_mm`];
      const { x, y } = this.pane.spot(lps);
      button.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
      const off = Math.abs(grid.onPicture(this.plane, lps, slice).off);
      button.classList.toggle("away", off > Math.max(2, grid.spacing[AXES[this.plane].through]));
      const words = `Needle ${which}, ${this.plane} plane: ${placeWords(lps)}. Arrow keys move it 1 mm, with shift 5 mm.`;
      if (button.getAttribute("aria-label") !== words) button.setAttribute("aria-label", words);
    });
  }

  private make(which: End): HTMLButtonElement {
    const button = el("button", {
      class: `handle handle-${which}`,
      testid: `handle-${which}-${this.plane}`,
      attributes: { type: "button", hidden: true, "aria-roledescription": "handle" },
      on: {
        keydown: (event: KeyboardEvent) => this.nudge(which, event),
        keyup: (event: KeyboardEvent) => event.key.startsWith("Arrow") && this.pane.letGo(which),
        focus: () => this.needle && button.matches(":focus-visible") && this.pane.lookAt(this.needle[`${which}_mm`]),
      },
    });
    this.dragWith(button, which);
    return button;
  }

  /** Within the plane that is seen; the depth stays. */
  private dragWith(button: HTMLButtonElement, which: End): void {
    let held: { dx: number; dy: number; depth: number } | null = null;
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.needle || !this.grid) return;
      event.preventDefault();
      button.focus({ preventScroll: true });
      button.setPointerCapture(event.pointerId);
      const lps = this.needle[`${which}_mm`];
      const { x, y } = this.pane.spot(lps);
      held = { dx: event.clientX - x, dy: event.clientY - y, depth: this.grid.toIndex(lps)[AXES[this.plane].through] };
      this.pane.lookAt(lps); // the end that is held lies in the planes that are seen
    });
    button.addEventListener("pointermove", (event) => {
      if (held) this.pane.move(which, this.pane.at(event.clientX - held.dx, event.clientY - held.dy, held.depth));
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      button.addEventListener(end, () => {
        if (held) this.pane.letGo(which);
        held = null;
      });
    }
  }

  /** To the side of the arrow as seen on the screen. */
  private nudge(which: End, event: KeyboardEvent): void {
    const needle = this.pane.needle();
    if (!needle || !this.grid) return;
    const { right, down } = this.grid.screenSteps(this.plane);
    const steps: Record<string, [Vec3, number]> = {
      ArrowRight: [right, 1],
      ArrowLeft: [right, -1],
      ArrowDown: [down, 1],
      ArrowUp: [down, -1],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.pane.move(which, add(needle[`${which}_mm`], step[0], step[1] * (event.shiftKey ? 5 : 1)));
  }
}
