// The Plan page: move the needle, see the cement of one draw at once, and how likely a leak is soon after.

import "./plan.css";
import { type Body, type LevelMark, type Vec3, postJson } from "./api";
import type { App, Page } from "./app";
import { el } from "./dom";
import { fromAddress, toAddress } from "./plan_address";
import { Answer } from "./plan_answer";
import type { Preview, Saved } from "./plan_api";
import { Form } from "./plan_form";
import { type Alternative, type Draft, type Needle, type Point, type Sides, firstDraft, placeSides, planOf, rounded, sidesKey, tenth } from "./plan_model";
import { type EnsembleState, Runner } from "./plan_run";
import { PlanRuns } from "./plan_runs";
import { sectionOf } from "./plan_text";
import { Moves } from "./plan_undo";
import { PlanView } from "./plan_view";
import { PageState } from "./state";

export function mountPlan(host: HTMLElement, app: App): Page {
  const page = new PlanPage(host, app);
  return { show: (state) => page.show(state), hide: () => page.hide() };
}

class PlanPage {
  private draft: Draft = firstDraft();
  private readonly address = new PageState("plan");
  private readonly moves = new Moves(this.draft);
  private readonly form: Form;
  private readonly view: PlanView;
  private readonly answer: Answer;
  private readonly runner: Runner;
  private readonly runs: PlanRuns;
  private readonly building = el("p", { class: "building", attributes: { role: "status" } });
  private visible = false;
  private written: string | null = null; // what the address says, as this page last wrote or read it
  private bone = "";
  private shownBody: Body | null = null;
  private said = false;

  constructor(
    host: HTMLElement,
    private readonly app: App,
  ) {
    const left = column("plan-form", "Settings of the plan");
    const middle = el("div", { class: "plan-view" });
    const right = column("plan-answer", "Answer");
    host.append(el("div", { class: "plan" }, left, middle, right));
    this.form = new Form(left, app, {
      draft: () => this.draft,
      changed: (when, moved) => this.changed(when, moved),
      suggest: (side) => this.suggest(side),
      undo: () => this.step("undo"),
      pickBody: () => this.view.pick(true),
    });
    this.view = new PlanView(middle);
    middle.append(this.building);
    this.answer = new Answer(right, {
      pause: (paused) => (paused ? this.runner.pause() : this.runner.goOn()),
      save: () => void this.save(),
      alternatives: (list) => this.setAlternatives(list),
      draft: () => this.draft,
      again: () => this.run("now"),
    });
    this.runner = new Runner(app, this.hooks());
    this.view.onDrag = (which, lps, done) => this.drag(which, lps, done);
    this.view.onPick = (lps) => this.pick(lps);
    document.addEventListener("keydown", (event) => this.key(event));
    this.runs = new PlanRuns(left, app, (run) => void this.load(run));
    app.onServer(() => this.serverChanged());
  }

  show(state: URLSearchParams): void {
    this.visible = true;
    const run = state.get("run");
    if (run) return void this.load(run);
    const draft = fromAddress(state);
    const text = JSON.stringify(toAddress(draft));
    if (text === this.written) return;
    const from = state.get("from");
    if (this.written && sidesKey(draft) !== this.bone) this.forgetRun();
    else if (from) void this.runs.look(from).catch((fault) => this.lost(fault));
    this.take(draft);
  }

  /** Take up the settings of a finished plan, and run them again. */
  private async load(run: string): Promise<void> {
    this.address.set({ run, from: null }); // until its bone is there
    try {
      const loaded = await this.runs.load(run);
      if (!loaded) return;
      if (loaded.hasBone) this.address.set({ run: null, from: run });
      this.take(loaded.draft);
    } catch (fault) {
      this.lost(fault);
    }
  }

  private lost(fault: unknown): void {
    this.forgetRun();
    this.app.complain(fault);
    if (this.written === null) this.take(fromAddress(this.address.all()));
  }

  private forgetRun(): void {
    this.address.set({ run: null, from: null });
    this.runs.forget();
  }

  private serverChanged(): void {
    this.form.serverChanged();
    this.runs.offer();
    const waiting = this.address.get("run"); // for its CT, which may be open now
    if (waiting && this.visible) void this.load(waiting);
  }

  private take(draft: Draft): void {
    this.draft = draft;
    this.levelOfScan();
    this.moves.forget(draft);
    this.bone = sidesKey(draft);
    this.form.active = 0;
    this.form.rebuild();
    this.answer.syncAlternatives();
    this.run("now");
  }

  hide(): void {
    this.visible = false;
  }

  // Changes -----------------------------------------------------------------------------------------------

  private changed(when: "now" | "soon", moved: boolean): void {
    if (this.address.get("run")) this.forgetRun(); // it waits for its CT: what is set now shall stay
    if (sidesKey(this.draft) !== this.bone) {
      this.bone = sidesKey(this.draft);
      this.forgetRun();
      this.levelOfScan();
      this.moves.forget(this.draft);
      this.form.rebuildNeedle();
    } else if (moved) this.moves.moved(this.draft, when === "soon");
    this.run(when);
  }

  private run(when: "now" | "soon"): void {
    this.write();
    this.form.sync();
    this.form.canUndo(this.moves.canUndo);
    this.view.setNeedles(this.draft, this.form.active);
    this.answer.setStale(this.draft);
    this.answer.clearSaved();
    if (this.ready()) this.runner.change(this.draft, when);
  }

  /** Whether it is known whose bone is meant; if not, the page says what is missing. */
  private ready(): boolean {
    this.view.pick(false);
    if (this.draft.source === "virtual") return true;
    const scan = this.app.scan(this.draft.scan);
    if (!scan) {
      this.runner.halt();
      this.shownBody = null;
      this.view.setBody(null, null);
      this.answer.setPreview(null);
      if (this.draft.scan) this.form.complain("The scan of this plan is not open. Open it on the Open page, then come back.");
      return false;
    }
    if (this.shownBody?.scan !== scan.id) {
      this.shownBody = null;
      this.view.setBody(null, scan);
    }
    if (this.draft.at_mm || scan.levels.length) return true;
    this.runner.halt();
    this.view.pick(true);
    return false;
  }

  private levelOfScan(): void {
    if (this.draft.source !== "scan" || this.draft.at_mm) return;
    const levels = this.app.scan(this.draft.scan)?.levels.map((one) => one.level) ?? [];
    if (levels.length && !levels.includes(this.draft.level)) this.draft.level = levels[Math.floor(levels.length / 2)] as string;
    this.bone = sidesKey(this.draft);
  }

  private write(): void {
    const changes = toAddress(this.draft);
    this.written = JSON.stringify(changes);
    this.address.set(changes);
  }

  private drag(which: "entry" | "tip", lps: Vec3, done: boolean): void {
    const needle = this.draft.needles[this.form.active];
    if (!needle) return;
    delete needle.side;
    needle[which === "entry" ? "entry_mm" : "tip_mm"] = lps.map(tenth) as Point;
    this.form.sync();
    if (done) this.changed("now", true);
    else this.runner.measure(this.draft);
  }

  private suggest(side: "left" | "right"): void {
    const body = this.runner.body;
    if (!body) return this.app.say("The bone is not built yet. A route is suggested when it is shown.");
    const route = (body.needles as Sides)[side];
    if (!route) {
      this.form.complain(`No route for a needle through the ${side} pedicle fits this bone. Place it by hand.`);
      return;
    }
    const needle = this.draft.needles[this.form.active];
    const kind = needle ? { gauge: needle.gauge, opening: needle.opening } : { gauge: 11, opening: "end" as const };
    this.draft.needles[this.form.active] = { ...rounded(route), ...kind };
    this.view.goToTip(this.draft, this.form.active);
    this.changed("now", true);
  }

  private step(way: "undo" | "redo"): void {
    if (!this.moves[way](this.draft)) return;
    this.form.rebuild();
    this.run("now");
  }

  private key(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement && event.target.type === "number";
    if (!this.visible || typing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const letter = event.key.toLowerCase();
    const way = letter === "z" ? (event.shiftKey ? "redo" : "undo") : letter === "y" ? "redo" : null;
    if (!way) return;
    event.preventDefault();
    this.step(way);
  }

  private pick(lps: Vec3): void {
    this.shownBody = null;
    const labelled = nearest(this.app.scan(this.draft.scan)?.levels ?? [], lps);
    if (labelled) this.draft.level = labelled;
    else this.draft.at_mm = lps.map(tenth) as Point;
    this.draft.needles = [];
    this.form.active = 0;
    this.form.rebuild();
    this.changed("now", false);
  }

  private setAlternatives(list: Alternative[]): void {
    this.draft.alternatives = list;
    this.answer.syncAlternatives();
    this.changed("soon", false);
  }

  // Answers -----------------------------------------------------------------------------------------------

  private hooks(): ConstructorParameters<typeof Runner>[1] {
    return {
      building: (words) => this.showBuilding(words),
      body: (body, draft) => this.takeBody(body, draft),
      check: (check) => {
        this.form.setCheck(check);
        if (check.ok) this.quiet();
      },
      previewing: () => this.answer.setPreviewing(),
      preview: (preview) => this.showPreview(preview),
      ensemble: (state) => this.showEnsemble(state),
      refused: (sentence) => this.refuse(sentence),
      failed: (what, sentence) => this.answer.setFailed(what, sentence),
    };
  }

  private showBuilding(words: string | null): void {
    this.building.textContent = words ?? "";
    this.building.hidden = !words;
  }

  private takeBody(body: Body, draft: Draft): Draft {
    if (body !== this.shownBody) {
      this.shownBody = body;
      this.form.setBody(body);
      this.view.setBody(body, this.app.scan(body.scan));
      this.answer.setPreview(null);
      this.view.setNeedles(this.draft, this.form.active);
      this.view.goToTip(this.draft, this.form.active);
    }
    placeSides(draft, body.needles);
    if (placeSides(this.draft, body.needles)) {
      this.placed();
      this.view.setNeedles(this.draft, this.form.active);
      this.view.goToTip(this.draft, this.form.active);
    }
    if (draft.needles.length) return draft;
    draft.needles = [firstNeedle(body)];
    this.draft.needles = draft.needles.map((one) => ({ ...one }));
    this.placed();
    this.view.setNeedles(this.draft, 0);
    this.view.goToTip(this.draft, 0);
    return draft;
  }

  /** The needles' places are the bone's, not the person's. */
  private placed(): void {
    this.moves.forget(this.draft);
    this.form.rebuildNeedle();
    this.form.sync();
    this.write();
  }

  private showPreview(preview: Preview): void {
    this.answer.setPreview(preview);
    this.view.setPreview(preview);
  }

  private showEnsemble(state: EnsembleState): void {
    this.answer.setEnsemble(state);
    const plan = state.answer?.alternatives[0];
    this.view.setShare(state.answer?.overlay ?? null, plan?.any.finished ?? 0);
  }

  private refuse(sentence: string): void {
    this.quiet();
    if (this.draft.at_mm && !this.shownBody) this.view.pick(true); // the click missed
    if (sectionOf(sentence) === "alternatives") this.answer.complain(sentence);
    else if (!this.form.complain(sentence)) {
      this.app.say(sentence, true);
      this.said = true;
    }
  }

  private quiet(): void {
    if (this.said) this.app.say("", true);
    this.said = false;
    this.answer.complain("");
    this.form.complain("");
  }

  private async save(): Promise<void> {
    const body = this.runner.body;
    if (!body) return this.app.say("The bone is not built yet. Save when it is shown.");
    const { seed, draws } = this.draft;
    try {
      const saved = await postJson<Saved>("/api/plan/save", { body: body.id, plan: planOf(this.draft, body.needles), seed, draws });
      download(saved.name, saved.toml);
      this.answer.showSaved(saved.command, saved.note);
    } catch (fault) {
      this.refuse(fault instanceof Error ? fault.message : String(fault));
    }
  }
}

/** The level whose labelled centre is nearest; null where nothing is labelled. */
function nearest(levels: LevelMark[], lps: Vec3): string | null {
  const far = (one: LevelMark) => Math.hypot(...one.centre_mm.map((value, axis) => value - (lps[axis] as number)));
  return levels.length ? levels.reduce((best, one) => (far(one) < far(best) ? one : best)).level : null;
}

/** The suggested needle, or one straight from behind where no route through a pedicle fits. */
function firstNeedle(body: Body): Needle {
  const sides: Sides = body.needles;
  const route = sides.left ?? sides.right ?? behind(body);
  return { ...rounded(route), gauge: 11, opening: "end" };
}

function behind(body: Body): { entry_mm: Point; tip_mm: Point } {
  const entry = body.centre_mm.map((value, axis) => value - 35 * (body.axes.front[axis] as number)) as Point;
  return { entry_mm: entry, tip_mm: body.centre_mm };
}

/** A column that scrolls by itself, with the keyboard too. */
function column(name: string, label: string): HTMLElement {
  return el("div", { class: name, attributes: { role: "region", "aria-label": label, tabindex: 0 } });
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
  const link = el("a", { attributes: { href: address, download: name } });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
