"""What marrow fat in the lungs' vessels does to their resistance: answers, one file each."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Protocol

from azygos.circulation.fat import arterioles, neglect, resistance
from azygos.ground.errors import InputError


class FatLaw(Protocol):
    """What every answer looks like."""

    def __call__(self, fat: float, *, mass: float, scale: float) -> float:
        """Resistance over that without fat [-]."""
        ...


FATS: dict[str, FatLaw] = {
    "resistance": resistance.fat_ratio,
    "arterioles": arterioles.fat_ratio,
    "neglect": neglect.fat_ratio,
}


def fat_named(name: str) -> FatLaw:
    """Choose an answer by its name.

    Examples
    --------
    >>> fat_named("neglect")(5e-6, mass=60.0, scale=2e-8)
    1.0
    """
    if name in FATS:
        return FATS[name]
    near = get_close_matches(name, FATS, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise InputError(f"fat '{name}' is not known.{hint} Known: {', '.join(FATS)}.")


__all__ = ["FATS", "FatLaw", "fat_named"]
