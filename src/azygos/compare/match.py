"""Which piece of the second scan is which piece of the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from azygos.ground.findings import Piece
from azygos.ground.parcels import FloatArray, Parcel

COVERED = 0.3  # share of a piece's voxels that another must cover to be a part of it
NEVER = 1e6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen(Parcel):
    """A piece of one scan, its voxels in the first scan's frame, and how far these may be off."""

    piece: Piece
    points_mm: FloatArray  # shape (n, 3)
    near_mm: float  # what still counts as the same place

    @property
    def ml(self) -> float:
        """Its volume."""
        return self.piece.volume_ml.value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group(Parcel):
    """Pieces of both dates that are one."""

    first: tuple[int, ...]  # places in the list of the first scan's pieces
    second: tuple[int, ...]


def group_pieces(first: Sequence[Seen], second: Sequence[Seen]) -> list[Group]:
    """Pair pieces that lie at one place, then gather what one date shows in parts; the rest stands alone."""
    gaps = _gaps(first, second)
    pairs = _assign(_costs(first, second, gaps), first, second)
    bonds = {("a", i): ("a", i) for i in range(len(first))} | {("b", j): ("b", j) for j in range(len(second))}
    for i, j in pairs:
        _join(bonds, ("a", i), ("b", j))
    for i, j in _parts(first, second, pairs):
        _join(bonds, ("a", i), ("b", j))
    roots: dict[tuple[str, int], tuple[list[int], list[int]]] = {}
    for key in bonds:
        roots.setdefault(_root(bonds, key), ([], []))[key[0] == "b"].append(key[1])
    return [Group(first=tuple(a), second=tuple(b)) for a, b in roots.values()]


def _root(bonds: dict[tuple[str, int], tuple[str, int]], key: tuple[str, int]) -> tuple[str, int]:
    while bonds[key] != key:
        key = bonds[key]
    return key


def _join(bonds: dict[tuple[str, int], tuple[str, int]], a: tuple[str, int], b: tuple[str, int]) -> None:
    bonds[_root(bonds, b)] = _root(bonds, a)


def _gaps(first: Sequence[Seen], second: Sequence[Seen]) -> FloatArray:
    """Median distance of the less spread piece's voxels to the other piece [mm], shape (n, m)."""
    trees = [cKDTree(seen.points_mm) for seen in second]
    gaps = np.full((len(first), len(second)), NEVER)
    for i, a in enumerate(first):
        tree = cKDTree(a.points_mm)
        for j, b in enumerate(second):
            if _boxes_apart(a, b) > max(a.near_mm, b.near_mm):
                continue
            there, back = trees[j].query(a.points_mm)[0], tree.query(b.points_mm)[0]
            gaps[i, j] = min(float(np.median(there)), float(np.median(back)))
    return gaps


def _boxes_apart(a: Seen, b: Seen) -> float:
    """Distance between the boxes round two pieces [mm]: no more than that between the pieces."""
    (low_a, high_a), (low_b, high_b) = ((s.points_mm.min(axis=0), s.points_mm.max(axis=0)) for s in (a, b))
    return float(np.linalg.norm(np.maximum(np.maximum(low_b - high_a, low_a - high_b), 0.0)))


def _costs(first: Sequence[Seen], second: Sequence[Seen], gaps: FloatArray) -> FloatArray:
    """Distance over what counts as near, and how unlike in volume, length and site; never where too far."""
    costs = np.full(gaps.shape, NEVER)
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            near = max(a.near_mm, b.near_mm)
            if gaps[i, j] <= near:
                costs[i, j] = gaps[i, j] / near + 0.5 * unlike(a.piece, b.piece)
    return costs


def unlike(a: Piece, b: Piece) -> float:
    """How much two pieces differ in volume, length, thickness and site [-]; 0 for twins."""
    volume = abs(np.log(max(a.volume_ml.value, 1e-6) / max(b.volume_ml.value, 1e-6)))
    length = abs(np.log(max(a.length_mm, 0.1) / max(b.length_mm, 0.1)))
    thickness = abs(np.log(max(a.thickness_mm, 0.1) / max(b.thickness_mm, 0.1)))
    return float(volume + length + 0.5 * thickness + 0.3 * (a.place.site != b.place.site))


def _assign(costs: FloatArray, first: Sequence[Seen], second: Sequence[Seen]) -> list[tuple[int, int]]:
    """The cheapest pairs (Hungarian), without those that are never allowed."""
    if not first or not second:
        return []
    return [(int(i), int(j)) for i, j in zip(*linear_sum_assignment(costs), strict=True) if costs[i, j] < NEVER]


def _parts(first: Sequence[Seen], second: Sequence[Seen], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Bonds to pieces left over, and between pairs whose volumes do not fit, where one covers much of the other."""
    fit = {i for i, j in pairs if _volumes_fit(first[i], second[j])}
    partner, other = dict(pairs), {j: i for i, j in pairs}
    found = []
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            settled = (i in fit and j in other) or (other.get(j) in fit and i in partner)
            if partner.get(i) != j and not settled and _boxes_apart(a, b) <= a.near_mm and _covers(a, b):
                found.append((i, j))
    return found


def _volumes_fit(a: Seen, b: Seen) -> bool:
    half = np.hypot(_half(a.piece), _half(b.piece))
    return bool(abs(a.ml - b.ml) <= 1.5 * half)


def _half(piece: Piece) -> float:
    return 0.5 * (piece.volume_ml.high - piece.volume_ml.low)


def _covers(a: Seen, b: Seen) -> bool:
    near = min(a.near_mm, b.near_mm)
    there = (cKDTree(b.points_mm).query(a.points_mm, distance_upper_bound=near)[0] <= near).mean()
    back = (cKDTree(a.points_mm).query(b.points_mm, distance_upper_bound=near)[0] <= near).mean()
    return bool(max(there, back) >= COVERED)


def pair_far(first: Sequence[Seen], second: Sequence[Seen], most: float) -> list[tuple[int, int]]:
    """Pieces that left and pieces that came, paired where they are alike: they may have travelled."""
    costs = np.full((len(first), len(second)), NEVER)
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            difference = unlike(a.piece, b.piece) - 0.3 * (a.piece.place.site != b.piece.place.site)
            if difference <= most and _volumes_fit(a, b):
                costs[i, j] = difference
    return _assign(costs, first, second)
