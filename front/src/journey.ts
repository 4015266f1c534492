/** The Journey page: where the cement is at a time, from the first second to three months, and what the body says to it. */

import "./journey.css";
import { type RunMeta, ServerError, getJson } from "./api";
import type { App, Page } from "./app";
import { el, labelled } from "./dom";
import { type Branch, type Chart, type JourneyEvent, type JourneyResult, type Moving, chartsOf, frameAt } from "./journey_api";
import { Accounts, type Row } from "./journey_account";
import { JourneyPicture } from "./journey_picture";
import { LineChart } from "./linechart";
import { runLink } from "./run_controls";
import { PageState } from "./state";
import { DAY, LAST_S, TICKS, shareOf, timeAt, timeWords } from "./timescale";

const STEPS = 1000; // of the slider
const PLAY_S = 40; // from end to end
const MORE = 3; // how many charts stand fixed; one more can be chosen
const ROOM_WORDS: Record<string, string> = { bone: "Bone", veins: "Veins", heart: "Heart", lungs: "Lungs", body: "Body", care: "Care", clot: "Clot" };

export function mountJourney(host: HTMLElement, app: App): Page {
  const page = new JourneyPage(host, app);
  return { show: (state) => page.show(state), hide: () => page.hide() };
}

class JourneyPage {
  private readonly address = new PageState("journey");
  private readonly runs = el("select", { testid: "journey-run" });
  private readonly branches = el("div", { class: "segments", attributes: { role: "group", "aria-label": "What is done" } });
  private readonly links = el("p", { class: "journey-links" });
  private readonly picture: JourneyPicture;
  private readonly clock = el("p", { class: "journey-clock num", testid: "clock" });
  private readonly happening = el("p", { class: "journey-now", testid: "now", attributes: { role: "status" } });
  private readonly next = el("p", { class: "hint" });
  private readonly account = el("div", { testid: "account" });
  private readonly events = el("ol", { class: "journey-events", testid: "events" });
  private readonly charts: LineChart[] = [];
  private readonly other = el("select", { testid: "other-chart" });
  private readonly slider = el("input", { testid: "time-slider", attributes: { type: "range", min: 0, max: STEPS, step: 1, "aria-label": "Time: arrows go from instant to instant, page keys from event to event" } });
  private readonly playButton = el("button", { class: "primary journey-play", text: "Play", testid: "play", attributes: { type: "button" } });
  private readonly zoomButton = el("button", { class: "small", testid: "close-up", text: "Close-up of the cement", attributes: { type: "button", "aria-pressed": "false" } });
  private readonly whole = el("div", { class: "journey" });
  private readonly empty = el("p", { class: "empty journey-empty" });
  private run: string | null = null;
  private moving: Moving | null = null;
  private accounts: Accounts | null = null;
  private branch = 0;
  private time = 1;
  private frame: number | null = null;
  private bone = 0;
  private shownEvent = -1;
  private playing = 0;
  private list: JourneyEvent[] = [];
  private visible = false;

  constructor(
    host: HTMLElement,
    private readonly app: App,
  ) {
    host.append(this.empty, this.whole);
    const figure = el("div", { class: "journey-figure" });
    this.whole.append(this.top(), figure, this.middle(), this.right(), this.foot());
    this.picture = new JourneyPicture(figure);
    this.picture.onZoom = (close) => {
      this.zoomButton.setAttribute("aria-pressed", String(close));
      this.zoomButton.textContent = close ? "Whole body" : "Close-up of the cement";
    };
    figure.append(legend());
    this.zoomButton.addEventListener("click", () => {
      const close = this.zoomButton.getAttribute("aria-pressed") !== "true";
      close ? this.picture.closeUp() : this.picture.whole();
      this.address.set({ view: close ? "near" : null });
    });
    this.listen();
    app.onServer(() => this.visible && this.offerRuns());
  }

  show(state: URLSearchParams): void {
    this.visible = true;
    this.offerRuns();
    const run = state.get("run") ?? this.known()[0]?.id ?? null;
    const time = Number(state.get("time") ?? Number.NaN);
    this.time = Number.isFinite(time) ? Math.min(LAST_S, Math.max(0, time)) : this.time;
    if (run !== this.run) void this.open(run, state);
    else if (this.moving) {
      this.chooseBranch(Number(state.get("branch") ?? 0));
      this.showTime();
    }
  }

  hide(): void {
    this.visible = false;
    this.pause();
  }

  // -- the run -------------------------------------------------------------------------------------------------

  private known(): RunMeta[] {
    return this.app.server.runs.filter((run) => run.kind === "journey" || run.kind === "demo");
  }

  private offerRuns(): void {
    const runs = this.known();
    this.runs.replaceChildren(...runs.map((run) => el("option", { text: run.name, attributes: { value: run.id } })));
    if (this.run) this.runs.value = this.run;
    if (!runs.length) this.setEmpty("No journey is open. Open the folder of a run of azygos demo or azygos journey on the Open page.");
  }

  private setEmpty(words: string): void {
    this.empty.textContent = words;
    this.empty.hidden = !words;
    this.whole.hidden = words !== "";
  }

  private async open(run: string | null, state: URLSearchParams): Promise<void> {
    this.pause();
    this.run = run;
    this.moving = null;
    if (!run) return;
    this.setEmpty("");
    this.runs.value = run;
    try {
      const [moving, { result }] = await Promise.all([
        getJson<Moving>(`/api/runs/${run}/moving`),
        getJson<{ result: JourneyResult }>(`/api/runs/${run}`),
      ]);
      if (run !== this.run) return;
      [this.moving, this.accounts] = [moving, new Accounts(moving, result)];
      this.fill(moving, state);
    } catch (fault) {
      if (run !== this.run) return;
      this.run = null;
      if (!(fault instanceof ServerError)) return this.app.complain(fault);
      this.setEmpty(fault.message);
      this.empty.append(" ", runLink(run, "report", "Its report"));
    }
  }

  private fill(moving: Moving, state: URLSearchParams): void {
    this.links.replaceChildren(runLink(this.run as string, "report", "Report"), runLink(this.run as string, "brief", "Brief"));
    this.branches.replaceChildren(
      ...moving.branches.map((branch, n) =>
        el("button", {
          text: branch.name[0]?.toUpperCase() + branch.name.slice(1),
          testid: `branch-${n}`,
          attributes: { type: "button", title: branchWords(branch) },
          on: { click: () => this.userBranch(n) },
        }),
      ),
    );
    this.picture.setMoving(moving);
    if (state.get("view") === "near") this.picture.closeUp();
    this.fillOther(state.get("chart"));
    if (!state.has("time")) this.time = this.accounts?.settled_s ?? 1; // all cement is where it went
    this.chooseBranch(Number(state.get("branch") ?? 0));
    this.showTime();
  }

  private fillOther(wanted: string | null): void {
    const rest = this.chartList().slice(MORE);
    this.other.replaceChildren(...rest.map(({ title, unit }) => el("option", { text: `${title} (${unit})`, attributes: { value: title } })));
    const chosen = rest.find(({ title }) => title === wanted) ?? rest.find(({ title }) => /saturation/i.test(title)) ?? rest[0];
    this.other.value = chosen?.title ?? "";
    (this.other.parentElement as HTMLElement).hidden = rest.length === 0;
  }

  private chartList(): Chart[] {
    const branch = this.moving?.branches[this.branch];
    return this.moving && branch ? chartsOf(this.moving, branch) : [];
  }

  // -- branches ------------------------------------------------------------------------------------------------

  private userBranch(n: number): void {
    this.chooseBranch(n);
    this.address.set({ branch: n || null });
    this.showTime();
  }

  private chooseBranch(n: number): void {
    const count = this.moving?.branches.length ?? 0;
    this.branch = Number.isInteger(n) && n >= 0 && n < count ? n : 0;
    this.frame = null;
    [...this.branches.children].forEach((button, at) => button.setAttribute("aria-pressed", String(at === this.branch)));
    this.list = this.eventsOf(this.moving?.branches[this.branch]);
    this.events.replaceChildren(...this.list.map((event, at) => this.eventRow(event, at)));
    this.fillCharts();
  }

  /** What happens on a branch: without a removal nothing is taken out on it. */
  private eventsOf(branch: Branch | undefined): JourneyEvent[] {
    if (!this.moving || !branch) return [];
    return this.moving.events.filter((event) => {
      if (event.time_s > LAST_S) return false;
      const takesOut = /takes? out/.test(event.what) && event.room === "care";
      return !takesOut || (branch.removed_day !== null && Math.abs(branch.removed_day * DAY - event.time_s) < DAY);
    });
  }

  private fillCharts(): void {
    const all = this.chartList();
    const shown = [...all.slice(0, MORE), ...all.slice(MORE).filter(({ title }) => title === this.other.value)];
    this.charts.forEach((chart, n) => {
      const one = shown[n];
      chart.box.hidden = !one;
      if (one) chart.set(one.title, one.unit, one.curves);
      chart.setTime(this.time);
    });
  }

  // -- time ----------------------------------------------------------------------------------------------------

  private setTime(time_s: number, write = true): void {
    this.time = Math.min(LAST_S, Math.max(0, time_s));
    this.showTime();
    if (write) this.address.set({ time: Number(this.time.toPrecision(6)) });
  }

  private showTime(): void {
    const branch = this.moving?.branches[this.branch];
    if (!this.moving || !branch) return;
    this.slider.value = String(Math.round(shareOf(this.time) * STEPS));
    this.slider.setAttribute("aria-valuetext", timeWords(this.time));
    const clock = timeWords(this.time);
    this.clock.textContent = clock.replace("day", "Day");
    this.showEvents();
    const frame = frameAt(branch, this.time);
    const account = this.accounts?.at(branch, this.time) ?? [];
    this.showAccount(account);
    const bone = account.find(({ room }) => room === "bone")?.ml ?? 0;
    if (frame !== this.frame || bone !== this.bone) {
      [this.frame, this.bone] = [frame, bone];
      this.picture.setPieces(branch.pieces[frame] ?? [], this.lodgedBy(this.time), bone);
    }
    for (const chart of this.charts) chart.setTime(this.time);
  }

  private showEvents(): void {
    const past = this.list.filter((event) => event.time_s <= this.time + 1e-6);
    const last = past.at(-1)?.time_s;
    const now = past.filter((event) => event.time_s === last);
    const since = last !== undefined && this.time > 1.05 * last + 2 ? `Since ${timeWords(last)}: ` : "";
    const words = since + now.map(({ what }) => what).join(" ") || "The needle lies in the bone.";
    if (this.happening.textContent !== words) {
      this.happening.textContent = words;
      this.picture.describe(words);
    }
    const ahead = this.list.find((event) => event.time_s > this.time + 1e-6);
    this.next.textContent = ahead ? `Next, ${timeWords(ahead.time_s)}: ${short(ahead.what)}` : this.time < LAST_S ? "Nothing more happens until month 3." : "The picture ends here.";
    const at = past.length - 1;
    [...this.events.children].forEach((row, n) => {
      const button = row.firstElementChild as HTMLElement;
      button.classList.toggle("past", n <= at);
      if (n === at) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    if (at !== this.shownEvent) this.bringIntoView(this.events.children[at] as HTMLElement | undefined);
    this.shownEvent = at;
  }

  /** The list alone scrolls, not the page. */
  private bringIntoView(row: HTMLElement | undefined): void {
    if (!row) return;
    const [list, place] = [this.events.getBoundingClientRect(), row.getBoundingClientRect()];
    if (place.top < list.top) this.events.scrollTop -= list.top - place.top;
    else if (place.bottom > list.bottom) this.events.scrollTop += place.bottom - list.bottom;
  }

  private lodgedBy(time_s: number): Set<string> {
    const found = new Set<string>();
    for (const { time_s: when, what } of this.list) {
      const told = /^(?:The (?:cord|piece) )?(\S+) (?:stops|lodges) in /.exec(what);
      if (told?.[1] && when <= time_s + 1e-6) found.add(told[1]);
    }
    return found;
  }

  private showAccount(rows: Row[]): void {
    const about = rows.some((row) => row.about);
    const most = this.accounts?.injected_ml ?? 1;
    this.account.replaceChildren(
      el(
        "table",
        { class: "plain account" },
        el("caption", { text: "Where the cement is (mL)" }),
        el("tbody", {}, ...rows.map((row) => accountRow(row, most))),
      ),
      el("p", { class: "hint", text: about ? "~ from the drawing while it moves." : "The run's account." }),
    );
  }

  // -- playing -------------------------------------------------------------------------------------------------

  private toggle(): void {
    this.playing ? this.pause() : this.play();
  }

  private play(): void {
    if (!this.moving) return;
    if (shareOf(this.time) >= 1) this.setTime(1);
    let before = performance.now();
    let share = shareOf(this.time);
    const step = (now: number): void => {
      share += (now - before) / 1000 / PLAY_S;
      before = now;
      this.setTime(timeAt(share), false);
      if (share >= 1) this.pause();
      else this.playing = requestAnimationFrame(step);
    };
    this.playing = requestAnimationFrame(step);
    this.playButton.textContent = "Pause";
  }

  private pause(): void {
    if (!this.playing) return;
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.playButton.textContent = "Play";
    this.setTime(this.time);
  }

  /** To the next event in a direction, or to the next instant that was computed. */
  private jump(way: 1 | -1, events = false): void {
    const branch = this.moving?.branches[this.branch];
    if (!branch) return;
    const times = [1, LAST_S, ...this.list.map((event) => event.time_s), ...(events ? [] : branch.times_s)];
    const stops = [...new Set(times)].filter((time) => time >= 1 && time <= LAST_S).sort((a, b) => a - b);
    const to = way > 0 ? stops.find((time) => time > this.time + 1e-3) : stops.filter((time) => time < this.time - 1e-3).at(-1);
    if (to !== undefined) this.setTime(to);
  }

  private listen(): void {
    this.slider.addEventListener("input", () => {
      this.pause();
      this.setTime(timeAt(Number(this.slider.value) / STEPS));
    });
    this.slider.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowUp: 1, PageUp: 1, ArrowLeft: -1, ArrowDown: -1, PageDown: -1 }[event.key] as 1 | -1 | undefined;
      if (!way) return;
      event.preventDefault();
      this.pause();
      this.jump(way, event.key.startsWith("Page"));
    });
    this.playButton.addEventListener("click", () => this.toggle());
    this.runs.addEventListener("change", () => {
      this.address.set({ run: this.runs.value, time: null, branch: null, chart: null });
      void this.open(this.runs.value, new URLSearchParams());
    });
    this.other.addEventListener("change", () => {
      this.address.set({ chart: this.other.value });
      this.fillCharts();
    });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /** Keys that work wherever the person is on this page, but in a control that has its own use for them. */
  private key(event: KeyboardEvent): void {
    if (!this.visible || !this.moving || event.ctrlKey || event.altKey || event.metaKey) return;
    if ((event.target as Element).closest("input, select, textarea, button, a, [role=tab]")) return;
    const acts: Record<string, () => void> = {
      " ": () => this.toggle(),
      ArrowRight: () => this.jump(1),
      ArrowLeft: () => this.jump(-1),
      Home: () => this.setTime(1),
      End: () => this.setTime(LAST_S),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    if (event.key !== " ") this.pause();
    act();
  }

  // -- building ------------------------------------------------------------------------------------------------

  private top(): HTMLElement {
    const box = labelled("Run", this.runs);
    box.classList.add("inline-field");
    return el("div", { class: "journey-top" }, box, this.branches, this.links);
  }

  private middle(): HTMLElement {
    return el(
      "div",
      { class: "journey-middle" },
      el("section", { class: "card journey-card", attributes: { "aria-label": "Now" } }, this.clock, this.happening, this.next),
      el("section", { class: "card", attributes: { "aria-label": "Where the cement is" } }, this.account),
      el("section", { class: "card journey-list", attributes: { "aria-label": "Events" } }, el("h2", { text: "Events" }), this.events),
    );
  }

  private right(): HTMLElement {
    const box = el("div", { class: "journey-charts" });
    for (let n = 0; n <= MORE; n += 1) {
      if (n === MORE) {
        const field = labelled("Also show", this.other);
        field.classList.add("inline-field");
        box.append(field);
      }
      const chart = new LineChart(box);
      chart.onTime = (share) => {
        this.pause();
        this.setTime(timeAt(share));
      };
      this.charts.push(chart);
    }
    return box;
  }

  private foot(): HTMLElement {
    const ticks = TICKS.filter(([, words]) => words).map(([time, words]) => {
      const tick = el("button", { class: "tick", attributes: { type: "button", tabindex: -1, title: `Go to ${words}` }, on: { click: () => this.setTime(time) } }, el("span", { text: words }));
      tick.style.setProperty("--at", String(shareOf(time)));
      return tick;
    });
    const back = el("button", { text: "◂ Step", testid: "step-back", attributes: { type: "button", "aria-label": "Step back" }, on: { click: () => this.jump(-1) } });
    const on = el("button", { text: "Step ▸", testid: "step-on", attributes: { type: "button", "aria-label": "Step on" }, on: { click: () => this.jump(1) } });
    return el(
      "div",
      { class: "journey-foot" },
      el("div", { class: "row" }, this.playButton, back, on, this.zoomButton),
      el("div", { class: "time-rail" }, this.slider, el("div", { class: "ticks" }, ...ticks)),
    );
  }

  private eventRow(event: JourneyEvent, at: number): HTMLElement {
    return el(
      "li",
      {},
      el(
        "button",
        {
          class: "event",
          testid: `event-${at}`,
          attributes: { type: "button" },
          on: {
            click: () => {
              this.pause();
              this.setTime(Math.max(event.time_s, 1e-3));
            },
          },
        },
        el("span", { class: "num event-time", text: timeWords(event.time_s) }),
        el("span", {}, el("span", { class: `room room-${event.room}`, text: ROOM_WORDS[event.room] ?? event.room }), ` ${event.what}`),
      ),
    );
  }
}

function branchWords(branch: Branch): string {
  return branch.removed_day === null ? "No cement is taken out" : `Cement is taken out on day ${branch.removed_day}`;
}

function short(text: string): string {
  return text.length > 90 ? `${text.slice(0, 87).trimEnd()}...` : text;
}

function accountRow({ place, ml, about }: Row, most: number): HTMLElement {
  const bar = el("span", { class: "account-bar" });
  bar.style.setProperty("--share", String(Math.min(1, ml / most)));
  const amount = ml >= 0.005 || ml === 0 ? `${about && ml ? "~" : ""}${ml.toFixed(2)}` : "< 0.01";
  return el("tr", {}, el("th", { text: place, attributes: { scope: "row" } }), el("td", {}, bar), el("td", { class: "num amount", text: amount }));
}

function legend(): HTMLElement {
  const key = (name: string, words: string): HTMLElement => el("span", {}, el("i", { class: `key key-${name}` }), words);
  return el("p", { class: "journey-legend" }, key("veins", "veins"), key("heart", "heart"), key("lungs", "lung arteries"), key("cement", "cement"), key("ball", "in bone, by volume"), key("lodged", "lodged"));
}
