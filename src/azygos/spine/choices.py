"""Which mechanisms act: each can be switched off alone, to see what it is worth."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.errors import require
from azygos.ground.parcels import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Parcel):
    """The model's answers to what the literature leaves open.

    Examples
    --------
    >>> Choices(marrow_yields=False).cement_thins
    True
    """

    cement_thins: bool = True  # viscosity falls with shear
    cement_ages: bool = True  # viscosity rises with reduced time
    plugs_age: bool = True  # cement standing in a vein goes on ageing, warmer than in bone
    marrow_yields: bool = True  # marrow in bone must feel its yield pressure before it moves
    hand_is_limited: bool = True  # pressure ceiling
    syringe_gives: bool = True  # squeezed air makes cement run on
    area_compliance: float = 0.0  # growth of a vein's area per pressure [Pa^-1]; 0 is rigid
    upscaling: str = "tube_bundle"  # from the viscosity curve to Darcy's viscosity

    def __post_init__(self) -> None:
        require(self.area_compliance >= 0.0, "a vein's compliance cannot be negative")
