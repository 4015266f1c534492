"""One patient under one strategy as a case file, which ``azygos journey`` reads as it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azygos.case.case_file import CaseFile
from azygos.plan.session import OWN_OF_A_VERTEBRA
from azygos.spine import Draw
from azygos.trial.population import VirtualLevel, VirtualPatient
from azygos.trial.trial_file import StrategyTable
from azygos.values.population import BALLOON
from azygos.values.uncertainty import UNCERTAIN

_LEAST_PORTION_ML = 0.05  # what is left over of a volume joins the portion before it


def case_of(patient: VirtualPatient, strategy: StrategyTable) -> CaseFile:
    """The case of a patient under a strategy.

    Parameters
    ----------
    patient : VirtualPatient
        As :func:`azygos.trial.population.draw_virtual` gives it.
    strategy : StrategyTable
        What is done.

    Returns
    -------
    case : CaseFile
        With the patient's numbers written out in full. What importance pushes is not in it: :func:`redraw_of`
        puts it in.

    Examples
    --------
    >>> from azygos.trial.population import draw_virtual
    >>> from azygos.trial.trial_file import parse_trial, trial_template
    >>> trial = parse_trial(trial_template())
    >>> case = case_of(draw_virtual(trial, 7), trial.named("four minutes longer"))
    >>> case.cement.age_at_start_min
    8.0
    """
    return CaseFile.model_validate(
        {
            "patient": _patient(patient),
            "vertebra": [_vertebra(patient, level, strategy) for level in patient.levels],
            "cement": {"name": strategy.cement, "age_at_start_min": strategy.age_at_start_min},
            "operator": {"stops_on_seen_leak": strategy.stops_on_seen_leak},
            "session": {
                "gets_up_after_h": strategy.gets_up_after_h,
                "marrow_vented_share": strategy.marrow_vented_share,
            },
            "course": {"clot": strategy.clot},
        }
    )


def redraw_of(patient: VirtualPatient) -> Callable[[Draw], Draw]:
    """What importance pushed in a patient, as `redraw` of :func:`azygos.case.draw_case`; once for each call of it.

    What each vertebra has of its own is pushed in the first one only: in the others it is drawn as ever, so that the
    patient's weight stays that of two numbers.
    """
    pushed = {name: UNCERTAIN[name].at(chance) for name, chance in patient.chances}
    shared = {name: number for name, number in pushed.items() if name not in OWN_OF_A_VERTEBRA}
    changes = iter([pushed])

    def redraw(draw: Draw) -> Draw:
        wanted: dict[str, Any] = next(changes, shared)
        return replace(draw, **wanted)

    return redraw


def _patient(patient: VirtualPatient) -> dict[str, Any]:
    return {
        "seed": patient.seed,
        "sex": patient.sex,
        "age_years": patient.age,
        "height_m": patient.height,
        "mass_kg": patient.mass,
        "pulmonary_resistance_factor": patient.resistance_factor,
        "foramen_ovale": "open" if patient.foramen else "closed",
    }


def _vertebra(patient: VirtualPatient, level: VirtualLevel, strategy: StrategyTable) -> dict[str, Any]:
    sides = {"both": ("left", "right"), "drawn": (patient.side,)}.get(strategy.sides, (strategy.sides,))
    table = {
        "level": level.level,
        "needle": [_needle(side, strategy) for side in sides],
        "procedure": strategy.procedure,
        "portions": portions(volume_of(patient, level, strategy), strategy, needles=len(sides)),
        "fracture": level.fracture,
        "cleft": level.cleft,
        "height_lost_share": level.height_lost,
        "bone_fraction": level.bone_fraction,
    }
    if strategy.procedure == "kyphoplasty":
        table["balloon_ml"] = strategy.balloon_ml or BALLOON[_part(level.level)].number
    return table


def _needle(side: str, strategy: StrategyTable) -> dict[str, Any]:
    needle = {"side": side, "gauge": strategy.gauge, "opening": strategy.opening}
    if strategy.tip_from_front_share is not None:
        needle["tip_from_front_share"] = strategy.tip_from_front_share
    return needle


def _part(level: str) -> str:
    return "thoracic" if level.startswith("T") else "lumbar"


def volume_of(patient: VirtualPatient, level: VirtualLevel, strategy: StrategyTable) -> float:
    """Cement that is meant for a level [mL]."""
    usual = strategy.volume_ml_thoracic if _part(level.level) == "thoracic" else strategy.volume_ml_lumbar
    return usual * patient.volume_factor


def portions(volume: float, strategy: StrategyTable, *, needles: int) -> list[dict[str, Any]]:
    """Pushes and pauses of one vertebra: each needle's equal share in portions, one needle after the other."""
    share = volume / needles
    found: list[dict[str, Any]] = []
    for needle in range(1, needles + 1):
        for size in _cut(share, strategy.portion_ml):
            if found and strategy.pause_s is not None:
                found.append({"wait_s": strategy.pause_s})
            found.append({"volume_ml": size, "rate_ml_min": strategy.rate_ml_min, "needle": needle})
    return found


def _cut(volume: float, size: float | None) -> list[float]:
    """Portions of one size and what is left of the volume [mL]."""
    if size is None or volume <= size:
        return [volume]
    whole = math.floor(volume / size)
    rest = volume - whole * size
    if rest < _LEAST_PORTION_ML:
        return [*[size] * (whole - 1), size + rest]
    return [*[size] * whole, rest]
