"""What marrow fat in the lungs' vessels does to resistance and gases: answers, one file each."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Protocol

from azygos.circulation.fat import arterioles, neglect, resistance
from azygos.ground.errors import InputError


class FatLaw(Protocol):
    """What every answer for the resistance looks like."""

    def __call__(self, fat: float, *, mass: float, scale: float) -> float:
        """Resistance over that without fat [-]."""
        ...


class ClosingLaw(Protocol):
    """What every answer for the gases looks like."""

    def __call__(self, fat: float, *, mass: float) -> float:
        """Share of arterioles without flow [-]."""
        ...


FATS: dict[str, FatLaw] = {
    "resistance": resistance.fat_ratio,
    "arterioles": arterioles.fat_ratio,
    "neglect": neglect.fat_ratio,
}
CLOSINGS: dict[str, ClosingLaw] = {
    "resistance": arterioles.closed_share,
    "arterioles": arterioles.closed_share,
    "neglect": neglect.closed_share,
}
"""By the same names: only what fat fills is closed, however much resistance rises."""


def fat_named(name: str) -> FatLaw:
    """Choose an answer for the resistance by its name.

    Examples
    --------
    >>> fat_named("neglect")(5e-6, mass=60.0, scale=2e-8)
    1.0
    """
    _check(name)
    return FATS[name]


def closing_named(name: str) -> ClosingLaw:
    """Choose an answer for the gases by its name.

    Examples
    --------
    >>> closing_named("neglect")(5e-6, mass=60.0)
    0.0
    """
    _check(name)
    return CLOSINGS[name]


def _check(name: str) -> None:
    if name in FATS:
        return
    near = get_close_matches(name, FATS, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise InputError(f"fat '{name}' is not known.{hint} Known: {', '.join(FATS)}.")


__all__ = ["CLOSINGS", "FATS", "ClosingLaw", "FatLaw", "closing_named", "fat_named"]
