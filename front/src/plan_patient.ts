// Whose bone: a virtual patient by its number, or a level of an open scan.

import type { ScanMeta } from "./api";
import type { App } from "./app";
import { el } from "./dom";
import { Fields, type FormHooks, type Part, button } from "./plan_fields";
import type { Draft } from "./plan_model";

const DRAWN = "A picture of a drawn bone"; // how the server says that a scan is none

export class PatientFields {
  private offered = "";

  constructor(
    private readonly part: Part,
    private readonly fields: Fields,
    private readonly app: App,
    private readonly hooks: FormHooks,
    private readonly another: () => void, // kind of patient, or scan: the whole form follows
  ) {}

  /** Whether other scans are open than those that are offered. */
  get outdated(): boolean {
    return this.draft.source === "scan" && this.offered !== ids(this.scans());
  }

  fill(): void {
    const host = this.part.clear(this.fields);
    this.part.aside.replaceChildren(this.sources());
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
  }

  private anew(): void {
    this.draft.needles = [];
    this.draft.at_mm = null;
    this.another();
  }

  private get draft(): Draft {
    return this.hooks.draft();
  }
}

function ids(scans: ScanMeta[]): string {
  return scans.map((one) => one.id + one.levels.length).join();
}
