"""The table of pairs of scans, from its parts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from detection.counting import csv_text, markdown, percent

BARS = {"matched": 0.95, "steady": 0.95, "seconds": 60.0}


def page(results: list[dict[str, Any]], stamp: str) -> tuple[str, dict[str, str]]:
    """The page, and its tables as CSV by name."""
    tables = {"bars": _bars(results), "verdicts": _verdicts(results)}
    heads = {"bars": ("what", "n", "figure", "bar", "met"), "verdicts": ("verdict", "pieces")}
    cells = {name: markdown(heads[name], table) for name, table in tables.items()}
    return TEXT.format(stamp=stamp, n=len(results), **cells), {
        name: csv_text(heads[name], table) for name, table in tables.items()
    }


def _bars(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    matched = [hit for r in results for hit in [True] * r["matched"] + [False] * (r["seen_twice"] - r["matched"])]
    by = [r["number"] for r in results for _ in range(r["seen_twice"])]
    steady = [r["false_changes"] == 0 for r in results]
    settled = [r["false_changes"] == 0 and r["false_new_or_gone"] == 0 for r in results]
    slowest = max((r["seconds"] for r in results), default=float("nan"))
    shares = [float(np.mean(x)) if x else float("nan") for x in (matched, steady)]
    return [
        ("pieces seen on both scans that are matched", len(matched), percent(matched, by), "95 %",
         _met(shares[0] >= BARS["matched"], matched)),
        ("pairs without a false change", len(steady), percent(steady, [r["number"] for r in results]), "95 %",
         _met(shares[1] >= BARS["steady"], steady)),
        ("pairs in which no piece that was seen twice is new or gone either", len(settled),
         percent(settled, [r["number"] for r in results]), "none", "-"),
        ("slowest comparison [s]", len(results), f"{slowest:.0f}", "60", _met(slowest <= BARS["seconds"], results)),
    ]  # fmt: skip


def _met(holds: bool, cases: list[Any]) -> str:
    return "-" if not cases else "yes" if holds else "no"


def _verdicts(results: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return sorted(Counter(verdict for r in results for verdict in r["verdicts"]).items())


TEXT = """# Pairs of scans

{stamp}

{n} rendered patients, each scanned twice with other noise, another breath (the diaphragm up to 12 mm lower or higher)
and another place on the table. Nothing changed between the two, so every "moved" or "changed" is false. A piece counts
as seen on both scans if the tracer found it on both; it is matched if the comparison joins the two.

{bars}
## Verdicts

{verdicts}
"""
