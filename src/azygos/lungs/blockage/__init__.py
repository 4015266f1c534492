"""How much less flows through an artery of which cement takes a share: answers, one file each."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Protocol

from azygos.ground.errors import InputError
from azygos.ground.parcels import FloatArray
from azygos.lungs.blockage import annulus, area_squared, crescent, neglect


class Blockage(Protocol):
    """What every answer looks like."""

    def __call__(self, closed: FloatArray) -> FloatArray:
        """Conductance over that of the open artery [-], from the closed share of its area [-]."""
        ...


BLOCKAGES: dict[str, Blockage] = {
    "crescent": crescent.conductance_left,
    "annulus": annulus.conductance_left,
    "area_squared": area_squared.conductance_left,
    "neglect": neglect.conductance_left,
}


def blockage_named(name: str) -> Blockage:
    """Choose an answer by its name.

    Examples
    --------
    >>> blockage_named("crescent") is crescent.conductance_left
    True
    """
    if name in BLOCKAGES:
        return BLOCKAGES[name]
    near = get_close_matches(name, BLOCKAGES, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise InputError(f"blockage '{name}' is not known.{hint} Known: {', '.join(BLOCKAGES)}.")


__all__ = ["BLOCKAGES", "Blockage", "blockage_named"]
