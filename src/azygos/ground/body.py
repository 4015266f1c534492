"""A patient's body in a few numbers, and where its landmarks lie.

One frame serves all rooms: LPS (x to the patient's left, y to the back, z to the head), in metres, its origin
in the middle of the body of T8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from azygos.ground.errors import require
from azygos.ground.parcels import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Parcel):
    """Who the patient is: what sizes of vessels, chambers and lungs are drawn for."""

    sex: str  # "female" or "male"
    age: float  # [years]
    height: float  # [m]
    mass: float  # [kg]

    def __post_init__(self) -> None:
        require(self.sex in ("female", "male"), f"sex is {self.sex!r}; write 'female' or 'male'")
        require(18.0 <= self.age <= 110.0, f"an age of {self.age:g} years is none that azygos treats (18 to 110)")
        require(1.2 <= self.height <= 2.2, f"a height of {self.height:g} m is not possible here (1.2 to 2.2)")
        require(30.0 <= self.mass <= 250.0, f"a mass of {self.mass:g} kg is not possible here (30 to 250)")

    @property
    def surface(self) -> float:
        """Body surface area after Mosteller [m^2].

        Examples
        --------
        >>> round(Body(sex="female", age=70.0, height=1.6, mass=64.0).surface, 2)
        1.69
        """
        return math.sqrt(self.height * 100.0 * self.mass / 3600.0)

    @property
    def scale(self) -> float:
        """Lengths of this body over those of one of 1.70 m [-]."""
        return self.height / 1.70
