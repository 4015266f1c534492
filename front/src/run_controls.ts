/** What the pages of finished runs share: how far a job is, choosing a run or a scan, links to its report and brief. */

import { type Job, stopJob } from "./api";
import { el } from "./dom";

/** How far a job is, and a button that stops it. */
export class Progress {
  readonly box = el("div", { class: "row run-progress", attributes: { hidden: true } });
  running = false;
  private job = "";
  private readonly bar = el("progress", { attributes: { max: 1, "aria-label": "Progress" } });
  private readonly words = el("span", { class: "hint" });

  constructor() {
    const stop = el("button", { class: "small", text: "Stop", testid: "stop-run", attributes: { type: "button" }, on: { click: () => void stopJob(this.job) } });
    this.box.append(this.bar, this.words, stop);
  }

  begin(job: string): void {
    [this.job, this.running, this.box.hidden] = [job, true, false];
    this.words.textContent = "Starting";
    this.bar.removeAttribute("value");
  }

  show(now: Job): void {
    const share = now.total > 0 ? now.done / now.total : null;
    if (share === null || now.done === 0) this.bar.removeAttribute("value");
    else this.bar.value = share;
    const waits = now.state === "waiting" ? "Waits for other work" : now.words || "Working";
    this.words.textContent = `${waits}${share ? `, ${Math.round(100 * share)} %` : ""} · ${Math.round(now.seconds)} s`;
  }

  end(): void {
    [this.running, this.box.hidden] = [false, true];
  }
}

export function fillSelect(select: HTMLSelectElement, options: [string, string][], chosen: string | null, none: string): void {
  const known = options.some(([id]) => id === chosen);
  const first = options.length === 0 ? none : known ? null : "choose";
  select.replaceChildren(
    ...(first ? [el("option", { text: first, attributes: { value: "", disabled: options.length > 0, selected: true } })] : []),
    ...options.map(([value, text]) => el("option", { text, attributes: { value } })),
  );
  if (known) select.value = chosen as string;
  else if (options.length === 1 && none) select.value = "";
  select.disabled = options.length === 0;
}

export function runLink(run: string, part: "report" | "brief", text: string): HTMLElement {
  return el("a", { text, testid: `run-${part}`, attributes: { href: `/api/runs/${run}/${part}`, target: "_blank", rel: "noopener" } });
}
