// Fields of the Plan page: a label above a control that follows the draft, and a place for the server's sentence.

import { el, labelled, setAttributes } from "./dom";
import type { Draft } from "./plan_model";

export type Control = HTMLInputElement | HTMLSelectElement;

/** Controls that show the draft, and tell of a change the person makes. */
export class Fields {
  private bound: { control: Control; read: () => string }[] = [];

  constructor(private readonly changed: (when: "now" | "soon", moved: boolean) => void) {}

  /** Forget the controls that `host` holds; they are about to be made anew. */
  forget(host: HTMLElement): void {
    this.bound = this.bound.filter(({ control }) => !host.contains(control));
  }

  /** Put the draft's values into all controls but the one that is being typed in. */
  sync(): void {
    for (const { control, read } of this.bound) {
      if (control === document.activeElement && control instanceof HTMLInputElement) continue;
      const value = read();
      if (control.value !== value) control.value = value;
    }
  }

  number(wishes: NumberWishes): HTMLElement {
    const { read, write, step, min, max, testid, title } = wishes;
    const control = el("input", {
      testid: testid ?? "",
      attributes: { type: "number", inputmode: "decimal", step, min, max, title, autocomplete: "off" },
    });
    if (!testid) control.removeAttribute("data-testid");
    const show = () => {
      const value = read();
      return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : "";
    };
    control.value = show();
    control.addEventListener("input", () => {
      const number = control.valueAsNumber;
      const whole = Number.isFinite(number);
      setAttributes(control, { "aria-invalid": whole ? null : "true" });
      if (!whole) return;
      write(number);
      this.changed("soon", wishes.moves ?? false);
    });
    control.addEventListener("blur", () => {
      setAttributes(control, { "aria-invalid": null });
      control.value = show();
    });
    this.bound.push({ control, read: show });
    return field(wishes.words, control, title);
  }

  choice(wishes: ChoiceWishes): HTMLElement {
    const control = el("select", { attributes: { title: wishes.title } });
    if (wishes.testid) control.dataset["testid"] = wishes.testid;
    for (const [value, words] of wishes.options) control.append(el("option", { text: words, attributes: { value } }));
    const read = () => {
      const value = wishes.read();
      if (![...control.options].some((one) => one.value === value)) {
        control.append(el("option", { text: value || "–", attributes: { value } }));
      }
      return value;
    };
    control.value = read();
    control.addEventListener("change", () => {
      wishes.write(control.value);
      this.changed("now", wishes.moves ?? false);
    });
    this.bound.push({ control, read });
    return field(wishes.words, control, wishes.title);
  }
}

interface NumberWishes {
  words: string;
  title?: string;
  testid?: string;
  step: number | "any";
  min?: number;
  max?: number;
  moves?: boolean; // it moves a needle, which can be undone
  read(): number;
  write(value: number): void;
}

interface ChoiceWishes {
  words: string;
  title?: string;
  testid?: string;
  moves?: boolean;
  options: [string, string][];
  read(): string;
  write(value: string): void;
}

function field(words: string, control: Control, title: string | undefined): HTMLElement {
  const made = labelled(words, control);
  if (title) made.title = title;
  return made;
}

export function button(words: string, click: () => void, wishes: { title?: string; class?: string; testid?: string } = {}): HTMLButtonElement {
  const made = el("button", { text: words, attributes: { type: "button", title: wishes.title }, on: { click } });
  if (wishes.class) made.className = wishes.class;
  if (wishes.testid) made.dataset["testid"] = wishes.testid;
  return made;
}

/** A part of the form under its heading, with a place for a sentence about it. */
export class Part {
  readonly element: HTMLElement;
  readonly body = el("div", { class: "part-body" });
  readonly aside = el("span", { class: "part-aside" });
  private readonly wrong = el("p", { class: "wrong", attributes: { role: "alert" } });

  constructor(heading: string, testid: string) {
    const head = el("div", { class: "part-head" }, el("h2", { text: heading }), this.aside);
    this.element = el("section", { class: "part", testid }, head, this.body, this.wrong);
    this.complain("");
  }

  complain(sentence: string): void {
    this.wrong.textContent = sentence;
    this.wrong.hidden = !sentence;
    this.element.classList.toggle("has-wrong", Boolean(sentence));
  }

  /** Empty it, to be filled anew. */
  clear(fields: Fields): HTMLElement {
    fields.forget(this.body);
    this.body.replaceChildren();
    return this.body;
  }

  reveal(): void {
    this.element.scrollIntoView({ block: "nearest" });
  }
}

/** What the form asks of the page. */
export interface FormHooks {
  draft(): Draft;
  changed(when: "now" | "soon", moved: boolean): void;
  suggest(side: "left" | "right"): void;
  undo(): void;
  pickBody(): void;
}
