// Which cement, how it is pushed, and how it is computed.

import type { App } from "./app";
import { el } from "./dom";
import { Fields, type FormHooks, type Part, button } from "./plan_fields";
import { type Draft, type Portion, type Procedure, isPush, totalMl } from "./plan_model";
import { short } from "./plan_text";

export class PortionFields {
  private readonly total = el("span");

  constructor(
    private readonly parts: Record<"cement" | "portions" | "computing", Part>,
    private readonly fields: Fields,
    private readonly app: App,
    private readonly hooks: FormHooks,
    private readonly another: () => void, // number of portions: the whole form follows
  ) {}

  fill(): void {
    this.fillCement();
    this.fillPortions();
    this.fillComputing();
  }

  private fillCement(): void {
    const host = this.parts.cement.clear(this.fields);
    const name = this.fields.choice({
      words: "Name",
      testid: "cement",
      options: this.app.server.cements.map((one) => [one.name, one.plain.replace(" vertebroplasty cement", " cement")]),
      read: () => this.draft.cement,
      write: (value) => (this.draft.cement = value),
    });
    const age = this.fields.number({
      words: "Min after mixing",
      title: "Minutes from the start of mixing to the first push: older cement is thicker",
      testid: "age",
      step: 0.5,
      min: 0,
      read: () => this.draft.age_min,
      write: (value) => (this.draft.age_min = value),
    });
    host.append(el("div", { class: "grid cement" }, name, age));
    const store = this.draft.store;
    if (store) host.append(el("p", { class: "hint", testid: "store", text: `As in the run: stored at ${store.store_temperature_c} °C, out of store for ${store.minutes_out_of_store} min, in a room of ${store.room_temperature_c} °C.` }));
  }

  private fillPortions(): void {
    const host = this.parts.portions.clear(this.fields);
    const list = el("ol", { class: "portions" }, ...this.draft.portions.map((one, at) => this.portion(one, at)));
    const push = button("+ Push", () => this.add({ volume_ml: 1, rate_ml_min: 3, needle: 1 }), { class: "small", title: "Add a push of the plunger" });
    const wait = button("+ Wait", () => this.add({ wait_s: 30 }), { class: "small", title: "Add a wait" });
    this.parts.portions.aside.replaceChildren(this.total, push, wait);
    host.append(this.procedure(), list, this.stops());
    this.showTotal();
  }

  private procedure(): HTMLElement {
    const procedure = this.fields.choice({
      words: "Procedure",
      testid: "procedure",
      title: "Kyphoplasty: a balloon makes a hollow before the cement comes",
      options: [["vertebroplasty", "vertebroplasty"], ["kyphoplasty", "kyphoplasty"]],
      read: () => this.draft.procedure,
      write: (value) => {
        this.draft.procedure = value as Procedure;
        this.another();
      },
    });
    if (this.draft.procedure === "vertebroplasty") return el("div", { class: "grid cement" }, procedure);
    const balloon = this.fields.number({
      words: "Balloon, mL",
      testid: "balloon",
      title: "How far the balloon is blown up before it is taken out",
      step: 0.5,
      read: () => this.draft.balloon_ml,
      write: (value) => (this.draft.balloon_ml = value),
    });
    return el("div", { class: "grid cement" }, procedure, balloon);
  }

  private portion(one: Portion, at: number): HTMLElement {
    const remove = button("×", () => this.removePortion(at), { class: "remove", title: `Take portion ${at + 1} away` });
    remove.setAttribute("aria-label", `Take portion ${at + 1} away`);
    if (this.draft.portions.length < 2) remove.disabled = true;
    const cells = isPush(one) ? this.push(at) : [this.wait(at)];
    return el("li", { class: isPush(one) ? (cells.length > 2 ? "push many" : "push") : "wait" }, ...cells, remove);
  }

  private push(at: number): HTMLElement[] {
    const mine = () => this.draft.portions[at] as { volume_ml: number; rate_ml_min: number; needle: number };
    const volume = this.fields.number({
      words: "Push, mL",
      testid: `volume-${at + 1}`,
      step: 0.1,
      read: () => mine().volume_ml,
      write: (value) => (mine().volume_ml = value),
    });
    const rate = this.fields.number({
      words: "at mL/min",
      testid: `rate-${at + 1}`,
      step: 0.5,
      read: () => mine().rate_ml_min,
      write: (value) => (mine().rate_ml_min = value),
    });
    if (this.draft.needles.length < 2) return [volume, rate];
    const through = this.fields.choice({
      words: "Needle",
      options: this.draft.needles.map((_, number) => [String(number + 1), String(number + 1)]),
      read: () => String(mine().needle),
      write: (value) => (mine().needle = Number(value)),
    });
    return [volume, rate, through];
  }

  private wait(at: number): HTMLElement {
    const mine = () => this.draft.portions[at] as { wait_s: number };
    return this.fields.number({
      words: "Wait, s",
      testid: `wait-${at + 1}`,
      step: 5,
      read: () => mine().wait_s,
      write: (value) => (mine().wait_s = value),
    });
  }

  private add(portion: Portion): void {
    this.draft.portions.push(portion);
    this.another();
    this.hooks.changed("soon", false);
  }

  private removePortion(at: number): void {
    this.draft.portions.splice(at, 1);
    this.another();
    this.hooks.changed("soon", false);
  }

  private stops(): HTMLElement {
    const input = el("input", { attributes: { type: "checkbox" }, testid: "stops" });
    input.checked = this.draft.stops;
    input.addEventListener("change", () => {
      this.draft.stops = input.checked;
      this.hooks.changed("now", false);
    });
    return el("label", { class: "tick-line" }, input, el("span", { text: "Operator stops at a leak seen on screen" }));
  }

  showTotal(): void {
    this.total.textContent = `${short(totalMl(this.draft.portions))} mL in all`;
  }

  // Computing ---------------------------------------------------------------------------------------------

  private fillComputing(): void {
    const host = this.parts.computing.clear(this.fields);
    const cell = this.fields.choice({
      words: "Cells",
      testid: "cell",
      title: "Edge of a cell of bone: 1 mm is finer and slower",
      options: [["2", "2 mm"], ["1", "1 mm"]],
      read: () => String(this.draft.cell_mm),
      write: (value) => (this.draft.cell_mm = Number(value)),
    });
    const whole = (words: string, title: string, key: "draws" | "seed", min: number) =>
      this.fields.number({
        words,
        title,
        testid: key,
        step: 1,
        min,
        read: () => this.draft[key],
        write: (value) => (this.draft[key] = Math.round(value)),
      });
    const draws = whole("Draws", "How often the plan is run, each time with other veins, cracks and bone that fit the picture", "draws", 1);
    const seed = whole("Seed", "Where the draws begin: the same seed gives the same numbers", "seed", 0);
    host.append(el("div", { class: "grid three" }, cell, draws, seed));
  }

  private get draft(): Draft {
    return this.hooks.draft();
  }
}
