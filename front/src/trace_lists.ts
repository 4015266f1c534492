/** The lists beside the planes: pieces, path, what is not cement, levels, and what the scan cannot show. */

import type { Vec3 } from "./api";
import { el, labelled } from "./dom";
import { pathSketch } from "./trace_sketch";
import {
  type Note,
  type Range,
  type Traced,
  type TracedPiece,
  certaintyWords,
  markedWrong,
  mlWords,
  mmWords,
  originWords,
  percent,
  siteWords,
  whenWords,
} from "./trace_api";

export interface Wishes {
  piece(piece: number | null): void;
  fly(lps: Vec3, label: string, across_mm?: number): void;
  walk(piece: TracedPiece, share: number): void;
  wrong(piece: number, wrong: boolean): void;
}

export function pieceList(traced: Traced, chosen: number | null, wishes: Wishes): HTMLElement {
  if (!traced.pieces.length) return el("p", { class: "empty", text: "No piece of cement was found. See Limits for what this scan could not show." });
  const rows = traced.pieces.map((piece) => pieceRow(piece, traced.notes, piece.piece === chosen, wishes));
  return withArrows(el("ul", { class: "trace-rows" }, ...rows));
}

/** Up and down go from row to row. */
export function withArrows<E extends HTMLElement>(list: E): E {
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
    const at = rows.indexOf(event.target as HTMLElement);
    if (!step || at < 0) return;
    event.preventDefault();
    rows[at + step]?.focus();
  });
  return list;
}

function pieceRow(piece: TracedPiece, notes: Note[], open: boolean, wishes: Wishes): HTMLElement {
  const wrong = markedWrong(notes, piece.piece);
  const button = el(
    "button",
    {
      class: "trace-row",
      testid: `piece-row-${piece.piece}`,
      attributes: { type: "button", "aria-expanded": String(open), "data-row": true },
      on: { click: () => wishes.piece(piece.piece) },
    },
    el("span", { class: `number ${piece.tier}`, text: String(piece.piece) }),
    el(
      "span",
      { class: "trace-words" },
      el("span", { class: "trace-title" }, el("b", { text: piece.place.words }), el("span", { class: `tag tier-${piece.tier}`, text: piece.tier }), wrong && el("span", { class: "tag wrong-tag", text: "reader: wrong" })),
      el("span", { class: "num", text: `${mlWords(piece.volume_ml)} · ${mmWords(piece.length_mm)} long · ${mmWords(piece.diameter_mm)} wide` }),
      el("span", { class: "num", text: `peak ${Math.round(piece.peak_hu)} HU · ${originWords(piece)}` }),
      el("span", { class: "num", text: `certainty ${certaintyWords(piece)}` }),
    ),
  );
  return el("li", { class: open ? "open" : "" }, button, open && pieceDetails(piece, notes, wrong, wishes));
}

function pieceDetails(piece: TracedPiece, notes: Note[], wrong: boolean, wishes: Wishes): HTMLElement {
  const others = Object.entries(piece.place.others).map(([site, share]) => `${siteWords(site)} ${percent(share)}`);
  const mine = notes.filter((note) => note.piece === piece.piece);
  const mark = el("button", {
    class: "small",
    text: wrong ? "Take back: it is not wrong" : "Mark as wrong",
    testid: `wrong-${piece.piece}`,
    attributes: { type: "button", "aria-pressed": String(wrong) },
    on: { click: () => wishes.wrong(piece.piece, !wrong) },
  });
  return el(
    "div",
    { class: "trace-details", testid: `piece-details-${piece.piece}` },
    piece.line_mm.length > 8 && walk(piece, wishes),
    el("p", { text: `Place: ${piece.place.words} ${percent(piece.place.certainty)}${others.length ? `; else ${others.join(", ")}` : ""} (${piece.place.source}).` }),
    el("p", { text: `Origin: ${piece.origin.level ? `${piece.origin.level}, ${percent(piece.origin.certainty)}: ` : ""}${piece.origin.reason.replace(/\.$/, "")}.` }),
    el("ul", { class: "reasons" }, ...piece.reasons.map((text) => el("li", { text }))),
    el("p", { class: "num", text: `Around it ${Math.round(piece.background_hu)} HU; ${Math.round(piece.contrast_over_noise)} noise widths above that; ${piece.branches} branches.` }),
    noteList(mine),
    el("div", { class: "row" }, mark),
  );
}

function walk(piece: TracedPiece, wishes: Wishes): HTMLElement {
  const slider = el("input", { testid: `walk-${piece.piece}`, attributes: { type: "range", min: 0, max: 200, step: 1, value: 100 } });
  slider.addEventListener("input", () => wishes.walk(piece, Number(slider.value) / 200));
  const box = labelled("Along the piece, end to end", slider);
  box.classList.add("walk");
  return box;
}

export function noteList(notes: Note[]): HTMLElement | null {
  if (!notes.length) return null;
  return el(
    "ul",
    { class: "reader-notes", testid: "reader-notes" },
    ...notes.map((note) => {
      const words = [note.wrong === true ? "marked as wrong" : note.wrong === false ? "mark taken back" : "", note.note].filter(Boolean).join(": ");
      return el("li", {}, el("b", { text: `Reader, ${whenWords(note.when)}: ` }), words);
    }),
  );
}

export function pathList(traced: Traced, chosen: number | null, wishes: Wishes): HTMLElement {
  const { stops, stretches } = traced.path;
  if (!stretches.length) return el("div", {}, el("p", { class: "empty", text: "No path from a vertebra to a piece could be drawn." }), pathSketch(traced, chosen, wishes.piece));
  const rows = stretches.map((one) => {
    const [from, to] = [stops[one.start], stops[one.end]];
    return el(
      "li",
      {},
      el(
        "button",
        { class: "trace-row", attributes: { type: "button", "data-row": true }, on: { click: () => to && wishes.fly(to.point_mm, to.name) } },
        el("span", { class: one.seen ? "dash seen" : "dash inferred" }),
        el(
          "span",
          { class: "trace-words" },
          el("span", { text: `${from?.name ?? "?"} to ${to?.name ?? "?"}` }),
          el("span", { class: "num", text: `${one.seen ? "seen" : "inferred, not seen"} · ${siteWords(one.site)} · ${mmWords(one.length_mm)}` }),
        ),
      ),
    );
  });
  return el(
    "div",
    {},
    pathSketch(traced, chosen, wishes.piece),
    el("p", { class: "hint sketch-key" }, el("i", { class: "dash seen" }), "seen ", el("i", { class: "dash inferred" }), "inferred ", el("i", { class: "dash other" }), "a piece off the path"),
    withArrows(el("ol", { class: "trace-rows" }, ...rows)),
  );
}

export function notCementList(traced: Traced, kind: string, onKind: (kind: string) => void, wishes: Wishes): HTMLElement {
  if (!traced.not_cement.length) return el("p", { class: "empty", text: "Nothing bright was set aside." });
  const kinds = [...new Set(traced.not_cement.map((one) => one.kind))].sort();
  const count = (name: string): number => traced.not_cement.filter((one) => one.kind === name).length;
  const select = el("select", { testid: "kind" }, el("option", { text: `all (${traced.not_cement.length})`, attributes: { value: "" } }), ...kinds.map((name) => el("option", { text: `${name} (${count(name)})`, attributes: { value: name } })));
  select.value = kinds.includes(kind) ? kind : "";
  select.addEventListener("change", () => onKind(select.value));
  const rows = traced.not_cement.flatMap((one, n) => {
    if (select.value && one.kind !== select.value) return [];
    return [
      el(
        "li",
        {},
        el(
          "button",
          { class: "trace-row", testid: `not-cement-${n}`, attributes: { type: "button", "data-row": true }, on: { click: () => wishes.fly(one.centre_mm, one.kind) } },
          el(
            "span",
            { class: "trace-words" },
            el("span", {}, el("b", { text: one.kind }), ` (${percent(one.certainty)}) · ${one.place.words}`),
            el("span", { text: one.reason }),
            el("span", { class: "num", text: `${(1000 * one.volume_ml).toFixed(one.volume_ml < 0.01 ? 1 : 0)} mm³ · peak ${Math.round(one.peak_hu)} HU` }),
          ),
        ),
      ),
    ];
  });
  const field = labelled("Kind", select);
  field.classList.add("inline-field", "trace-filter");
  return el("div", {}, field, withArrows(el("ul", { class: "trace-rows" }, ...rows)));
}

export function levelTables(traced: Traced, wishes: Wishes): HTMLElement {
  if (!traced.levels.length) return el("p", { class: "empty", text: "No vertebra with cement is in the field." });
  return el(
    "div",
    { class: "trace-levels" },
    ...traced.levels.map((one) =>
      el(
        "section",
        {},
        el("h2", { text: `${one.level}: ${one.fill_ml ? mlWords(one.fill_ml) : "volume not measured"}` }),
        el("p", { class: "hint", text: `${share(one.fill_share)}Upper end plate ${one.upper_end_plate}, lower end plate ${one.lower_end_plate}.` }),
        el(
          "table",
          { class: "plain" },
          el("thead", {}, el("tr", {}, ...["Outside the body", "Cement", "Pieces"].map((text) => el("th", { text, attributes: { scope: "col" } })))),
          el("tbody", {}, ...one.exits.map((exit) => el("tr", {}, el("th", { text: siteWords(exit.site), attributes: { scope: "row" } }), el("td", { class: "num", text: mlWords(exit.volume_ml) }), el("td", {}, ...exit.pieces.map((piece) => pieceLink(piece, wishes)))))),
        ),
      ),
    ),
  );
}

function share(range: Range | null): string {
  return range ? `Fills ${percent(range.value)} of the body (${percent(range.low)} to ${percent(range.high)}). ` : "Share of the body not measured. ";
}

function pieceLink(piece: number, wishes: Wishes): HTMLElement {
  return el("button", { class: "quiet small", text: String(piece), attributes: { type: "button", "aria-label": `Go to piece ${piece}` }, on: { click: () => wishes.piece(piece) } });
}

export function limitTables(traced: Traced, wishes: Wishes): HTMLElement {
  const mm = (value: number | null): string => (value === null ? "unknown" : value.toFixed(1));
  return el(
    "div",
    { class: "trace-levels" },
    el("h2", { text: "Blind regions" }),
    traced.blind.length
      ? el(
          "ul",
          { class: "trace-rows" },
          ...traced.blind.map((one) =>
            el(
              "li",
              {},
              el(
                "button",
                { class: "trace-row", attributes: { type: "button", "data-row": true }, on: { click: () => wishes.fly(one.centre_mm, one.region, 120) } },
                el("span", { class: "trace-words" }, el("b", { text: `${one.region}, ${one.volume_ml.toFixed(0)} mL` }), el("span", { text: one.reason })),
              ),
            ),
          ),
        )
      : el("p", { text: "None within the field." }),
    traced.not_seen?.length ? el("p", { text: `Not in the field: ${traced.not_seen.join(", ")}.` }) : null,
    traced.field_of_view?.length ? el("p", { class: "hint", text: `In the field: ${traced.field_of_view.join(", ")}.` }) : null,
    el("h2", { text: "Smallest ball of cement that this scan shows" }),
    el(
      "table",
      { class: "plain" },
      el("thead", {}, el("tr", {}, ...["In", "Dense (mm)", "Weak (mm)", "Noise (HU)"].map((text) => el("th", { text, attributes: { scope: "col" } })))),
      el("tbody", {}, ...traced.limits.map((one) => el("tr", {}, el("th", { text: one.region, attributes: { scope: "row" } }), ...[mm(one.dense_mm), mm(one.weak_mm), one.noise_hu.toFixed(0)].map((text) => el("td", { class: "num", text }))))),
    ),
    el("h2", { text: "Landmarks" }),
    el("ul", { class: "reasons" }, ...traced.landmarks.map((one) => el("li", { text: `${one.name}: ${percent(one.certainty)}, ${one.source}${one.note ? `; ${one.note}` : ""}` }))),
    el("h2", { text: "Notes of the run" }),
    el("ul", { class: "reasons" }, ...(traced.run_notes ?? []).map((text) => el("li", { text }))),
  );
}
