/** The work that runs behind, at the foot of the page: what it is, how far it is, and a button that stops it. */

import { type Job, stopJob, waitForJob } from "./api";
import { el } from "./dom";

export class JobBar {
  constructor(private readonly host: HTMLElement) {}

  async track<T>(job: string, words: string, onProgress?: (job: Job<T>) => void, signal?: AbortSignal): Promise<T> {
    const row = new Row(job, words);
    this.host.append(row.box);
    try {
      return await waitForJob<T>(
        job,
        (now) => {
          row.show(now);
          onProgress?.(now);
        },
        signal,
      );
    } finally {
      row.box.remove();
    }
  }
}

/** The share that is done; without a first step the bar only moves. */
export function showShare(bar: HTMLProgressElement, { done, total }: Job): void {
  if (done > 0 && total > 0) bar.value = done / total;
  else bar.removeAttribute("value");
}

function share({ done, total }: Job): string {
  if (total <= 1 || done === 0) return "";
  return total === 100 ? `${done} %` : `${done} of ${total}`;
}

class Row {
  readonly box: HTMLElement;
  private readonly bar = el("progress", { attributes: { max: 1 } });
  private readonly count = el("span", { class: "num job-count" });

  constructor(
    job: string,
    private readonly words: string,
  ) {
    this.bar.setAttribute("aria-label", words);
    const stop = el("button", {
      class: "quiet small",
      text: "Stop",
      testid: "stop-job",
      attributes: { type: "button", "aria-label": `Stop: ${words}` },
      on: { click: () => this.stop(job, stop) },
    });
    this.box = el("div", { class: "job", testid: "job" }, el("span", { class: "job-words", text: words }), this.bar, this.count, stop);
  }

  show(job: Job): void {
    showShare(this.bar, job);
    const seconds = job.seconds >= 2 ? ` · ${Math.round(job.seconds)} s` : "";
    const waits = job.state === "waiting" ? "waiting" : share(job);
    this.count.textContent = `${waits}${seconds}`.replace(/^ · /, "");
    (this.box.firstChild as HTMLElement).textContent = job.words || this.words;
  }

  private stop(job: string, button: HTMLButtonElement): void {
    button.disabled = true;
    button.textContent = "Stopping";
    stopJob(job).catch(() => {
      button.disabled = false;
      button.textContent = "Stop";
    });
  }
}
