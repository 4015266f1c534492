"""``result.json`` and the tables: what a run found, in the units that its readers use.

The schema is published beside this file as ``result.schema.json``; a change that breaks a
reader raises :data:`SCHEMA_VERSION`.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

from azygos.ground.units import CELSIUS_ZERO, KPA, ML, MM
from azygos.plan.outcome import Member, PlanResult
from azygos.plan.record import RESEARCH_ONLY
from azygos.plan.statistics import (
    Driver,
    Estimate,
    PairedDifference,
    RouteChance,
    amounts,
    by_rest,
    chance_by_route,
    drivers,
    failures,
    paired,
)

SCHEMA_VERSION = 1

_SHOWN = {
    "injected volume": ("injected_ml", ML, 0.0),
    "leaked volume": ("leaked_ml", ML, 0.0),
    "fill share": ("fill_share", 1.0, 0.0),
    "symmetry": ("symmetry", 1.0, 0.0),
    "highest plunger pressure": ("highest_plunger_pressure_kpa", KPA, 0.0),
    "highest tip pressure": ("highest_tip_pressure_kpa", KPA, 0.0),
    "highest sensor pressure": ("highest_sensor_pressure_kpa", KPA, 0.0),
    "peak temperature": ("peak_temperature_c", 1.0, CELSIUS_ZERO),
}
"""Name in the statistics to name in the file, the unit in SI and the zero of its scale."""

DRAW_UNITS = {
    "permeability_median": "m2",
    "permeability_length": "m",
    "marrow_viscosity": "pa_s",
    "marrow_yield": "pa",
    "activation_early": "j_mol",
    "activation_late": "j_mol",
    "outlet_pressure": "pa",
    "breathing_pressure": "pa",
    "foramen_depth": "m",
    "gap_radius": "m",
    "shell_seepage": "m",
    "pressure_ceiling": "pa",
    "operator_delay": "s",
    "operator_visible_volume": "m3",
}
"""Units of a draw's fields in ``members.csv``; the others are plain numbers."""


def result_schema() -> dict[str, Any]:
    """The published JSON schema of ``result.json``."""
    text = files("azygos.plan").joinpath("result.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def result_table(result: PlanResult) -> dict[str, Any]:
    """The whole of ``result.json`` as plain dictionaries, without times of computing: a rerun gives the same bytes."""
    levels = [vertebra.level for vertebra in result.vertebrae]
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "plan",
        "azygos": result.version,
        "note": RESEARCH_ONLY,
        "seed": result.seed,
        "draws": result.draws,
        "visible_leak_ml": _round(result.visible_leak / ML),
        "vertebrae": [_vertebra(result, number) for number in range(len(levels))],
        "alternatives": [_alternative(result, number, levels) for number in range(len(result.alternatives))],
        "drivers": {level: [_driver(one) for one in drivers(result, level)] for level in levels},
        "spread_explained_by_scan": _number(result.spread_explained),
        "spread_explained_interval": [_number(end) for end in result.spread_explained_interval or (None, None)],
        "failures": [dataclasses.asdict(one) for one in failures(result)],
        "assumptions": [dataclasses.asdict(one) for one in result.assumptions],
        "notes": list(result.notes),
    }


def to_json(table: Mapping[str, Any]) -> str:
    """The table as text: no NaN, which is no JSON, and a line's end at the end."""
    return json.dumps(table, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _vertebra(result: PlanResult, number: int) -> dict[str, Any]:
    vertebra = result.vertebrae[number]
    return {
        "level": vertebra.level,
        "source": vertebra.source,
        "fracture": vertebra.fracture,
        "body_volume_ml": _round(vertebra.volume / ML),
        "cell_mm": _round(vertebra.spacing / MM),
        "needles": [{"entry_mm": _point(line[0]), "tip_mm": _point(line[1])} for line in result.needle_lines[number]],
        "notes": list(vertebra.notes),
    }


def _point(point: Iterable[float]) -> list[float]:
    return [round(float(value) / MM, 3) for value in point]


def _alternative(result: PlanResult, number: int, levels: Sequence[str]) -> dict[str, Any]:
    """One alternative: each vertebra, all together where there are several, and how it differs from the plan."""
    several: list[str | None] = [None] if len(levels) > 1 else []
    return {
        "name": result.alternatives[number],
        "vertebrae": [_outcome(result, number, level) for level in [*levels, *several]],
        "difference_from_plan": [_difference(one) for one in paired(result, number)] if number else [],
    }


def _outcome(result: PlanResult, number: int, level: str | None) -> dict[str, Any]:
    shown = {}
    for name, estimate in amounts(result, number, level).items():
        key, unit, zero = _SHOWN[name]
        shown[key] = _estimate(estimate, unit, zero)
    return {
        "level": level or "all",
        "amounts": shown,
        "ways_out": [_chance(row) for row in chance_by_route(result, number, level)],
        "places_of_rest": [_chance(row) for row in by_rest(result, number, level)],
        "stopped": _counts(
            m.stopped
            for m in result.members
            if m.alternative == number and m.failed is None and level in (None, m.level)
        ),
    }


def _chance(row: RouteChance) -> dict[str, Any]:
    return {
        "name": row.name,
        "chance": _number(row.chance.value),
        "chance_low": _number(row.chance.low),
        "chance_high": _number(row.chance.high),
        "draws_leaking": row.leaking,
        "draws_finished": row.n,
        "volume_ml": _estimate(row.volume, ML),
    }


def _difference(one: PairedDifference) -> dict[str, Any]:
    key, unit, _ = _SHOWN.get(one.quantity, (one.quantity, 1.0, 0.0))
    return {
        "quantity": key,
        "kind": one.kind,
        "plan": _number(one.plan / unit),
        "alternative": _number(one.other / unit),
        "difference": _number(one.difference / unit),
        "low": _number(one.low / unit),
        "high": _number(one.high / unit),
        "within_noise": one.within_noise,
        "draws": one.n,
    }


def _driver(one: Driver) -> dict[str, Any]:
    return {
        "drawn": one.field,
        "outcome": one.outcome,
        "rank_correlation": _number(one.rho.value),
        "low": _number(one.rho.low),
        "high": _number(one.rho.high),
        "noise": _number(one.noise),
        "beyond_noise": one.beyond_noise,
        "draws": one.n,
    }


def _estimate(estimate: Estimate, unit: float = 1.0, zero: float = 0.0) -> dict[str, float | None]:
    return {
        "median": _number(estimate.value / unit - zero),
        "low_5": _number(estimate.low / unit - zero),
        "high_95": _number(estimate.high / unit - zero),
    }


def _counts(items: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in items:
        found[item] = found.get(item, 0) + 1
    return dict(sorted(found.items()))


def _number(value: float | None) -> float | None:
    """Six figures; what is not a number, or without bound, is null."""
    return None if value is None or not math.isfinite(value) else _round(value)


def _round(value: float) -> float:
    return float(f"{value:.6g}")


# Tables -----------------------------------------------------------------------------------------------------------


def members_csv(result: PlanResult) -> str:
    """One row for each draw of each alternative and vertebra, what was drawn among it."""
    return _csv(_member_row(result, member) for member in result.members)


def routes_csv(result: PlanResult) -> str:
    """One row for each outlet of each draw of each alternative and vertebra."""
    head = ("alternative", "alternative_name", "draw", "level")
    rows = [
        dict(zip(head, _key(result, member), strict=True))
        | {
            "outlet": outlet.name,
            "route": outlet.route.value,
            "rest": outlet.rest.value,
            "volume_ml": _cell(outlet.volume / ML),
            "viscosity_pa_s": _cell(outlet.viscosity),
            "has_set": outlet.has_set,
        }
        for member in result.members
        for outlet in member.outlets
    ]
    columns = (*head, "outlet", "route", "rest", "volume_ml", "viscosity_pa_s", "has_set")
    return _csv(rows, columns)


def _key(result: PlanResult, member: Member) -> tuple[int, str, int, str]:
    return member.alternative, result.alternatives[member.alternative], member.index, member.level


def _member_row(result: PlanResult, member: Member) -> dict[str, Any]:
    alternative, name, index, level = _key(result, member)
    row = {
        "alternative": alternative,
        "alternative_name": name,
        "draw": index,
        "level": level,
        "planned_ml": _cell(member.planned / ML),
        "injected_ml": _cell(member.injected / ML),
        "leaked_ml": _cell(member.leaked_volume / ML),
        "fill_share": _cell(member.fill_share),
        "symmetry": _cell(member.symmetry),
        "highest_plunger_pressure_kpa": _cell(float(np.max(member.plunger_pressure)) / KPA),
        "highest_tip_pressure_kpa": _cell(float(np.max(member.tip_pressure)) / KPA),
        "highest_sensor_pressure_kpa": _cell(float(np.max(member.sensor_pressure)) / KPA),
        "peak_temperature_c": _cell(member.peak_temperature - CELSIUS_ZERO),
        "duration_s": _cell(float(member.times[-1])),
        "stopped": member.stopped,
        "failed": member.failed or "",
        "account_gap": f"{member.account_gap:.1e}",
    }
    drawn = dataclasses.asdict(member.draw)
    return row | {f"draw_{_with_unit(field)}": _cell(value) for field, value in drawn.items()}


def _with_unit(field: str) -> str:
    return f"{field}_{DRAW_UNITS[field]}" if field in DRAW_UNITS else field


def _cell(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.6g}" if math.isfinite(value) else ""


def _csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None = None) -> str:
    rows = list(rows)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns or list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
