"""Hounsfield units to bone volume fraction: one file per answer, all with one signature.

A density law takes HU (any shape) and gives bone volume over total volume, unclipped. Contrast
in the marrow raises HU, marrow fat lowers it, and scanners differ: no law here is better than
its calibration, and the plan draws its range.
"""

from __future__ import annotations

from collections.abc import Callable

from azygos.ground.errors import InputError
from azygos.ground.parcels import FloatArray
from azygos.scan.density.ash import ash_density
from azygos.scan.density.reference import young_reference
from azygos.scan.density.two_tissues import two_tissues

DensityLaw = Callable[[FloatArray], FloatArray]

DENSITY_LAWS: dict[str, DensityLaw] = {
    "ash": ash_density,
    "two-tissues": two_tissues,
    "young-reference": young_reference,
}
"""Name in a plan file to law; "ash" is the default."""


def choose_law(name: str) -> DensityLaw:
    """The density law of that name.

    Examples
    --------
    >>> choose_law("ash").__name__
    'ash_density'
    """
    if name not in DENSITY_LAWS:
        raise InputError(f"density law {name!r} is not known; choose one of {', '.join(sorted(DENSITY_LAWS))}.")
    return DENSITY_LAWS[name]


__all__ = ["DENSITY_LAWS", "DensityLaw", "ash_density", "choose_law", "two_tissues", "young_reference"]
