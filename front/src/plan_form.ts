// The left column: whom, which needle, which cement, how it is pushed, and how it is computed.

import type { Body, ScanMeta } from "./api";
import type { App } from "./app";
import { el } from "./dom";
import type { Check } from "./plan_api";
import { Fields, Part, button } from "./plan_fields";
import { type Draft, type Needle, type Point, type Portion, type Sides, isPush, lengthMm, rounded, totalMl } from "./plan_model";
import { type Section, inFieldWords, sectionOf, short } from "./plan_text";

const DRAWN = "A picture of a drawn bone"; // how the server says that a scan is none

export interface FormHooks {
  draft(): Draft;
  changed(when: "now" | "soon", moved: boolean): void;
  suggest(side: "left" | "right"): void;
  undo(): void;
  pickBody(): void;
}

export class Form {
  active = 0; // the needle that the panes drag
  private readonly fields: Fields;
  private readonly parts: Record<Exclude<Section, "alternatives">, Part>;
  private readonly facts = el("p", { class: "needle-facts", testid: "needle-facts", attributes: { "aria-live": "polite" } });
  private readonly total = el("span");
  private readonly undoButton: HTMLButtonElement;
  private body: Body | null = null;
  private check: Check | null = null;
  private offered = "";
  private touched: Exclude<Section, "alternatives"> | null = null;

  constructor(
    host: HTMLElement,
    private readonly app: App,
    private readonly hooks: FormHooks,
  ) {
    this.fields = new Fields(() => hooks.draft(), (when, moved) => hooks.changed(when, moved));
    this.undoButton = button("Undo", () => hooks.undo(), { title: "Take back the last move of a needle (Ctrl+Z)", class: "small" });
    this.parts = {
      patient: new Part("Patient", "part-patient"),
      needle: new Part("Needle", "part-needle"),
      cement: new Part("Cement", "part-cement"),
      portions: new Part("Portions", "part-portions"),
      computing: new Part("How it is computed", "part-computing"),
    };
    for (const [name, part] of Object.entries(this.parts)) {
      part.element.addEventListener("input", () => (this.touched = name as keyof typeof this.parts), true);
      host.append(part.element);
    }
    this.rebuild();
  }

  /** Make every control anew: the number of needles or portions, or the kind of patient, is another. */
  rebuild(): void {
    const held = document.activeElement as HTMLElement | null;
    const key = held?.dataset["key"];
    this.fillPatient();
    this.fillNeedle();
    this.fillCement();
    this.fillPortions();
    this.fillComputing();
    this.key();
    if (key) document.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus();
  }

  /** The needle's part alone, so that what is being typed elsewhere stays. */
  rebuildNeedle(): void {
    this.fillNeedle();
    this.key();
  }

  /** Other scans may be open now. */
  serverChanged(): void {
    if (this.draft.source !== "scan" || this.offered === ids(this.scans())) return;
    this.fillPatient();
    this.key();
  }

  sync(): void {
    this.fields.sync();
    this.showFacts();
    this.showTotal();
  }

  setBody(body: Body | null): void {
    this.body = body;
    this.parts.patient.element.title = body ? [`Volume of the body: ${body.body_volume_ml.toFixed(1)} mL`, ...body.notes].join("\n") : "";
  }

  setCheck(check: Check | null): void {
    this.check = check;
    if (!check || check.ok) this.complain("");
    this.showFacts();
  }

  canUndo(can: boolean): void {
    this.undoButton.disabled = !can;
  }

  /** Put a sentence beside the fields it is about; false if it is about none of them. */
  complain(sentence: string): boolean {
    for (const part of Object.values(this.parts)) part.complain("");
    if (!sentence) return true;
    const section = sectionOf(sentence) ?? this.touched;
    if (!section || section === "alternatives") return false;
    this.parts[section].complain(inFieldWords(sentence));
    this.parts[section].reveal();
    return true;
  }

  private get draft(): Draft {
    return this.hooks.draft();
  }

  private clear(name: Exclude<Section, "alternatives">): HTMLElement {
    const host = this.parts[name].body;
    this.fields.forget(host);
    host.replaceChildren();
    return host;
  }

  /** Names for controls that outlive their making, so that the keyboard stays where it was. */
  private key(): void {
    for (const [name, part] of Object.entries(this.parts)) {
      part.body.querySelectorAll<HTMLElement>("input, select, button").forEach((one, at) => (one.dataset["key"] = `${name}-${at}`));
    }
  }

  // Patient ---------------------------------------------------------------------------------------------

  private fillPatient(): void {
    const host = this.clear("patient");
    this.parts.patient.aside.replaceChildren(this.sources());
    if (this.draft.source === "virtual") this.fillVirtual(host);
    else this.fillScan(host);
  }

  /** Open scans, without the pictures that were drawn of virtual bones. */
  private scans(): ScanMeta[] {
    return this.app.server.scans.filter((one) => !one.facts.some((fact) => fact.startsWith(DRAWN)));
  }

  private sources(): HTMLElement {
    const one = (value: "virtual" | "scan", words: string) => {
      const input = el("input", { attributes: { type: "radio", name: "plan-source", value }, testid: `source-${value}` });
      input.checked = this.draft.source === value;
      input.addEventListener("change", () => {
        this.draft.source = value;
        if (value === "scan" && !this.draft.scan) this.draft.scan = this.scans()[0]?.id ?? "";
        this.anew();
      });
      return el("label", { class: "pick" }, input, el("span", { text: words }));
    };
    return el("div", { class: "picks", attributes: { role: "group", "aria-label": "Whose bone" } }, one("virtual", "Virtual patient"), one("scan", "Open scan"));
  }

  private fillVirtual(host: HTMLElement): void {
    const patient = this.fields.number({
      words: "Number",
      title: "Which virtual patient: each number is another body, always the same one",
      testid: "virtual",
      step: 1,
      min: 0,
      read: () => this.draft.virtual,
      write: (value) => this.otherBone(() => (this.draft.virtual = value)),
    });
    const fracture = this.fields.choice({
      words: "Fracture",
      testid: "fracture",
      title: "The shape of the broken body; any leaves it to the patient",
      options: [["", "any"], ["none", "none"], ["wedge", "wedge"], ["biconcave", "biconcave"], ["crush", "crush"]],
      read: () => this.draft.fracture,
      write: (value) => this.otherBone(() => (this.draft.fracture = value)),
    });
    const cleft = this.fields.choice({
      words: "Cleft",
      title: "A gap within the broken bone, which fills first",
      options: [["", "any"], ["no", "no"], ["yes", "yes"]],
      read: () => this.draft.cleft,
      write: (value) => this.otherBone(() => (this.draft.cleft = value)),
    });
    host.append(el("div", { class: "grid four" }, patient, this.level(this.app.server.levels), fracture, cleft));
  }

  private fillScan(host: HTMLElement): void {
    const scans = this.scans();
    this.offered = ids(scans);
    if (!scans.length) {
      const open = button("Open a scan", () => this.app.goTo("open"));
      host.append(el("p", { class: "hint", text: "No scan is open." }), open);
      return;
    }
    const scan = this.fields.choice({
      words: "Scan",
      options: scans.map((one) => [one.id, one.title]),
      read: () => this.draft.scan,
      write: (value) => {
        this.draft.scan = value;
        this.anew();
      },
    });
    const meta = this.app.scan(this.draft.scan);
    const labelled = meta?.levels.map((one) => one.level) ?? [];
    host.append(el("div", { class: "grid scan" }, scan, this.level(labelled.length ? labelled : this.app.server.levels)));
    const pick = button(this.draft.at_mm ? "Pick another body" : "Pick a body", () => this.hooks.pickBody(), {
      testid: "pick-body",
      title: "Then click into the middle of the vertebral body in one of the three planes",
      class: "small",
    });
    const words = this.draft.at_mm ? `at ${this.draft.at_mm.map((one) => one.toFixed(0)).join(", ")} mm (LPS)` : labelled.length ? "by the scan's labels" : "by a click into a picture";
    host.append(el("div", { class: "row" }, pick, el("span", { class: "hint", text: words })));
  }

  private level(levels: string[]): HTMLElement {
    return this.fields.choice({
      words: "Level",
      testid: "level",
      title: "Which vertebra: T for thoracic, L for lumbar",
      options: levels.map((one) => [one, one]),
      read: () => this.draft.level,
      write: (value) => this.otherBone(() => (this.draft.level = value)),
    });
  }

  private otherBone(write: () => void): void {
    write();
    this.draft.needles = [];
    this.active = 0;
  }

  private anew(): void {
    this.draft.needles = [];
    this.draft.at_mm = null;
    this.active = 0;
    this.rebuild();
    this.hooks.changed("now", false);
  }

  // Needle ----------------------------------------------------------------------------------------------

  private fillNeedle(): void {
    const host = this.clear("needle");
    this.parts.needle.aside.replaceChildren(this.undoButton);
    const needles = this.draft.needles;
    this.active = Math.min(this.active, Math.max(0, needles.length - 1));
    host.append(this.routes());
    const needle = needles[this.active];
    if (!needle) {
      host.append(el("p", { class: "hint", text: "A route is suggested when the bone is built." }));
      return;
    }
    if (needles.length > 1) host.prepend(this.tabs());
    host.append(this.points("Entry", "entry_mm"), this.points("Tip", "tip_mm"), this.facts, this.kind());
  }

  private routes(): HTMLElement {
    const suggest = (side: "left" | "right") =>
      button(`Suggest ${side}`, () => this.hooks.suggest(side), {
        title: `Put the needle on a usual route through the patient's ${side} pedicle`,
        class: "small",
        testid: `suggest-${side}`,
      });
    const more =
      this.draft.needles.length > 1
        ? button("Remove", () => this.removeNeedle(), { title: "Take this needle away", class: "small" })
        : button("Second", () => this.addNeedle(), { title: "Add a needle from the other side", class: "small" });
    if (!this.draft.needles.length) more.disabled = true;
    return el("div", { class: "row" }, suggest("left"), suggest("right"), more);
  }

  private tabs(): HTMLElement {
    const tabs = this.draft.needles.map((_, at) => {
      const one = button(`Needle ${at + 1}`, () => this.choose(at), { class: "needle-tab" });
      one.setAttribute("aria-pressed", String(at === this.active));
      return one;
    });
    return el("div", { class: "row tabs", attributes: { role: "group", "aria-label": "Which needle" } }, ...tabs);
  }

  private choose(at: number): void {
    this.active = at;
    this.rebuild();
    this.hooks.changed("soon", false);
  }

  private points(words: string, which: "entry_mm" | "tip_mm"): HTMLElement {
    const axes = ["L", "P", "H"];
    const titles = ["towards the patient's left", "towards the back", "towards the head"];
    const cells = axes.map((axis, at) =>
      this.fields.number({
        words: axis,
        title: `${words}, mm ${titles[at]} (LPS coordinates)`,
        testid: `${which === "entry_mm" ? "entry" : "tip"}-${axis.toLowerCase()}`,
        step: 0.5,
        moves: true,
        read: () => this.needle[which][at] as number,
        write: (value) => (this.needle[which][at] = value),
      }),
    );
    const name = el("span", { class: "point-name", text: `${words} mm` });
    return el("div", { class: "point", attributes: { role: "group", "aria-label": `${words} in mm` } }, name, ...cells);
  }

  private get needle(): Needle {
    return this.draft.needles[this.active] as Needle;
  }

  private kind(): HTMLElement {
    const gauge = this.fields.choice({
      words: "Gauge",
      title: "Width of the needle: a smaller number is a wider needle",
      options: this.app.server.gauges.map((one) => [String(one), `${one} G`]),
      moves: true,
      read: () => String(this.needle.gauge),
      write: (value) => (this.needle.gauge = Number(value)),
    });
    const opening = this.fields.choice({
      words: "Opening",
      title: "Where cement leaves the needle",
      options: [["end", "end"], ["side", "side"]],
      moves: true,
      read: () => this.needle.opening,
      write: (value) => (this.needle.opening = value === "side" ? "side" : "end"),
    });
    return el("div", { class: "grid two" }, gauge, opening);
  }

  private showFacts(): void {
    const needle = this.draft.needles[this.active];
    if (!needle) return;
    const facts = this.check?.needles[this.active];
    const length = `${lengthMm(needle).toFixed(0)} mm long`;
    const rest = facts ? `, ${facts.in_bone_mm.toFixed(0)} mm of it in the body; ${angleWords(facts)}` : "";
    const tip = facts && !facts.tip_in_body ? " The tip is not in the body." : "";
    this.facts.textContent = `${length}${rest}.${tip}`;
    this.facts.classList.toggle("warn", Boolean(tip));
    this.facts.title = facts?.words ?? "";
  }

  private addNeedle(): void {
    const body = this.body;
    const first = this.draft.needles[0];
    if (!body || !first) return;
    const sides: Sides = body.needles;
    const route = isNearer(first.entry_mm, sides.left, sides.right) ? sides.right : sides.left;
    if (!route) return;
    this.draft.needles.push({ ...first, ...rounded(route) });
    const pushes = this.draft.portions.filter(isPush);
    const last = pushes[pushes.length - 1];
    if (pushes.length > 1 && last) last.needle = 2;
    else this.draft.portions.push({ volume_ml: 1, rate_ml_min: last?.rate_ml_min ?? 3, needle: 2 });
    this.active = 1;
    this.rebuild();
    this.hooks.changed("now", true);
  }

  private removeNeedle(): void {
    this.draft.needles.splice(this.active, 1);
    for (const one of this.draft.portions) if (isPush(one)) one.needle = 1;
    this.active = 0;
    this.rebuild();
    this.hooks.changed("now", true);
  }

  // Cement and portions -----------------------------------------------------------------------------------

  private fillCement(): void {
    const host = this.clear("cement");
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
  }

  private fillPortions(): void {
    const host = this.clear("portions");
    const list = el("ol", { class: "portions" }, ...this.draft.portions.map((one, at) => this.portion(one, at)));
    const push = button("+ Push", () => this.add({ volume_ml: 1, rate_ml_min: 3, needle: 1 }), { class: "small", title: "Add a push of the plunger" });
    const wait = button("+ Wait", () => this.add({ wait_s: 30 }), { class: "small", title: "Add a wait" });
    this.parts.portions.aside.replaceChildren(this.total, push, wait);
    host.append(list, this.stops());
    this.showTotal();
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
    this.rebuild();
    this.hooks.changed("soon", false);
  }

  private removePortion(at: number): void {
    this.draft.portions.splice(at, 1);
    this.rebuild();
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

  private showTotal(): void {
    this.total.textContent = `${short(totalMl(this.draft.portions))} mL in all`;
  }

  // Computing ---------------------------------------------------------------------------------------------

  private fillComputing(): void {
    const host = this.clear("computing");
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
}

function ids(scans: ScanMeta[]): string {
  return scans.map((one) => one.id + one.levels.length).join();
}

function angleWords(facts: { convergence_deg: number; craniocaudal_deg: number }): string {
  const across = Math.abs(facts.convergence_deg).toFixed(0);
  const along = Math.abs(facts.craniocaudal_deg).toFixed(0);
  const inward = facts.convergence_deg >= 0 ? "to the midline" : "from the midline";
  const upward = facts.craniocaudal_deg >= 0 ? "to the head" : "to the feet";
  return `${across}° ${inward}, ${along}° ${upward}`;
}

type Route = Sides["left"];

function isNearer(entry: Point, one: Route, other: Route): boolean {
  const far = (route: Route) => (route ? Math.hypot(...entry.map((value, axis) => value - (route.entry_mm[axis] as number))) : Infinity);
  return far(one) < far(other);
}
