// Moves of needles, to be taken back and done again.

import { type Draft, type Needle, type Portion, copyOf } from "./plan_model";

interface Moment {
  needles: Needle[];
  portions: Portion[]; // a second needle brings portions of its own
}

const ONE_MOVE_MS = 900; // strokes of one number are one move

export class Moves {
  private past: Moment[] = [];
  private future: Moment[] = [];
  private settled: Moment;
  private at = 0;

  constructor(draft: Draft) {
    this.settled = momentOf(draft);
  }

  /** Begin anew, as for another bone. */
  forget(draft: Draft): void {
    this.past = [];
    this.future = [];
    this.settled = momentOf(draft);
  }

  /** A move has ended; moves by typing that follow closely count as one. */
  moved(draft: Draft, typed: boolean): void {
    const now = momentOf(draft);
    if (JSON.stringify(now) === JSON.stringify(this.settled)) return;
    const time = Date.now();
    if (!(typed && time - this.at < ONE_MOVE_MS)) this.past.push(this.settled);
    this.at = typed ? time : 0;
    this.future = [];
    this.settled = now;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  /** Whether anything was there to take back. */
  undo(draft: Draft): boolean {
    return this.step(draft, this.past, this.future);
  }

  redo(draft: Draft): boolean {
    return this.step(draft, this.future, this.past);
  }

  private step(draft: Draft, from: Moment[], to: Moment[]): boolean {
    const moment = from.pop();
    if (!moment) return false;
    to.push(this.settled);
    this.settled = moment;
    Object.assign(draft, copyOf(moment));
    return true;
  }
}

function momentOf(draft: Draft): Moment {
  return copyOf({ needles: draft.needles, portions: draft.portions });
}
