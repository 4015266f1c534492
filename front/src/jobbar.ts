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
    if (job.total > 0) this.bar.value = job.done / job.total;
    else this.bar.removeAttribute("value");
    const seconds = job.seconds >= 2 ? ` · ${Math.round(job.seconds)} s` : "";
    const waits = job.state === "waiting" ? "waiting" : job.total > 1 ? `${job.done} of ${job.total}` : "";
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
