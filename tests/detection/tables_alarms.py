"""The table of false alarms, from its parts."""

from __future__ import annotations

from typing import Any

from detection.alarms import WITHOUT
from detection.counting import csv_text, markdown, rate
from detection.insertion import THRESHOLDS_HU

MOST_SHOWN = 60
BARS = {True: (0.1, 1.0), False: (1.0, 3.0)}  # without hardware, with: reported and candidates a scan


def page(real: list[dict[str, Any]], rendered: list[dict[str, Any]], stamp: str) -> tuple[str, dict[str, str]]:
    """The page, and its tables as CSV by name."""
    tables = {"rates": _rates(rendered, "rendered bodies") + _rates(real, "real scans"), "real": _real(real),
              "rendered": _rendered(rendered), "pieces": _pieces(real, rendered)}  # fmt: skip
    heads = {
        "rates": ("scans", "what they hold", "n", "reported a scan", "bar", "candidates a scan", "bar", "met"),
        "real": ("scan", "places known from", "what it holds", "reported", "candidates",
                 *(f"components over {t:.0f} HU" for t in THRESHOLDS_HU), "seconds"),
        "rendered": ("contrast", "hardware", "slices [mm]", "n", "reported a scan", "candidates a scan"),
        "pieces": ("scan", "tier", "site", "certainty", "at (LPS, mm)", "mL", "peak HU"),
    }  # fmt: skip
    shown = tables | {"pieces": sorted(tables["pieces"], key=lambda row: (row[1] != "reported", -row[3]))[:MOST_SHOWN]}
    cells = {name: markdown(heads[name], table) for name, table in shown.items()}
    return TEXT.format(stamp=stamp, **cells), {name: csv_text(heads[name], table) for name, table in tables.items()}


def _rates(results: list[dict[str, Any]], scans: str) -> list[tuple[object, ...]]:
    table = []
    for clean in (True, False):
        here = [r for r in results if (r["what"] == WITHOUT) is clean and r.get("how", "landmarks") == "landmarks"]
        reported, candidates = (sum(r[key] for r in here) for key in ("reported", "candidates"))
        most_reported, most_candidates = BARS[clean]
        n = len(here)
        met = "-" if n == 0 else "yes" if reported <= most_reported * n and candidates <= most_candidates * n else "no"
        table.append((scans, "no hardware" if clean else "contrast, hardware or calcified aorta", n, rate(reported, n),
                      f"{most_reported:g}", rate(candidates, n), f"{most_candidates:g}", met))  # fmt: skip
    return table


def _real(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [
        (r["scan"], r["how"], r["what"], r["reported"], r["candidates"],
         *(r.get("thresholds", {}).get(f"{t:.0f}", "") for t in THRESHOLDS_HU), r["seconds"])
        for r in results
    ]  # fmt: skip


def _rendered(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    table = []
    for key in sorted({(r["phase"], r["hardware"], r["slice_mm"]) for r in results}):
        here = [r for r in results if (r["phase"], r["hardware"], r["slice_mm"]) == key]
        table.append((key[0], key[1] or "none", key[2], len(here), rate(sum(r["reported"] for r in here), len(here)),
                      rate(sum(r["candidates"] for r in here), len(here))))  # fmt: skip
    return table


def _pieces(real: list[dict[str, Any]], rendered: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    rows = [(f"{r['scan']} ({r['how']})", piece) for r in real for piece in r["pieces"]]
    rows += [(f"rendered {r['number']}", piece) for r in rendered for piece in r["pieces"]]
    return [
        (name, p["tier"], p["site"], p["certainty"], " ".join(f"{x:g}" for x in p["at_mm"]), p["ml"], p["peak_hu"])
        for name, p in rows
    ]


TEXT = """# False alarms

{stamp}

Scans without cement; every finding is a false alarm, an uncertain one too. Rendered bodies give the rate, real ones
check it: there are five, and one scan of each kind says little. None in n scans is written as below 3/n (the upper end
of a 95 % interval).

## Against the bar

A rendered body without hardware and without contrast in the superior vena cava counts as "no hardware", however much
calcium it has; most have some in the aorta.

{rates}
## Real scans

Beside it, how many components a global threshold shows on the same scan (26 neighbours, two voxels and more).

{real}
## Rendered bodies

{rendered}
## The surest alarms

At most 60, the reported first; all stand in `trace_alarms_pieces.csv`.

{pieces}
"""
