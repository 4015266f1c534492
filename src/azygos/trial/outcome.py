"""A journey as one row of the outcome table: every column from the rooms' own parcels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from azygos.case import DrawnCase
from azygos.case.ends import add_up
from azygos.circulation import fat_in_lungs
from azygos.ground.parcels import FloatArray
from azygos.ground.units import ML, MM, MMHG
from azygos.journey import Journey
from azygos.lungs.names import ARTERIES
from azygos.spine import Leak, Rest, Route
from azygos.spine.injection import symmetry
from azygos.trial.columns import Row, empty_row, rest_column, route_column, seen_column
from azygos.trial.population import VirtualPatient, region_of
from azygos.trial.strategy import volume_of
from azygos.trial.trial_file import StrategyTable
from azygos.trial.visibility import IMAGINGS, chance_any_seen
from azygos.values.lungs import VISIBLE_THICKNESS
from azygos.values.session import VISIBLE_LEAK

DAY = 86_400.0
FORTNIGHT = 14.0  # [days]
KPA, MPA = 1e3, 1e6
LEAK_SEEN = "leak seen"
_CENTRAL = frozenset(artery.name for artery in ARTERIES if artery.kind != "segmental")


def row_of(patient: VirtualPatient, strategy: StrategyTable, drawn: DrawnCase, journey: Journey) -> Row:
    """What came of one patient under one strategy.

    Parameters
    ----------
    patient : VirtualPatient
        Of the trial.
    strategy : StrategyTable
        What was done.
    drawn : DrawnCase
        What chance decided about the patient.
    journey : Journey
        As :func:`azygos.case.follow_drawn` gives it.

    Returns
    -------
    row : dict
        A value for each of ``columns.COLUMNS``; "key" is left to who stores the row.
    """
    return {
        **blank_row(patient, strategy, drawn),
        **_session(drawn, journey),
        **_leaks([leak for one in journey.treated for leak in one.injection.leaks]),
        **_veins_and_heart(journey),
        **_lungs(journey),
        **_acute(journey),
        **_course(journey),
    }


def failed_row(patient: VirtualPatient, strategy: StrategyTable, drawn: DrawnCase | None, reason: str) -> Row:
    """A patient that could not be finished: who it was, what was planned, and why."""
    return {**blank_row(patient, strategy, drawn), "failed": reason}


def blank_row(patient: VirtualPatient, strategy: StrategyTable, drawn: DrawnCase | None) -> Row:
    """The patient and the plan, before anything is known of the outcome."""
    return {
        **empty_row(),
        "patient": patient.index,
        "strategy": strategy.name,
        **_patient(patient),
        **(_drawn(drawn) if drawn is not None else {}),
        **_plan(patient, strategy),
    }


def _patient(patient: VirtualPatient) -> Row:
    levels = patient.levels
    return {
        "weight": patient.weight,
        "seed": patient.seed,
        "sex": patient.sex,
        "age_years": patient.age,
        "height_m": patient.height,
        "mass_kg": patient.mass,
        "resistance_factor": patient.resistance_factor,
        "foramen_open": patient.foramen,
        "levels": len(levels),
        "treated_levels": " ".join(one.level for one in levels),
        "region": region_of_all([one.level for one in levels]),
        "fracture": levels[0].fracture,
        "fracture_age_days": patient.fracture_age_days,
        "height_lost": _mean(one.height_lost for one in levels),
        "bone_fraction": _mean(one.bone_fraction for one in levels),
        "cleft": any(one.cleft for one in levels),
    }


def region_of_all(levels: Sequence[str]) -> str:
    """The region in which all levels lie, or mixed.

    Examples
    --------
    >>> region_of_all(["T8", "T9"]), region_of_all(["T10", "T11"])
    ('thoracic', 'mixed')
    """
    regions = {region_of(level) for level in levels}
    return regions.pop() if len(regions) == 1 else "mixed"


def _drawn(drawn: DrawnCase) -> Row:
    veins = drawn.patient.veins
    return {
        "permeability_m2": float(drawn.draws[0].permeability_median),
        "vein_radius_factor": float(drawn.draws[0].vein_radius_factor),
        "azygos_share": _mean(veins.azygos_share(bone.level) for bone in drawn.bones),
    }


def _plan(patient: VirtualPatient, strategy: StrategyTable) -> Row:
    return {
        "cement": strategy.cement,
        "procedure": strategy.procedure,
        "planned_ml": sum(volume_of(patient, level, strategy) for level in patient.levels),
        "rate_ml_min": strategy.rate_ml_min,
        "age_at_start_min": strategy.age_at_start_min,
    }


# In bone ----------------------------------------------------------------------------------------------------------


def _session(drawn: DrawnCase, journey: Journey) -> Row:
    treated = journey.treated
    injections = [one.injection for one in treated]
    ledger = add_up(journey)
    injected = sum(float(one.injected[-1]) for one in injections)
    leaked = sum(one.leaked_volume() for one in injections)
    fill = ledger.volume(ledger.in_bone)
    return {
        "levels_injected": len(treated),
        "injected_ml": injected / ML,
        "stopped_early": sum(one.stopped == LEAK_SEEN for one in injections),
        "fill_ml": fill / ML,
        "fill_share": fill / sum(bone.volume for bone in drawn.bones),
        "fill_symmetry": _mean(symmetry(one.injection.fill, one.vertebra) for one in treated),
        "sensor_kpa": max(float(one.sensor_pressure.max()) for one in injections) / KPA,
        "plunger_mpa": max(float(one.plunger_pressure.max()) for one in injections) / MPA,
        "leaked_ml": leaked / ML,
        "leaked_share": leaked / injected if injected > 0.0 else 0.0,
    }


def _leaks(leaks: Sequence[Leak]) -> Row:
    counted = [leak for leak in leaks if leak.volume >= VISIBLE_LEAK.number]
    return {
        "leak_any": bool(counted),
        "leak_venous": any(leak.route.vascular for leak in counted),
        "leak_canal": any(leak.rest is Rest.CANAL for leak in counted),
        "leak_disc": any(leak.rest is Rest.DISC for leak in counted),
        **{route_column(route): _ml(leak for leak in leaks if leak.route is route) for route in Route},
        **{rest_column(rest): _ml(leak for leak in leaks if leak.rest is rest) for rest in Rest},
    }


def _ml(leaks: Iterable[Leak]) -> float:
    return float(sum(leak.volume for leak in leaks)) / ML


# Beyond the bone --------------------------------------------------------------------------------------------------


def _veins_and_heart(journey: Journey) -> Row:
    ledger = add_up(journey)
    thin = VISIBLE_THICKNESS.number
    lying = [one.vein for one in journey.arrivals.remnants if one.diameter >= thin and one.volume > 0.0]
    held = [one for one in journey.departures.passages if one.volume_left > 0.0]
    return {
        "veins_ml": ledger.volume(ledger.in_veins) / ML,
        "azygos_seen": any("azygos" in vein for vein in lying),
        "cava_seen": any("vena cava" in vein for vein in lying),
        "heart_ml": ledger.volume(ledger.in_heart) / ML,
        "heart_any": any(one.piece.thickest >= thin for one in held),
        "crossed_ml": ledger.volume(ledger.elsewhere) / ML,
        "lung_ml": ledger.volume(ledger.in_lungs) / ML,
    }


def _lungs(journey: Journey) -> Row:
    lodged, last = journey.lodgings.lodged, journey.lodgings.obstructions[-1:]
    sizes = [one.width / MM for one in lodged]
    seen = [one for one in lodged if one.visible]
    names = journey.vessels[-1].names
    return {
        "lung_pieces": len(lodged),
        "lung_thickest_mm": max(sizes, default=0.0),
        "emboli_ct": len(seen),
        "embolus_ct": bool(seen),
        **{
            seen_column(looked_with, end): chance
            for looked_with in IMAGINGS
            for end, chance in zip(("low", "mid", "high"), chance_any_seen(sizes, looked_with), strict=True)
        },
        "central": any(names[vessel] in _CENTRAL for one in seen for vessel in one.vessels),
        "cord": any(one.piece.attached for one in lodged),
        "butscheidt": journey.lodgings.butscheidt,
        "flow_lost": last[0].flow_lost if last else 0.0,
        "qanadli": last[0].qanadli if last else 0.0,
    }


def _acute(journey: Journey) -> Row:
    acute = journey.acute
    fat = fat_in_lungs([one.fat for one in journey.treated], acute.times)
    arterial = _known(acute.arterial_pressure)
    return {
        "fat_ml": float(fat.max()) / ML,
        "pulmonary_mmhg": float(_known(acute.pulmonary_pressure).max()) / MMHG,
        "arterial_fall_mmhg": float(arterial[0] - arterial.min()) / MMHG,
    }


def _known(series: FloatArray) -> FloatArray:
    return series[np.isfinite(series)]


def _course(journey: Journey) -> Row:
    day, death = journey.planned.course.symptoms_day, journey.died
    died_day = math.inf if death is None else death[0] / DAY
    came = math.inf if day is None or day > died_day else float(day)
    return {
        "symptomatic_14d": came <= FORTNIGHT,
        "symptomatic": math.isfinite(came),
        "symptoms_day": came if math.isfinite(came) else math.nan,
        "died": death is not None,
        "died_day": math.nan if death is None else died_day,
        "cause": "" if death is None else death[1],
    }


def _mean(numbers: Iterable[float]) -> float:
    found = list(numbers)
    return float(sum(found)) / len(found)
