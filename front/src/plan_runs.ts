// Finished plans on the Plan page: choosing one, its stored answer, its report and brief.

import { type RunMeta, getJson } from "./api";
import type { App } from "./app";
import { el, labelled } from "./dom";
import { type DraftTold, type PlanResult, draftOf, storedChance } from "./plan_loaded";
import type { Draft } from "./plan_model";
import { chanceWords } from "./plan_text";
import { fillSelect, runLink } from "./run_controls";

export class PlanRuns {
  private readonly select = el("select", { testid: "plan-run" });
  private readonly stored = el("p", { class: "num", testid: "run-stored" });
  private readonly hint = el("p", { class: "hint", testid: "run-hint", attributes: { role: "status" } });
  private readonly more = el("div", { class: "plan-run-more" });
  private readonly card: HTMLElement;
  private chosen: string | null = null;
  private turn = 0;

  constructor(
    host: HTMLElement,
    private readonly app: App,
    choose: (run: string) => void,
  ) {
    this.card = el("section", { class: "part", testid: "part-run" }, labelled("Finished plan", this.select), this.stored, this.more, this.hint);
    this.select.addEventListener("change", () => choose(this.select.value));
    host.prepend(this.card);
    this.offer();
  }

  /** Other runs may be open now. */
  offer(): void {
    const runs = this.app.server.runs.filter((run) => run.kind === "plan");
    this.card.hidden = runs.length === 0 && !this.chosen;
    const options = runs.map((run): [string, string] => [run.id, run.name]);
    fillSelect(this.select, options, this.chosen, "");
  }

  /** The settings of a run; null if another was asked for meanwhile. Without a bone, the hint says which is missing. */
  async load(run: string): Promise<{ draft: Draft; hasBone: boolean } | null> {
    const result = await this.look(run);
    if (!result) return null;
    const turn = this.turn;
    const told = await getJson<DraftTold>(`/api/runs/${run}/draft`);
    if (turn !== this.turn) return null;
    if (told.body) this.card.title = told.hint ?? "";
    else this.hint.textContent = told.hint ?? "";
    return { draft: draftOf(told, result), hasBone: told.body !== null };
  }

  /** Show what a run found, and lead to its pages; null if another was asked for meanwhile. */
  async look(run: string): Promise<PlanResult | null> {
    this.turn += 1;
    const turn = this.turn;
    this.clear();
    this.chosen = run;
    this.offer();
    const { meta, result } = await getJson<{ meta: RunMeta; result: PlanResult }>(`/api/runs/${run}`);
    if (turn !== this.turn) return null;
    const chance = storedChance(result);
    this.stored.textContent = chance ? `Stored: any leak in ${chanceWords(chance)} of ${chance.finished} draws` : "";
    this.stored.title = `What ${meta.name} found when it was run; the answer at the right is run here and now`;
    this.more.replaceChildren(runLink(run, "report", "Report"), runLink(run, "brief", "Brief"));
    return result;
  }

  /** No run is meant any more: the bone is another. */
  forget(): void {
    this.turn += 1;
    this.chosen = null;
    this.clear();
    this.offer();
  }

  private clear(): void {
    this.stored.textContent = this.hint.textContent = this.card.title = "";
    this.more.replaceChildren();
  }
}
