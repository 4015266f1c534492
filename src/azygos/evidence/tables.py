"""The answers as a table for ``result.json`` and as CSV, with the unit in each column's name.

The schema is published beside this file as ``evidence.schema.json``; a change that breaks a reader raises
``SCHEMA_VERSION``.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from azygos.evidence.checking import LeftOut, Variant
from azygos.evidence.pooling import ClassEstimate, Pooled, Shares
from azygos.evidence.studies import Study
from azygos.evidence.weighing import Evidence, Weighed

SCHEMA_VERSION = 1
STUDY_COLUMNS = (
    "row", "study", "year", "outcome", "design", "population", "procedure", "imaging", "looked_with", "events", "n",
    "unit", "group", "within", "use", "counts", "printed_error", "note", "source", "link", "added",
)  # fmt: skip


def evidence_schema() -> dict[str, Any]:
    """The published JSON schema of ``result.json``."""
    text = files("azygos.evidence").joinpath("evidence.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def evidence_table(evidence: Evidence, *, version: str, note: str) -> dict[str, Any]:
    """Everything that was found, as plain data; shares of one."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "evidence",
        "azygos": version,
        "note": note,
        "prior": {name: getattr(evidence.prior, name) for name in ("mu_mean", "mu_sd", "beta_scale", "tau_scale")},
        "questions": [_question(one) for one in evidence.answers],
        "planned_ct_odds_over": {
            name: {"middle": _round(m), "low": _round(low), "high": _round(high)}
            for name, (m, low, high) in evidence.imaging_odds.items()
        },
        "added": [_study(study) for study in evidence.studies if study.added],
        "printed_errors": [asdict(one) for one in evidence.printed_errors],
    }


def _question(one: Weighed) -> dict[str, Any]:
    return {
        "name": one.question.name,
        "words": one.question.words,
        "unit": one.question.unit,
        "told_apart_by": one.question.by,
        "remark": one.question.remark,
        "studies": [study.row for study in one.pooled.studies],
        **_pooled(one.pooled),
        "before_added": None if one.before is None else _pooled(one.before),
    }


def _pooled(pooled: Pooled) -> dict[str, Any]:
    middle, low, high = pooled.tau
    return {
        "tau": {"middle": _round(middle), "low": _round(low), "high": _round(high)},
        "classes": [_class(one) for one in pooled.classes],
    }


def _class(one: ClassEstimate) -> dict[str, Any]:
    return {
        "name": one.name,
        "studies": one.studies,
        "events": one.events,
        "looked_at": one.looked_at,
        "typical": _shares(one.typical),
        "new_centre": _shares(one.new_centre),
    }


def _shares(shares: Shares) -> dict[str, float | None]:
    return {name: _round(getattr(shares, name)) for name in ("middle", "low", "high", "mean")}


def _study(study: Study) -> dict[str, Any]:
    return {name: getattr(study, name) for name in STUDY_COLUMNS if name != "added"}


def _round(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def to_json(table: Mapping[str, Any]) -> str:
    """The table as text: no NaN, which is no JSON, and a line's end at the end."""
    return json.dumps(table, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


# CSV ---------------------------------------------------------------------------------------------------------------


def studies_csv(evidence: Evidence) -> str:
    """Every row that was read, usable or not."""
    return _csv(
        STUDY_COLUMNS,
        ([_cell(getattr(study, name)) for name in STUDY_COLUMNS] for study in evidence.studies),
    )


def pooled_csv(evidence: Evidence) -> str:
    """One row for each class of each question."""
    heads = ("question", "unit", "class", "studies", "events", "looked_at", *_percents("typical"), *_percents("new"))
    rows = (
        [
            one.question.name, one.question.unit, found.name, found.studies, found.events, found.looked_at,
            *_row(found.typical), *_row(found.new_centre), *(_number(x) for x in one.pooled.tau),
        ]
        for one in evidence.answers
        for found in one.pooled.classes
    )  # fmt: skip
    return _csv((*heads, "tau", "tau_low", "tau_high"), rows)


def left_out_csv(evidence: Evidence) -> str:
    """One row for each study of each question."""
    heads = (
        "question", "row", "study", "class", "events", "n", *_percents("own"), *_percents("shrunk"),
        *_percents("typical_without"), *_percents("new_without"), "tau_without", "two_sided_tail",
    )  # fmt: skip
    return _csv(heads, (_left_out(one, left) for one in evidence.answers for left in one.left_out))


def _left_out(one: Weighed, left: LeftOut) -> list[object]:
    return [
        one.question.name, left.study.row, left.study.name, left.class_name, *left.study.of, *_row(left.own),
        *_row(left.shrunk), *_row(left.typical), *_row(left.new_centre), _number(left.tau[0]), _number(left.tail),
    ]  # fmt: skip


def sensitivity_csv(evidence: Evidence) -> str:
    """One row for each class under each other prior or choice of studies."""
    heads = ("question", "variant", "class", "studies", *_percents("typical"), *_percents("new"), "tau")
    rows = (_variant(one, v, c) for one in evidence.answers for v in one.variants for c in v.pooled.classes)
    return _csv(heads, rows)


def _variant(one: Weighed, variant: Variant, found: ClassEstimate) -> list[object]:
    tau = _number(variant.pooled.tau[0])
    shares = [*_row(found.typical), *_row(found.new_centre)]
    return [one.question.name, variant.what, found.name, found.studies, *shares, tau]


def _percents(what: str) -> Iterator[str]:
    return (f"{what}_{end}percent" for end in ("", "low_", "high_"))


def _row(shares: Shares) -> list[str]:
    return [_number(100.0 * x) for x in (shares.middle, shares.low, shares.high)]


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else ""


def _cell(value: object) -> object:
    if value is None:
        return ""
    return {True: "yes", False: ""}[value] if isinstance(value, bool) else value


def _csv(heads: Sequence[str], rows: Iterator[list[Any]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return stream.getvalue()
