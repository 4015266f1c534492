// From a change of the plan to its check, the preview of one draw, and the ensemble behind it. The newest change wins.

import { type Body, type Job, JobStopped, ServerError, postJson, stopJob, waitForJob } from "./api";
import type { App } from "./app";
import type { Check, Ensemble, Preview } from "./plan_api";
import { type Draft, bodyKey, copyOf, planOf, sidesKey } from "./plan_model";

const NUMBER_PAUSE_MS = 250; // between the last stroke of a number and its preview
const MOST_BODIES = 4;

export interface EnsembleState {
  draft: Draft;
  doing: "waiting" | "running" | "paused" | "finished";
  done: number;
  total: number;
  seconds: number;
  answer: Ensemble | null;
}

export interface Hooks {
  building(words: string | null): void;
  body(body: Body, draft: Draft): Draft; // gives the draft back with needles where it had none
  check(check: Check): void;
  previewing(): void;
  preview(preview: Preview, body: Body): void;
  ensemble(state: EnsembleState): void;
  refused(sentence: string): void; // by what is asked for
  failed(what: "preview" | "ensemble", sentence: string): void; // while running
}

export class Runner {
  body: Body | null = null;
  paused = false;
  private key = ""; // of the draft that the body was built for
  private turn = 0;
  private timer = 0;
  private measuring = 0;
  private bodies = new Map<string, Promise<Body>>();
  private running: string[] = []; // jobs of the present turn
  private last: EnsembleState | null = null;

  constructor(
    private readonly app: App,
    private readonly hooks: Hooks,
  ) {
    window.addEventListener("pagehide", () => this.leave());
  }

  /** Run what `draft` says: at once after a drop, or when numbers have settled. */
  change(draft: Draft, when: "now" | "soon"): void {
    window.clearTimeout(this.timer);
    this.drop();
    if (bodyKey(draft) !== this.key) this.body = null;
    const turn = this.turn;
    this.timer = window.setTimeout(() => void this.settle(copyOf(draft), turn), when === "now" ? 0 : NUMBER_PAUSE_MS);
  }

  /** Length and angles while a needle is dragged; answers that come late are dropped. */
  measure(draft: Draft): void {
    const body = this.body;
    if (!body || this.measuring > 1) return;
    this.measuring += 1;
    const turn = this.turn;
    postJson<Check>("/api/plan/check", { body: body.id, plan: planOf(draft, body.needles) })
      .then((check) => {
        if (turn === this.turn) this.hooks.check(check);
      })
      .catch(() => undefined)
      .finally(() => (this.measuring -= 1));
  }

  pause(): void {
    this.paused = true;
    if (!this.last || this.last.doing === "finished") return;
    this.drop();
    this.tell({ ...this.last, doing: "paused" });
  }

  /** Begin the ensemble again: a stopped one has no way back. */
  goOn(): void {
    this.paused = false;
    if (!this.last || this.last.doing === "finished" || !this.body) return;
    this.drop();
    void this.guarded(this.turn, () => this.runEnsemble(this.last!.draft, this.body!, this.turn));
  }

  /** Nothing can be run: it is not known in which bone. */
  halt(): void {
    window.clearTimeout(this.timer);
    this.drop();
    this.body = null;
    this.key = "";
    this.last = null;
  }

  /** Stop all that runs for an older plan. */
  drop(): void {
    this.turn += 1;
    for (const job of this.running) stopJob(job).catch(() => undefined);
    this.running = [];
  }

  /** The page goes: nothing shall run on for nobody, and hold up what comes next. */
  private leave(): void {
    for (const job of this.running) void fetch(`/api/jobs/${job}/stop`, { method: "POST", keepalive: true });
  }

  private async settle(draft: Draft, turn: number): Promise<void> {
    await this.guarded(turn, async () => {
      const body = await this.bodyOf(draft);
      if (turn !== this.turn) return;
      this.body = body;
      this.key = bodyKey(draft);
      const whole = this.hooks.body(body, draft);
      const plan = planOf(whole, body.needles);
      const check = await postJson<Check>("/api/plan/check", { body: body.id, plan });
      if (turn !== this.turn) return;
      this.hooks.check(check);
      if (!check.ok) return this.hooks.refused(check.error ?? "This plan cannot be run.");
      await this.runPreview(whole, body, turn);
      if (turn !== this.turn) return;
      await this.runEnsemble(whole, body, turn);
    });
  }

  private async guarded(turn: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (fault) {
      if (turn !== this.turn || fault instanceof JobStopped) return;
      this.hooks.building(null);
      if (fault instanceof ServerError) this.hooks.refused(fault.message);
      else this.app.complain(fault);
    }
  }

  private bodyOf(draft: Draft): Promise<Body> {
    const key = bodyKey(draft);
    const known = this.bodies.get(key);
    if (known) return known;
    const made = this.build(draft);
    this.bodies.set(key, made);
    made.catch(() => this.bodies.delete(key));
    const oldest = this.bodies.keys().next().value;
    if (this.bodies.size > MOST_BODIES && oldest !== undefined) this.bodies.delete(oldest);
    return made;
  }

  private async build(draft: Draft): Promise<Body> {
    const whom =
      draft.source === "virtual"
        ? { virtual: draft.virtual, fracture: draft.fracture || null, cleft: draft.cleft ? draft.cleft === "yes" : null }
        : { scan: draft.scan, ...(draft.at_mm ? { at_mm: draft.at_mm } : {}) };
    this.hooks.building(`Building ${draft.level} with cells of ${draft.cell_mm} mm …`);
    const { job } = await postJson<{ job: string }>("/api/plan/bodies", {
      ...whom,
      level: draft.level,
      spacing_mm: draft.cell_mm,
    });
    const body = await this.app.track<Body>(job, `Building ${draft.level}`);
    if (!this.app.scan(body.scan)) await this.app.refresh();
    this.hooks.building(null);
    return body;
  }

  private async runPreview(draft: Draft, body: Body, turn: number): Promise<void> {
    this.hooks.previewing();
    const asked = { body: body.id, plan: planOf({ ...draft, alternatives: [] }, body.needles), seed: draft.seed, draw: 0 };
    const preview = await this.runJob<Preview>("preview", asked);
    if (turn === this.turn && preview) this.hooks.preview(preview, body);
  }

  private async runEnsemble(draft: Draft, body: Body, turn: number): Promise<void> {
    const begun: EnsembleState = { draft, doing: "waiting", done: 0, total: draft.draws, seconds: 0, answer: null };
    if (this.paused) return this.tell({ ...begun, doing: "paused" });
    this.tell(begun);
    const asked = { body: body.id, plan: planOf(draft, body.needles), seed: draft.seed, draws: draft.draws };
    const answer = await this.runJob<Ensemble>("ensemble", asked, (job) => {
      if (turn !== this.turn || job.state === "done") return;
      const doing = job.state === "waiting" ? "waiting" : "running";
      const [done, total] = [job.done, job.total || draft.draws];
      this.tell({ ...begun, doing, done, total, seconds: job.seconds, answer: job.partial });
    });
    if (turn !== this.turn || !answer) return;
    const seconds = this.last?.seconds ?? 0;
    this.tell({ ...begun, doing: "finished", done: answer.done, total: answer.total, seconds, answer });
  }

  /** A job's result; null if it failed, which is said where its answer would stand. */
  private async runJob<T>(what: "preview" | "ensemble", asked: object, onProgress?: (job: Job<T>) => void): Promise<T | null> {
    const turn = this.turn;
    const { job } = await postJson<{ job: string }>(`/api/plan/${what}`, asked);
    if (turn !== this.turn) {
      stopJob(job).catch(() => undefined);
      throw new JobStopped();
    }
    this.running.push(job);
    try {
      return await waitForJob<T>(job, onProgress);
    } catch (fault) {
      if (!(fault instanceof ServerError)) throw fault;
      if (turn === this.turn) this.hooks.failed(what, fault.message);
      return null;
    } finally {
      this.running = this.running.filter((one) => one !== job);
    }
  }

  private tell(state: EnsembleState): void {
    this.last = state;
    this.hooks.ensemble(state);
  }
}

/** Whether two drafts are about the same bone, so that their chances may be set against each other. */
export function samePatient(one: Draft, other: Draft): boolean {
  return sidesKey(one) === sidesKey(other);
}

