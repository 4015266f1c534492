/** What changed between two dates, as a list: each change as a word, a colour, its volumes and how sure that is. */

import type { Vec3 } from "./api";
import { el } from "./dom";
import type { Affine } from "./linking";
import { type Place, type Range, mlWords, mmWords } from "./trace_api";
import { withArrows } from "./trace_lists";

interface Dated {
  piece: number;
  pieces?: number[];
  centre_mm: Vec3;
}

export interface Change {
  verdict: string;
  words: string;
  place: Place;
  first: Dated | null;
  second: Dated | null;
  first_mm: Vec3;
  second_mm: Vec3;
  moved_mm: Range | null;
  least_move_mm: number;
  first_ml: Range | null;
  second_ml: Range | null;
  change_ml: Range | null;
  least_change_ml: number;
  registration_error_mm: Range;
}

export interface Compared {
  summary: Record<string, number>;
  changes: Change[];
  scans: [string, string] | null;
  to_second: { start: Affine | null };
  run_notes?: string[];
}

/** Verdicts in words, with the class that colours them; what asks for a look comes first. */
const VERDICTS: Record<string, string> = {
  new: "new",
  gone: "gone",
  moved: "moved",
  "moved and changed": "moved",
  changed: "changed",
  "cannot tell": "unsure",
  unchanged: "same",
};

/** Ring colours on dark planes, after Okabe and Ito. */
const COLOURS: Record<string, string> = { new: "#ff9d5c", gone: "#e3a6c8", moved: "#ffc44d", changed: "#f0e442", same: "#5fd0ad", unsure: "#c3ccd5" };

export function colourOf({ verdict }: Change): string {
  return COLOURS[VERDICTS[verdict] ?? "unsure"] as string;
}

/** "2 gone, 1 cannot tell, 11 unchanged" */
export function summaryWords(summary: Record<string, number>): string {
  const counts = Object.keys(VERDICTS).flatMap((verdict) => (summary[verdict] ? [`${summary[verdict]} ${verdict}`] : []));
  return counts.join(", ") || "No cement on either date.";
}

export function changeList(changes: Change[], chosen: number | null, onChange: (n: number) => void): HTMLElement {
  return withArrows(el("ul", { class: "trace-rows" }, ...changes.map((change, n) => changeRow(change, n, n === chosen, onChange))));
}

function changeRow(change: Change, n: number, open: boolean, onChange: (n: number) => void): HTMLElement {
  const kind = VERDICTS[change.verdict] ?? "unsure";
  return el(
    "li",
    { class: open ? "open" : "" },
    el(
      "button",
      { class: "trace-row", testid: `change-row-${n}`, attributes: { type: "button", "aria-expanded": String(open), "data-row": true }, on: { click: () => onChange(n) } },
      el("span", { class: `number verdict-${kind}`, text: String(n + 1) }),
      el(
        "span",
        { class: "trace-words" },
        el("span", { class: "trace-title" }, el("b", { text: change.place.words }), el("span", { class: `tag verdict-${kind}`, text: verdictWords(change) })),
        el("span", { class: "num", text: volumeWords(change) }),
        el("span", { text: change.words }),
      ),
    ),
    open && details(change),
  );
}

function verdictWords({ verdict, least_move_mm, moved_mm }: Change): string {
  if (verdict === "unchanged") return `unchanged within ${mmWords(least_move_mm)}`;
  if (/moved/.test(verdict) && moved_mm) return `${verdict}, ${mmWords(moved_mm.value)}`;
  return verdict;
}

function volumeWords({ first_ml, second_ml }: Change): string {
  const words = (range: Range | null): string => (range ? mlWords(range) : "not seen");
  return `${words(first_ml)} → ${words(second_ml)}`;
}

function details(change: Change): HTMLElement {
  const range = ({ value, low, high }: Range, unit: string, digits: number): string => `${value.toFixed(digits)} ${unit} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
  const rows: [string, string][] = [
    ["Moved", change.moved_mm ? range(change.moved_mm, "mm", 1) : "not on both dates"],
    ["Smallest visible move", mmWords(change.least_move_mm)],
    ["Volume change", change.change_ml ? range(change.change_ml, "mL", 3) : "not on both dates"],
    ["Smallest visible change", `${change.least_change_ml.toFixed(3)} mL`],
    ["Registration error here", range(change.registration_error_mm, "mm", 1)],
  ];
  const table = el("table", { class: "plain" }, el("tbody", {}, ...rows.map(([name, text]) => el("tr", {}, el("th", { text: name, attributes: { scope: "row" } }), el("td", { class: "num", text })))));
  return el("div", { class: "trace-details" }, table);
}
