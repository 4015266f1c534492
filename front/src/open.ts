/** The Open page: drop a scan or a run folder, pick one that the server found, look at what is open. */

import "./open.css";
import { type Job, JobStopped, LostServer, type RunMeta, type ScanMeta, ServerError, type ServerState, type Vec3, getJson, postJson } from "./api";
import type { App, Page } from "./app";
import { el } from "./dom";
import { length, minus } from "./geometry";
import { showShare } from "./jobbar";
import { inPageWords, waysOn } from "./refusal";
import { PageState, type Tab } from "./state";
import { type Piece, type Sent, isRun, piecesOfDrop, piecesOfInput, sendAll, size } from "./upload";
import { Views } from "./views";

interface Choice {
  series: number | string;
  words: string;
}

/** What was asked of the server last, so that it can be asked otherwise. */
interface Tried {
  path: string;
  asked: Record<string, unknown>;
}

interface Opened {
  scan?: ScanMeta | string;
  run?: RunMeta | string;
  choose?: Choice[];
}

const PAGE_OF_KIND: Record<string, Tab> = { plan: "plan", journey: "journey", demo: "journey", trace: "trace", compare: "compare" };
const KIND_WORDS: Record<string, string> = { plan: "plan", journey: "journey", demo: "demo", trace: "trace", compare: "comparison" };

const LEVEL_COLOUR = "#56b4e9";

export function mountOpen(host: HTMLElement, app: App): Page {
  const page = new OpenPage(host, app);
  return { show: (state) => page.show(state), hide() {} };
}

class OpenPage {
  private readonly state = new PageState("open");
  private readonly views: Views;
  private readonly drop: HTMLElement;
  private readonly progress = new Progress();
  private readonly trouble = el("div", { class: "card bad-card", testid: "refusal", attributes: { role: "alert", hidden: true } });
  private readonly choices = el("div", { class: "card", testid: "series", attributes: { hidden: true } });
  private readonly lists = el("div", { class: "lists" });
  private readonly hero: HTMLElement;
  private readonly picture = el("div", { class: "open-picture" });
  private readonly about = el("div", { class: "row open-acts" });
  private readonly facts = el("div", { class: "lists" });
  private readonly labelsInput = el("input", { attributes: { type: "file", hidden: true } });
  private last: Promise<void> = Promise.resolve();
  private tried: Tried | null = null;

  constructor(
    host: HTMLElement,
    private readonly app: App,
  ) {
    this.drop = this.makeDrop();
    this.hero = this.makeHero();
    const pictureHost = el("div", { class: "open-views" });
    this.views = new Views(pictureHost);
    this.picture.append(this.about, pictureHost);
    const side = el("div", { class: "side" }, this.drop, this.progress.box, this.trouble, this.choices, this.lists, this.labelsInput);
    host.append(el("div", { class: "two" }, side, el("div", { class: "main" }, this.hero, this.picture)));
    this.views.onPoint = (lps) => this.state.set({ at: lps.map((value) => value.toFixed(1)).join(",") });
    this.views.onMark = (level) => {
      const mark = this.app.scan(this.state.get("scan"))?.levels.find((one) => one.level === level);
      if (mark) this.views.setPoint(mark.centre_mm);
    };
    this.labelsInput.addEventListener("change", () => this.sendLabels());
    document.addEventListener("dragover", (event) => event.preventDefault()); // a file dropped beside the zone must not replace the page
    document.addEventListener("drop", (event) => event.preventDefault());
    app.onServer((server) => {
      const first = host.hidden || this.hero.hidden ? null : server.scans.at(-1);
      if (first) this.look(first); // what the command was given to open has come
      else this.list(server);
    });
  }

  show(state: URLSearchParams): void {
    const scans = this.app.server.scans;
    const scan = this.app.scan(state.get("scan")) ?? scans.at(-1) ?? null;
    this.look(scan);
    const at = (state.get("at") ?? "").split(",").map(Number);
    if (scan && state.get("scan") === scan.id && at.length === 3 && at.every(Number.isFinite)) this.views.setPoint([at[0] as number, at[1] as number, at[2] as number]);
  }

  // -- what is seen --------------------------------------------------------------------------------------------

  private look(scan: ScanMeta | null): void {
    this.hero.hidden = scan !== null;
    this.picture.hidden = scan === null;
    if (scan) {
      this.views.setScan(scan);
      this.views.setMarks(scan.levels.map(({ level, centre_mm }) => ({ id: level, label: level, at_mm: centre_mm, radius_mm: 2, colour: LEVEL_COLOUR, named: true })));
      if (scan.id !== this.state.get("scan")) this.state.set({ scan: scan.id, at: null });
      this.describe(scan);
    }
    this.list(this.app.server);
  }

  private describe(scan: ScanMeta): void {
    this.about.replaceChildren(
      el("h2", { text: scan.title, testid: "scan-title" }),
      this.button("Plan on this scan", "primary", () => this.app.goTo("plan", { scan: scan.id, level: this.nearestLevel(scan) })),
      this.button("Trace cement", "", () => this.app.goTo("trace", { scan: scan.id, run: null })),
      this.button("Compare", "", () => this.app.goTo("compare", { first: scan.id, run: null })),
      this.button(scan.has_labels ? "Replace label map" : "Add a label map", "quiet", () => this.labelsInput.click()),
    );
    const notes = scan.notes.map((note) => el("li", { class: "note", text: note }));
    const facts = scan.facts.map((fact) => el("li", { text: fact }));
    this.facts.replaceChildren(
      el("h2", { class: "list-title", text: "What was read" }),
      el("ul", { class: "facts card", testid: "facts" }, ...notes, ...facts),
    );
  }

  /** The labelled level nearest to the point that is looked at. */
  private nearestLevel({ levels }: ScanMeta): string | null {
    const away = (centre_mm: Vec3): number => length(minus(centre_mm, this.views.point));
    return [...levels].sort((a, b) => away(a.centre_mm) - away(b.centre_mm))[0]?.level ?? null;
  }

  private list(server: ServerState): void {
    const chosen = this.state.get("scan");
    const scans = server.scans.map((scan) =>
      this.entry(scan.title, scanWords(scan), scan.id === chosen, `scan-${scan.id}`, () => {
        this.state.set({ scan: scan.id, at: null });
        this.look(scan);
      }),
    );
    const runs = server.runs.map((run) => this.entry(run.name, runWords(run), false, `run-${run.id}`, () => this.goToRun(run)));
    const folders = server.folders.map((folder) =>
      this.entry(folder.name, runWords(folder), false, `folder-${folder.id}`, () => this.openFolder(folder.id, folder.name)),
    );
    this.lists.replaceChildren(
      ...section("Open scans", scans, null),
      ...(scans.length ? [this.facts] : []),
      ...section("Open runs", runs, null),
      ...section("Folders found", folders, server.runs.length ? null : "No run folder was found where azygos was started. Write one with azygos demo -o demo-out, or start with azygos app --runs FOLDER."),
    );
  }

  private entry(title: string, words: string, chosen: boolean, testid: string, act: () => void): HTMLElement {
    return el(
      "li",
      {},
      el(
        "button",
        { class: "entry", testid, attributes: { type: "button", "aria-current": chosen ? "true" : null }, on: { click: act } },
        el("span", { class: "entry-title", text: title }),
        el("span", { class: "entry-words", text: words }),
      ),
    );
  }

  private makeHero(): HTMLElement {
    const step = (title: string, words: string): HTMLElement => el("li", {}, el("b", { text: title }), el("span", { text: words }));
    return el(
      "div",
      { class: "hero" },
      el("h2", { text: "Follow the cement from the needle to the lung" }),
      el(
        "ol",
        { class: "steps" },
        step("Open a CT, or take a virtual patient.", "Nothing leaves this computer."),
        step("Move the needle.", "One draw of the cement follows it; many draws give the chance of a leak, with its interval."),
        step("Look for cement in a scan.", "Every piece with its size, how sure the finding is, and the path it may have taken."),
      ),
      this.button("Plan on a virtual patient", "primary", () => this.app.goTo("plan", { scan: null }), "start-virtual"),
    );
  }

  private button(text: string, kind: string, act: () => void, testid?: string): HTMLButtonElement {
    return el("button", { class: kind, text, attributes: { type: "button" }, on: { click: act }, ...(testid ? { testid } : {}) });
  }

  private makeDrop(): HTMLElement {
    const folder = el("input", { testid: "folder-input", attributes: { type: "file", multiple: true, webkitdirectory: true, hidden: true } });
    const file = el("input", { testid: "file-input", attributes: { type: "file", multiple: true, hidden: true } });
    for (const input of [folder, file]) {
      input.addEventListener("change", () => {
        void this.send(piecesOfInput(input));
        input.value = "";
      });
    }
    const zone = el(
      "div",
      { class: "drop", testid: "drop" },
      el("p", { class: "drop-words", text: "Drop a scan here" }),
      el("p", { class: "hint", text: "DICOM folder, zip, NIfTI, NRRD, or a folder that azygos wrote" }),
      el(
        "div",
        { class: "row" },
        this.button("Choose a folder", "", () => folder.click()),
        this.button("Choose a file", "", () => file.click()),
      ),
      folder,
      file,
    );
    zone.addEventListener("dragover", () => zone.classList.add("over"));
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      zone.classList.remove("over");
      const items = event.dataTransfer?.items;
      if (items) void piecesOfDrop(items).then((pieces) => this.send(pieces), (fault) => this.refuse(fault));
    });
    return zone;
  }

  // -- opening -------------------------------------------------------------------------------------------------

  private async send(pieces: Piece[], as: "scan" | "labels" | "run" = isRun(pieces) ? "run" : "scan", scan?: string): Promise<void> {
    if (!pieces.length) return this.refuse(new ServerError(400, "Nothing to read was dropped: no files are in it."));
    await this.work(async (signal) => {
      const upload = await sendAll(pieces, (sent) => this.progress.sent(sent), signal);
      await this.read(`/api/uploads/${upload}/open`, { as, ...(scan ? { scan } : {}) }, signal);
    });
  }

  private async openFolder(id: string, name: string): Promise<void> {
    await this.work((signal) => this.read(`/api/folders/${id}/open`, {}, signal, name));
  }

  /** Read what was sent; where several series lie in it, ask which. */
  private async read(path: string, asked: Record<string, unknown>, signal: AbortSignal, name = ""): Promise<void> {
    this.tried = { path, asked };
    const answer = await postJson<{ job?: string } & Opened>(path, asked, signal);
    const words = name ? `Reading ${name}` : "Reading the scan";
    const opened = answer.job ? await this.app.track<Opened>(answer.job, words, (job) => this.progress.reading(job, words, signal), signal) : answer;
    if (opened.choose) return this.ask(opened.choose, path, asked);
    await this.app.refresh();
    if (opened.run) return this.goToRun(await this.runOf(opened.run));
    const scan = this.app.scan(typeof opened.scan === "string" ? opened.scan : (opened.scan?.id ?? null));
    this.look(scan);
    if (scan) this.app.say(`Opened ${scan.title}.`);
  }

  private async runOf(run: RunMeta | string): Promise<RunMeta> {
    if (typeof run !== "string") return run;
    return this.app.server.runs.find(({ id }) => id === run) ?? (await getJson<{ meta: RunMeta }>(`/api/runs/${run}`)).meta;
  }

  private ask(choices: Choice[], path: string, asked: Record<string, unknown>): void {
    const buttons = choices.map(({ series, words }) =>
      el("li", {}, el("button", { class: "entry", testid: `series-${series}`, attributes: { type: "button" }, on: { click: () => pick(series) } }, el("span", { class: "entry-title", text: words }))),
    );
    const pick = (series: number | string): void => {
      this.choices.hidden = true;
      void this.work((signal) => this.read(path, { ...asked, series }, signal));
    };
    this.choices.replaceChildren(el("h2", { text: `${choices.length} series lie in it. Which one?` }), el("ul", { class: "entries" }, ...buttons));
    this.choices.hidden = false;
    this.choices.querySelector("button")?.focus();
  }

  /** One after the other: what is dropped while something is read waits for it. */
  private work(job: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.last = this.last.then(() => this.workNow(job));
    return this.last;
  }

  private async workNow(job: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController();
    this.app.say("");
    this.trouble.hidden = true;
    this.choices.hidden = true;
    this.tried = null;
    this.progress.begin(() => abort.abort());
    try {
      await job(abort.signal);
    } catch (fault) {
      this.refuse(fault);
    } finally {
      this.progress.end();
    }
  }

  /** The reader's own sentence stays beside the drop zone until the next try. */
  private refuse(fault: unknown): void {
    if (fault instanceof JobStopped || (fault instanceof DOMException && fault.name === "AbortError")) return this.app.say("Stopped.");
    if (fault instanceof LostServer || !(fault instanceof ServerError)) return this.app.complain(fault);
    this.trouble.replaceChildren(
      el("h2", { text: "This could not be opened" }),
      el("p", { text: inPageWords(fault.message) }),
      el("div", { class: "row open-ways" }, ...this.waysOn(fault.message), this.button("Dismiss", "quiet small", () => (this.trouble.hidden = true))),
    );
    this.trouble.hidden = false;
  }

  /** Buttons that open the same again, otherwise. */
  private waysOn(sentence: string): HTMLElement[] {
    const tried = this.tried;
    if (!tried) return [];
    const again = (asked: Record<string, unknown>) => void this.work((signal) => this.read(tried.path, asked, signal));
    return waysOn(sentence, tried.asked).map(({ text, testid, asked }) => this.button(text, "small", () => again(asked), testid));
  }

  private sendLabels(): void {
    const pieces = piecesOfInput(this.labelsInput);
    this.labelsInput.value = "";
    const scan = this.state.get("scan");
    if (pieces.length && scan) void this.send(pieces, "labels", scan);
  }

  private goToRun(run: RunMeta): void {
    const tab = PAGE_OF_KIND[run.kind];
    if (tab) this.app.goTo(tab, { run: run.id });
    else window.open(`/api/runs/${run.id}/report`, "_blank", "noopener");
  }
}

/** How far sending and reading are, in words and as a bar. */
class Progress {
  readonly box = el("div", { class: "card", testid: "opening", attributes: { hidden: true } });
  private readonly words = el("p", { text: "" });
  private readonly bar = el("progress", { attributes: { max: 1, "aria-label": "Opening" } });
  private stop: () => void = () => {};

  constructor() {
    const stop = el("button", { class: "quiet small", text: "Stop", attributes: { type: "button" }, on: { click: () => this.stop() } });
    this.box.append(this.words, el("div", { class: "row" }, this.bar, stop));
  }

  begin(stop: () => void): void {
    this.stop = stop;
    this.words.textContent = "Starting";
    this.bar.removeAttribute("value");
    this.box.hidden = false;
  }

  sent({ files, of, bytes, ofBytes }: Sent): void {
    this.words.textContent = of > 1 ? `Taking in ${files} of ${of} files, ${size(bytes)} of ${size(ofBytes)}` : `Taking in ${size(bytes)} of ${size(ofBytes)}`;
    this.bar.value = ofBytes ? bytes / ofBytes : 0;
  }

  reading(job: Job, words: string, signal: AbortSignal): void {
    this.words.textContent = signal.aborted ? "Stopping" : job.words || words;
    showShare(this.bar, job);
  }

  end(): void {
    this.box.hidden = true;
  }
}

function section(title: string, entries: HTMLElement[], empty: string | null): HTMLElement[] {
  if (!entries.length && !empty) return [];
  return [el("h2", { class: "list-title", text: title }), entries.length ? el("ul", { class: "entries" }, ...entries) : el("p", { class: "hint", text: empty ?? "" })];
}

function scanWords({ shape, spacing_mm }: ScanMeta): string {
  return `${shape.join(" x ")} voxels of ${spacing_mm.map((mm) => String(Number(mm.toFixed(2)))).join(" x ")} mm`;
}

function runWords({ kind, when }: { kind: string; when: string | null }): string {
  const words = KIND_WORDS[kind] ?? kind;
  return when ? `${words} · ${when.slice(0, 16).replace("T", " ")}` : words;
}
