"""What each vertebra holds: fill, exits, end plates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.spatial import cKDTree

from azygos.ground.findings import Exit, Origin, Piece, Range, TreatedLevel
from azygos.ground.parcels import BoolArray, FloatArray, IntArray, Parcel
from azygos.trace.anatomy import REGIONS, Anatomy, SpineLevel
from azygos.values.joining import BODY_VOLUME_ERROR, LEAST_FILL_ML, OUTLINE_MM

MOST_CELLS = 12  # along a piece
CELL_MM = 4.0  # parts of a piece outside bone are placed cell by cell
CERTAIN_SPINE = 0.5
CRUMB = 0.1
MOSTLY_OUTSIDE = 0.3  # share in bodies below which a piece lies beside one
SURELY_WITHIN_ML = 1.0  # in bodies, from which a piece fills one however much of it lies outside
SURE = 0.5  # certainty from which a piece counts as a fill
TOUCHING = 3  # voxels at an end plate that are no chance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held(Parcel):
    """Cement in one vertebra's body."""

    level: SpineLevel
    name: str
    number: int  # place of the level in the spine
    points_mm: FloatArray  # shape (n, 3)
    column_mm: FloatArray  # shape (m, 3), all voxels of these pieces in bodies and discs
    parts: tuple[tuple[int, float], ...]  # place of a piece, share of its voxels that lie in this body
    fill_ml: Range
    largest: int  # number of the piece that fills most of it

    def __post_init__(self) -> None:
        self.seal("points_mm", "column_mm")


def name_of(level: SpineLevel, number: int) -> str:
    """What a vertebra is called, also where the count is not known."""
    return level.name or f"vertebra {number + 1} from below"


def in_bodies(points_mm: FloatArray, anatomy: Anatomy) -> BoolArray:
    """Which points lie in a vertebral body."""
    return np.asarray(anatomy.region_at(points_mm) == REGIONS.index("vertebral_body"))


def in_column(points_mm: FloatArray, anatomy: Anatomy) -> BoolArray:
    """Which points lie in a body or a disc: an end plate lies between the two, within a coarse voxel."""
    return np.isin(anatomy.region_at(points_mm), [REGIONS.index("vertebral_body"), REGIONS.index("disc")])


def level_numbers(points_mm: FloatArray, anatomy: Anatomy) -> IntArray:
    """Place of the vertebra at the height of each point, -1 off the spine's ends or without levels."""
    spine = anatomy.spine
    if spine is None or not spine.levels:
        return np.full(len(points_mm), -1)
    height = spine.along(points_mm)[:, 2]
    away = np.stack([np.maximum(np.maximum(v.lower_mm - height, height - v.upper_mm), 0.0) for v in spine.levels])
    nearest = np.argmin(away, axis=0)
    return np.where(away[nearest, np.arange(len(height))] < 15.0, nearest, -1)


def find_held(pieces: Sequence[Piece], clouds: Sequence[FloatArray], anatomy: Anatomy) -> list[Held]:
    """Vertebrae with cement in their body, from below to above; `clouds` are the voxels (n, 3) [mm] of each piece."""
    if anatomy.spine is None:
        return []
    numbers = [_held_of(piece, cloud, anatomy) for piece, cloud in zip(pieces, clouds, strict=True)]
    held = []
    for number, level in enumerate(anatomy.spine.levels):
        parts = tuple(
            (i, float(np.mean(found == number))) for i, found in enumerate(numbers) if np.any(found == number)
        )
        fill = add(scale(pieces[i].volume_ml, share) for i, share in parts)
        if fill.value >= LEAST_FILL_ML.number:
            points = [clouds[i][numbers[i] == number] for i, _ in parts]
            column = [clouds[i][in_column(clouds[i], anatomy)] for i, _ in parts]
            most = parts[int(np.argmax([len(some) for some in points]))][0]
            held.append(
                Held(
                    level=level, name=name_of(level, number), number=number,
                    points_mm=np.concatenate(points), parts=parts,
                    column_mm=np.concatenate(column),
                    fill_ml=fill, largest=pieces[most].number,
                )
            )  # fmt: skip
    return held


def _held_of(piece: Piece, cloud: FloatArray, anatomy: Anatomy) -> IntArray:
    """The vertebra that holds each voxel of a sure piece, or -1; the outline's error is given to what mostly fills."""
    inside = in_bodies(cloud, anatomy)
    if piece.certainty < SURE or not np.any(inside):
        return np.full(len(cloud), -1)
    share = float(inside.mean())
    if share >= MOSTLY_OUTSIDE or share * piece.volume_ml.value >= SURELY_WITHIN_ML:
        return _bodies_of(cloud, anatomy)
    return np.where(inside, level_numbers(cloud, anatomy), -1)


def _bodies_of(cloud: FloatArray, anatomy: Anatomy) -> IntArray:
    """The vertebra in whose body each voxel of a piece lies, or -1; what the outline cut off goes to its body."""
    inside = in_bodies(cloud, anatomy)
    numbers = np.where(inside, level_numbers(cloud, anatomy), -1)
    if np.any(inside) and not np.all(inside):
        far, nearest = cKDTree(cloud[inside]).query(cloud[~inside])
        numbers[~inside] = np.where(far <= OUTLINE_MM.number, numbers[inside][nearest], -1)
    return numbers


def scale(volume: Range, share: float) -> Range:
    """A share of a volume."""
    return Range(value=share * volume.value, low=share * volume.low, high=share * volume.high)


def add(volumes: Iterator[Range]) -> Range:
    """The sum of volumes; their errors come from one scan and one cement, so they add up too."""
    known = list(volumes)
    return Range(value=sum(v.value for v in known), low=sum(v.low for v in known), high=sum(v.high for v in known))


def describe_levels(
    held: Sequence[Held], pieces: Sequence[Piece], clouds: Sequence[FloatArray], origins: Sequence[Origin],
    anatomy: Anatomy, voxel_mm: float,
) -> tuple[TreatedLevel, ...]:  # fmt: skip
    """Fill, exits and end plates of each vertebra; `voxel_mm` is the scan's longest voxel edge."""
    exits: dict[str, dict[str, list[tuple[int, Range]]]] = {}
    for piece, cloud, origin in zip(pieces, clouds, origins, strict=True):
        for level, site, share in _outside(cloud, origin, held, anatomy):
            exits.setdefault(level, {}).setdefault(site, []).append((piece.number, scale(piece.volume_ml, share)))
    return tuple(
        TreatedLevel(
            level=one.name, fill_ml=one.fill_ml, fill_share=_fill_share(one, anatomy),
            exits=tuple(_exit(site, parts) for site, parts in sorted(exits.get(one.name, {}).items())),
            upper_end_plate=_end_plate(one, anatomy, voxel_mm, upper=True),
            lower_end_plate=_end_plate(one, anatomy, voxel_mm, upper=False),
        )
        for one in held
    )  # fmt: skip


def _exit(site: str, parts: Sequence[tuple[int, Range]]) -> Exit:
    numbers = sorted({number for number, _ in parts})
    return Exit(site=site, volume_ml=add(volume for _, volume in parts), pieces=tuple(numbers))


def _outside(
    cloud: FloatArray, origin: Origin, held: Sequence[Held], anatomy: Anatomy
) -> Iterator[tuple[str, str, float]]:
    """Parts of a piece outside the bodies: whose exit they are, where they lie, which share of the piece they are."""
    inside = _bodies_of(cloud, anatomy) >= 0
    if np.all(inside):
        return
    out = cloud[~inside]
    owner = _owners(out, bool(np.any(inside)), origin, held, anatomy)
    if not any(owner):
        return
    site = _without_crumbs(_sites_of(out, anatomy))
    for level, where in sorted(set(zip(owner, site, strict=True))):
        mine = np.array([o == level and s == where for o, s in zip(owner, site, strict=True)])
        if level and where != "vertebral_body":
            yield level, where, float(mine.sum()) / len(cloud)


def _owners(out: FloatArray, joined: bool, origin: Origin, held: Sequence[Held], anatomy: Anatomy) -> list[str]:
    """The vertebra whose exit each point is: for cement that fills a body the body's nearest, else the origin."""
    names = {one.number: one.name for one in held}
    if not joined or not names:
        return [origin.level if origin.level in names.values() else ""] * len(out)
    known = np.array(sorted(names))
    height = anatomy.spine.along(out)[:, 2] if anatomy.spine else np.zeros(len(out))
    levels = [one.level for one in sorted(held, key=lambda one: one.number)]
    away = np.stack([np.maximum(np.maximum(v.lower_mm - height, height - v.upper_mm), 0.0) for v in levels])
    return [names[int(number)] for number in known[np.argmin(away, axis=0)]]


def _sites_of(points_mm: FloatArray, anatomy: Anatomy) -> list[str]:
    """Site of each point, placed together with those of its cell; long pieces in larger cells."""
    edge = max(CELL_MM, float(np.ptp(points_mm, axis=0).max()) / MOST_CELLS)
    _, cell = np.unique(np.floor(points_mm / edge), axis=0, return_inverse=True)
    cell = cell.ravel()
    order = np.argsort(cell, kind="stable")
    bounds = np.searchsorted(cell[order], np.arange(cell.max(initial=-1) + 2))
    sites = [anatomy.place_at(points_mm[order[a:b]]).site for a, b in pairwise(bounds)]
    return [sites[at] for at in cell.tolist()]


def _without_crumbs(sites: list[str]) -> list[str]:
    """Sites that hold less than a tenth of a piece are the coarse grid's edge; they go to the largest one."""
    counts = Counter(sites)
    largest = counts.most_common(1)[0][0]
    return [site if counts[site] >= CRUMB * len(sites) else largest for site in sites]


def _fill_share(one: Held, anatomy: Anatomy) -> Range | None:
    body = anatomy.body_ml.get(one.level.name)
    if not body:
        return None
    error = BODY_VOLUME_ERROR.number
    return Range(
        value=one.fill_ml.value / body,
        low=one.fill_ml.low / body / (1.0 + error),
        high=one.fill_ml.high / body / (1.0 - error),
    )


def _end_plate(one: Held, anatomy: Anatomy, voxel_mm: float, *, upper: bool) -> str:
    """Whether cement comes within about a voxel of an end plate."""
    spine = anatomy.spine
    if spine is None or spine.certainty < CERTAIN_SPINE:
        return "cannot tell"
    height = spine.along(one.column_mm)[:, 2]
    gap = np.abs(height - (one.level.upper_mm if upper else one.level.lower_mm))
    return "touched" if np.count_nonzero(gap <= max(voxel_mm, 1.0)) >= TOUCHING else "not touched"
