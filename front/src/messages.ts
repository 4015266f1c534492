/** What the page says: quiet words at the foot (role=status), loud ones in a strip above the page (role=alert). */

import { el } from "./dom";

export class Messages {
  private readonly loud = new Map<string, HTMLElement>();

  constructor(
    private readonly foot: HTMLElement,
    private readonly strip: HTMLElement,
  ) {}

  quiet(text: string): void {
    this.foot.textContent = text;
  }

  /** The same text is shown once; `name` lets a later one take its place or `clear` take it away. */
  alert(text: string, name = text, canClose = true): void {
    const shown = this.loud.get(name);
    if (shown?.dataset["text"] === text) return;
    shown?.remove();
    const close = el("button", { class: "quiet small", text: "Dismiss", attributes: { type: "button" }, on: { click: () => this.clear(name) } });
    const strip = el("div", { class: "alert", testid: "alert" }, el("p", { text }), canClose && close);
    strip.dataset["text"] = text;
    this.loud.set(name, strip);
    this.strip.append(strip);
    const most = [...this.loud.keys()];
    if (most.length > 3) this.clear(most[0] as string);
  }

  clear(name: string): void {
    this.loud.get(name)?.remove();
    this.loud.delete(name);
  }

  /** Take away what belongs to the page that was left; what cannot be closed stays. */
  leave(): void {
    for (const [name, strip] of this.loud) if (strip.querySelector("button")) this.clear(name);
  }
}
