// The left column: whom, which needle, which cement, how it is pushed, and how it is computed.

import type { Body } from "./api";
import type { App } from "./app";
import type { Check } from "./plan_api";
import { Fields, type FormHooks, Part } from "./plan_fields";
import { NeedleFields } from "./plan_needle";
import { PatientFields } from "./plan_patient";
import { PortionFields } from "./plan_portions";
import { type Section, inFieldWords, sectionOf } from "./plan_text";

type Name = Exclude<Section, "alternatives">;

export class Form {
  private readonly fields: Fields;
  private readonly parts: Record<Name, Part> = {
    patient: new Part("Patient", "part-patient"),
    needle: new Part("Needle", "part-needle"),
    cement: new Part("Cement", "part-cement"),
    portions: new Part("Portions", "part-portions"),
    computing: new Part("How it is computed", "part-computing"),
  };
  private readonly patient: PatientFields;
  private readonly needle: NeedleFields;
  private readonly portions: PortionFields;
  private touched: Name | null = null;

  constructor(host: HTMLElement, app: App, hooks: FormHooks) {
    this.fields = new Fields((when, moved) => hooks.changed(when, moved));
    const another = () => {
      this.rebuild();
      hooks.changed("now", false);
    };
    this.patient = new PatientFields(this.parts.patient, this.fields, app, hooks, another);
    this.needle = new NeedleFields(this.parts.needle, this.fields, app, hooks, () => this.rebuild());
    this.portions = new PortionFields(this.parts, this.fields, app, hooks, () => this.rebuild());
    for (const [name, part] of Object.entries(this.parts)) {
      part.element.addEventListener("input", () => (this.touched = name as Name), true);
      host.append(part.element);
    }
    this.rebuild();
  }

  /** The needle that the panes drag. */
  get active(): number {
    return this.needle.active;
  }

  set active(at: number) {
    this.needle.active = at;
  }

  /** Make every control anew: the number of needles or portions, or the kind of patient, is another. */
  rebuild(): void {
    const key = (document.activeElement as HTMLElement | null)?.dataset["key"];
    this.patient.fill();
    this.needle.fill();
    this.portions.fill();
    this.key();
    if (key) document.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus();
  }

  /** The needle's part alone, so that what is being typed elsewhere stays. */
  rebuildNeedle(): void {
    this.needle.fill();
    this.key();
  }

  /** Other scans may be open now. */
  serverChanged(): void {
    if (!this.patient.outdated) return;
    this.patient.fill();
    this.key();
  }

  sync(): void {
    this.fields.sync();
    this.needle.showFacts();
    this.portions.showTotal();
  }

  setBody(body: Body | null): void {
    this.needle.body = body;
    const words = body ? [`Volume of the body: ${body.body_volume_ml.toFixed(1)} mL`, ...body.notes] : [];
    this.parts.patient.element.title = words.join("\n");
  }

  setCheck(check: Check): void {
    this.needle.check = check;
    if (check.ok) this.complain("");
    this.needle.showFacts();
  }

  canUndo(can: boolean): void {
    this.needle.canUndo(can);
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

  /** Names for controls that outlive their making, so that the keyboard stays where it was. */
  private key(): void {
    for (const [name, part] of Object.entries(this.parts)) {
      part.body.querySelectorAll<HTMLElement>("input, select, button").forEach((one, at) => (one.dataset["key"] = `${name}-${at}`));
    }
  }
}
