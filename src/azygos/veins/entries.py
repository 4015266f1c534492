"""Cement that enters the veins: a leak through a vein, with what the bone alone knows of its place and hour."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.errors import require
from azygos.ground.parcels import Parcel
from azygos.spine import Leak


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry(Parcel):
    """One leak into a vein."""

    leak: Leak
    begins: float  # start of this vertebra's injection, in the session's time [s]
    side: str  # of the vertebra on which the vein leaves it: "left" or "right"
    tube: float  # length of the small vein that the spine has already followed the cement through [m]

    def __post_init__(self) -> None:
        require(self.leak.route.vascular, f"{self.leak.outlet} of {self.leak.level} is no vein")
        require(self.side in ("left", "right"), f"side is {self.side!r}; write 'left' or 'right'")
