"""What is found on one scan: each piece of cement, what is not cement and why, the path, and what cannot be seen.

All places are LPS [mm], all volumes mL, as a reader of the scan writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import Place

TIERS = ("reported", "candidate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(Parcel):
    """A number with the interval that should hold the truth in nine of ten."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        require(self.low <= self.value <= self.high, f"{self.value:g} lies outside {self.low:g} to {self.high:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin(Parcel):
    """The vertebra that a piece comes from, or why that cannot be told."""

    level: str  # "T10", or "" for "cannot tell"
    certainty: float  # that the level is right [-]; 0 where none is named
    reason: str  # one sentence


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece(Parcel):
    """One connected piece of what is taken for cement."""

    number: int  # its label, from 1
    tier: str  # "reported" or "candidate"
    place: Place
    origin: Origin
    certainty: float  # that it is cement [-]
    reasons: tuple[str, ...]  # why it is taken for cement, or what makes it doubtful; one sentence each
    voxels: npt.NDArray[np.int32]  # shape (n, 3), indices in the scan as it was given
    centre_mm: FloatArray  # shape (3,)
    line_mm: FloatArray  # shape (n_points, 3), centre line of its longest way
    volume_ml: Range
    length_mm: float  # on the skeleton, all branches
    diameter_mm: float  # full width at half maximum across the line, median
    thickness_mm: float  # smallest of the three principal extents at half maximum
    peak_hu: float
    background_hu: float  # median of what lies around it
    contrast: float  # peak above background over the noise there [-]
    clipped: float  # share of its voxels at the scan's ceiling [-]
    branches: int  # ends of the skeleton beyond two
    calibrated: bool = True  # its certainty comes from synthetic cases; else nothing like it was among them
    tracking_uid: str = ""  # lasts across follow-ups; given when results are written

    def __post_init__(self) -> None:
        require(self.tier in TIERS, f"tier {self.tier!r} is none of {', '.join(TIERS)}")
        self.seal("voxels", dtype=np.int32)
        self.seal("centre_mm", "line_mm")
        require(self.voxels.ndim == 2 and self.voxels.shape[1] == 3 and len(self.voxels) > 0, "a piece has voxels")
        require(0.0 <= self.certainty <= 1.0, f"a certainty of {self.certainty:g} is no chance")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NotCement(Parcel):
    """Something bright that is not taken for cement, and why."""

    kind: str  # "aortic calcification", "contrast", "lead", "rib" ...
    reason: str  # "not cement because ...", one sentence
    place: Place
    centre_mm: FloatArray  # shape (3,)
    volume_ml: float  # of its voxels
    peak_hu: float
    certainty: float  # that it is not cement [-]

    def __post_init__(self) -> None:
        self.seal("centre_mm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Parcel):
    """A node of the path: a vertebra, a place on a vessel, or the end of a piece."""

    name: str  # "T10", "azygos arch", "piece 3, head"
    point_mm: tuple[float, float, float]
    piece: int = 0  # the piece it belongs to, or 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch(Parcel):
    """An edge of the path: seen where cement lies, inferred where it must have passed."""

    start: int  # place in Path.stops
    end: int
    line_mm: FloatArray  # shape (n, 3), from start to end
    seen: bool
    site: str  # a key of places.SITES
    piece: int = 0  # the piece that is seen there, or 0

    def __post_init__(self) -> None:
        self.seal("line_mm")

    @property
    def length_mm(self) -> float:
        """Along its line [mm]."""
        return float(np.linalg.norm(np.diff(self.line_mm, axis=0), axis=1).sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Path(Parcel):
    """How the pieces hang together, from the vertebra to the lung."""

    stops: tuple[Stop, ...] = ()
    stretches: tuple[Stretch, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.stops)
        require(all(0 <= s.start < n and 0 <= s.end < n for s in self.stretches), "a stretch lies between two stops")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit(Parcel):
    """Cement outside one treated vertebra that came from it by one way."""

    site: str  # where it lies, a key of places.SITES
    volume_ml: Range
    pieces: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatedLevel(Parcel):
    """One vertebra that holds cement."""

    level: str
    fill_ml: Range
    fill_share: Range | None  # of the body's volume [-]; None where the body's outline is not known
    exits: tuple[Exit, ...]
    upper_end_plate: str  # "touched", "not touched" or "cannot tell"
    lower_end_plate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind(Parcel):
    """A region in which this scan cannot show cement, and why."""

    region: str  # "superior vena cava"
    reason: str  # one sentence
    volume_ml: float
    centre_mm: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Parcel):
    """The smallest ball of cement that this scan shows in one kind of surroundings."""

    region: str  # "lung", "heart and vessels", "bone", "soft tissue"
    noise_hu: float  # standard deviation of voxels there
    background_hu: float
    dense_mm: float  # diameter, dense cement
    weak_mm: float  # diameter, weak cement


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark(Parcel):
    """What was known of the body, from where and how surely."""

    name: str  # "lungs", "spine", "carina", "heart box", "azygos corridor" ...
    source: str  # "label map", "built-in landmarks" or "not in the field"
    certainty: float  # [-]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Parcel):
    """What only the patient's record knows; None where nobody said."""

    cemented_joint: bool | None = None
    screws: bool | None = None
    pacemaker: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Findings(Parcel):
    """Everything that was found on one scan."""

    shape: tuple[int, int, int]  # of the scan as it was given
    affine_mm: FloatArray  # shape (4, 4), its voxel centres to LPS [mm]
    pieces: tuple[Piece, ...]  # the reported first, then by volume
    not_cement: tuple[NotCement, ...]
    path: Path
    levels: tuple[TreatedLevel, ...]
    blind: tuple[Blind, ...]
    limits: tuple[Limit, ...]
    landmarks: tuple[Landmark, ...]
    asked: Asked
    butscheidt: int | None  # grade 0 to 3 of cement in the lungs; None where no lung is in the field
    qanadli: Range | None  # [%], of the arteries in which cement is seen
    ceiling_hu: float | None
    clipped_voxels: int
    sharpness_mm: float  # full width at half maximum of the scan's blur in the plane, as estimated
    field_of_view: tuple[str, ...]  # "lungs", "heart", "T4 to L1" ...: what was in the field
    not_seen: tuple[str, ...]  # what was asked for and lies outside the field
    notes: tuple[str, ...]  # one sentence each
    facts: Mapping[str, str] = field(default_factory=dict)  # of the scan; never a name or an id

    def __post_init__(self) -> None:
        self.seal("affine_mm")
        require([p.number for p in self.pieces] == list(range(1, len(self.pieces) + 1)), "pieces are numbered from 1")

    @property
    def reported(self) -> tuple[Piece, ...]:
        """Pieces where cement changes care."""
        return tuple(piece for piece in self.pieces if piece.tier == "reported")

    @property
    def candidates(self) -> tuple[Piece, ...]:
        """All other pieces."""
        return tuple(piece for piece in self.pieces if piece.tier == "candidate")

    def label_map(self) -> npt.NDArray[np.uint16]:
        """Piece numbers in voxels of the scan as it was given, 0 where there is none."""
        labels = np.zeros(self.shape, dtype=np.uint16)
        for piece in self.pieces:
            labels[tuple(piece.voxels.T)] = piece.number
        return labels
