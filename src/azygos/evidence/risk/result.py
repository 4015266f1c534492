"""``result.json`` of a risk: both answers as numbers, with the sentences.

The schema is published beside this file as ``risk.schema.json``; a change that breaks a reader raises the version.
"""

from __future__ import annotations

import dataclasses
import json
from importlib import resources
from typing import Any, cast

from azygos.evidence.risk.answer import Answer, Base, Chance, Published, Simulated
from azygos.evidence.risk.statement import Statement

SCHEMA_VERSION = 1
NOTE = "Research use only: not a medical device, not for clinical decisions. Shares of patients, intervals of 95 %."


def risk_schema() -> dict[str, Any]:
    """The published JSON schema of a risk's ``result.json``.

    Examples
    --------
    >>> risk_schema()["properties"]["kind"]
    {'const': 'risk'}
    """
    text = resources.files("azygos.evidence.risk").joinpath("risk.schema.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


def result_table(answer: Answer, statement: Statement, version: str) -> dict[str, Any]:
    """An answer as plain numbers and words.

    Parameters
    ----------
    answer : Answer
        Both answers.
    statement : Statement
        The same as sentences.
    version : str
        Of azygos.
    """
    leak = answer.venous_leak
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "risk",
        "azygos": version,
        "note": NOTE,
        "person": {name.replace("look", "looked_with"): value for name, value in _fields(answer.person).items()},
        "published": _published(answer.published),
        "simulated": None if answer.simulated is None else _simulated(answer.simulated),
        "no_simulation": answer.no_simulation,
        "compared": {"overlap": answer.agree, "simulated_over_published": answer.ratio},
        "symptomatic": _base(answer.published.symptomatic),
        "counts": [_fields(count) for count in answer.counts],
        "venous_leak_pufhs": None if leak is None else {**_fields(leak), "unknown": list(leak.unknown)},
        "statement": {name: list(v) if isinstance(v, tuple) else v for name, v in _fields(statement).items()},
    }


def _published(told: Published) -> dict[str, Any]:
    return {
        "chance": _chance(told.chance),
        "before_clip": _chance(told.before_clip),
        "clipped": told.clipped,
        "shrink": told.shrink,
        "base": _base(told.base),
        "moved": [{**_fields(one), "alone": _chance(one.alone), "sources": list(one.sources)} for one in told.moved],
        "not_told": list(told.not_told),
    }


def _simulated(told: Simulated) -> dict[str, Any]:
    table = {name: list(value) if isinstance(value, tuple) else value for name, value in _fields(told).items()}
    for name in ("symptomatic", "heart", "died"):
        table[name] = _chance(getattr(told, name))
    table["seen"] = [
        {
            "looked_with": seen.look.value,
            "chance": _chance(seen.chance),
            "by_chance": _chance(seen.by_chance),
            "dim": seen.dim,
            "sharp": seen.sharp,
        }
        for seen in told.seen
    ]
    return table


def _base(base: Base) -> dict[str, Any]:
    return {
        "new_centre": _chance(base.new_centre),
        "pooled": _chance(base.pooled),
        "studies": list(base.studies),
        "sources": list(base.sources),
    }


def _chance(chance: Chance) -> dict[str, float]:
    return {"value": chance.value, "low": chance.low, "high": chance.high}


def _fields(parcel: Any) -> dict[str, Any]:
    return {field.name: getattr(parcel, field.name) for field in dataclasses.fields(parcel)}
