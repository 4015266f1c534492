"""What two scans of one patient say together: each piece on both dates, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from azygos.compare.warp import Warp
from azygos.ground.errors import require
from azygos.ground.findings import Range
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import Place

VERDICTS = ("unchanged", "moved", "changed", "moved and changed", "gone", "new", "cannot tell")
REGIONS = {"vertebra": "rigid", "lung": "deformable", "mediastinum": "affine", "elsewhere": "affine"}
"""What moves as one: how the region is registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(Parcel):
    """One registration: what it moved, and how far off it is."""

    region: str  # a key of REGIONS
    name: str  # "spine at T10", "lungs" ...
    error_mm: Range  # of single places, held out: median, with 5 to 95 %
    inverse_mm: float  # from the first scan to the second and back, by two registrations; NaN where not run
    repeat_mm: float  # between two starts, or the two directions
    likeness: float  # median correlation of blocks, after it
    blocks: int  # on which the error rests
    places: int  # at which it was measured
    told: bool  # whether there was enough to measure the error

    def __post_init__(self) -> None:
        require(self.region in REGIONS, f"region {self.region!r} is none of {', '.join(REGIONS)}")

    @property
    def kind(self) -> str:
        """How it was registered."""
        return REGIONS[self.region]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change(Parcel):
    """One piece of cement, or several that one date shows as one, on both dates."""

    first: tuple[int, ...]  # numbers of its pieces on the first scan, none where it is new
    second: tuple[int, ...]  # on the second
    verdict: str  # one of VERDICTS
    sentence: str  # the verdict with its numbers, or why it cannot be told
    place: Place
    region: str  # a key of REGIONS
    first_mm: FloatArray  # shape (3,), its middle on the first scan, or where it should lie there
    second_mm: FloatArray  # on the second
    moved_mm: Range | None  # None where it was not seen twice
    least_move_mm: float  # smallest move that these two scans can show
    first_ml: Range | None
    second_ml: Range | None
    change_ml: Range | None
    least_change_ml: float  # smallest change of volume that they can show
    error_mm: Range  # of the registration at this piece
    blocks: int  # on which that error rests
    warp: Warp  # from the first scan to the second, here
    tracking_uid: str  # of the first date where it has one
    shown_mm: FloatArray = field(
        default_factory=lambda: np.zeros(0)
    )  # where its pictures cross; its middle if not told

    def __post_init__(self) -> None:
        require(self.verdict in VERDICTS, f"verdict {self.verdict!r} is none of {', '.join(VERDICTS)}")
        require(bool(self.first or self.second), "a change needs a piece on at least one date")
        if not np.size(self.shown_mm):
            object.__setattr__(self, "shown_mm", self.first_mm)
        self.seal("first_mm", "second_mm", "shown_mm")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Changes(Parcel):
    """The comparison of two scans."""

    changes: tuple[Change, ...]  # what changed first
    regions: tuple[Region, ...]
    start: Warp  # of the whole bodies, by their bones
    lungs: Warp | None
    agreement: Mapping[str, float] = field(default_factory=dict)  # Dice of "bone", "lung"; "common" share of the body
    notes: tuple[str, ...] = ()

    def of(self, *verdicts: str) -> tuple[Change, ...]:
        """Those with one of these verdicts."""
        return tuple(change for change in self.changes if change.verdict in verdicts)

    @property
    def tracking(self) -> dict[int, str]:
        """Tracking identifier that each piece of the second scan takes over from the first, by its number."""
        return {
            number: change.tracking_uid
            for change in self.changes
            if change.first and change.tracking_uid
            for number in change.second
        }
