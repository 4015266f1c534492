"""What a trial found as files: ``result.json`` and tables, without times of computing, so a rerun gives the same bytes.

The schema is published beside this file as ``trial.schema.json``; a change that breaks a reader raises
:data:`SCHEMA_VERSION`.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from azygos.ground.files import write_atomic
from azygos.plan.record import RESEARCH_ONLY
from azygos.plan.schema import to_json
from azygos.trial.analysis import incidence_table
from azygos.trial.findings import Curve, Difference, Level, Screening, TrialFindings

SCHEMA_VERSION = 1
OUTCOMES = "outcomes.parquet"

Rows = list[dict[str, Any]]


def trial_schema() -> dict[str, Any]:
    """The published JSON schema of a trial's ``result.json``."""
    text = files("azygos.trial").joinpath("trial.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def write_findings(folder: Path, findings: TrialFindings) -> None:
    """Write ``result.json`` and all tables of a trial into a folder that holds its ``outcomes.parquet``.

    Parameters
    ----------
    folder : Path
        Where to; files of the same names are replaced.
    findings : TrialFindings
        As :func:`azygos.trial.analysis.analyse` gives them.
    """
    write_atomic(folder / "result.json", to_json(result_table(findings)))
    for name, rows in tables(findings):
        write_atomic(folder / name, as_csv(rows))
    write_atomic(folder / "incidence.csv", as_csv(incidence_table(folder / OUTCOMES, findings.strategies)))


def result_table(findings: TrialFindings) -> dict[str, Any]:
    """The whole of ``result.json`` as plain dictionaries."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "trial",
        "azygos": findings.version,
        "note": RESEARCH_ONLY,
        "code": findings.code,
        "name": findings.name,
        "question": findings.question,
        "seed": findings.seed,
        "cell_mm": _number(findings.spacing_mm),
        "importance": findings.importance,
        "strategies": list(findings.strategies),
        "accounts": [_account(one) for one in findings.accounts],
        "measures": [dataclasses.asdict(one) for one in findings.measures],
        "levels": [_level(one) for one in findings.levels],
        "differences": [_difference(one) for one in findings.differences],
        "beside": [_difference(one) for one in findings.beside],
        "subgroups": [
            {
                "by": one.by,
                "group": one.group,
                "patients": one.patients,
                "levels": [_level(level) for level in one.levels],
                "differences": [_difference(difference) for difference in one.differences],
            }
            for one in findings.subgroups
        ],
        "interactions": interactions(findings),
        "attrition": [_plain(one) | {"fails_alike": one.fails_alike} for one in findings.attrition],
        "symptoms": [_curve(one) for one in findings.curves],
        "screening": None if findings.screening is None else _screening(findings.screening),
        "methods": list(findings.methods),
    }


def tables(findings: TrialFindings) -> Iterator[tuple[str, Rows]]:
    """Name and rows of every table but the incidence."""
    measures = {one.name: {"unit": one.unit, "words": one.words} for one in findings.measures}
    yield "levels.csv", [_level(one) | measures[one.measure] for one in findings.levels]
    yield "differences.csv", [_difference(one) | measures[one.measure] for one in findings.differences]
    yield "beside.csv", [_difference(one) | measures[one.measure] for one in findings.beside]
    yield "subgroups.csv", list(_subgroups(findings, measures))
    yield "interactions.csv", interactions(findings)
    yield "curves.csv", list(_days(findings))
    if findings.screening is not None:
        yield "screening.csv", screening_rows(findings.screening)


def interactions(findings: TrialFindings) -> Rows:
    """Whether groups differ from each other, a row for each division, measure and strategy."""
    return [_plain(one) for one in findings.interactions]


def screening_rows(screening: Screening) -> Rows:
    """Elementary effects, a row for each input and output; the strongest of each output first."""
    return [_plain(one) for one in screening.effects]


def _subgroups(findings: TrialFindings, measures: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """A row for each group, measure and strategy; the reference has no difference."""
    for group in findings.subgroups:
        differences = {(one.measure, one.strategy): _difference(one) for one in group.differences}
        for level in group.levels:
            found = differences.get((level.measure, level.strategy), _NO_DIFFERENCE)
            compared = {f"difference_{k}": v for k, v in found.items() if k not in ("measure", "strategy")}
            yield {"by": group.by, "group": group.group, **_level(level), **measures[level.measure], **compared}


def _days(findings: TrialFindings) -> Iterator[dict[str, Any]]:
    for curve in findings.curves:
        for day, *shares in zip(curve.days, curve.share, curve.low, curve.high, strict=True):
            names = ("symptomatic_share", "low_95", "high_95")
            numbers = {name: _number(float(value)) for name, value in zip(names, shares, strict=True)}
            yield {"strategy": curve.strategy, "day": float(day), **numbers}


def _level(level: Level) -> dict[str, Any]:
    return _with_ends(_plain(level))


def _difference(difference: Difference) -> dict[str, Any]:
    return _with_ends(_plain(difference)) | {"within_noise": difference.within_noise}


def _with_ends(row: dict[str, Any]) -> dict[str, Any]:
    """Ends of an interval say in their name that it is 95 %."""
    return {f"{name}_95" if name in _ENDS else name: value for name, value in row.items()}


_ENDS = ("low", "high", "ratio_low", "ratio_high")
_NO_DIFFERENCE = _with_ends(dict.fromkeys([*(one.name for one in dataclasses.fields(Difference)), "within_noise"]))


def _account(account: Any) -> dict[str, Any]:
    reasons = [{"sentence": sentence, "patients": count} for sentence, count in account.reasons]
    return _plain(account) | {"reasons": reasons}


def _curve(curve: Curve) -> dict[str, Any]:
    numbers = {"days": curve.days, "share": curve.share, "low_95": curve.low, "high_95": curve.high}
    return {"strategy": curve.strategy} | {
        name: [_number(float(value)) for value in column] for name, column in numbers.items()
    }


def _screening(screening: Screening) -> dict[str, Any]:
    head = {f.name: getattr(screening, f.name) for f in dataclasses.fields(screening) if f.name != "effects"}
    return {**head, "effects": screening_rows(screening)}


def _plain(parcel: Any) -> dict[str, Any]:
    """A parcel's fields, numbers to six figures."""
    values = ((field.name, getattr(parcel, field.name)) for field in dataclasses.fields(parcel))
    return {name: _number(value) if isinstance(value, float) else value for name, value in values}


def _number(value: float) -> float | None:
    """Six figures; what is not a number, or without bound, is null."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as text: nothing where a number is not known, ``yes`` and ``no`` for truth; without rows an empty text."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return stream.getvalue() if rows else ""


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else value
