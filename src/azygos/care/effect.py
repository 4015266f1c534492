"""What closed arteries do to the patient, as care needs to know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, IntArray, Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Parcel):
    """The answer of lungs and circulation at one instant."""

    flow_lost: float  # share of the pulmonary flow without a way [-]
    pulmonary_pressure: float  # mean [Pa]
    right_atrial_pressure: float  # mean [Pa]
    cardiac_output: float  # [m^3 s^-1]
    saturation: float  # arterial [-]
    dead_space: float  # share of alveolar ventilation [-]
    alive: bool = True
    cause: str = ""  # of death

    def __post_init__(self) -> None:
        require(self.alive or bool(self.cause), "a death needs a cause")


DRAINED = "blood in the pericardium"
"""Stands among the names of what was taken out from when on the pericardium holds no blood."""

EffectOf = Callable[[float, FloatArray, frozenset[str]], Effect]
"""Day, share of each artery's lumen left open by standing cement that is closed now, names of what was taken out.

Those are pieces, and ``DRAINED`` where an operation has emptied the pericardium or taken out in time what would have
pierced the heart. A patient as usual, without cement, is asked for with the names of all pieces and ``DRAINED``.
"""


class Arteries(Protocol):
    """What care needs of the pulmonary arteries; each array has one number for each artery."""

    @property
    def diameter(self) -> FloatArray:
        """[m]."""
        ...

    @property
    def length(self) -> FloatArray:
        """[m]."""
        ...

    @property
    def parent(self) -> IntArray:
        """The artery that feeds it, -1 for the trunk."""
        ...
