/** The Compare page: two dates of one patient, what changed between them, and their planes side by side. */

import "./compare.css";
import { JobStopped, type RunMeta, type ScanMeta, type Vec3, getJson, postJson } from "./api";
import type { App, Page } from "./app";
import { el, labelled } from "./dom";
import { type Compared, changeList, colourOf, summaryWords } from "./compare_list";
import { Grid } from "./geometry";
import { type Affine, apply, inverse, movedTo } from "./linking";
import { type Mark, type Plane, SlicePane } from "./pane";
import { Progress, fillSelect, runLink } from "./run_controls";
import { PageState } from "./state";

type Date2 = 0 | 1;
const PLANES: [Plane, string][] = [
  ["axial", "Axial"],
  ["coronal", "Coronal"],
  ["sagittal", "Sagittal"],
];
const DATES = ["First", "Second"] as const;
const ACROSS_MM = 90;

export function mountCompare(host: HTMLElement, app: App): Page {
  const page = new ComparePage(host, app);
  return { show: (state) => page.show(state), hide: () => page.hide() };
}

class ComparePage {
  private readonly address = new PageState("compare");
  private readonly runs = el("select", { testid: "compare-run" });
  private readonly chosen = [el("select", { testid: "first-scan" }), el("select", { testid: "second-scan" })] as const;
  private readonly start = el("button", { class: "primary", text: "Compare", testid: "compare-start", attributes: { type: "button" } });
  private readonly progress = new Progress();
  private readonly links = el("p", { class: "journey-links" });
  private readonly summary = el("div", { class: "trace-summary", testid: "compare-summary" });
  private readonly list = el("div", { class: "trace-list", attributes: { role: "region", tabindex: 0, "aria-label": "Changes" } });
  private readonly linked = el("input", { testid: "linked", attributes: { type: "checkbox", checked: true } });
  private readonly windows = el("select", { testid: "compare-window" });
  private readonly layout = el("select", { testid: "compare-planes" });
  private readonly linkWords = el("span", { class: "hint" });
  private readonly titles = [el("h2", { class: "date-title" }), el("h2", { class: "date-title" })] as const;
  private readonly columns = [el("div", { class: "date-panes" }), el("div", { class: "date-panes" })] as const;
  private readonly without = el("div", { class: "card trace-without", testid: "without-cts" });
  private readonly panes: [SlicePane[], SlicePane[]];
  private readonly points: [Vec3, Vec3] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  private run: string | null = null;
  private compared: Compared | null = null;
  private scans: [string | null, string | null] = [null, null];
  private change: number | null = null;
  private map: Affine | null = null;
  private back: Affine | null = null;
  private visible = false;

  constructor(
    host: HTMLElement,
    private readonly app: App,
  ) {
    const side = el("div", { class: "trace-side compare-side" }, this.summary, this.list);
    const main = el("div", { class: "compare-main" }, this.toolbar(), el("div", { class: "dates" }, this.date(0), this.date(1)), this.without);
    host.append(el("div", { class: "trace compare" }, this.top(), side, main));
    this.panes = [this.makePanes(0), this.makePanes(1)];
    this.listen();
    app.onServer(() => this.visible && this.offer());
  }

  show(state: URLSearchParams): void {
    this.visible = true;
    const [first, second] = [state.get("first"), state.get("second")];
    const run = state.get("run") ?? (first || second ? null : (this.known().at(-1)?.id ?? null));
    this.linked.checked = state.get("linked") !== "no";
    this.layout.value = state.get("planes") ?? "two";
    this.arrange();
    if (run && (run !== this.run || !this.compared)) void this.open(run, state);
    else if (run) this.takeState(state);
    else this.openScans(first, second);
    this.offer();
  }

  hide(): void {
    this.visible = false;
  }

  // -- runs and scans ------------------------------------------------------------------------------------------

  private known(): RunMeta[] {
    return this.app.server.runs.filter((run) => run.kind === "compare");
  }

  /** Scans that are open, and traces: a trace counts for the scan that it is tied to. */
  private offer(): void {
    const { scans: open, runs } = this.app.server;
    const traces = runs.filter(({ kind }) => kind === "trace").map(({ id, name }): [string, string] => [id, `Trace: ${name}`]);
    const scans = [...open.map(({ id, title }): [string, string] => [id, title]), ...(open.length ? traces : [])];
    fillSelect(this.runs, this.known().map(({ id, name }) => [id, name]), this.run, "no comparison is open");
    this.chosen.forEach((select, date) => fillSelect(select, scans, this.scans[date as Date2], "no scan is open"));
    this.checkStart();
    if (this.compared && !this.compared.scans) this.askForScans();
  }

  private checkStart(): void {
    const [first, second] = this.chosen.map((select) => select.value);
    this.start.disabled = this.progress.running || !first || !second || first === second;
    this.start.title = this.start.disabled && !this.progress.running ? "Choose two different open scans of one patient." : "";
  }

  private openScans(first: string | null, second: string | null): void {
    const open = this.app.server.scans.map(({ id }) => id);
    [this.run, this.compared, this.change] = [null, null, null];
    this.scans = [first ?? open[0] ?? null, second ?? open.find((id) => id !== (first ?? open[0])) ?? null];
    this.without.hidden = true;
    this.setMap(null);
    this.showScans();
    this.fill();
  }

  private async chooseScans(): Promise<void> {
    try {
      const [first, second] = await Promise.all(this.chosen.map((select) => this.scanOf(select.value)));
      this.app.goTo("compare", { run: null, first: first ?? null, second: second ?? null, change: null });
    } catch (fault) {
      this.app.complain(fault);
    }
    this.offer();
  }

  /** The scan that is meant: one that is open, or that of a trace. */
  private async scanOf(id: string): Promise<string | null> {
    const run = this.app.server.runs.find((one) => one.id === id);
    if (!run) return id || null;
    const { scan } = await getJson<{ scan: string | null }>(`/api/runs/${id}/trace`);
    if (!scan) this.app.say(`The CT of the trace ${run.name} is not open: open it, and tie it to the trace on the Trace page.`, true);
    return scan;
  }

  private async open(run: string, state: URLSearchParams): Promise<void> {
    this.run = run;
    try {
      const compared = await getJson<Compared>(`/api/runs/${run}/compare`);
      if (run !== this.run) return;
      this.take(compared);
      this.takeState(state);
    } catch (fault) {
      this.run = null;
      this.app.complain(fault);
    }
  }

  private take(compared: Compared): void {
    this.compared = compared;
    this.scans = compared.scans ?? [null, null];
    this.change = null;
    this.setMap(compared.to_second.start);
    this.showScans();
    this.askForScans();
    this.offer();
  }

  private takeState(state: URLSearchParams): void {
    const change = Number(state.get("change") ?? Number.NaN);
    this.choose(this.compared?.changes[change] ? change : null);
    const window = state.get("window");
    if (window && [...this.windows.options].some((option) => option.value === window)) this.windows.value = window;
    this.showWindow();
  }

  private meta(date: Date2): ScanMeta | null {
    return this.app.scan(this.scans[date]);
  }

  private showScans(): void {
    for (const date of [0, 1] as const) {
      const meta = this.meta(date);
      for (const pane of this.panes[date]) pane.setScan(meta);
      this.titles[date].textContent = `${DATES[date]}: ${meta?.title ?? "no scan"}`;
      if (meta) this.points[date] = new Grid(meta).centre();
    }
    const names = Object.keys(this.meta(0)?.windows ?? this.meta(1)?.windows ?? {});
    this.windows.replaceChildren(...names.map((name) => el("option", { text: { bone: "Bone", soft: "Soft tissue", lung: "Lung" }[name] ?? name, attributes: { value: name } })));
    this.showWindow();
    if (this.meta(0)) this.goTo(0, this.points[0]);
    else if (this.meta(1)) this.goTo(1, this.points[1]);
  }

  private showWindow(): void {
    for (const date of [0, 1] as const) {
      const window = this.meta(date)?.windows[this.windows.value || "bone"];
      if (window) for (const pane of this.panes[date]) pane.setWindow(window.low, window.high);
    }
  }

  private askForScans(): void {
    this.without.hidden = !this.compared || this.compared.scans !== null;
    if (this.without.hidden) return;
    const { scans } = this.app.server;
    const picks = DATES.map((words, date) => {
      const select = el("select", { testid: `tie-${date}` }, ...scans.map(({ id, title }) => el("option", { text: title, attributes: { value: id } })));
      select.selectedIndex = Math.min(date, scans.length - 1);
      return { select, field: labelled(`${words} date`, select) };
    });
    const use = el("button", {
      class: "primary",
      text: "Use these CTs",
      testid: "tie-both",
      attributes: { type: "button", disabled: scans.length < 2 },
      on: { click: () => void this.tie(picks.map(({ select }) => select.value)) },
    });
    const open = el("button", { text: "Open a CT", attributes: { type: "button" }, on: { click: () => this.app.goTo("open") } });
    this.without.replaceChildren(
      el("h2", { text: "The CTs of this comparison are not open" }),
      el("p", { text: "The changes stand at the left. To see them on slices, open both CTs, then tie them to this run; azygos checks that their grids are the same." }),
      el("div", { class: "row tie" }, ...(scans.length ? picks.map(({ field }) => field) : []), scans.length ? use : null, open),
    );
  }

  private async tie(scans: string[]): Promise<void> {
    try {
      this.app.say("", true);
      this.take(await postJson<Compared>(`/api/runs/${this.run}/scan`, { scans }));
      this.choose(0);
    } catch (fault) {
      this.app.complain(fault);
    }
  }

  // -- comparing -----------------------------------------------------------------------------------------------

  private async compare(): Promise<void> {
    const scans = this.chosen.map((select) => select.value);
    try {
      const { job } = await postJson<{ job: string }>("/api/compare", { scans });
      this.progress.begin(job);
      this.checkStart();
      const { run } = await this.app.track<{ run: RunMeta }>(job, "Comparing two dates", (now) => this.progress.show(now));
      await this.app.refresh();
      this.app.goTo("compare", { run: run.id, first: null, second: null, change: null });
    } catch (fault) {
      if (fault instanceof JobStopped) this.app.say("The comparison was stopped.");
      else this.app.complain(fault);
    } finally {
      this.progress.end();
      this.offer();
    }
  }

  // -- changes -------------------------------------------------------------------------------------------------

  private choose(n: number | null): void {
    this.change = n;
    const change = n === null ? undefined : this.compared?.changes[n];
    this.fill();
    this.showMarks();
    if (!change) return this.setMap(this.compared?.to_second.start ?? null);
    // The map of the whole bodies, set right at this piece where it stayed: the local registration knows better.
    const start = this.compared?.to_second.start ?? null;
    this.setMap(start && !/moved/.test(change.verdict) ? movedTo(start, change.first_mm, change.second_mm) : start);
    this.fly([change.first_mm, change.second_mm]);
  }

  private fly(places: [Vec3, Vec3]): void {
    for (const date of [0, 1] as const) {
      if (!this.meta(date)) continue;
      this.points[date] = places[date];
      for (const pane of this.panes[date]) {
        pane.setPoint(places[date]);
        window.setTimeout(() => pane.frame(places[date], ACROSS_MM), pane.box.clientWidth ? 0 : 120);
      }
    }
  }

  private setMap(map: Affine | null): void {
    this.map = map;
    this.back = map && inverse(map);
    const can = map !== null && this.back !== null;
    this.linked.disabled = !can;
    this.linkWords.textContent = can ? "one date follows the other" : this.compared ? "This run does not say how its scans lie to each other." : "after Compare, one date follows the other";
  }

  /** A point set on one date; the other date follows if they are linked. */
  private goTo(date: Date2, lps: Vec3): void {
    this.points[date] = lps;
    for (const pane of this.panes[date]) pane.setPoint(lps);
    const map = date === 0 ? this.map : this.back;
    if (!this.linked.checked || this.linked.disabled || !map) return;
    const other: Date2 = date === 0 ? 1 : 0;
    const meta = this.meta(other);
    if (!meta) return;
    this.points[other] = new Grid(meta).clampToScan(apply(map, lps));
    for (const pane of this.panes[other]) pane.setPoint(this.points[other]);
  }

  private showMarks(): void {
    for (const date of [0, 1] as const) {
      const marks = (this.compared?.changes ?? []).flatMap((change, n): Mark[] => {
        const here = date === 0 ? change.first : change.second;
        const place = date === 0 ? change.first_mm : change.second_mm;
        const chosen = n === this.change;
        if (!here && !chosen) return [];
        const label = here ? String(n + 1) : `${n + 1}: not here`;
        return [{ id: String(n), at_mm: place, label, colour: here ? colourOf(change) : "#dfe7ee", radius_mm: 4, selected: chosen }];
      });
      for (const pane of this.panes[date]) pane.setMarks(marks);
    }
  }

  private userChange(n: number): void {
    this.choose(n);
    this.address.set({ change: n });
    const row = this.list.querySelector<HTMLElement>(`[data-testid="change-row-${n}"]`);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  private fill(): void {
    const compared = this.compared;
    this.links.replaceChildren();
    if (!compared) {
      const enough = this.app.server.scans.length > 1;
      this.summary.replaceChildren(
        el("p", { class: "answer", text: enough ? "Not compared yet." : "Two open scans are needed." }),
        el("p", { class: "hint", text: enough ? "Choose the earlier scan first, then Compare: it finds cement on both and says what changed. It takes some minutes for two chests." : "Open two CTs of one patient, or the folder of a finished comparison, on the Open page." }),
      );
      this.list.replaceChildren();
      return;
    }
    this.links.replaceChildren(runLink(this.run as string, "report", "Report"), runLink(this.run as string, "brief", "Brief"));
    this.summary.replaceChildren(el("p", { class: "answer", text: summaryWords(compared.summary) }), el("p", { class: "hint", text: (compared.run_notes ?? []).join(" ") }));
    this.list.replaceChildren(changeList(compared.changes, this.change, (n) => this.userChange(n)));
  }

  // -- building ------------------------------------------------------------------------------------------------

  private top(): HTMLElement {
    const fields = [labelled("Run", this.runs), labelled("First", this.chosen[0]), labelled("Second", this.chosen[1])];
    for (const field of fields) field.classList.add("inline-field");
    return el("div", { class: "journey-top trace-top compare-top" }, ...fields, this.start, this.progress.box, this.links);
  }

  private toolbar(): HTMLElement {
    this.layout.append(el("option", { text: "Axial and coronal", attributes: { value: "two" } }), ...PLANES.map(([plane, words]) => el("option", { text: `${words} alone`, attributes: { value: plane } })), el("option", { text: "All three", attributes: { value: "three" } }));
    const fields = [labelled("Window", this.windows), labelled("Planes", this.layout)];
    for (const field of fields) field.classList.add("inline-field");
    const all = el("button", { class: "quiet small", text: "Show all", attributes: { type: "button" }, on: { click: () => this.panes.flat().forEach((pane) => pane.resetView()) } });
    return el("div", { class: "row compare-bar" }, ...fields, all, el("label", { class: "row check" }, this.linked, "Linked"), this.linkWords);
  }

  private date(date: Date2): HTMLElement {
    return el("section", { class: "date", testid: `date-${date}`, attributes: { "aria-label": `${DATES[date]} date` } }, this.titles[date], this.columns[date]);
  }

  private makePanes(date: Date2): SlicePane[] {
    return PLANES.map(([plane, label]) => {
      const slot = el("div", { class: `date-slot slot-${plane}` });
      this.columns[date].append(slot);
      const pane = new SlicePane(slot, { plane, label });
      pane.onPoint = (lps) => this.goTo(date, lps);
      pane.onMark = (id) => this.userChange(Number(id));
      return pane;
    });
  }

  private arrange(): void {
    for (const column of this.columns) column.dataset["planes"] = this.layout.value || "two";
  }

  private listen(): void {
    this.start.addEventListener("click", () => void this.compare());
    this.runs.addEventListener("change", () => this.app.goTo("compare", { run: this.runs.value, first: null, second: null, change: null }));
    for (const select of this.chosen) {
      select.addEventListener("change", () => void this.chooseScans());
    }
    this.linked.addEventListener("change", () => {
      this.address.set({ linked: this.linked.checked ? null : "no" });
      if (this.linked.checked) this.goTo(0, this.points[0]);
    });
    this.windows.addEventListener("change", () => {
      this.address.set({ window: this.windows.value });
      this.showWindow();
    });
    this.layout.addEventListener("change", () => {
      this.address.set({ planes: this.layout.value });
      this.arrange();
      const change = this.compared?.changes[this.change ?? -1];
      if (change) window.setTimeout(() => this.fly([change.first_mm, change.second_mm]), 60);
    });
  }
}
