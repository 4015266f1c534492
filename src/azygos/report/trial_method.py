"""How a trial was done, as tables: strategies side by side, patients, computing, what went in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from azygos.plan import Assumption
from azygos.report.page import GAP, number
from azygos.report.trial_credibility import differing
from azygos.trial.findings import TrialFindings
from azygos.trial.trial_file import TrialFile

UNITS = {
    "_ml_min": "mL/min",
    "_ml": "mL",
    "_ml_thoracic": "mL",
    "_ml_lumbar": "mL",
    "_min": "min",
    "_s": "s",
    "_h": "h",
    "_years": "years",
    "_days": "days",
}
"""How a key of a trial file ends, and the unit that this says."""


def key_words(key: str) -> str:
    """A key of a trial file for a reader.

    Examples
    --------
    >>> key_words("rate_ml_min"), key_words("volume_ml_thoracic")
    ('rate [mL/min]', 'volume, thoracic [mL]')
    """
    for part in sorted(UNITS, key=len, reverse=True):
        if key.endswith(part):
            tail = part.removeprefix("_ml") if part.startswith("_ml_") and part != "_ml_min" else ""
            words = key.removesuffix(part).replace("_", " ") + tail.replace("_", ", ")
            return f"{words} [{UNITS[part]}]"
    return key.replace("_", " ")


def side_by_side(strategies: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All keys as rows, strategies as columns; rows that differ first."""
    differ = differing(strategies)
    keys = dict.fromkeys([*differ, *(key for strategy in strategies for key in strategy if key != "name")])
    return {
        "names": [strategy["name"] for strategy in strategies],
        "rows": [
            {"key": key_words(key), "differs": key in differ, "cells": [_cell(s.get(key)) for s in strategies]}
            for key in keys
        ],
    }


def _cell(value: Any) -> str:
    if value is None:
        return "as usual"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def population(trial: TrialFile) -> list[tuple[str, str]]:
    """What narrows the patients."""
    wishes = trial.population.model_dump(mode="json", exclude_none=True)
    return [
        (key_words(key), " to ".join(_cell(x) for x in value) if isinstance(value, list) else _cell(value))
        for key, value in wishes.items()
    ]


def computing(findings: TrialFindings) -> list[tuple[str, str]]:
    rows = [
        ("Cells in bone", f"{number(findings.spacing_mm, 2)}{GAP}mm"),
        ("Seed", str(findings.seed)),
        ("Version; hash of the code that followed the patients", f"{findings.version}; {findings.code}"),
    ]
    if math.isfinite(findings.seconds_a_patient):
        rows.append(
            ("Time of one patient under one strategy, median", f"{number(findings.seconds_a_patient, 2)}{GAP}s")
        )
    if findings.workers:
        rows.append(("Workers", str(findings.workers)))
    return rows


def grouped(rows: Sequence[Assumption]) -> list[dict[str, Any]]:
    """The numbers that went in: drawn, assumed, with a source."""
    groups = (
        ("range", "drawn for each patient, with the range that they are drawn from", [a for a in rows if a.drawn]),
        ("fixed", "assumed", [a for a in rows if not a.drawn and a.source.startswith("assumed")]),
        ("sourced", "with a source", [a for a in rows if not a.drawn and not a.source.startswith("assumed")]),
    )
    return [{"kind": kind, "words": words, "rows": own} for kind, words, own in groups if own]
