/** Wheel, keys, mouse and fingers on a pane. */

import type { Spot } from "./framing";

const NOTCH = 40; // pixels of the wheel for one slice

export interface Acts {
  /** Slices downwards as the plane counts: to the feet, to the back, to the left. */
  step(slices: number): void;
  zoomBy(factor: number, about?: Spot): void;
  moveBy(dx: number, dy: number): void;
  pointAt(spot: Spot): void;
  whole(): void;
}

export function listenToPane(box: HTMLElement, acts: Acts): void {
  box.addEventListener("contextmenu", (event) => event.preventDefault());
  listenToWheel(box, acts);
  listenToKeys(box, acts);
  listenToPointers(box, acts);
}

function spotOf(box: HTMLElement, event: MouseEvent): Spot {
  const { left, top } = box.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

/** A slice for each notch; with Ctrl, as of two fingers on a pad, larger or smaller. */
function listenToWheel(box: HTMLElement, acts: Acts): void {
  let turned = 0;
  box.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (event.ctrlKey) return acts.zoomBy(Math.exp(-event.deltaY / 200), spotOf(box, event));
      turned += event.deltaMode === 0 ? event.deltaY : event.deltaY * NOTCH;
      const notches = Math.trunc(turned / NOTCH);
      if (!notches) return;
      turned -= notches * NOTCH;
      acts.step(Math.sign(notches) * Math.max(1, Math.round(Math.abs(notches) / 3)));
    },
    { passive: false },
  );
}

function listenToKeys(box: HTMLElement, acts: Acts): void {
  const keys: Record<string, () => void> = {
    ArrowDown: () => acts.step(1),
    ArrowRight: () => acts.step(1),
    ArrowUp: () => acts.step(-1),
    ArrowLeft: () => acts.step(-1),
    PageDown: () => acts.step(10),
    PageUp: () => acts.step(-10),
    Home: () => acts.step(-Infinity),
    End: () => acts.step(Infinity),
    "+": () => acts.zoomBy(1.25),
    "=": () => acts.zoomBy(1.25),
    "-": () => acts.zoomBy(0.8),
    "0": () => acts.whole(),
  };
  box.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.target !== box || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  });
}

/** The left button sets the point, the right one or Shift moves the picture, two fingers zoom and move. */
function listenToPointers(box: HTMLElement, acts: Acts): void {
  const down = new Map<number, Spot>();
  let moving = false;
  box.addEventListener("pointerdown", (event) => {
    if ((event.target as Element).closest("button, .mark-hit")) return;
    down.set(event.pointerId, spotOf(box, event));
    box.setPointerCapture(event.pointerId);
    moving = event.button !== 0 || event.shiftKey;
    if (!moving && down.size === 1) acts.pointAt(spotOf(box, event));
  });
  box.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = spotOf(box, event);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, now);
    if (other) {
      const apart = (a: Spot): number => Math.hypot(a.x - other.x, a.y - other.y) || 1;
      acts.zoomBy(apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
      acts.moveBy((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else if (moving) acts.moveBy(now.x - before.x, now.y - before.y);
    else acts.pointAt(now);
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    box.addEventListener(end, (event) => down.delete(event.pointerId));
  }
}
