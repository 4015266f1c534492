"""PUFHS: the one published equation, for cement in veins outside the bone in spinal metastases. It is no embolism."""

from __future__ import annotations

import math
from dataclasses import dataclass

from azygos.evidence.risk.person import Collapse, Disease, Growth, Person
from azygos.ground.parcels import Parcel
from azygos.values.risk import PUFHS

GROWTH = {Growth.SLOW: 1, Growth.MODERATE: 2, Growth.RAPID: 3}
COLLAPSE = {Collapse.NONE: 1, Collapse.UNDER_HALF: 2, Collapse.OVER_HALF: 3}
LEVELS = (1, 2, 3, 4)  # four stands for four and more


@dataclass(frozen=True, slots=True, kw_only=True)
class VenousLeak(Parcel):
    """Chance of a leak into veins by PUFHS; its ends are over what was not told of the patient."""

    low: float
    high: float
    unknown: tuple[str, ...]  # inputs that were not told


def pufhs(*, growth: int, levels: int, collapse: int) -> float:
    """Chance of a leak into veins, by the published equation.

    Parameters
    ----------
    growth : int
        Of the primary cancer: 1 slow, 2 moderate, 3 rapid.
    levels : int
        Treated: 1, 2, 3, or 4 for four and more.
    collapse : int
        Of the vertebra: 1 none, 2 under half, 3 over half.

    Examples
    --------
    >>> round(100.0 * pufhs(growth=3, levels=1, collapse=3), 2)
    10.53
    """
    score = (
        PUFHS["intercept"].number
        + PUFHS["growth"].number * growth
        + PUFHS["levels"].number * levels
        + PUFHS["collapse"].number * collapse
    )
    return 1.0 / (1.0 + math.exp(-score))


def venous_leak(person: Person) -> VenousLeak | None:
    """What PUFHS says of a patient with metastases; None for others, in whom it was not made."""
    if person.disease is not Disease.METASTASES:
        return None
    growths = [GROWTH[person.growth]] if person.growth else [*GROWTH.values()]
    collapses = [COLLAPSE[person.collapse]] if person.collapse else [*COLLAPSE.values()]
    levels = [min(person.levels, LEVELS[-1])] if person.levels else [*LEVELS]
    chances = [pufhs(growth=g, levels=n, collapse=c) for g in growths for n in levels for c in collapses]
    asked = {
        "growth of the cancer": person.growth,
        "number of levels": person.levels,
        "collapse of the vertebra": person.collapse,
    }
    unknown = tuple(name for name, given in asked.items() if given is None)
    return VenousLeak(low=min(chances), high=max(chances), unknown=unknown)
