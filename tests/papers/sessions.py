"""The treated patients that the journey's predictions share. Nothing here reads a measured outcome."""

from __future__ import annotations

import numpy as np

from azygos.case.case_file import CaseFile
from azygos.case.run import follow_case
from azygos.ground.anatomy import LEVELS
from azygos.ground.errors import AzygosError
from azygos.ground.units import ML, MM
from azygos.heart import Exit
from azygos.journey import Journey
from azygos.values.session import VISIBLE_LEAK
from papers.patients import log_between, own_rng

SPACING_MM = 2.0
COUNTS = (0.4, 0.35, 0.25)
"""Shares of sessions with one, two and three levels; assumed."""

FIRST = {
    "T5": 2, "T6": 4, "T7": 7, "T8": 6, "T9": 4, "T10": 4, "T11": 7, "T12": 18, "L1": 20, "L2": 11, "L3": 8, "L4": 6,
    "L5": 3,
}  # fmt: skip
"""How often each level is the first of a session; assumed, with the known peaks at T12-L1 and T7."""

CEMENTS = ("generic_low_viscosity", "generic_medium_viscosity", "generic_high_viscosity")
VEINS = ("azygos", "hemiazygos", "vena cava")


def session_case(seed: int, k: int) -> CaseFile:
    """Session `k`: what is done, and in which virtual patient."""
    rng = own_rng(seed, k)
    names, weights = list(FIRST), np.array(list(FIRST.values()), dtype=float)
    first = LEVELS.index(names[int(rng.choice(len(names), p=weights / weights.sum()))])
    count = 1 + int(rng.choice(3, p=COUNTS))
    levels = LEVELS[max(0, min(first, len(LEVELS) - count)) :][:count]
    return CaseFile.model_validate(
        {
            "patient": {"seed": int(rng.integers(2**31)), "foramen_ovale": "drawn"},
            "vertebra": [_vertebra(rng, level) for level in levels],
            "cement": {"name": CEMENTS[int(rng.integers(3))], "age_at_start_min": float(rng.uniform(3.0, 6.0))},
        }
    )


def _vertebra(rng: np.random.Generator, level: str) -> dict:
    push = {"volume_ml": float(rng.uniform(2.5, 6.0)), "rate_ml_min": log_between(rng, 1.0, 4.0)}
    return {
        "level": level,
        "needle": [{"side": "left" if rng.random() < 0.5 else "right", "gauge": 11}],
        "portions": [push],
    }


def follow_session(case: CaseFile) -> Journey | None:
    """The journey of a session; None where the cement set too early or the solver gave up."""
    try:
        return follow_case(case, spacing_mm=SPACING_MM)
    except AzygosError:
        return None


def tell(case: CaseFile, journey: Journey | None) -> dict:
    """What the studies count of one session."""
    about = {
        "levels": [str(v.level) for v in case.vertebra],
        "cement": case.cement.name,
        "volume_ml": sum(p.volume_ml or 0.0 for v in case.vertebra for p in v.portions),
    }
    if journey is None:
        return {**about, "finished": False}
    lodged = journey.lodgings.lodged
    symptoms = journey.planned.course.symptoms_day
    return {
        **about,
        "finished": True,
        "leaked": any(
            leak.volume >= VISIBLE_LEAK.number for t in journey.treated for leak in t.injection.leaks
        ),
        "venous_ml": journey.arrivals.account.received / journey.cement.density_paste / ML,
        "azygos": any("azygos" in r.vein for r in journey.arrivals.remnants)
        or any("azygos" in vein for p in journey.arrivals.pieces for vein in p.path),
        "azygos_remnant": any("azygos" in r.vein for r in journey.arrivals.remnants),
        "cava_remnant": any("vena cava" in r.vein for r in journey.arrivals.remnants),
        "cords_mm": [
            [r.diameter / MM, r.length / MM]
            for r in journey.arrivals.remnants
            if any(vein in r.vein for vein in VEINS)
        ],
        "reaching_heart_mm": [[p.diameter / MM, p.length / MM] for p in journey.arrivals.pieces],
        "in_heart": any(p.volume_left > 0.0 for p in journey.departures.passages),
        "exits": [p.exit.name for p in journey.departures.passages],
        "pierced": any(p.exit is Exit.PERFORATES for p in journey.departures.passages),
        "emboli": len(lodged),
        "visible": sum(one.visible for one in lodged),
        "visible_segmental_or_above": sum(one.visible and one.order >= SEGMENTAL_ORDER for one in lodged),
        "visible_orders": [one.order for one in lodged if one.visible],
        "symptoms_day": symptoms,
        "died": journey.died is not None,
    }


SEGMENTAL_ORDER = 13
"""Strahler order from which an artery is segmental or wider; a lodging below lies beyond the segmental arteries."""
