/** What the shell gives to every page, and what a page gives to the shell. */

import type { Job, ScanMeta, ServerState } from "./api";
import type { Tab } from "./state";

export interface Page {
  /** The page comes into view; `state` holds its own keys of the address. Called again when the address changes. */
  show(state: URLSearchParams): void;
  hide(): void;
}

export interface App {
  /** What the server said last; `refresh()` asks again, `onServer` hears of every answer. */
  readonly server: ServerState;
  refresh(): Promise<ServerState>;
  onServer(listener: (server: ServerState) => void): void;
  scan(id: string | null): ScanMeta | null;
  /** Go to another page, setting some of its keys on the way: `app.goTo("trace", {run: "r1"})`. */
  goTo(tab: Tab, changes?: Record<string, string | number | null>): void;
  /** A quiet word (role=status), or a loud one (role=alert). An empty text clears the quiet one. */
  say(text: string, loud?: boolean): void;
  /**
   * Show a job in the bar at the foot with its progress and a stop button, and wait for its result.
   *
   * Throws as waitForJob; `complain` puts any such fault into the message area and knows what to keep quiet about.
   */
  track<T>(job: string, words: string, onProgress?: (job: Job<T>) => void, signal?: AbortSignal): Promise<T>;
  complain(fault: unknown): void;
}
