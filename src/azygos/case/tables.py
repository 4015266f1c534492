"""``result.json`` and the tables of a journey, in the units that its readers use.

The schema is published beside this file as ``journey.schema.json``; a change that breaks a reader raises
:data:`SCHEMA_VERSION`.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from azygos.case.ends import End, Ledger, add_up, find_ends, removal_day
from azygos.case.result import CaseResult
from azygos.circulation import FIELDS, Response
from azygos.ground.units import CELSIUS_ZERO, MINUTE, ML, MM, MMHG
from azygos.heart import Passage
from azygos.journey import Branch, Treated
from azygos.lungs import Obstruction
from azygos.plan.record import RESEARCH_ONLY
from azygos.plan.schema import to_json

SCHEMA_VERSION = 1
DAY = 86400.0
MG = 1e-6
LITRE_PER_MINUTE = 1e-3 / MINUTE

CLINICAL: dict[str, tuple[str, float]] = {
    "heart_rate": ("heart_rate_per_min", 1.0 / MINUTE),
    "cardiac_output": ("cardiac_output_l_min", LITRE_PER_MINUTE),
    "pulmonary_pressure": ("pulmonary_pressure_mean_mmhg", MMHG),
    "pulmonary_systolic": ("pulmonary_pressure_systolic_mmhg", MMHG),
    "right_atrial_pressure": ("right_atrial_pressure_mmhg", MMHG),
    "arterial_pressure": ("arterial_pressure_mean_mmhg", MMHG),
    "wedge_pressure": ("wedge_pressure_mmhg", MMHG),
    "right_ventricle_filling": ("right_ventricle_end_diastolic_ml", ML),
    "left_ventricle_filling": ("left_ventricle_end_diastolic_ml", ML),
    "right_ejection": ("right_ejection_fraction_percent", 0.01),
    "coupling": ("right_ventricle_coupling_ees_over_ea", 1.0),
    "dead_space": ("alveolar_dead_space_percent", 0.01),
    "shunt": ("venous_admixture_percent", 0.01),
    "saturation": ("arterial_saturation_percent", 0.01),
    "oxygen_pressure": ("arterial_oxygen_pressure_mmhg", MMHG),
}
"""For each series of a response: its name in the files, and the file's unit in SI."""


def journey_schema() -> dict[str, Any]:
    """The published JSON schema of a journey's ``result.json``."""
    text = files("azygos.case").joinpath("journey.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def result_table(result: CaseResult) -> dict[str, Any]:
    """The whole of ``result.json`` as plain dictionaries; the same result gives the same bytes."""
    journey = result.journey
    died = journey.died
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "journey",
        "azygos": result.version,
        "note": RESEARCH_ONLY,
        "name": result.name,
        "seed": result.seed,
        "seeds_tried": result.seeds_tried,
        "switched_off": list(result.switches),
        "patient": {
            "sex": journey.body.sex,
            "age_years": _round(journey.body.age),
            "height_m": _round(journey.body.height),
            "mass_kg": _round(journey.body.mass),
            "azygos_share_percent": _number(journey.azygos_share / 0.01),
        },
        "vertebrae": [_treated(one) for one in journey.treated],
        "account": _account(add_up(journey)),
        "parts": [_end(end) for end in find_ends(journey)],
        "heart": _heart(result),
        "lungs": {
            "lodged": len(journey.lodgings.lodged),
            "butscheidt_grade": journey.lodgings.butscheidt,
            "cement_alone": _obstruction(journey.lodgings.obstructions[-1]) if journey.lodgings.obstructions else None,
        },
        "acute": _extremes(journey.acute),
        "branches": [_branch(branch) for branch in journey.branches],
        "died": None if died is None else {"time_s": _number(died[0]), "cause": died[1]},
        "events": [{"time_s": _number(e.time), "room": e.room, "what": e.what} for e in journey.events],
        "rarity": _rarity(result),
        "advice_in_sources": [dataclasses.asdict(one) for one in result.advice],
        "assumptions": [dataclasses.asdict(one) for one in result.assumptions],
        "notes": list(result.notes),
    }


def _treated(one: Treated) -> dict[str, Any]:
    injection = one.injection
    return {
        "level": one.vertebra.level,
        "fracture": one.vertebra.fracture,
        "body_volume_ml": _round(one.vertebra.volume / ML),
        "centre_mm": [round(float(x) / MM, 3) for x in one.centre],
        "begins_s": _number(one.begins),
        "injected_ml": _number(float(injection.injected[-1]) / ML),
        "fat_ml": _number(one.fat.volume / ML),
        "stopped": injection.stopped,
        "leaks": [
            {
                "outlet": leak.outlet,
                "route": leak.route.value,
                "rest": leak.rest.value,
                "volume_ml": _number(leak.volume / ML),
            }
            for leak in injection.leaks
        ],
        "notes": list(one.vertebra.notes),
    }


def _account(ledger: Ledger) -> dict[str, Any]:
    return {
        "injected_mg": _number(ledger.injected / MG),
        "injected_ml": _number(ledger.volume(ledger.injected) / ML),
        "places": [
            {"place": place, "mg": _number(mass / MG), "ml": _number(ledger.volume(mass) / ML)}
            for place, mass in ledger.places
        ],
        "gap_share": _number(abs(ledger.gap) / ledger.injected if ledger.injected > 0.0 else 0.0, digits=2),
    }


def _end(end: End) -> dict[str, Any]:
    return {
        "piece": end.piece,
        "level": end.level,
        "room": end.room,
        "place": end.place,
        "route": end.route or None,
        "cause": end.cause or None,
        "path": list(end.path),
        "volume_ml": _number(end.volume / ML),
        "length_mm": _number(end.length / MM),
        "diameter_mm": _number(end.diameter / MM),
        "thickest_mm": _scaled(end.thickest, MM),
        "thinnest_mm": _scaled(end.thinnest, MM),
        "age_s_at_25c": _number(end.age),
        "temperature_c": None if end.temperature is None else _number(end.temperature - CELSIUS_ZERO),
        "state": end.state or None,
        "attached": end.attached,
        "time_s": _number(end.time),
        "segment": end.segment or None,
        "lobe": end.lobe or None,
        "order": end.order,
        "artery_mm": _scaled(end.artery_diameter, MM),
        "visible_on_ct": end.visible,
    }


def _heart(result: CaseResult) -> dict[str, Any]:
    departures = result.journey.departures
    effusion = departures.effusion
    return {
        "passages": [_passage(passage) for passage in departures.passages],
        "effusion": None
        if effusion is None
        else {
            "begins_s": _number(effusion.begins),
            "rate_ml_min": _number(effusion.rate / (ML / MINUTE)),
            "most_ml": _number(effusion.most / ML),
        },
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "piece": passage.piece.name,
        "exit": passage.exit.value,
        "chamber": passage.chamber or None,
        "left_ml": _number(passage.volume_left / ML),
        "left_mm": _number(passage.length_left / MM),
        "pierces_at_s": _number(passage.pierces_at),
        "reason": passage.reason,
    }


def _obstruction(found: Obstruction) -> dict[str, Any]:
    return {
        "resistance_ratio": _number(found.resistance_ratio),
        "flow_lost_percent": _number(found.flow_lost / 0.01),
        "area_fraction_percent": _number(found.area_fraction / 0.01),
        "qanadli_percent": _number(found.qanadli),
        "miller_points": found.miller,
    }


def _extremes(response: Response) -> dict[str, Any]:
    """For each series its first, least, greatest and last number."""
    table = {}
    for field, (name, unit) in CLINICAL.items():
        known = [float(x) / unit for x in getattr(response, field) if math.isfinite(x)]
        first, least, most, last = (known[0], min(known), max(known), known[-1]) if known else (math.nan,) * 4
        table[name] = {"first": _number(first), "least": _number(least), "most": _number(most), "last": _number(last)}
    return table


def _branch(branch: Branch) -> dict[str, Any]:
    course, response = branch.course, branch.response
    return {
        "name": branch.name,
        "symptoms_day": _number(course.symptoms_day),
        "symptoms": list(course.symptoms),
        "chance_of_symptoms_percent": _number(float(course.chance_of_symptoms[-1]) / 0.01),
        "cement_removed": list(course.cement_removed),
        "removed_ml": _number(course.removed_volume / ML),
        "removed_day": _number(removal_day(course)),
        "removals": [
            {"day": _number(r.day), "kind": r.kind, "removed_ml": _number(r.volume / ML), "pieces": list(r.pieces)}
            for r in course.removals
        ],
        "most_clot_ml": _number(course.most_clot[1] / ML),
        "response": _extremes(response),
        "last_obstruction": _obstruction(branch.obstructions[-1]) if branch.obstructions else None,
        "visits": [
            {"day": _number(v.day), "looks_with": v.looks_with, "sees": list(v.sees), "misses": list(v.misses)}
            for v in course.visits
        ],
        "died": None if response.died is None else {"time_s": _number(response.died), "cause": response.cause},
    }


def _rarity(result: CaseResult) -> dict[str, Any] | None:
    rarity = result.rarity
    if rarity is None:
        return None
    return {
        "what": rarity.what,
        "chance": _number(rarity.chance),
        "chance_low": _number(rarity.low),
        "chance_high": _number(rarity.high),
        "draws": rarity.draws,
        "effective_draws": _number(rarity.effective),
        "case_hash": rarity.case_hash,
        "computed_with": rarity.computed_with,
    }


def _scaled(value: float | None, unit: float) -> float | None:
    return None if value is None else _number(value / unit)


def _number(value: float | None, digits: int = 6) -> float | None:
    """Six figures; what is not a number, or without bound, is null."""
    return None if value is None or not math.isfinite(value) else _round(value, digits)


def _round(value: float, digits: int = 6) -> float:
    return float(f"{value:.{digits}g}")


# Tables -----------------------------------------------------------------------------------------------------------


def pieces_csv(result: CaseResult) -> str:
    """One row for each part of each piece where it stopped; what parted is told by its cause."""
    rows = [{**_end(end), "path": " > ".join(end.path)} for end in find_ends(result.journey)]
    columns = (
        "piece", "level", "route", "cause", "path", "room", "place", "segment", "lobe", "order", "artery_mm",
        "length_mm", "diameter_mm", "thickest_mm", "thinnest_mm", "volume_ml", "age_s_at_25c", "temperature_c", "state",
        "attached", "time_s", "visible_on_ct",
    )  # fmt: skip
    return _csv(rows, columns)


def haemodynamics_csv(result: CaseResult) -> str:
    """One row for each instant of the acute phase and of each branch."""
    journey = result.journey
    rows = _instants("acute", journey.acute)
    for branch in journey.branches:
        rows += _instants(branch.name, branch.response)
    columns = ("branch", "time_s", "day", *(CLINICAL[field][0] for field in FIELDS))
    return _csv(rows, columns)


def _instants(branch: str, response: Response) -> list[dict[str, Any]]:
    return [
        {"branch": branch, "time_s": _number(float(time)), "day": _number(float(time) / DAY)}
        | {CLINICAL[field][0]: _number(float(getattr(response, field)[k]) / CLINICAL[field][1]) for field in FIELDS}
        for k, time in enumerate(response.times)
    ]


def account_csv(result: CaseResult) -> str:
    """Rooms in order: what each received, kept, passed on and lost by another door, and where all of it is."""
    journey = result.journey
    ledger = add_up(journey)
    levels = [one.vertebra.level for one in journey.treated]
    names = [*(f"spine {level}" for level in levels), *(a.room for a in journey.accounts[len(levels) :])]
    rows = [
        _account_row(name, ledger, account.received, account.kept, account.passed_on, account.removed, gap=account.gap)
        for name, account in zip(names, journey.accounts, strict=True)
    ]
    rows += [_account_row(f"of all: {place}", ledger, None, mass, None, None) for place, mass in ledger.places]
    return _csv(rows, tuple(rows[0]))


_ACCOUNT = ("received", "kept", "passed_on", "removed")


def _account_row(room: str, ledger: Ledger, *masses: float | None, gap: float | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"room": room}
    for name, mass in zip(_ACCOUNT, masses, strict=True):
        row[f"{name}_mg"] = _scaled(mass, MG)
        row[f"{name}_ml"] = None if mass is None else _number(ledger.volume(mass) / ML)
    return row | {"gap_mg": None if gap is None else _number(gap / MG, digits=2)}


def events_csv(result: CaseResult) -> str:
    """The time line."""
    rows = [
        {"time_s": _number(e.time), "day": _number(e.time / DAY), "room": e.room, "what": e.what}
        for e in result.journey.events
    ]
    return _csv(rows, ("time_s", "day", "room", "what"))


def tables(result: CaseResult) -> Iterator[tuple[str, str]]:
    """Name and text of every table of a run folder."""
    yield "result.json", to_json(result_table(result))
    yield "pieces.csv", pieces_csv(result)
    yield "haemodynamics.csv", haemodynamics_csv(result)
    yield "account.csv", account_csv(result)
    yield "events.csv", events_csv(result)


def _csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows as text; nothing where a number is not known, ``yes`` and ``no`` for truth."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in row.items()})
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else value
