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


def page(results: list[dict[str, Any]], by_hand: list[dict[str, Any]], stamp: str) -> tuple[str, dict[str, str]]:
    """The page, and its tables as CSV by name."""
    tables = {"bars": _bars(results), "found": _found(results), "volumes": _volumes(results),
              "article": _article(results, by_hand), "cost": _cost(results, by_hand)}  # fmt: skip
    heads = {
        "bars": ("what", "places known from", "n", "figure", "bar", "met"),
        "found": ("thickness [mm]", "slices [mm]", "places known from", "n", "found", "reported"),
        "volumes": (
            "thickness [mm]",
            "places known from",
            "n",
            "stated over true, median",
            "interval holds the true volume",
            "width of the interval over the volume, median",
            "share of the cement along which findings lie",
        ),
        "article": (
            "patient",
            "slices [mm]",
            "places known from",
            "n",
            "path F1, mean",
            "lowest",
            "precision",
            "recall",
            "one path from a vertebra to both lungs",
            "found",
            "origin right, of those named",
            "site right",
        ),
        "cost": ("what", "patients", "false alarms a patient (landmarks)", "rendering [s]", "one trace [s]"),
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
        measured = [row for row in _pieces(results, how) if row["got"] and row["got"]["volume_ml"]]
        table += _volume_bars(measured, how)
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
        close = [abs(_ratio(row) - 1) <= BARS["within"] for row in here]
        table.append((f"volume within 15 %, 3 mm and more, {what}", how, len(here),
                      percent(close, [row["number"] for row in here]), "all", _met(_mean(close), 1.0)))  # fmt: skip
    held = [_holds(row) for row in rows]
    table.append(("interval holds the true volume", how, len(rows), percent(held, [row["number"] for row in rows]),
                  f"{BARS['held']:.0%}", _met(_mean(held), BARS["held"])))  # fmt: skip
    width = _median([_width(row) for row in rows])
    table.append(("width of the interval over the volume, median", how, len(rows), f"{100 * width:.0f} %",
                  f"at most {BARS['width']:.0%}", _met(width, BARS["width"], most=True)))  # fmt: skip
    return table


def _ratio(row: dict[str, Any]) -> float:
    return float(row["got"]["volume_ml"][0] / max(row["got"]["true_ml"], 1e-9))


def _holds(row: dict[str, Any]) -> bool:
    _, low, high = row["got"]["volume_ml"]
    return bool(low <= row["got"]["true_ml"] <= high)


def _width(row: dict[str, Any]) -> float:
    value, low, high = row["got"]["volume_ml"]
    return float((high - low) / max(value, 1e-9))


def _median(values: list[float]) -> float:
    return float(np.median(values)) if values else float("nan")


def _volumes(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    """Volumes and their intervals by thickness: where the bars are met, and where the blur forbids it."""
    table: list[tuple[object, ...]] = []
    for low, high, name in WIDTHS:
        for how in HOWS:
            here = [row for row in _pieces(results, how)
                    if low <= row["thickness_mm"] < high and row["got"] and row["got"]["volume_ml"]]  # fmt: skip
            if here:
                held = [_holds(row) for row in here]
                ratio = _median([_ratio(row) for row in here])
                cement = [row["volume_ml"] for row in here]
                share = np.average([row["got"]["share"] for row in here], weights=cement)
                table.append((name, how, len(here), f"{ratio:.2f}", percent(held, [row["number"] for row in here]),
                              f"{100 * _median([_width(row) for row in here]):.0f} %", f"{share:.0%}"))  # fmt: skip
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


def _article(results: list[dict[str, Any]], by_hand: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    groups = [("its journey", [r for r in results if r["number"] < 0])]
    groups += [
        ("by hand", [r for r in by_hand if r["slice_mm"] == mm]) for mm in sorted({r["slice_mm"] for r in by_hand})
    ]
    return [
        _article_row(who, here, how, end)
        for who, here in groups if here
        for how, end in (("landmarks", ""), ("labels", "_labels"))
    ]  # fmt: skip


def _article_row(who: str, here: list[dict[str, Any]], how: str, end: str) -> tuple[object, ...]:
    scores = [r[f"path{end}"] for r in here if r[f"path{end}"]]
    mean = {
        key: f"{np.mean([one[key] for one in scores]):.2f}" if scores else "-" for key in ("f1", "precision", "recall")
    }
    lowest = f"{min(one['f1'] for one in scores):.2f}" if scores else "-"
    whole = sum(bool(r[f"one_path{end}"]) for r in here)
    said = [(r["number"], place) for r in here for place in r["places"][how]]
    named = [(number, place) for number, place in said if place["origin_said"]]
    pieces = [(r["number"], bool(row[how])) for r in here for row in r["rows"]]
    return (
        who, f"{here[0]['slice_mm']:g}", how, len(here), mean["f1"], lowest, mean["precision"], mean["recall"],
        f"{whole} of {len(here)}", percent([seen for _, seen in pieces], [number for number, _ in pieces]),
        percent([place["origin"] == place["origin_said"] for _, place in named], [number for number, _ in named]),
        percent([bool(place["site_right"]) for _, place in said], [number for number, _ in said]),
    )  # fmt: skip


def _cost(results: list[dict[str, Any]], by_hand: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [
        (what, len(here), f"{mean['alarms']:.2f}", f"{mean['render_s']:.0f}", f"{mean['trace_s']:.0f}")
        for what, here in (("journeys", results), ("by hand", by_hand)) if here
        for mean in [{key: float(np.mean([r[key] for r in here])) for key in ("alarms", "render_s", "trace_s")}]
    ]  # fmt: skip


TEXT = """# Rendered patients

{stamp}

{n} virtual patients and the article's. Each journey (an injection, its leaks, where cement travelled and lodged) is
rendered as a CT at a day, with its truth apart, and traced twice: by built-in landmarks alone, and with the label map
of the same body. Seeds are fixed; none was used in calibration.

**How it is counted.** Pieces of cement that touch (1 mm) are one piece for a reader, and so they are here. Cement
within a treated body is held against what the tracer says of that level. A finding stands for a piece if at least half
of its voxels lie within 3 mm of it; where several do, their volumes add up. They are held against the part of the
cement along which they lie (its line, to its own radius or half a voxel's diagonal): a finding states what it shows,
and what is not found counts as not found (the last column of the volumes). Where lines of cement overlap, the volume
counts once, as the scan shows it, and what a finding shows of other pieces counts in with it. A finding is asked
for its site once, of the cement to whose surface most of it lies nearest; the site is right if it is one that holds at
least a hundredth of that piece: a long cord lies in many sites and is found in parts, so this is lenient with cords.
Thickness is the median width.

These tables cannot be set beside those of states before November 26th, 2026: since then a finding is asked once, what
two lines of cement share counts once, a finding is held against no cement beyond its ends, and the truth is drawn and
named anew (cement in a disc lies within its ring, small veins on the bone are named by the side on which they lie,
and those of the foramina pass between the pedicles).

A piece that hangs on a larger finding, such as a leak on the cement of its vertebra, is found if
half of it lies along that finding; it has no volume of its own then.

**The path as a graph.** By the definition of [the path](../how-it-works/trace-path.md): two lines agree where they run
within 5 mm of each other. *Precision* is the share of the found path that runs along known cement, however thin (an
inferred stretch: along cement or a way by which cement came). *Recall* is the share of the known path, of pieces with
a median width of 1 mm and more and the ways by which they came, along which the found one runs (for cement: what the
found path says is seen). F1 is their harmonic mean. What lies within bone or a disc is no line and is left out of both.
Where cement came by and left none, the way is the vessel and not a line in it: there two lines agree also within the
vessel's own radius, for no scan tells by which side of a heart chamber cement passed. All is
cut into steps of 2 mm that count once, so that a way that ten pieces took is one way.

**One path** from a vertebra to both lungs: the stretches of one connected part of the found graph start at a treated
vertebra and run along true cement in the arteries of the left lung and of the right one; stretches that are seen and
are said to lie in pulmonary arteries count.

Intervals are 95 % and allow for pieces of one patient being alike.

## Against the bars

{bars}
## Found or not

{found}
## Volumes by thickness

{volumes}
## The article's patient

Traced from the vertebra to both pulmonary arteries as one path? Its journey is the demonstration case with its seed;
that one reaches the arteries that its flow takes it to, which may be those of one side. So the patient is also placed
by hand, in six bodies: cement of 30 % barium sulphate in T10, along a segmental vein into the azygos, a thread
through its arch, a cord from the upper cava through the right heart and the trunk into both main arteries, and a
thread in a lower lobe of each side, the right one with a branch. Widths of 2 to 4 mm and gaps of a few centimetres
are drawn, unenhanced scans, the beating heart smeared by up to 5 mm.

{article}
## Alarms and time

{cost}
"""
