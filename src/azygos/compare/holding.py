"""Each piece held against the other scan: the stations along it, and its voxels in the first scan's frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from azygos.compare.local import Fit, Scans, Station, fit_region, make_station
from azygos.compare.match import Seen
from azygos.compare.warp import Warp
from azygos.ground.findings import Piece
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import CARDIAC, SPINAL
from azygos.ground.volume import to_lps

STATION_MM = 40.0  # of a piece that one station stands for
SHARED_MM = 20.0  # two places this near to each other share one registration
SAME_MM = 4.0  # two places this near to each other are one: a block is 11 mm wide
LEAST_NEAR_MM = 4.0  # two pieces this near are taken for one, if nothing nearer is
SETTLED_MM = 4.0  # a place that shifts less than this when refined needs no second registration


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part(Parcel):
    """The stretch of a piece that one station stands for."""

    points_mm: FloatArray  # shape (n, 3), its voxels in the first scan's frame
    station: Station


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held(Parcel):
    """A piece with its stations."""

    piece: Piece
    parts: tuple[Part, ...]

    @property
    def points_mm(self) -> FloatArray:
        """All its voxels in the first scan's frame."""
        return np.concatenate([part.points_mm for part in self.parts])

    @property
    def worst_mm(self) -> float:
        """Standard deviation along an axis at its worst station."""
        return max(part.station.spread_mm for part in self.parts)

    def seen(self, voxel_mm: float) -> Seen:
        """For the matching."""
        near = max(LEAST_NEAR_MM, 4.0 * min(self.worst_mm, 3.0) + voxel_mm)
        return Seen(piece=self.piece, points_mm=self.points_mm, near_mm=near)


def region_of(piece: Piece) -> str:
    """What a piece moves with."""
    site = piece.place.site
    if site in (*SPINAL, "azygos_vein", "hemiazygos_vein"):
        return "vertebra"
    if site == "lung":
        return "lung"
    return "elsewhere" if site == "elsewhere" else "mediastinum"


def is_cardiac(piece: Piece) -> bool:
    """Whether the heart's beat moves it."""
    return piece.place.site in CARDIAC


class Registry:
    """Registrations made so far: what lies close together shares one."""

    def __init__(self, scans: Scans) -> None:
        self.scans = scans
        self.fits: list[Fit] = []
        self.stations: list[Station] = []

    def station(self, region: str, place_mm: FloatArray) -> Station:
        """The scans held together at a place of the first."""
        for known in self.stations:
            if known.fit.region == region and np.linalg.norm(known.place_mm - place_mm) < SAME_MM:
                return known
        self.stations.append(make_station(self.scans, self._fit(region, place_mm), place_mm))
        return self.stations[-1]

    def _fit(self, region: str, place_mm: FloatArray) -> Fit:
        for fit in self.fits:
            if fit.region != region:
                continue
            apart = np.abs(fit.place_mm - place_mm)
            if (apart[2] if region == "vertebra" else np.linalg.norm(apart)) < SHARED_MM and region != "lung":
                return fit
        self.fits.append(fit_region(self.scans, region, place_mm))
        return self.fits[-1]

    def guess(self, region: str) -> Warp:
        """What is known before a place is registered."""
        lungs = self.scans.lungs
        return lungs[0] if region == "lung" and lungs is not None else self.scans.start


def hold_first(registry: Registry, piece: Piece) -> Held:
    """A piece of the first scan: its voxels are in its own frame."""
    points = to_lps(registry.scans.first.affine_mm, piece.voxels.astype(np.float64))
    region = region_of(piece)
    return Held(
        piece=piece,
        parts=tuple(
            Part(points_mm=part, station=registry.station(region, middle)) for part, middle in _stretches(points)
        ),
    )


def hold_second(registry: Registry, piece: Piece) -> Held:
    """A piece of the second scan, brought into the first one's frame by the registration there."""
    points = to_lps(registry.scans.second.affine_mm, piece.voxels.astype(np.float64))
    region = region_of(piece)
    return Held(piece=piece, parts=tuple(_placed(registry, region, *stretch) for stretch in _stretches(points)))


def _placed(registry: Registry, region: str, points: FloatArray, middle: FloatArray) -> Part:
    place = registry.guess(region).to_first(middle[None])[0]
    station = registry.station(region, place)
    better = station.warp.to_first(middle[None])[0]
    if np.linalg.norm(better - place) > SETTLED_MM:
        station = registry.station(region, better)
    return Part(points_mm=station.warp.to_first(points), station=station)


def _stretches(points: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """A piece's voxels cut across its longest direction, each stretch with the voxel nearest to its middle."""
    off = points - points.mean(axis=0)
    along = off @ np.linalg.svd(off, full_matrices=False)[2][0] if len(points) > 2 else np.zeros(len(points))
    count = max(1, int(np.ceil(np.ptp(along) / STATION_MM)))
    which = np.minimum((count * (along - along.min()) / max(np.ptp(along), 1e-9)).astype(int), count - 1)
    parts = [points[which == k] for k in range(count) if np.any(which == k)]
    return [(part, part[np.linalg.norm(part - part.mean(axis=0), axis=1).argmin()]) for part in parts]


def hold_all(
    registry: Registry,
    first: Sequence[Piece],
    second: Sequence[Piece],
    tick: Callable[[], None],
) -> tuple[list[Held], list[Held]]:
    """All pieces of both scans."""
    held: tuple[list[Held], list[Held]] = ([], [])
    for pieces, hold, into in ((first, hold_first, held[0]), (second, hold_second, held[1])):
        for piece in pieces:
            into.append(hold(registry, piece))
            tick()
    return held
