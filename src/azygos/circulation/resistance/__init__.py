"""From the share of flow that blocked arteries lost to the lungs' whole resistance: answers, one file each."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Protocol

from azygos.circulation.resistance import constricted, mechanical, neglect
from azygos.ground.errors import InputError


class BedLaw(Protocol):
    """What every answer looks like."""

    def __call__(self, flow_lost: float, *, exponent: float) -> float:
        """Resistance over that before [-]."""
        ...


RESISTANCES: dict[str, BedLaw] = {
    "constricted": constricted.bed_ratio,
    "mechanical": mechanical.bed_ratio,
    "neglect": neglect.bed_ratio,
}


def resistance_named(name: str) -> BedLaw:
    """Choose an answer by its name.

    Examples
    --------
    >>> resistance_named("neglect")(0.5, exponent=1.3)
    2.0
    """
    if name in RESISTANCES:
        return RESISTANCES[name]
    near = get_close_matches(name, RESISTANCES, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise InputError(f"resistance '{name}' is not known.{hint} Known: {', '.join(RESISTANCES)}.")


__all__ = ["RESISTANCES", "BedLaw", "resistance_named"]
