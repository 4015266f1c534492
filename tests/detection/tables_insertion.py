"""The tables of the insertion study, from its parts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from detection.counting import binned, csv_text, markdown, percent
from detection.drawing import LENGTH_EDGES, SIZE_EDGES
from detection.insertion import THRESHOLDS_HU
from detection.sites import KINDS, SLICES

LEAST_CONTRAST = 5.0
FEWEST = 300
VESSELS = ("hilum", "heart", "cava", "azygos")
BARS = {"1 mm": (2.0, 0.98), "2.5 mm": (3.0, 0.95)}
BONE = "body"
Row = dict[str, Any]


def rows_of(results: Iterable[dict[str, Any]], how: str = "landmarks") -> list[Row]:
    """All pieces, each with its scan, slice class and passage."""
    return [
        row | {"scan": part["scan"], "slice": SLICES[part["scan"]], "number": part["number"]}
        for part in results
        if part["how"] == how
        for row in part["rows"]
    ]


def share(rows: list[Row], hit: Callable[[Row], bool]) -> str:
    """Share with its interval, clustered by place."""
    return percent([bool(hit(row)) for row in rows], [row["site"] for row in rows])


def found(row: Row) -> bool:
    return bool(row["tier"])


def reported(row: Row) -> bool:
    return row["tier"] == "reported"


def barred(row: Row) -> bool:
    """Whether the bar of the issue holds for this piece's surroundings."""
    return row["kind"] == "lung" or (row["kind"] in VESSELS and not row["enhanced"])


def page(results: list[dict[str, Any]], stamp: str) -> tuple[str, dict[str, str]]:
    """The page, and its tables as CSV by name."""
    rows = rows_of(results)
    visible = [row for row in rows if row["contrast"] >= LEAST_CONTRAST]
    hidden = [row for row in rows if row["contrast"] < LEAST_CONTRAST]
    labelled = [row for row in rows_of(results, "labels") if row["contrast"] >= LEAST_CONTRAST]
    tables = {
        "bar": _bar(visible),
        "kinds": _by(visible, "kind", KINDS, _size),
        "unenhanced or not": _by(visible, "surroundings", ("unenhanced", "enhanced"), _size),
        "shapes": _by(visible, "shape", ("ball", "thread", "branch"), _size),
        "density": _by(visible, "density", ("dense", "weak"), _size),
        "lengths": _by(visible, "kind", KINDS, _length),
        "below": _below(hidden),
        "places": _places(visible, "landmarks") + _places(labelled, "labels"),
        "volumes": _volumes(visible),
        "missed": _missed(visible),
        "thresholds": _thresholds(visible),
    }
    heads = {
        "bar": ("slices", "pieces", "n", "found in either tier", "in the reported tier", "bar", "met"),
        "below": ("slices", "where", "n", "found", "reported"),
        "places": ("slices", "known from", "where", "n found", "site right", "one of nine groups right", "side right"),
        "volumes": ("slices", "thickness [mm]", "n", "median error", "middle half", "interval holds the truth",
                    "median width of the interval"),
        "missed": ("slices", "where", "taken for", "pieces"),
        "thresholds": ("slices", "where", "n", "tracer", *(f"over {t:.0f} HU" for t in THRESHOLDS_HU)),
    }  # fmt: skip
    grid = ("slices", "what", "bin [mm]", "n", "found", "reported")
    csvs = {name: csv_text(heads.get(name, grid), table) for name, table in tables.items()}
    text = TEXT.format(
        stamp=stamp, passes=len([r for r in results if r["how"] == "landmarks"]), n=len(rows),
        counts=", ".join(f"{n} at {name}" for name, n in sorted(Counter(row["slice"] for row in visible).items())),
        enough=_enough(visible), **{name.replace(" ", "_"): markdown(heads.get(name, grid), table)
                                    for name, table in tables.items()},
    )  # fmt: skip
    return text, csvs


def _enough(visible: list[Row]) -> str:
    few = [name for name in BARS if sum(row["slice"] == name for row in visible) < FEWEST]
    return f" Fewer than {FEWEST} pieces so far at {' and '.join(few)}: not the full run." if few else ""


def _bar(rows: list[Row]) -> list[tuple[object, ...]]:
    table = []
    for name, (least, wanted) in BARS.items():
        for what, chosen in (
            (f"lung, {least:g} mm and more", lambda row: row["kind"] == "lung"),
            (f"unenhanced vessels and heart, {least:g} mm and more",
             lambda row: row["kind"] in VESSELS and not row["enhanced"]),
            (f"both, {least:g} mm and more", barred),
        ):  # fmt: skip
            here = [row for row in rows if row["slice"] == name and row["size_mm"] >= least and chosen(row)]
            hits = sum(found(row) for row in here)
            met = "-" if not here else "yes" if hits >= wanted * len(here) else "no"
            table.append((name, what, len(here), share(here, found), share(here, reported),
                          f"{100 * wanted:.0f} %", met))  # fmt: skip
    return table


def _size(row: Row) -> str:
    return binned(row["size_mm"], SIZE_EDGES)


def _length(row: Row) -> str:
    return "ball" if row["length_mm"] == 0 else binned(row["length_mm"], LENGTH_EDGES)


def _value(row: Row, what: str) -> str:
    if what == "density":
        return "dense" if row["dense"] else "weak"
    if what == "surroundings":
        return "enhanced" if row["enhanced"] else "unenhanced"
    return str(row[what])


def _by(rows: list[Row], what: str, values: Iterable[str], bin_of: Callable[[Row], str]) -> list[tuple[object, ...]]:
    table = []
    for name in BARS:
        for value in values:
            here = [row for row in rows if row["slice"] == name and _value(row, what) == value]
            for bin_ in sorted({bin_of(row) for row in here}, key=_bin_order):
                some = [row for row in here if bin_of(row) == bin_]
                table.append((name, value, bin_, len(some), share(some, found), share(some, reported)))
    return table


def _bin_order(name: str) -> float:
    word = name.split()[0]
    return float(word) if word.replace(".", "").isdigit() else (-1.0 if name == "ball" else 99.0)


def _below(rows: list[Row]) -> list[tuple[object, ...]]:
    return [
        (name, kind, len(here), share(here, found), share(here, reported))
        for name in BARS
        for kind in KINDS
        if (here := [row for row in rows if row["slice"] == name and row["kind"] == kind])
    ]


def _places(rows: list[Row], how: str) -> list[tuple[object, ...]]:
    table = []
    for name in BARS:
        for kind in (*KINDS, "all"):
            here = [row for row in rows if row["slice"] == name and found(row) and kind in (row["kind"], "all")]
            if here:
                named = [row for row in here if row["side_named"]]
                table.append((name, how, kind, len(here), share(here, lambda row: row["site_right"]),
                              share(here, lambda row: row["group_right"]),
                              share(named, lambda row: row["side_right"])))  # fmt: skip
    return table


def _volumes(rows: list[Row]) -> list[tuple[object, ...]]:
    table = []
    for name in BARS:
        for bin_ in (f"{a:g} to {b:g}" for a, b in itertools.pairwise(SIZE_EDGES)):
            here = [row for row in rows if row["slice"] == name and found(row) and _size(row) == bin_]
            if here:
                truth = np.array([row["volume_ml"] for row in here])
                value, low, high = np.array([row["volume_found_ml"] for row in here]).T
                errors = 100 * (value / truth - 1)
                a, b, c = np.percentile(errors, [25, 50, 75])
                held = [bool(x) for x in (low <= truth) & (truth <= high)]
                table.append((name, bin_, len(here), f"{b:+.0f} %", f"{a:+.0f} to {c:+.0f} %",
                              percent(held, [row["site"] for row in here]),
                              f"{100 * np.median((high - low) / np.maximum(value, 1e-9)):.0f} %"))  # fmt: skip
    return table


def _missed(rows: list[Row]) -> list[tuple[object, ...]]:
    counts = Counter(
        (row["slice"], row["kind"], row["taken_for"] or "nothing: not seen") for row in rows if not found(row)
    )
    return [(*key, n) for key, n in sorted(counts.items())]


def _thresholds(rows: list[Row]) -> list[tuple[object, ...]]:
    table = []
    for name in BARS:
        for kind in (*KINDS, "all but the inside of bone"):
            here = [row for row in rows if row["slice"] == name and
                    (row["kind"] == kind or (kind.startswith("all") and row["kind"] != BONE))]  # fmt: skip
            if here:
                cells = [share(here, lambda row, key=f"over_{t:.0f}": row[key]) for t in THRESHOLDS_HU]
                table.append((name, kind, len(here), share(here, found), *cells))
    return table


TEXT = """# Cement put into real CTs

{stamp}

Two real chest CTs, one for each class of slices: lidc-idri-0314 (1 mm, unenhanced, sharp kernel) and lidc-idri-0001
(2.5 mm, arterial contrast that is undiluted in the superior vena cava, scale ends at 3071 HU). Pieces are put in with
that scan's own blur and noise (see [how cement is put into a real CT](../how-to/insert-cement.md)) at places that were
found by eye (`tests/detection/sites.csv`), {n} pieces in {passes} passages; seeds are fixed. Size is the smallest
thickness; the length of threads is binned apart. A piece counts if it stands out by more than five times the noise
around it (in its flattest patches, so that edges of vessels and bone are no noise): {counts}.{enough}
A finding stands for a piece if at least half of its voxels lie within 3 mm of it.

**What the intervals mean.** Each class of slices is one scan of one patient. The 95 % intervals allow for pieces at the
same place being alike; they say nothing of other patients, scanners or readers' doses. With one scan in a class, an
interval between scans cannot be given.

**What is left out.** Cement here neither hardens the beam nor adds noise or streaks; motion of the heart is not put
in; arteries are as they are in a patient without emboli.

## The bar

Met means that the share found, in either tier, is no less than the bar.

{bar}
## By place and thickness

The inside of a vertebral body ("body") has no bar.

{kinds}
## With and without contrast around

{unenhanced_or_not}
## By shape

{shapes}
## Dense and weak cement

Dense is 4700 to 5050 HU, weak 1500 HU.

{density}
## By length

{lengths}
## Below detection

Pieces that stand out by less than five times the noise; they have no bar.

{below}
## Is the place right?

Of the pieces found. "One of nine groups" takes neighbours together: azygos with hemiazygos, the cavae with the
brachiocephalic veins, heart, lung with pulmonary arteries, all beside the vertebra. A heart whose chambers are not
told apart counts for either chamber. Sides: of those that name one.

{places}
## Is the volume right?

Of the pieces found, whatever their place; the error of each is over its true volume.

{volumes}
## What the missed ones were taken for

{missed}
## Beside a global threshold

A global threshold with connected components (26 neighbours, two voxels and more), matched by the same rule. How many
components it shows on scans without cement stands in [false alarms](trace_alarms.md).

{thresholds}
"""
