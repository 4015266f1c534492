"""What the veins hand to the heart, and what stays behind in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import Account, Parcel
from azygos.ground.track import Track
from azygos.spine import Cement, Route, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece(Parcel):
    """One piece of cement on the road, as it is at `time`.

    An attached piece is the free part of a cord that still hangs on its vertebra; its `volume` and `length`
    count only what has passed the wall between the two rooms (for the heart: the cavo-atrial junction).
    """

    name: str  # "L2-1": vertebra of origin and number
    level: str
    route: Route  # by which it left the bone
    volume: float  # as paste [m^3]
    length: float  # [m]
    diameter: float  # of the cylinder of that volume and length [m]
    thickest: float  # [m]
    thinnest: float  # [m]
    age: float  # mean, reduced time [s at 25 C]
    temperature: float  # mean [K]
    state: State
    time: float  # when it passes the wall between two rooms [s since the session's first portion]
    attached: bool
    path: tuple[str, ...]  # named vessels from the vertebra on
    cause: str  # what parted it from what it hung on, "attached" while it hangs there

    def __post_init__(self) -> None:
        require(self.volume > 0.0 and self.length > 0.0, f"piece {self.name}: volume and length must be positive")
        require(
            0.0 < self.thinnest <= self.diameter * (1.0 + 1e-9) and self.diameter <= self.thickest * (1.0 + 1e-9),
            f"piece {self.name}: its mean width must lie between its thinnest and its thickest",
        )
        require(self.attached == (self.cause == "attached"), f"piece {self.name}: parted without a cause, or attached")
        require(bool(np.isfinite(self.time)), f"piece {self.name}: it arrives at no time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remnant(Parcel):
    """Cement that stays in a vein: the cast of a feeding vein, a cord's part, a piece on a wall."""

    name: str  # of the piece or cord it belongs to
    level: str
    vein: str  # where it lies
    volume: float  # as paste [m^3]
    length: float  # [m]
    diameter: float  # [m]
    attached: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrivals(Parcel):
    """All that reaches the right atrium, in order of time, and what stays in the veins."""

    cement: Cement
    pieces: tuple[Piece, ...]
    remnants: tuple[Remnant, ...]
    tracks: tuple[Track, ...]
    account: Account  # received: what entered the veins; passed_on: all pieces [kg]

    def __post_init__(self) -> None:
        times = [piece.time for piece in self.pieces]
        require(times == sorted(times), "arrivals must be in order of time")
