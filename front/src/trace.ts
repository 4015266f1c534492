/** The Trace page: every piece of cement on a CT, its path, and what is not cement; a reader may say otherwise beside it. */

import "./trace.css";
import { JobStopped, type RunMeta, type ScanMeta, type Vec3, getJson, postJson } from "./api";
import type { App, Page } from "./app";
import { el, labelled } from "./dom";
import type { Line, Mark } from "./pane";
import { Progress, fillSelect, runLink } from "./run_controls";
import { PageState } from "./state";
import { type Note, type Traced, type TracedPiece, dashes, spotOf } from "./trace_api";
import { type Wishes, levelTables, limitTables, notCementList, noteList, pathList, pieceList } from "./trace_lists";
import type { Tube } from "./viewer3d";
import { Views } from "./views";

const SEEN = "#e8743b";
const INFERRED = "#f0e442";
const TIERS: Record<string, string> = { reported: "#ffc44d", candidate: "#7cc4f0" };
const LISTS = ["pieces", "path", "not", "levels", "limits"] as const;
type List = (typeof LISTS)[number];

export function mountTrace(host: HTMLElement, app: App): Page {
  const page = new TracePage(host, app);
  return { show: (state) => page.show(state), hide: () => page.hide() };
}

class TracePage {
  private readonly address = new PageState("trace");
  private readonly runs = el("select", { testid: "trace-run" });
  private readonly scans = el("select", { testid: "trace-scan" });
  private readonly start = el("button", { class: "primary", text: "Trace this scan", testid: "trace-this", attributes: { type: "button" } });
  private readonly progress = new Progress();
  private readonly links = el("p", { class: "journey-links" });
  private readonly summary = el("div", { class: "trace-summary", testid: "trace-summary" });
  private readonly tabs = el("div", { class: "trace-tabs", attributes: { role: "tablist", "aria-label": "Lists" } });
  private readonly list = el("div", { class: "trace-list", attributes: { role: "tabpanel", tabindex: 0, "aria-label": "List" } });
  private readonly noteText = el("textarea", { testid: "note-text", attributes: { rows: 2, maxlength: 4000 } });
  private readonly noteLabel: HTMLElement;
  private readonly noteForm: HTMLElement;
  private readonly without = el("div", { class: "card trace-without", testid: "without-ct" });
  private readonly views: Views;
  private readonly shown = { cement: checkbox("Cement painted", "show-cement"), path: checkbox("Path drawn", "show-path") };
  private run: string | null = null;
  private scan: string | null = null;
  private traced: Traced | null = null;
  private piece: number | null = null;
  private which: List = "pieces";
  private kind = "";
  private extra: Mark | null = null;
  private visible = false;
  private readonly wishes: Wishes = {
    piece: (piece) => this.userPiece(piece),
    fly: (lps, label, across) => this.flyTo(lps, label, across),
    walk: (piece, share) => this.walk(piece, share),
    wrong: (piece, wrong) => void this.keep({ piece, wrong, note: "" }),
  };

  constructor(
    host: HTMLElement,
    private readonly app: App,
  ) {
    const field = labelled("Your note", this.noteText);
    this.noteLabel = field.firstElementChild as HTMLElement;
    const save = el("button", { text: "Save note", testid: "note-save", attributes: { type: "button" }, on: { click: () => void this.saveNote() } });
    this.noteForm = el("div", { class: "trace-note" }, field, save);
    const stage = el("div", { class: "trace-stage" });
    const side = el("div", { class: "trace-side" }, this.summary, this.tabs, this.list, this.noteForm);
    host.append(el("div", { class: "trace" }, this.top(), side, el("div", { class: "trace-main" }, stage, this.without)));
    this.views = new Views(stage);
    this.listen();
    app.onServer(() => this.visible && this.offer());
  }

  show(state: URLSearchParams): void {
    this.visible = true;
    const scan = state.get("scan");
    const run = state.get("run") ?? (scan ? null : (this.known()[0]?.id ?? null));
    this.which = LISTS.find((name) => name === state.get("list")) ?? "pieces";
    this.kind = state.get("kind") ?? "";
    const same = run === this.run && (run !== null || scan === this.scan);
    if (run) {
      if (!same || !this.traced) void this.openRun(run, state);
      else this.takeState(state);
    } else if (!same || !this.scan) this.openScan(scan ?? this.app.server.scans[0]?.id ?? null);
    this.offer();
  }

  hide(): void {
    this.visible = false;
  }

  // -- runs and scans ------------------------------------------------------------------------------------------

  private known(): RunMeta[] {
    return this.app.server.runs.filter((run) => run.kind === "trace");
  }

  private offer(): void {
    const { scans } = this.app.server;
    fillSelect(this.runs, this.known().map(({ id, name }) => [id, name]), this.run, "no trace is open");
    fillSelect(this.scans, scans.map(({ id, title }) => [id, title]), this.scan ?? this.traced?.scan ?? null, "no scan is open");
    this.start.disabled = !scans.length || this.progress.running;
    if (this.traced && !this.traced.scan) this.askForScan();
  }

  private openScan(id: string | null): void {
    [this.run, this.traced, this.piece, this.extra] = [null, null, null, null];
    this.scan = id;
    this.without.hidden = true;
    this.showScan(this.app.scan(id), undefined);
    this.fill();
  }

  private async openRun(run: string, state: URLSearchParams): Promise<void> {
    this.run = run;
    this.scan = null;
    try {
      const traced = await getJson<Traced>(`/api/runs/${run}/trace`);
      if (run !== this.run) return;
      this.take(traced);
      this.takeState(state);
    } catch (fault) {
      this.run = null;
      this.app.complain(fault);
    }
  }

  private take(traced: Traced): void {
    this.traced = traced;
    this.scan = traced.scan;
    this.extra = null;
    this.showScan(this.app.scan(traced.scan), middle(traced));
    if (traced.scan && !this.app.scan(traced.scan)) void this.app.refresh().then(() => this.showScan(this.app.scan(traced.scan), middle(traced)));
    this.drawPath();
    this.askForScan();
    this.offer();
  }

  private takeState(state: URLSearchParams): void {
    const piece = Number(state.get("piece") ?? Number.NaN);
    this.choose(this.traced?.pieces.some((one) => one.piece === piece) ? piece : null);
    const window = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(state.get("window") ?? "");
    if (window) this.views.setWindow(Number(window[1]), Number(window[2]));
  }

  private showScan(meta: ScanMeta | null, centre: Vec3 | undefined): void {
    this.views.setScan(meta, centre);
    this.views.host.classList.toggle("no-scan", meta === null);
    const bone = meta?.windows["bone"];
    if (bone) this.views.setWindow(bone.low, bone.high);
    this.showOverlay();
  }

  /** A run whose CT is not open can be read, not looked at: say what to do. */
  private askForScan(): void {
    this.without.hidden = !this.traced || this.traced.scan !== null;
    if (this.without.hidden) return;
    const { scans } = this.app.server;
    const select = el("select", { testid: "tie-scan" }, ...scans.map(({ id, title }) => el("option", { text: title, attributes: { value: id } })));
    const use = el("button", { class: "primary", text: "Use this CT", testid: "tie", attributes: { type: "button" }, on: { click: () => void this.tie(select.value) } });
    const open = el("button", { text: "Open a CT", attributes: { type: "button" }, on: { click: () => this.app.goTo("open") } });
    this.without.replaceChildren(
      el("h2", { text: "The CT of this run is not open" }),
      el("p", { text: "The findings stand at the left. To see them on slices, open the CT that was traced, then tie it to this run; azygos checks that its grid is the same." }),
      scans.length ? el("div", { class: "row tie" }, labelled("Open scan", select), use, open) : el("div", { class: "row" }, open),
    );
  }

  private async tie(scan: string): Promise<void> {
    try {
      this.app.say("", true);
      this.take(await postJson<Traced>(`/api/runs/${this.run}/scan`, { scan }));
      this.choose(this.piece ?? this.traced?.pieces[0]?.piece ?? null);
    } catch (fault) {
      this.app.complain(fault);
    }
  }

  // -- tracing -------------------------------------------------------------------------------------------------

  private async trace(): Promise<void> {
    const scan = this.scans.value;
    if (!scan) return;
    try {
      const { job } = await postJson<{ job: string }>("/api/trace", { scan });
      this.progress.begin(job);
      this.start.disabled = true;
      const { run } = await this.app.track<{ run: RunMeta }>(job, `Tracing ${this.app.scan(scan)?.title ?? scan}`, (now) => this.progress.show(now));
      await this.app.refresh();
      this.app.say(`Traced: ${run.name}.`);
      this.app.goTo("trace", { run: run.id, scan: null, piece: null, list: null });
    } catch (fault) {
      if (fault instanceof JobStopped) this.app.say("The trace was stopped.");
      else this.app.complain(fault);
    } finally {
      this.progress.end();
      this.offer();
    }
  }

  // -- pieces --------------------------------------------------------------------------------------------------

  private userPiece(piece: number | null): void {
    if (this.which !== "pieces" && this.which !== "path") this.which = "pieces";
    this.choose(piece);
    this.address.set({ piece, list: this.which === "pieces" ? null : this.which, window: null });
    this.list.querySelector<HTMLElement>(`[data-testid="piece-row-${piece}"]`)?.focus({ preventScroll: true });
    this.list.querySelector(`[data-testid="piece-row-${piece}"]`)?.scrollIntoView({ block: "nearest" });
  }

  private choose(piece: number | null): void {
    this.piece = piece;
    const found = this.traced?.pieces.find((one) => one.piece === piece);
    this.extra = null;
    this.fill();
    this.showMarks();
    if (!found) return;
    const bone = this.meta()?.windows["bone"];
    if (bone) this.views.setWindow(bone.low, bone.high);
    this.frame(spotOf(found), Math.min(130, Math.max(50, 1.4 * found.length_mm)));
  }

  private flyTo(lps: Vec3, label: string, across_mm = 60): void {
    this.extra = { at_mm: lps, label, colour: "#dfe7ee", radius_mm: 5, selected: true };
    this.showMarks();
    this.frame(lps, across_mm);
  }

  /** Once the panes have their sizes. */
  private frame(lps: Vec3, across_mm: number): void {
    if (!this.meta()) return;
    this.views.setPoint(lps);
    const wait = this.views.host.querySelector(".pane canvas")?.clientWidth ? 0 : 120;
    window.setTimeout(() => this.views.frame(lps, across_mm), wait);
  }

  private walk(piece: TracedPiece, share: number): void {
    const at = share * (piece.line_mm.length - 1);
    const point = piece.line_mm[Math.round(at)];
    if (point) this.frame(point, 70);
  }

  private meta(): ScanMeta | null {
    return this.app.scan(this.scan);
  }

  // -- drawing -------------------------------------------------------------------------------------------------

  private showOverlay(): void {
    const overlay = this.shown.cement.input.checked ? this.traced?.overlay : null;
    this.views.setOverlays(overlay ? [overlay] : []);
  }

  private showMarks(): void {
    const marks = (this.traced?.pieces ?? []).map((piece): Mark => {
      const selected = piece.piece === this.piece;
      return { id: String(piece.piece), at_mm: spotOf(piece), label: String(piece.piece), colour: TIERS[piece.tier] ?? "#dfe7ee", radius_mm: Math.min(9, Math.max(3.5, 0.8 * piece.diameter_mm)), selected };
    });
    this.views.setMarks(this.extra ? [...marks, this.extra] : marks);
  }

  private drawPath(): void {
    const shown = this.shown.path.input.checked;
    const stretches = shown ? (this.traced?.path.stretches ?? []) : [];
    this.views.setLines(stretches.map(({ line_mm, seen }): Line => ({ points_mm: line_mm, colour: seen ? SEEN : INFERRED, dashed: !seen, width: seen ? 2.5 : 1.75 })));
    const tubes = stretches.flatMap((one, n): Tube[] =>
      one.seen
        ? [{ name: `stretch ${n}`, points_mm: one.line_mm, radius_mm: 1.3, colour: SEEN }]
        : dashes(one.line_mm, 3).map((points_mm, k) => ({ name: `stretch ${n}.${k}`, points_mm, radius_mm: 0.7, colour: INFERRED })),
    );
    const others = (this.traced?.pieces ?? [])
      .filter(({ piece }) => !stretches.some((one) => one.piece === piece))
      .map((piece): Tube => ({ name: `piece ${piece.piece}`, points_mm: piece.line_mm, radius_mm: Math.max(1, Math.min(3, piece.diameter_mm / 2)), colour: TIERS[piece.tier] ?? "#dfe7ee" }));
    this.views.viewer?.setLines([...tubes, ...others]);
  }

  // -- lists ---------------------------------------------------------------------------------------------------

  private fill(): void {
    const traced = this.traced;
    this.noteForm.hidden = this.tabs.hidden = !traced;
    this.links.replaceChildren();
    if (!traced) {
      const scan = this.meta();
      this.summary.replaceChildren(
        el("p", { class: "answer", text: scan ? "This scan is not traced yet." : "No scan and no trace is open." }),
        el("p", { class: "hint", text: scan ? "Trace this scan looks for cement from the vertebra to the lungs. It takes a minute or so for a chest." : "Open a CT, or the folder of a finished trace, on the Open page." }),
      );
      this.list.replaceChildren();
      return;
    }
    this.links.replaceChildren(runLink(this.run as string, "report", "Report"), runLink(this.run as string, "brief", "Brief"));
    const [first, ...rest] = Array.isArray(traced.summary_words) ? traced.summary_words : [traced.summary_words];
    this.summary.replaceChildren(el("p", { class: "answer", text: first ?? "" }), el("p", { class: "hint", text: rest.join(" ") }));
    this.fillTabs(traced);
    this.fillList(traced);
    const piece = traced.pieces.find((one) => one.piece === this.piece);
    this.noteLabel.textContent = piece ? `Your note on piece ${piece.piece}` : "Your note on the whole scan";
  }

  private fillTabs(traced: Traced): void {
    const words: Record<List, string> = {
      pieces: `Pieces ${traced.pieces.length}`,
      path: "Path",
      not: `Not cement ${traced.not_cement.length}`,
      levels: "Levels",
      limits: traced.blind.length ? `Blind ${traced.blind.length}` : "Limits",
    };
    const had = this.tabs.contains(document.activeElement);
    this.tabs.replaceChildren(
      ...LISTS.map((name) =>
        el("button", {
          text: words[name],
          testid: `list-${name}`,
          attributes: { type: "button", role: "tab", "aria-selected": String(name === this.which), tabindex: name === this.which ? 0 : -1 },
          on: { click: () => this.chooseList(name) },
        }),
      ),
    );
    if (had) (this.tabs.children[LISTS.indexOf(this.which)] as HTMLElement).focus();
  }

  private chooseList(name: List): void {
    this.which = name;
    this.address.set({ list: name === "pieces" ? null : name });
    this.fill();
    this.list.scrollTop = 0;
  }

  private fillList(traced: Traced): void {
    const make: Record<List, () => (HTMLElement | null)[]> = {
      pieces: () => [pieceList(traced, this.piece, this.wishes), noteList(traced.notes.filter(({ piece }) => piece === null))],
      path: () => [pathList(traced, this.piece, this.wishes)],
      not: () => [notCementList(traced, this.kind, (kind) => this.chooseKind(kind), this.wishes)],
      levels: () => [levelTables(traced, this.wishes)],
      limits: () => [limitTables(traced, this.wishes)],
    };
    const before = this.list.scrollTop;
    this.list.replaceChildren(...make[this.which]().filter((one): one is HTMLElement => one !== null));
    this.list.scrollTop = before;
  }

  private chooseKind(kind: string): void {
    this.kind = kind;
    this.address.set({ kind: kind || null });
    this.fill();
    this.list.querySelector<HTMLElement>("select")?.focus();
  }

  // -- the reader's own words ----------------------------------------------------------------------------------

  private async saveNote(): Promise<void> {
    const note = this.noteText.value.trim();
    if (!note) {
      this.app.say("Write the note first.");
      return this.noteText.focus();
    }
    if (await this.keep({ piece: this.piece, wrong: null, note })) this.noteText.value = "";
  }

  private async keep(words: { piece: number | null; wrong: boolean | null; note: string }): Promise<boolean> {
    if (!this.run || !this.traced) return false;
    try {
      const { notes } = await postJson<{ notes: Note[] }>(`/api/runs/${this.run}/notes`, words);
      this.traced.notes = notes;
      const had = document.activeElement?.getAttribute("data-testid");
      this.fill();
      if (had) document.querySelector<HTMLElement>(`.trace [data-testid="${had}"]`)?.focus();
      this.app.say("Kept beside the run as the reader's; the finding stands as it was.");
      return true;
    } catch (fault) {
      this.app.complain(fault);
      return false;
    }
  }

  // -- building ------------------------------------------------------------------------------------------------

  private top(): HTMLElement {
    const [run, scan] = [labelled("Run", this.runs), labelled("Open scan", this.scans)];
    for (const field of [run, scan]) field.classList.add("inline-field");
    return el("div", { class: "journey-top trace-top" }, run, scan, this.start, this.progress.box, this.shown.cement.box, this.shown.path.box, this.links);
  }

  private listen(): void {
    this.start.addEventListener("click", () => void this.trace());
    this.runs.addEventListener("change", () => this.app.goTo("trace", { run: this.runs.value, scan: null, piece: null, window: null }));
    this.scans.addEventListener("change", () => this.app.goTo("trace", { run: null, scan: this.scans.value, piece: null, window: null }));
    this.shown.cement.input.addEventListener("change", () => this.showOverlay());
    this.shown.path.input.addEventListener("change", () => this.drawPath());
    this.views.onMark = (id) => this.userPiece(Number(id));
    this.views.onWindow = ({ low, high }) => this.address.set({ window: `${low},${high}` });
    this.tabs.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.chooseList(LISTS[(LISTS.indexOf(this.which) + step + LISTS.length) % LISTS.length] as List);
    });
  }
}

function checkbox(words: string, testid: string): { box: HTMLElement; input: HTMLInputElement } {
  const input = el("input", { testid, attributes: { type: "checkbox", checked: true } });
  return { input, box: el("label", { class: "row check" }, input, words) };
}

/** The middle of the path: what the 3-D view should hold. */
function middle({ path, pieces }: Traced): Vec3 | undefined {
  const points = path.stretches.length ? path.stretches.flatMap(({ line_mm }) => line_mm) : pieces.map(spotOf);
  if (!points.length) return undefined;
  return [0, 1, 2].map((n) => (Math.min(...points.map((p) => p[n] as number)) + Math.max(...points.map((p) => p[n] as number))) / 2) as Vec3;
}
