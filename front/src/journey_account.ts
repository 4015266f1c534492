/** Where the cement is at a time, in ml by place: the run's own account, and while it moves what the drawing shows. */

import { type Branch, type DrawnPiece, type JourneyResult, type Moving, drawnMl, frameAt } from "./journey_api";
import { valueAt } from "./linechart";
import { DAY } from "./timescale";

export interface Row {
  place: string;
  ml: number;
  /** From the drawing, not from the account. */
  about: boolean;
  room: string;
}

const ROOMS: [RegExp, string][] = [
  [/right heart/, "heart"],
  [/lungs/, "lungs"],
  [/in the veins/, "veins"],
  [/in the bone/, "bone"],
];

export class Accounts {
  readonly injected_ml: number;
  readonly settled_s: number;
  private readonly match = new Map<string, number>();

  constructor(
    private readonly moving: Moving,
    private readonly result: JourneyResult,
  ) {
    const injected = moving.injected ?? [];
    this.injected_ml = result.account?.injected_ml ?? injected.reduce((sum, one) => sum + (one.values.at(-1) ?? 0), 0);
    const first = moving.branches[0];
    this.settled_s = Math.max(first ? settledAt(first) : 0, ...injected.map((one) => one.time_s.at(-1) ?? 0));
    const drawn = first ? byRoom(first.pieces[frameAt(first, this.settled_s)] ?? []) : new Map<string, number>();
    for (const { room, ml } of this.final()) {
      const seen = drawn.get(room) ?? 0;
      if (seen > 0) this.match.set(room, ml / seen);
    }
  }

  at(branch: Branch, time_s: number): Row[] {
    return time_s >= this.settled_s ? this.settled(branch, time_s) : this.moved(branch, time_s);
  }

  /** The account when all has come to rest, without places that hold nothing. */
  private final(): Row[] {
    const rows = (this.result.account?.places ?? []).map(({ place, ml }) => ({ place, ml, about: false, room: roomOf(place) }));
    return rows.filter(({ ml, room }) => ml > 0 || room !== "other");
  }

  private settled(branch: Branch, time_s: number): Row[] {
    const rows = this.final();
    const done = this.result.branches?.find(({ name }) => name === branch.name);
    if (branch.removed_day === null || time_s < branch.removed_day * DAY || !done?.removed_ml) return rows;
    const parts = (this.result.parts ?? []).filter(({ piece, room }) => room !== "veins" && done.cement_removed?.includes(piece));
    for (const row of rows) {
      const out = parts.filter(({ room }) => room === row.room).reduce((sum, { volume_ml }) => sum + volume_ml, 0);
      row.ml = Math.max(0, row.ml - out);
      if (row.ml < 1e-6) row.ml = 0;
    }
    return [...rows, { place: "taken out", ml: done.removed_ml, about: false, room: "out" }];
  }

  private moved(branch: Branch, time_s: number): Row[] {
    const injected = (this.moving.injected ?? []).reduce((sum, one) => sum + (valueAt(one, Math.min(time_s, one.time_s.at(-1) ?? 0)) ?? 0), 0);
    const drawn = byRoom(branch.pieces[frameAt(branch, time_s)] ?? []);
    const rows = this.final().map((row) => ({ ...row, about: true, ml: (drawn.get(row.room) ?? 0) * (this.match.get(row.room) ?? 1) }));
    const out = rows.filter(({ room }) => room !== "bone").reduce((sum, { ml }) => sum + ml, 0);
    for (const row of rows) {
      if (row.room === "bone") Object.assign(row, { ml: Math.max(0, injected - out), place: "in or near the bone" });
      if (row.room === "veins") row.place = "along the veins";
    }
    return [...rows, { place: "out of the syringe", ml: injected, about: false, room: "syringe" }];
  }
}

function roomOf(place: string): string {
  return ROOMS.find(([words]) => words.test(place))?.[1] ?? "other";
}

function byRoom(pieces: DrawnPiece[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const piece of pieces) {
    const room = piece.room ?? "veins";
    sums.set(room, (sums.get(room) ?? 0) + drawnMl([piece]));
  }
  return sums;
}

/** The instant of the first day from which on the drawing stays as it is. */
function settledAt(branch: Branch): number {
  const last = branch.times_s.findIndex((time) => time >= DAY / 2);
  const end = last < 0 ? branch.times_s.length - 1 : last;
  let n = end;
  while (n > 0 && same(branch.pieces[n - 1] ?? [], branch.pieces[end] ?? [])) n -= 1;
  return branch.times_s[n] ?? 0;
}

function same(a: DrawnPiece[], b: DrawnPiece[]): boolean {
  return a.length === b.length && a.every((piece, n) => JSON.stringify(piece) === JSON.stringify(b[n]));
}
