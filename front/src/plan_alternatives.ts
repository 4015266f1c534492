// Alternatives side by side: each is the present plan with one change, run on the same draws.

import { chanceBar } from "./chances";
import { el } from "./dom";
import type { AlternativeAnswer, Difference, Ensemble } from "./plan_api";
import { button } from "./plan_fields";
import { type Alternative, type AlternativeKind, type Draft, MOST_ALTERNATIVES, cementName, copyOf, fastest, nameOf, totalMl } from "./plan_model";
import { chanceWords, intervalWords, short, signed, whole } from "./plan_text";

export interface AlternativesHooks {
  change(list: Alternative[]): void;
  draft(): Draft;
  before(): Draft | null;
}

const ANY_LEAK = "chance of any leak";

export class Alternatives {
  private readonly rows = el("tbody");
  private readonly table: HTMLTableElement;
  private readonly foot = el("p", { class: "hint", testid: "detectable" });
  private readonly wrong = el("p", { class: "wrong", attributes: { role: "alert" } });
  private readonly adder: HTMLButtonElement;
  private readonly menu = el("div", { class: "row menu", attributes: { role: "group", "aria-label": "Which change" } });
  private readonly more = el("details", { class: "all-differences" });
  private readonly empty = el("p", { class: "hint", text: "Run the plan with one change on the same draws: the difference is then surer than between two runs." });
  private answer: Ensemble | null = null;
  private answered = "";

  constructor(
    host: HTMLElement,
    private readonly hooks: AlternativesHooks,
  ) {
    this.adder = button("Add alternative", () => this.openMenu(this.menu.hidden), { testid: "add-alternative", class: "small" });
    this.menu.hidden = true;
    const head = ["Plan", "Any leak", "Difference", "Leaked"].map((text) => el("th", { text, attributes: { scope: "col" } }));
    this.table = el("table", { class: "alternatives", testid: "alternatives" }, columns(), el("thead", {}, el("tr", {}, ...head)), this.rows);
    host.append(el("div", { class: "answer-card-head" }, el("h2", { text: "Alternatives" }), this.adder), this.menu, this.empty, this.table, this.foot, this.more, this.wrong);
    this.wrong.hidden = true;
    this.rebuild();
  }

  fade(stale: boolean): void {
    this.rows.classList.toggle("stale", stale);
  }

  show(draft: Draft, answer: Ensemble | null): void {
    this.fade(!answer);
    this.answer = answer;
    this.answered = JSON.stringify(draft.alternatives);
    if (answer) this.complain("");
    this.fillNumbers();
  }

  complain(sentence: string): void {
    this.wrong.textContent = sentence;
    this.wrong.hidden = !sentence;
  }

  /** The list itself changed. */
  rebuild(): void {
    this.openMenu(false);
    const draft = this.hooks.draft();
    const none = draft.alternatives.length === 0;
    this.table.hidden = none;
    this.empty.hidden = !none;
    this.rows.replaceChildren(this.row(el("span", { text: "the plan" }), null, 0), ...draft.alternatives.map((one, at) => this.row(this.control(one, at), at, at + 1)));
    if (JSON.stringify(draft.alternatives) !== this.answered) this.answer = null;
    this.fillNumbers();
  }

  private row(name: HTMLElement, at: number | null, number: number): HTMLTableRowElement {
    const head = el("th", { attributes: { scope: "row" } }, name);
    if (at !== null) {
      const words = nameOf(this.hooks.draft().alternatives[at] as Alternative, this.hooks.draft());
      const remove = button("×", () => this.remove(at), { class: "remove", title: `Take "${words}" away` });
      remove.setAttribute("aria-label", `Take the alternative "${words}" away`);
      head.append(remove);
    }
    return el("tr", { testid: `alternative-${number}` }, head, el("td", { class: "any" }), el("td", { class: "difference" }), el("td", { class: "leaked" }));
  }

  private fillNumbers(): void {
    const found = this.answer?.alternatives ?? [];
    [...this.rows.rows].forEach((row, at) => fillRow(row, found[at] ?? null, at === 0));
    const least = this.answer?.detectable_difference;
    const some = this.hooks.draft().alternatives.length > 0;
    this.foot.hidden = !some;
    this.foot.textContent = least
      ? `At best, these draws can show a difference of ${whole(least)} points in a chance; more draws show smaller ones.`
      : "Too few draws yet to show any difference.";
    this.fillMore(found.slice(1));
  }

  private fillMore(found: AlternativeAnswer[]): void {
    const open = this.more.open;
    this.more.hidden = found.length === 0;
    const lists = found.map((one) =>
      el("div", {}, el("h3", { text: one.name }), el("ul", {}, ...one.difference.map((row) => el("li", { text: `${plainQuantity(row)}: ${row.words}` })))),
    );
    this.more.replaceChildren(el("summary", { text: "All differences from the plan" }), ...lists);
    this.more.open = open;
  }

  private control(one: Alternative, at: number): HTMLElement {
    const words: Record<AlternativeKind, [string, string]> = {
      wait: ["start at", "min"],
      slower: ["push at", "mL/min"],
      less: ["inject", "mL in all"],
      balloon: ["balloon of", "mL (0: none)"],
      needle: ["", ""],
      cement: ["", ""],
      kept: ["", ""],
      given: ["", ""],
    };
    const [before, after] = words[one.kind];
    if (one.kind === "kept" || one.kind === "given") return el("span", { text: nameOf(one, this.hooks.draft()) });
    const control = one.kind === "needle" ? this.sides(one) : one.kind === "cement" ? this.cements(one) : numberOf(one);
    control.setAttribute("aria-label", `${nameOf(one, this.hooks.draft())}: change it`);
    control.addEventListener("change", () => this.set(at, control.value));
    return el("label", { class: "inline" }, before, control, after);
  }

  private sides(one: Alternative): HTMLSelectElement {
    return choice([["left", "left side"], ["right", "right side"], ["both", "both sides"]], one.value);
  }

  private cements(one: Alternative): HTMLSelectElement {
    const names = [...document.querySelectorAll<HTMLOptionElement>("[data-testid=cement] option")].map((option) => option.value);
    return choice(names.map((name) => [name, cementName(name)]), one.value);
  }

  private set(at: number, value: string): void {
    const list = copyOf(this.hooks.draft().alternatives);
    const one = list[at];
    if (!one || !value) return;
    one.value = value;
    this.hooks.change(list);
  }

  private remove(at: number): void {
    this.hooks.change(this.hooks.draft().alternatives.filter((_, other) => other !== at));
  }

  private openMenu(open: boolean): void {
    const full = this.hooks.draft().alternatives.length >= MOST_ALTERNATIVES;
    this.menu.hidden = !open;
    this.adder.disabled = full;
    this.adder.title = full ? `${MOST_ALTERNATIVES} are the most` : "Another way to do it, compared on the same draws";
    this.adder.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const kinds: [AlternativeKind, string][] = [
      ["wait", "Wait longer"],
      ["slower", "Push slower"],
      ["less", "Less cement"],
      ["needle", "Other needle"],
      ["cement", "Other cement"],
      ["balloon", this.hooks.draft().procedure === "kyphoplasty" ? "Without the balloon" : "With a balloon"],
    ];
    if (this.hooks.before()) kinds.push(["kept", "As before the last change"]);
    this.menu.replaceChildren(...kinds.map(([kind, text]) => button(text, () => this.add(kind), { class: "small", testid: `add-${kind}` })));
    this.menu.querySelector("button")?.focus();
  }

  private add(kind: AlternativeKind): void {
    const draft = this.hooks.draft();
    const made = firstOf(kind, draft, this.hooks.before());
    this.openMenu(false);
    this.adder.focus();
    if (made) this.hooks.change([...copyOf(draft.alternatives), made]);
  }
}

/** A change worth trying, from the present settings. */
function firstOf(kind: AlternativeKind, draft: Draft, before: Draft | null): Alternative | null {
  const first = draft.needles[0];
  switch (kind) {
    case "wait":
      return { kind, value: short(draft.age_min + 4) };
    case "slower":
      return { kind, value: short(fastest(draft.portions) / 2) };
    case "less":
      return { kind, value: short(totalMl(draft.portions) * 0.7) };
    case "needle":
      return { kind, value: draft.needles.length > 1 ? "left" : first && first.entry_mm[0] > first.tip_mm[0] ? "right" : "left" };
    case "cement":
      return { kind, value: draft.cement === "generic_high_viscosity" ? "generic_low_viscosity" : "generic_high_viscosity" };
    case "balloon":
      return { kind, value: draft.procedure === "kyphoplasty" ? "0" : String(draft.balloon_ml) };
    case "given":
      return null; // only a plan file gives one
    case "kept": {
      if (!before) return null;
      const { procedure, balloon_ml, cement, age_min, portions, needles, stops } = copyOf(before);
      return { kind, value: "", kept: { procedure, balloon_ml, cement, age_min, portions, needles, stops } };
    }
  }
}

function fillRow(row: HTMLTableRowElement, answer: AlternativeAnswer | null, isPlan: boolean): void {
  const [, any, difference, leaked] = row.cells;
  if (!any || !difference || !leaked) return;
  any.replaceChildren();
  if (answer) any.append(chanceBar(answer.any, "any"), ...inTwoLines(chanceWords(answer.any)));
  else any.textContent = "–";
  difference.replaceChildren(isPlan ? "" : differenceWords(answer?.difference.find((one) => one.quantity === ANY_LEAK)));
  const volume = answer?.amounts["leaked_ml"];
  leaked.replaceChildren(...(volume ? inTwoLines(intervalWords(volume, 2, "mL")) : ["–"]));
  leaked.title = "Median of all draws, and the range from the 5th to the 95th of 100";
}

function differenceWords(one: Difference | undefined): Node {
  if (!one || one.difference === null || one.low === null || one.high === null) return document.createTextNode("–");
  const range = `(${signed(one.low)} to ${signed(one.high)})`;
  const includesNone = one.low <= 0 && one.high >= 0;
  const noise = includesNone ? "within noise" : "within noise by the exact test";
  const verdict = one.within_noise ? el("span", { class: "noise", text: noise }) : el("span", { class: "clear", text: "beyond noise" });
  const title = "Percentage points on the same draws, with a 95 % interval; a difference beyond noise passes McNemar's exact test too";
  return el("span", { attributes: { title } }, `${signed(one.difference)} points`, el("br"), range, el("br"), verdict);
}

/** The value, and its interval below. */
function inTwoLines(words: string): Node[] {
  const [value, range] = words.split(" (") as [string, string | undefined];
  return [el("span", { text: value }), el("br"), el("span", { text: range ? `(${range}` : "" })];
}

function columns(): HTMLElement {
  return el("colgroup", {}, ...["name", "any", "difference", "leaked"].map((name) => el("col", { class: `${name}-column` })));
}

function plainQuantity(one: Difference): string {
  return one.quantity.replace(/_/g, " ").replace(/ ml$/, "").replace(/ kpa$/, "");
}

function choice(options: [string, string][], value: string): HTMLSelectElement {
  const made = el("select", {}, ...options.map(([name, text]) => el("option", { text, attributes: { value: name } })));
  made.value = value;
  return made;
}

function numberOf(one: Alternative): HTMLInputElement {
  const made = el("input", { attributes: { type: "number", step: one.kind === "less" ? 0.1 : 0.5, inputmode: "decimal" } });
  made.value = one.value;
  return made;
}
