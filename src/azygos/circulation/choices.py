"""Which mechanisms of the circulation act: each can be switched off alone."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.circulation.fat import fat_named
from azygos.circulation.resistance import resistance_named
from azygos.ground.parcels import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationLaws(Parcel):
    """The circulation's answers to what the literature leaves open.

    Examples
    --------
    >>> CirculationLaws(failure=False).reflexes
    True
    """

    failure: bool = True  # the right ventricle weakens beyond its limit
    reflexes: bool = True  # baroreflex on heart rate, systemic resistance and venous tone
    fat: str = "resistance"  # how marrow fat loads the lungs
    resistance: str = "constricted"  # from lost flow to pulmonary resistance

    def __post_init__(self) -> None:
        fat_named(self.fat)
        resistance_named(self.resistance)
