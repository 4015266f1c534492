"""The tables of the rendered patients, from their parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from detection.counting import csv_text, markdown, percent

HOWS = ("landmarks", "labels")
THICK_MM, FINE_SLICE_MM = 3.0, 1.25
WIDTHS = (
    (0.0, 1.0, "to 1"), (1.0, 2.0, "1 to 2"), (2.0, 3.0, "2 to 3"), (3.0, 90.0, "3 and more"),
    (90.0, 100.0, "within treated bodies"),
)  # fmt: skip
BARS = {"within": 0.15, "held": 0.9, "width": 0.4, "labels": 0.95, "landmarks": 0.85, "origin": 0.95, "path": 0.9}


def page(results: list[dict[str, Any]], stamp: str) -> tuple[str, dict[str, str]]:
    """The page, and its tables as CSV by name."""
    tables = {"bars": _bars(results), "found": _found(results), "article": _article(results), "cost": _cost(results)}
    heads = {
        "bars": ("what", "places known from", "n", "figure", "bar", "met"),
        "found": ("thickness [mm]", "slices [mm]", "places known from", "n", "found", "reported"),
        "article": ("places known from", "path F1", "precision", "recall", "one path from a vertebra to both lungs"),
        "cost": ("patients", "false alarms a patient (landmarks)", "rendering [s]", "one trace [s]"),
    }
    cells = {name: markdown(heads[name], table) for name, table in tables.items()}
    return (
        TEXT.format(stamp=stamp, n=sum(r["number"] >= 0 for r in results), **cells),
        {name: csv_text(heads[name], table) for name, table in tables.items()},
    )


def _pieces(results: list[dict[str, Any]], how: str) -> list[dict[str, Any]]:
    return [row | {"number": r["number"], "slice_mm": r["slice_mm"], "unclipped": r["unclipped"], "got": row[how]}
            for r in results for row in r["rows"]]  # fmt: skip


def _met(figure: float, bar: float, *, most: bool = False) -> str:
    return "-" if np.isnan(figure) else "yes" if (figure <= bar if most else figure >= bar) else "no"


def _mean(values: list[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _bars(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    table: list[tuple[object, ...]] = []
    for how in HOWS:
        table += _volume_bars([row for row in _pieces(results, how) if row["got"]], how)
        said = [(r["number"], place) for r in results for place in r["places"][how]]
        right = [bool(place["site_right"]) for _, place in said]
        table.append(("site right", how, len(said), percent(right, [n for n, _ in said]), f"{BARS[how]:.0%}",
                      _met(_mean(right), BARS[how])))  # fmt: skip
        named = [(n, place) for n, place in said if place["origin_said"]]
        right = [place["origin"] == place["origin_said"] for _, place in named]
        table.append(("origin right, of those named", how, len(named), percent(right, [n for n, _ in named]),
                      f"{BARS['origin']:.0%}", _met(_mean(right), BARS["origin"])))  # fmt: skip
        key = "path" if how == "landmarks" else "path_labels"
        scores = [r[key]["f1"] for r in results if r["number"] >= 0 and r[key]]
        mean = float(np.mean(scores)) if scores else float("nan")
        table.append(
            ("path F1, mean", how, len(scores), f"{mean:.2f}", f"{BARS['path']:.2f}", _met(mean, BARS["path"]))
        )
    return table


def _volume_bars(rows: list[dict[str, Any]], how: str) -> list[tuple[object, ...]]:
    table: list[tuple[object, ...]] = []
    fine = [row for row in rows if row["slice_mm"] <= FINE_SLICE_MM and row["unclipped"]]
    for what, here in (
        ("outside treated bodies", [row for row in fine if not row["fill"] and row["thickness_mm"] >= THICK_MM]),
        ("within treated bodies", [row for row in fine if row["fill"]]),
    ):
        close = [abs(row["got"]["volume_ml"][0] / row["volume_ml"] - 1) <= BARS["within"] for row in here]
        table.append((f"volume within 15 %, 3 mm and more, {what}", how, len(here),
                      percent(close, [row["number"] for row in here]), "all", _met(_mean(close), 1.0)))  # fmt: skip
    held = [row["got"]["volume_ml"][1] <= row["volume_ml"] <= row["got"]["volume_ml"][2] for row in rows]
    table.append(("interval holds the true volume", how, len(rows), percent(held, [row["number"] for row in rows]),
                  f"{BARS['held']:.0%}", _met(_mean(held), BARS["held"])))  # fmt: skip
    widths = [(row["got"]["volume_ml"][2] - row["got"]["volume_ml"][1]) / max(row["got"]["volume_ml"][0], 1e-9)
              for row in rows]  # fmt: skip
    width = float(np.median(widths)) if widths else float("nan")
    table.append(("width of the interval over the volume, median", how, len(rows), f"{100 * width:.0f} %",
                  f"at most {BARS['width']:.0%}", _met(width, BARS["width"], most=True)))  # fmt: skip
    return table


def _found(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    table = []
    for low, high, name in WIDTHS:
        for fine in (True, False):
            for how in HOWS:
                here = [
                    row
                    for row in _pieces(results, how)
                    if low <= row["thickness_mm"] < high and (row["slice_mm"] <= FINE_SLICE_MM) is fine
                ]
                if here:
                    by = [row["number"] for row in here]
                    seen = [bool(row["got"]) for row in here]
                    told = [bool(row["got"]) and row["got"]["reported"] for row in here]
                    slices = "to 1.25" if fine else "over 1.25"
                    table.append((name, slices, how, len(here), percent(seen, by), percent(told, by)))
    return table


def _article(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [
        (how, *((score["f1"], score["precision"], score["recall"]) if score else ("-", "-", "-")),
         "yes" if r[f"one_path{end}"] else "no")
        for r in results if r["number"] < 0
        for how, end in (("landmarks", ""), ("labels", "_labels"))
        for score in [r[f"path{end}"]]
    ]  # fmt: skip


def _cost(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    mean = {key: float(np.mean([r[key] for r in results])) for key in ("alarms", "render_s", "trace_s")}
    return [(len(results), f"{mean['alarms']:.2f}", f"{mean['render_s']:.0f}", f"{mean['trace_s']:.0f}")]


TEXT = """# Rendered patients

{stamp}

{n} virtual patients and the article's. Each journey (an injection, its leaks, where cement travelled and lodged) is
rendered as a CT at a day, with its truth apart, and traced twice: by built-in landmarks alone, and with the label map
of the same body. Seeds are fixed; none was used in calibration.

**How it is counted.** Pieces of cement that touch (1 mm) are one piece for a reader, and so they are here. Cement
within a treated body is held against what the tracer says of that level. A finding stands for a piece if at least half
of its voxels lie within 3 mm of it; where several do, their volumes add up. A finding's site is right if it is one that
holds at least a hundredth of the nearest true piece: a long cord lies in many sites and is found in parts, so this is
lenient with cords. Thickness is the median width.

**The path as a graph.** The true path is every place that cement of 2 mm and more came through: where it lies, and the
lines of its journey. The found path is every stretch of the tracer's graph, seen or inferred. Both are cut into steps
of 2 mm that count once. Precision is the share of the found path that runs within 10 mm of the true one, recall the
share of the true path within 10 mm of the found one, and F1 their harmonic mean.

Intervals are 95 % and allow for pieces of one patient being alike.

## Against the bars

{bars}
## Found or not

{found}
## The article's patient

{article}
## Alarms and time

{cost}
"""
