"""A network of tubes with places in the body: veins, chambers and arteries for pictures and files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, IntArray, Parcel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vessels(Parcel):
    """Tubes between two points each, with what is known of them."""

    room: str  # "veins", "heart" or "lungs"
    names: tuple[str, ...]  # (n,), as a radiologist writes them
    ends: FloatArray  # shape (n, 2, 3), LPS of both ends [m]
    diameter: FloatArray  # shape (n,) [m]
    flow: FloatArray  # shape (n,), blood from the first end to the second [m^3 s^-1]
    order: IntArray  # shape (n,), Strahler order where it has one, else 0

    def __post_init__(self) -> None:
        self.seal("ends", "diameter", "flow")
        self.seal("order", dtype=np.int64)
        n = len(self.names)
        require(self.ends.shape == (n, 2, 3), "vessels need two ends each")
        require(self.diameter.shape == self.flow.shape == self.order.shape == (n,), "vessels need one number each")
        require(bool(np.all(self.diameter > 0.0)), "a vessel's diameter must be positive")
