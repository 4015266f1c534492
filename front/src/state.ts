/**
 * What the page shows, kept in the address after the `#`, so that a reload or a bookmark brings it back.
 *
 * `#tab=plan&plan.body=b1&trace.run=r1`: every page has its own keys behind its name and a dot.
 */

export type Tab = "open" | "plan" | "journey" | "trace" | "compare";
export const TABS: Tab[] = ["open", "plan", "journey", "trace", "compare"];

type Changes = Record<string, string | number | null>;

function read(): URLSearchParams {
  return new URLSearchParams(location.hash.slice(1));
}

function write(all: URLSearchParams, step = false): void {
  const text = all.toString().replaceAll("%2C", ",");
  if (text === location.hash.slice(1)) return;
  if (step) history.pushState(null, "", `#${text}`);
  else history.replaceState(null, "", `#${text}`);
}

export function currentTab(): Tab {
  const tab = read().get("tab") as Tab | null;
  return tab && TABS.includes(tab) ? tab : "open";
}

/** A step in the browser's history: back goes to the page before. */
export function setTab(tab: Tab): void {
  const all = read();
  all.set("tab", tab);
  write(all, true);
}

/** One page's part of the address. */
export class PageState {
  constructor(private readonly page: Tab) {}

  /** All of this page's keys, without the page's name. */
  all(): URLSearchParams {
    const mine = new URLSearchParams();
    for (const [key, value] of read()) {
      if (key.startsWith(`${this.page}.`)) mine.set(key.slice(this.page.length + 1), value);
    }
    return mine;
  }

  get(key: string): string | null {
    return read().get(`${this.page}.${key}`);
  }

  getNumber(key: string, otherwise: number): number {
    const value = this.get(key);
    const number = value === null || value === "" ? Number.NaN : Number(value);
    return Number.isFinite(number) ? number : otherwise;
  }

  /** Set some keys; null takes a key away. */
  set(changes: Changes): void {
    const all = read();
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) all.delete(`${this.page}.${key}`);
      else all.set(`${this.page}.${key}`, String(value));
    }
    write(all);
  }
}

/** Hear of a change that the person made in the address itself (back, forward, by hand). */
export function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}
