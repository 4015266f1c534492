"""The table of false alarms, from its parts."""

from __future__ import annotations

from typing import Any

from detection.alarms import WITHOUT
from detection.counting import csv_text, markdown, rate
from detection.insertion import THRESHOLDS_HU
from detection.standing import KINDS

MOST_SHOWN = 60
TIERS = ("reported", "candidates")
BARS = {True: (0.1, 1.0), False: (1.0, 3.0)}  # without hardware, with: reported and candidates a scan


def page(real: list[dict[str, Any]], rendered: list[dict[str, Any]], stamp: str) -> tuple[str, dict[str, str]]:
    """The page, and its tables as CSV by name."""
    tables = {"rates": _rates(rendered, "rendered bodies") + _rates(real, "real scans"), "kinds": _kinds(rendered),
              "standing": _standing(rendered), "real": _real(real), "rendered": _rendered(rendered),
              "pieces": _pieces(real, rendered)}  # fmt: skip
    heads = {
        "rates": ("scans", "what they hold", "n", "reported a scan", "bar", "candidates a scan", "bar", "met"),
        "kinds": ("rendered bodies with", "n", "reported a body", "candidates a body"),
        "standing": ("alarms on", "reported, no metal and no contrast", "candidates", "reported, all bodies",
                     "candidates, all bodies"),
        "real": ("scan", "places known from", "what it holds", "reported", "candidates",
                 *(f"components over {t:.0f} HU" for t in THRESHOLDS_HU), "seconds"),
        "rendered": ("contrast", "hardware", "slices [mm]", "n", "reported a scan", "candidates a scan"),
        "pieces": ("scan", "tier", "site", "on", "certainty", "at (LPS, mm)", "mL", "peak HU"),
    }  # fmt: skip
    shown = tables | {"pieces": sorted(tables["pieces"], key=lambda row: (row[1] != "reported", -row[4]))[:MOST_SHOWN]}
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


def _kind(result: dict[str, Any]) -> str:
    """What a body holds beyond what every body may have, in plain words."""
    if result["hardware"]:
        return "metal (and calcium; contrast or none)"
    contrast = {"none": "no contrast", "venous": "contrast spread evenly (venous phase)"}
    return f"calcium, no metal, {contrast.get(result['phase'], 'contrast in the superior vena cava')}"


def _kinds(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    table = []
    for kind in sorted({_kind(r) for r in results}):
        here = [r for r in results if _kind(r) == kind]
        table.append((kind, len(here), *(rate(sum(r[key] for r in here), len(here)) for key in TIERS)))
    return table


def _standing(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    plain = [r for r in results if not r["hardware"] and r["phase"] == "none"]
    return [(kind, *(_on(here, kind, tier) for here in (plain, results) for tier in ("reported", "candidate")))
            for kind in KINDS]  # fmt: skip


def _on(results: list[dict[str, Any]], kind: str, tier: str) -> int:
    return sum(piece["tier"] == tier and piece["on"] == kind for r in results for piece in r["pieces"])


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
        (
            name,
            p["tier"],
            p["site"],
            p.get("on", ""),
            p["certainty"],
            " ".join(f"{x:g}" for x in p["at_mm"]),
            p["ml"],
            p["peak_hu"],
        )
        for name, p in rows
    ]  # fmt: skip


TEXT = """# False alarms

{stamp}

Scans without cement; every finding is a false alarm, an uncertain one too. Rendered bodies give the rate, real ones
check it: there are five, and one scan of each kind says little. None in n scans is written as below 3/n (the upper end
of a 95 % interval).

## Against the bar

"No hardware" of a rendered body means: no metal and no contrast in the superior vena cava. Calcium is not counted as
hardware: most bodies have it in the aorta, the coronaries, cartilages, nodes or beside the discs. The real scans with
calcified aortas are counted with the difficult ones, as the list of scans says.

{rates}
The rendered bodies by what they hold:

{kinds}
## What the alarms stand on

In rendered bodies it is known where calcium and metal were drawn. An alarm stands on one of them if at least half of
it lies within 3 mm (osteophytes, bone islands and arthrosis count as drawn calcium); else the structure is named that
most of it lies in, such as blood with contrast in it. Numbers of pieces, in all bodies together.

{standing}
## Real scans

Beside it, how many components a global threshold shows on the same scan (26 neighbours, two voxels and more).

{real}
## Rendered bodies

{rendered}
## The surest alarms

At most 60, the reported first; all stand in `trace_alarms_pieces.csv`.

{pieces}
"""
