// The needles: entry and tip in mm, suggested routes, length and angles, gauge and opening.

import type { Body } from "./api";
import type { App } from "./app";
import { el } from "./dom";
import type { Check } from "./plan_api";
import { Fields, type FormHooks, type Part, button } from "./plan_fields";
import { type Draft, type Needle, type Point, type Sides, freed, isPush, lengthMm } from "./plan_model";

export class NeedleFields {
  active = 0; // the needle that the panes drag
  body: Body | null = null;
  check: Check | null = null;
  private readonly facts = el("p", { class: "needle-facts", testid: "needle-facts", attributes: { "aria-live": "polite" } });
  private readonly undoButton: HTMLButtonElement;

  constructor(
    private readonly part: Part,
    private readonly fields: Fields,
    private readonly app: App,
    private readonly hooks: FormHooks,
    private readonly another: () => void, // number of needles, or the chosen one: the whole form follows
  ) {
    this.undoButton = button("Undo", () => hooks.undo(), { title: "Take back the last move of a needle (Ctrl+Z)", class: "small" });
  }

  canUndo(can: boolean): void {
    this.undoButton.disabled = !can;
  }

  fill(): void {
    const host = this.part.clear(this.fields);
    this.part.aside.replaceChildren(this.undoButton);
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
    this.another();
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
        read: () => this.needle?.[which][at] ?? Number.NaN,
        write: (value) => {
          if (!this.needle) return;
          delete this.needle.side;
          this.needle[which][at] = value;
        },
      }),
    );
    const name = el("span", { class: "point-name", text: `${words} mm` });
    return el("div", { class: "point", attributes: { role: "group", "aria-label": `${words} in mm` } }, name, ...cells);
  }

  /** None between two bones: fields of the last one may still be asked. */
  private get needle(): Needle | undefined {
    return this.draft.needles[this.active];
  }

  private kind(): HTMLElement {
    const gauge = this.fields.choice({
      words: "Gauge",
      title: "Width of the needle: a smaller number is a wider needle",
      options: this.app.server.gauges.map((one) => [String(one), `${one} G`]),
      moves: true,
      read: () => String(this.needle?.gauge ?? ""),
      write: (value) => void (this.needle && (this.needle.gauge = Number(value))),
    });
    const opening = this.fields.choice({
      words: "Opening",
      title: "Where cement leaves the needle",
      options: [["end", "end"], ["side", "side"]],
      moves: true,
      read: () => this.needle?.opening ?? "",
      write: (value) => void (this.needle && (this.needle.opening = value === "side" ? "side" : "end")),
    });
    return el("div", { class: "grid two" }, gauge, opening);
  }

  showFacts(): void {
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
    this.draft.needles.push(freed(first, route));
    const pushes = this.draft.portions.filter(isPush);
    const last = pushes[pushes.length - 1];
    if (pushes.length > 1 && last) last.needle = 2;
    else this.draft.portions.push({ volume_ml: 1, rate_ml_min: last?.rate_ml_min ?? 3, needle: 2 });
    this.active = 1;
    this.another();
    this.hooks.changed("now", true);
  }

  private removeNeedle(): void {
    this.draft.needles.splice(this.active, 1);
    for (const one of this.draft.portions) if (isPush(one)) one.needle = 1;
    this.active = 0;
    this.another();
    this.hooks.changed("now", true);
  }

  private get draft(): Draft {
    return this.hooks.draft();
  }
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
