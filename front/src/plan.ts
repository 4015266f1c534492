import type { App, Page } from "./app";
import { el } from "./dom";

export function mountPlan(host: HTMLElement, _app: App): Page {
  host.append(el("p", { class: "empty", text: "Not built yet." }));
  return { show() {}, hide() {} };
}
