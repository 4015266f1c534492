"""The treated patients that the journey's predictions share. Nothing here reads a measured outcome."""

from __future__ import annotations

import math

import numpy as np

from azygos.case import follow_case
from azygos.case.case_file import CaseFile
from azygos.ground.anatomy import LEVELS
from azygos.ground.errors import AzygosError
from azygos.ground.units import ML, MM
from azygos.heart import Passage
from azygos.journey import Journey
from azygos.lungs import Lodging
from azygos.values.lungs import VISIBLE_THICKNESS
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
VEINS = ("azygos", "vena cava")
"""What the names of the great veins hold: azygos arch, hemiazygos vein at T9, inferior vena cava at L2."""

SEEN_ON_CT = VISIBLE_THICKNESS.number
"""Width from which cement in vein, heart or lung counts as seen on CT, the model's own figure [m]."""

FORTNIGHT, DAY = 14.0, 86_400.0

DRAWN = {
    "levels": "one to three neighbours (0.4, 0.35, 0.25), the first with peaks at T12-L1 and T7",
    "volume, rate": "2.5 to 6 mL for each level, 1 to 4 mL/min",
    "cement": "low, medium or high viscosity, a third each; first push 3 to 6 min after mixing",
    "needle": "11 gauge from the left or the right, end opening",
    "operator": "stops at a leak that is seen",
    "fracture, cleft": "drawn for each level, as a plan does",
    "body, veins, heart, lungs, circulation": "as `azygos journey` draws them; no earlier disease; no clot",
    "cell in bone": "2 mm",
}
"""What no source of the treated patients gives, and how every study takes it."""


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


# What the studies count ---------------------------------------------------------------------------------------------


def tell(case: CaseFile, journey: Journey | None) -> dict:
    """What the studies count of one session."""
    about = {
        "levels": [str(v.level) for v in case.vertebra],
        "cement": case.cement.name,
        "volume_ml": sum(p.volume_ml or 0.0 for v in case.vertebra for p in v.portions),
    }
    if journey is None:
        return {**about, "finished": False}
    return {
        **about,
        "finished": True,
        "leaked_levels": leaked_levels(journey),
        "venous_ml": journey.arrivals.account.received / journey.cement.density_paste / ML,
        **tell_veins(journey),
        **tell_heart(journey),
        **tell_lungs(journey),
        "symptoms_in_a_fortnight": symptoms_in_a_fortnight(journey),
        "died": journey.died is not None,
    }


def leaked_levels(journey: Journey) -> list[str]:
    """Treated levels with a leak that counts as seen, by any way."""
    return [
        one.vertebra.level
        for one in journey.treated
        if any(leak.volume >= VISIBLE_LEAK.number for leak in one.injection.leaks)
    ]


def tell_veins(journey: Journey) -> dict:
    """Cement that is left in the azygos system, and all cords in azygos, cava and heart."""
    azygos = [one for one in journey.arrivals.remnants if "azygos" in one.vein]
    return {
        "azygos": any(one.diameter >= SEEN_ON_CT for one in azygos),
        "azygos_of_any_width": bool(azygos),
        "cords_mm": [[width / MM, length / MM] for width, length in cords(journey)],
    }


def cords(journey: Journey) -> list[tuple[float, float]]:
    """Mean width and length [m] of what lies in azygos, cava and heart; parts of one piece in several veins are one."""
    parts = [
        (one.name, one.volume, one.length)
        for one in journey.arrivals.remnants
        if any(vein in one.vein for vein in VEINS)
    ]
    parts += [(p.piece.name, p.volume_left, p.length_left) for p in in_heart(journey)]
    volume: dict[str, float] = {}
    length: dict[str, float] = {}
    for name, part, along in parts:
        volume[name] = volume.get(name, 0.0) + part
        length[name] = length.get(name, 0.0) + along
    return [(2.0 * math.sqrt(volume[name] / (math.pi * length[name])), length[name]) for name in volume]


def in_heart(journey: Journey) -> list[Passage]:
    """Passages that leave cement in the right heart."""
    return [p for p in journey.departures.passages if p.volume_left > 0.0]


def tell_heart(journey: Journey) -> dict:
    """What reached the heart, and what became of it."""
    return {
        "reaching_heart_mm": [[p.thickest / MM, p.length / MM] for p in journey.arrivals.pieces],
        "in_heart": any(p.piece.thickest >= SEEN_ON_CT for p in in_heart(journey)),
        "in_heart_of_any_width": bool(in_heart(journey)),
        "exits": [p.exit.name.lower() for p in journey.departures.passages],
    }


def tell_lungs(journey: Journey) -> dict:
    """Emboli that CT would show, from which level they came, and how many lie beyond the segmental arteries."""
    visible = [one for one in journey.lodgings.lodged if one.visible]
    return {
        "emboli": len(journey.lodgings.lodged),
        "visible": len(visible),
        "visible_from": sorted({one.piece.level for one in visible}),
        "visible_beyond_segmental": sum(beyond_segmental(one) for one in visible),
    }


def beyond_segmental(one: Lodging) -> bool:
    """Whether its head lies in a branch of a segmental artery."""
    return bool(one.segment) and one.artery.endswith(" beyond")


def symptoms_in_a_fortnight(journey: Journey) -> bool:
    """Whether the patient feels something, or dies, in the first fortnight."""
    felt, died = journey.planned.course.symptoms_day, journey.died
    return (felt is not None and felt <= FORTNIGHT) or (died is not None and died[0] <= FORTNIGHT * DAY)
