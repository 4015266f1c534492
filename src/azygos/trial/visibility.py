r"""Which cement in the lungs is seen, by what one looks with.

Two things are kept apart. An image *shows* a piece of thickness :math:`t` with the chance

.. math:: p(t) = \frac{1}{1 + (t_{50}/t)^{1/s}},

and a person *notices* what is shown with a chance that is the patient's, not the piece's: who does not look at the
lungs misses all of it. Reading effort is not physics, and its numbers say how people read, not how cement lies.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from azygos.ground.errors import require
from azygos.ground.units import MM
from azygos.values import visibility as v

IMAGINGS = ("planned ct", "routine ct", "film", "fluoroscopy")
"""A thin CT read again for cement; a clinical CT read for something else; a film; the screen during the injection."""


class Chance(NamedTuple):
    """A chance of being seen and its sweep; `low` is where least is seen."""

    low: float
    middle: float
    high: float


def chance_seen(thickness_mm: float, looked_with: str) -> Chance:
    """Chance that one piece in the lungs is seen.

    Parameters
    ----------
    thickness_mm : float
        Where the piece is widest [mm].
    looked_with : str
        One of :data:`IMAGINGS`.

    Returns
    -------
    chance : Chance

    Examples
    --------
    >>> [round(chance, 2) for chance in chance_seen(1.0, "planned ct")]
    [0.23, 0.5, 0.8]
    """
    return chance_any_seen([thickness_mm], looked_with)


def chance_any_seen(thicknesses_mm: Iterable[float], looked_with: str) -> Chance:
    r"""Chance that at least one piece is seen.

    .. math:: P = n \left(1 - \prod_i (1 - p(t_i))\right)

    with :math:`n` the chance that this patient's reader notices what is shown.

    Parameters
    ----------
    thicknesses_mm : iterable of float
        One for each piece, where it is widest [mm].
    looked_with : str
        One of :data:`IMAGINGS`.

    Returns
    -------
    chance : Chance
        0 where there is no piece.
    """
    require(looked_with in IMAGINGS, f"nobody looks with {looked_with!r} here; possible are {', '.join(IMAGINGS)}")
    sizes = list(thicknesses_mm)
    half = v.SHOWN_HALF["planned ct" if looked_with == "fluoroscopy" else looked_with]
    noticed = v.NOTICED[looked_with]
    return Chance(
        low=_ends(noticed.low) * _any_shown(sizes, _ends(half.high)),
        middle=noticed.number * _any_shown(sizes, half.number),
        high=_ends(noticed.high) * _any_shown(sizes, _ends(half.low)),
    )


def _ends(end: float | None) -> float:
    assert end is not None  # each of these values has a range
    return end


def _any_shown(thicknesses_mm: list[float], half: float) -> float:
    """Chance that an image shows at least one piece; `half` in SI."""
    return 1.0 - math.prod(1.0 - shown(size * MM, half) for size in thicknesses_mm)


def shown(thickness: float, half: float) -> float:
    """Chance that an image shows a piece [m, m].

    Examples
    --------
    >>> shown(1e-3, 1e-3), shown(0.0, 1e-3)
    (0.5, 0.0)
    """
    if thickness <= 0.0:
        return 0.0
    return 1.0 / (1.0 + math.pow(half / thickness, 1.0 / v.STEEPNESS.number))
