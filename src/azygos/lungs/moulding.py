"""Paste that wedges, takes the artery's shape and creeps on until it gels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import DidNotConverge, require
from azygos.ground.parcels import FloatArray
from azygos.lungs.kernels import creep
from azygos.lungs.routing import Family
from azygos.lungs.tree import Lungs
from azygos.spine import Cement
from azygos.spine.ageing import ageing_rate
from azygos.values.hardening import GEL_SHARE
from azygos.values.marrow import BODY_TEMPERATURE

STEP = 0.1  # of creeping, in e-foldings of the consistency
DAY = 86_400.0  # paste that has not gelled by then is left where it is [s]


@dataclass(frozen=True, slots=True)
class Mould:
    """Paste in the arteries once it has gelled."""

    vessels: tuple[int, ...]  # that hold some of it, in rising order
    tail: FloatArray  # where it begins in each of them, from the artery's start [m]
    head: FloatArray  # where it ends [m]
    behind: float  # volume that found no room beyond the valve [m^3]
    seconds: float  # that it crept [s]
    age: float  # in the end [s at 25 C]

    def volume(self, lungs: Lungs) -> float:
        """Of all of it [m^3]."""
        area = 0.25 * math.pi * lungs.diameter[list(self.vessels)] ** 2
        return float(area @ (self.head - self.tail)) + self.behind


def mould(
    lungs: Lungs, family: Family, path: tuple[int, ...], volume: float, age: float, cement: Cement, drive: float
) -> Mould:
    """Press paste into the end of a path and let it creep on until it gels.

    Parameters
    ----------
    lungs, family : Lungs, Family
        The arteries.
    path : tuple of int
        From the trunk to the artery at whose end the piece wedged.
    volume : float
        Of the paste [m^3].
    age : float
        When it wedged [s at 25 C].
    cement : Cement
        The batch.
    drive : float
        Pressure behind it over that ahead [Pa].

    Notes
    -----
    At once it fills the end of the path over the whole section, which late paste has no time for; ahead of it the
    pressure is that of the veins.
    A thin plug is as warm as blood. It does not follow arteries under 0.8 mm: they hold it.
    """
    n = len(lungs.parent)
    tail, head = np.zeros(n), np.zeros(n)
    radius = 0.5 * lungs.diameter
    left, filled = volume, []
    for at in reversed(path):
        if left <= 0.0:
            break
        area = math.pi * radius[at] ** 2
        taken = min(left, area * family.length[at])
        head[at] = family.length[at]
        tail[at] = max(family.length[at] - taken / area, 0.0)
        left -= taken
        filled.append(at)
    active = np.zeros(n, dtype=np.int64)
    touched = sorted({*filled, *(daughter for at in filled for daughter in family.daughters(at))})
    rates = [_rate(cement, at) for at in (0.0, 2.0 * cement.paste_age)]
    start = np.array(touched, dtype=np.int64)
    count, age, seconds = creep.creep(
        start, len(start), lungs.parent, family.first, family.sibling, family.length, radius, drive, DAY, STEP, age,
        *rates, cement.paste_age, GEL_SHARE.number * cement.setting_age, cement.consistency, cement.reference_age,
        cement.e_folding, cement.index_fresh, cement.index_doughy, cement.plateau_rate, cement.setting_age, active,
        tail, head,
    )  # fmt: skip
    require(count > 0, f"paste in the lungs did not come to rest within {creep.STEPS} steps", DidNotConverge)
    vessels = tuple(int(i) for i in active[:count] if head[i] > tail[i])
    held = list(vessels)
    return Mould(vessels, tail[held], head[held], max(left, 0.0), seconds, age)


def _rate(cement: Cement, age: float) -> float:
    """Reduced seconds that pass in one second in the body."""
    return ageing_rate(
        age, BODY_TEMPERATURE.number, paste_age=cement.paste_age, activation_early=cement.activation_early,
        activation_late=cement.activation_late, batch=cement.batch,
    )  # fmt: skip


def branches(lungs: Lungs, found: Mould) -> list[tuple[int, int]]:
    """Pairs of daughters of one artery that both hold paste: where the cast is branch-shaped."""
    by_parent: dict[int, list[int]] = {}
    for i in found.vessels:
        by_parent.setdefault(int(lungs.parent[i]), []).append(i)
    return [(group[0], group[1]) for parent, group in by_parent.items() if parent >= 0 and len(group) > 1]
