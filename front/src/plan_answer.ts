// The right column: how likely a leak is, how sure that is, what it was before, and what else could be done.

import "./plan_answer.css";
import { ChanceTable } from "./chances";
import { el } from "./dom";
import { Alternatives } from "./plan_alternatives";
import type { Chance, Preview } from "./plan_api";
import { button } from "./plan_fields";
import type { Alternative, Draft } from "./plan_model";
import { verdict } from "./plan_noise";
import { type EnsembleState, samePatient } from "./plan_run";
import { chanceWords, changes, previewWords } from "./plan_text";

export interface AnswerHooks {
  pause(paused: boolean): void;
  save(): void;
  alternatives(list: Alternative[]): void;
  draft(): Draft;
  again(): void;
}

interface Finished {
  draft: Draft;
  any: Chance;
}

export class Answer {
  private readonly table: ChanceTable;
  private readonly alternatives: Alternatives;
  private readonly draws = el("p", { class: "draws", testid: "draws-so-far" });
  private readonly bar = el("progress", { testid: "ensemble-progress", attributes: { "aria-label": "Draws of the ensemble", value: 0, max: 1 } });
  private readonly barWords = el("span", { class: "progress-words" });
  private readonly pauseButton: HTMLButtonElement;
  private readonly previewLine = el("p", { class: "preview-leak", testid: "preview-leak", attributes: { "aria-live": "polite" } });
  private readonly outlets = el("ul", { class: "outlets" });
  private readonly changed = el("div", { class: "changed", testid: "changed", attributes: { "aria-live": "polite" } });
  private readonly failures = { preview: failure(), ensemble: failure() };
  private readonly saved = el("div", { class: "saved", testid: "saved" });
  private readonly finished: Finished[] = [];
  private paused = false;
  private said: Draft | null = null; // what the numbers that are shown are about

  constructor(
    host: HTMLElement,
    private readonly hooks: AnswerHooks,
  ) {
    this.pauseButton = button("Pause", () => this.togglePause(), { class: "small", testid: "pause" });
    const save = button("Save plan", () => hooks.save(), { testid: "save-plan", title: "Download plan.toml and show the command that gives the same numbers", class: "primary" });
    const chances = el("section", { class: "answer-card" });
    chances.append(el("h2", { text: "Chance of a leak that CT would show" }));
    this.table = new ChanceTable(chances);
    chances.append(this.draws, el("div", { class: "progress-row" }, this.bar, this.barWords, this.pauseButton), this.failures.ensemble, this.changed);
    const preview = el("section", { class: "answer-card" }, el("h2", { text: "This draw" }), this.previewLine, this.outlets, this.failures.preview);
    const others = el("section", { class: "answer-card" });
    this.alternatives = new Alternatives(others, { change: hooks.alternatives, draft: hooks.draft, before: () => this.before() });
    host.append(chances, preview, others, el("section", { class: "answer-card save" }, save, this.saved));
    this.setPreview(null);
  }

  setPreviewing(): void {
    this.previewLine.classList.add("stale");
  }

  setPreview(preview: Preview | null): void {
    this.previewLine.classList.remove("stale");
    this.previewLine.textContent = preview ? previewWords(preview) : "No draw yet.";
    if (preview && preview.stopped !== "as planned") this.previewLine.append(`; ended early: ${preview.stopped}`);
    const leaking = (preview?.outlets ?? []).filter((one) => one.volume_ml >= 0.0005).sort((a, b) => b.volume_ml - a.volume_ml);
    this.outlets.replaceChildren(
      ...leaking.map((one) =>
        el(
          "li",
          { class: one.leaking ? "leaking" : "seeping", attributes: { title: `${one.name}: ${one.leaking ? "CT would show it" : "too little for CT to show"}` } },
          el("span", { class: "way", text: `${one.route} → ${one.rest}` }),
          el("span", { class: "amount", text: `${one.volume_ml.toFixed(3)} mL` }),
        ),
      ),
    );
  }

  setEnsemble(state: EnsembleState): void {
    const plan = state.answer?.alternatives[0] ?? null;
    this.said = state.draft;
    this.showProgress(state);
    if (plan || state.doing !== "waiting") this.table.show(plan?.any ?? null, plan?.routes ?? []);
    this.table.fade(!plan);
    this.draws.textContent = plan?.any.finished ? drawsWords(plan.any, state.doing) : "No draw is finished yet.";
    if (state.doing === "finished" && plan) this.keep({ draft: state.draft, any: plan.any });
    this.showChange(state.draft, plan?.any ?? null, state.doing === "finished");
    if (plan || state.doing !== "waiting") this.alternatives.show(state.draft, state.answer);
  }

  /** It broke off while running: said where the answer would stand, to be tried again. */
  setFailed(what: "preview" | "ensemble", sentence: string): void {
    const again = button("Run again", () => this.hooks.again(), { class: "small", testid: "run-again" });
    this.failures[what].replaceChildren(el("span", { text: sentence }), again);
    this.failures[what].hidden = false;
    if (what === "ensemble") this.barWords.textContent = "broken off";
  }

  /** The settings changed and nothing is known of them yet; what was said of another bone goes. */
  setStale(draft: Draft): void {
    if (this.said && !samePatient(this.said, draft)) this.forget();
    for (const one of Object.values(this.failures)) one.hidden = true;
    this.table.fade(true);
    this.alternatives.fade(true);
    this.changed.classList.add("stale");
    this.bar.value = 0;
    this.barWords.textContent = "";
  }

  private forget(): void {
    this.said = null;
    this.table.show(null, []);
    this.draws.textContent = "No draw is finished yet.";
    this.changed.replaceChildren();
    this.setPreview(null);
    this.alternatives.show(this.hooks.draft(), null);
  }

  syncAlternatives(): void {
    this.alternatives.rebuild();
  }

  complain(sentence: string): void {
    this.alternatives.complain(sentence);
  }

  showSaved(command: string, note: string | null): void {
    const code = el("code", { text: command, testid: "save-command", attributes: { tabindex: 0 } });
    const copy = button("Copy", () => void navigator.clipboard?.writeText(command), { class: "small" });
    this.saved.replaceChildren(el("p", { text: "plan.toml is downloaded. Run it beside that file with:" }), el("div", { class: "command" }, code, copy));
    if (note) this.saved.append(el("p", { class: "hint", text: note }));
  }

  clearSaved(): void {
    this.saved.replaceChildren();
  }

  private togglePause(): void {
    this.paused = !this.paused;
    this.pauseButton.textContent = this.paused ? "Go on" : "Pause";
    this.hooks.pause(this.paused);
  }

  private showProgress(state: EnsembleState): void {
    this.bar.max = Math.max(1, state.total);
    this.bar.value = state.done;
    const left = state.done > 0 && state.doing === "running" ? ((state.total - state.done) * state.seconds) / state.done : 0;
    const words: Record<EnsembleState["doing"], string> = {
      waiting: "waiting",
      running: `${state.done} of ${state.total}` + (left >= 1 ? `, about ${timeWords(left)} left` : ""),
      paused: "paused",
      finished: `all ${state.total} done`,
    };
    this.barWords.textContent = words[state.doing];
    this.barWords.title = "Injections run: draws times the plan and its alternatives";
  }

  private keep(one: Finished): void {
    const key = baseKey(one.draft);
    const at = this.finished.findIndex((old) => baseKey(old.draft) === key);
    if (at >= 0) this.finished.splice(at, 1);
    this.finished.push(one);
  }

  /** The last finished ensemble of other settings in the same bone. */
  private beforeOf(draft: Draft): Finished | null {
    const others = this.finished.filter((one) => baseKey(one.draft) !== baseKey(draft) && samePatient(one.draft, draft));
    return others[others.length - 1] ?? null;
  }

  private before(): Draft | null {
    return this.beforeOf(this.hooks.draft())?.draft ?? null;
  }

  private showChange(draft: Draft, any: Chance | null, finished: boolean): void {
    const before = this.beforeOf(draft);
    this.changed.replaceChildren();
    this.changed.classList.remove("stale");
    if (!before) return;
    const now = any && any.chance !== null ? chanceWords(any) : "–";
    const line = el("p", { class: "before-now" });
    line.append("before: ", el("strong", { text: chanceWords(before.any) }), "   now: ", el("strong", { text: now }));
    const words = any ? verdict(before.any, any) : "";
    if (words) line.append(": ", el("span", { class: words.startsWith("within") ? "noise" : "clear", text: words }));
    if (words && !finished) line.append(" so far");
    this.changed.append(line, el("p", { class: "hint", text: changes(before.draft, draft).join("; ") }));
    this.changed.title = "Two separate runs, by Newcombe's interval and Fisher's exact test. To compare draw by draw, which shows smaller differences, add the settings before as an alternative.";
  }
}

function drawsWords(any: Chance, doing: EnsembleState["doing"]): string {
  const draws = `${any.finished} ${any.finished === 1 ? "draw" : "draws"}`;
  return `${draws}${doing === "finished" ? "" : " so far"}; brackets are 95 % intervals.`;
}

function timeWords(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function failure(): HTMLElement {
  return el("div", { class: "failed", attributes: { role: "alert", hidden: true } });
}

function baseKey(draft: Draft): string {
  return JSON.stringify({ ...draft, alternatives: [] });
}
