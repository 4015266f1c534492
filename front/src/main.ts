/** The shell: tabs, messages, the bar of running work, and an eye on whether the server still lives. */

import "./style.css";
import { type Job, JobStopped, LostServer, type ScanMeta, ServerError, type ServerState, getJson } from "./api";
import type { App, Page } from "./app";
import { mountCompare } from "./compare";
import { el, setAttributes } from "./dom";
import { JobBar } from "./jobbar";
import { mountJourney } from "./journey";
import { Messages } from "./messages";
import { mountOpen } from "./open";
import { mountPlan } from "./plan";
import { PageState, TABS, type Tab, currentTab, setTab, subscribe } from "./state";
import { mountTrace } from "./trace";

const LOOK_EVERY_MS = 4000;
const LOST = "azygos has stopped: start it again.";
const ANOTHER_START = "azygos was started anew. Open the address that it printed: this page belongs to the earlier start.";
const PAGES: Record<Tab, { words: string; mount: (host: HTMLElement, app: App) => Page }> = {
  open: { words: "Open", mount: mountOpen },
  plan: { words: "Plan", mount: mountPlan },
  journey: { words: "Journey", mount: mountJourney },
  trace: { words: "Trace", mount: mountTrace },
  compare: { words: "Compare", mount: mountCompare },
};

const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

class Shell implements App {
  private readonly messages = new Messages(byId("said"), byId("alerts"));
  private readonly jobs = new JobBar(byId("jobs"));
  private readonly tabs = new Map<Tab, HTMLButtonElement>();
  private readonly panels = new Map<Tab, HTMLElement>();
  private readonly pages = new Map<Tab, Page>();
  private readonly listeners: ((server: ServerState) => void)[] = [];
  private shown: Tab | null = null;

  constructor(public server: ServerState) {
    byId("page").replaceChildren();
    byId("version").textContent = `azygos ${server.version}`;
    for (const tab of TABS) this.addTab(tab);
    byId("tabs").addEventListener("keydown", (event) => this.onTabKey(event));
    byId("skip").addEventListener("click", (event) => {
      event.preventDefault(); // the address holds the state of the page
      byId("page").focus();
    });
    subscribe(() => this.show(currentTab(), true));
    this.show(currentTab());
    this.watch();
  }

  async refresh(): Promise<ServerState> {
    this.server = await getJson<ServerState>("/api/state");
    for (const listener of this.listeners) listener(this.server);
    return this.server;
  }

  onServer(listener: (server: ServerState) => void): void {
    this.listeners.push(listener);
  }

  scan(id: string | null): ScanMeta | null {
    return this.server.scans.find((scan) => scan.id === id) ?? null;
  }

  goTo(tab: Tab, changes: Record<string, string | number | null> = {}): void {
    new PageState(tab).set(changes);
    setTab(tab);
    this.show(tab, true);
  }

  say(text: string, loud = false): void {
    if (loud && text) this.messages.alert(text);
    else this.messages.quiet(text);
  }

  async track<T>(job: string, words: string, onProgress?: (job: Job<T>) => void, signal?: AbortSignal): Promise<T> {
    return this.jobs.track(job, words, onProgress, signal);
  }

  complain(fault: unknown): void {
    if (fault instanceof JobStopped) return this.say("Stopped.");
    if (fault instanceof DOMException && fault.name === "AbortError") return;
    if (fault instanceof LostServer) return this.messages.alert(LOST, "server", false);
    if (fault instanceof ServerError) return this.messages.alert(fault.message);
    console.error(fault);
    this.messages.alert(`Something went wrong in this page: ${(fault as Error)?.message ?? fault}. Reload it to go on.`);
  }

  // -- tabs ----------------------------------------------------------------------------------------------------

  private addTab(tab: Tab): void {
    const button = el("button", {
      class: "tab",
      text: PAGES[tab].words,
      testid: `tab-${tab}`,
      attributes: { type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": `panel-${tab}` },
      on: { click: () => this.choose(tab) },
    });
    const panel = el("section", {
      class: `panel panel-${tab}`,
      testid: `panel-${tab}`,
      attributes: { role: "tabpanel", id: `panel-${tab}`, "aria-labelledby": `tab-${tab}`, hidden: true },
    });
    this.tabs.set(tab, button);
    this.panels.set(tab, panel);
    byId("tabs").append(button);
    byId("page").append(panel);
  }

  private choose(tab: Tab): void {
    setTab(tab);
    this.show(tab);
  }

  private show(tab: Tab, again = false): void {
    const before = this.shown;
    if (before === tab && !again) return;
    if (before && before !== tab) {
      this.pages.get(before)?.hide();
      this.messages.leave();
    }
    this.shown = tab;
    for (const name of TABS) {
      const chosen = name === tab;
      setAttributes(this.tabs.get(name) as Element, { "aria-selected": String(chosen), tabindex: chosen ? 0 : -1 });
      (this.panels.get(name) as HTMLElement).hidden = !chosen;
    }
    document.title = `${PAGES[tab].words} - azygos`;
    try {
      if (!this.pages.has(tab)) this.pages.set(tab, PAGES[tab].mount(this.panels.get(tab) as HTMLElement, this));
      this.pages.get(tab)?.show(new PageState(tab).all());
    } catch (fault) {
      this.complain(fault);
    }
  }

  /** Arrows move between tabs, as in every tab list. */
  private onTabKey(event: KeyboardEvent): void {
    const now = TABS.indexOf(this.shown as Tab);
    const to: Record<string, number> = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: TABS.length - 1 };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = TABS[(next + TABS.length) % TABS.length] as Tab;
    this.choose(tab);
    this.tabs.get(tab)?.focus();
  }

  // -- the server's life ---------------------------------------------------------------------------------------

  private watch(): void {
    window.addEventListener("unhandledrejection", (event) => this.complain(event.reason));
    window.setInterval(() => {
      if (!document.hidden) void this.look();
    }, LOOK_EVERY_MS);
  }

  private async look(): Promise<void> {
    try {
      const before = this.server;
      this.server = await getJson<ServerState>("/api/state");
      this.messages.clear("server");
      if (known(before) !== known(this.server)) for (const listener of this.listeners) listener(this.server);
    } catch (fault) {
      if (fault instanceof ServerError && fault.status === 403) this.messages.alert(ANOTHER_START, "server", false);
      else if (fault instanceof LostServer) this.complain(fault);
    }
  }
}

/** What of the server's state the pages list. */
function known({ scans, runs, folders }: ServerState): string {
  return JSON.stringify([scans, runs, folders].map((list) => list.map(({ id }) => id)));
}

async function start(): Promise<void> {
  try {
    const server = await getJson<ServerState>("/api/state");
    history.replaceState(null, "", `${location.pathname}${location.hash}`); // the cookie knows the token: keep it out of sight
    new Shell(server);
  } catch (fault) {
    byId("starting").textContent = fault instanceof ServerError ? fault.message : LOST;
    if (!(fault instanceof ServerError || fault instanceof LostServer)) throw fault;
  }
}

void start();
