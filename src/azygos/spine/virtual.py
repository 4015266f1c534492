"""Virtual vertebral bodies, T1 to L5: drawn sizes, whole or broken, with their bone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.ground.anatomy import check_level
from azygos.ground.errors import require
from azygos.ground.parcels import BoolArray, FloatArray
from azygos.spine.fracture import (
    Cleft,
    Collapse,
    draw_cleft,
    draw_fracture,
    draw_severity,
    make_collapse,
)
from azygos.spine.vertebra import Vertebra
from azygos.values import vertebrae as v
from azygos.values.value import Value

_PAD = 2  # outside cells on each side of the body


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySize:
    """Dimensions of one body before it broke [m]."""

    width_upper: float
    width_lower: float
    depth_upper: float
    depth_lower: float
    height_front: float
    height_back: float
    canal_depth: float

    @property
    def height(self) -> float:
        """Mean of front and back [m]."""
        return 0.5 * (self.height_front + self.height_back)


@dataclass(frozen=True, slots=True, eq=False)
class _Section:
    """What each cell of a grid is to one body; arrays broadcast to the grid's shape."""

    across: FloatArray  # -1 right rim ... +1 left rim
    along: FloatArray  # -1 front rim ... +1 back rim
    below_top: FloatArray  # distance below the upper end plate [m]
    above_floor: FloatArray  # distance above the lower end plate [m]
    inside: BoolArray


def draw_size(level: str, rng: np.random.Generator, *, sex: str | None = None) -> BodySize:
    """Draw one body's dimensions from ``values/vertebrae.csv``.

    Each dimension lies ``number + sd * z`` with z normal within two sd; `SHARED_SPREAD` of
    its variance is the body's size, common to all of its dimensions.

    Parameters
    ----------
    level : str
        "T1" to "L5".
    rng : numpy.random.Generator
        What draws.
    sex : "female", "male" or None
        None: drawn.

    Examples
    --------
    >>> size = draw_size("L3", np.random.default_rng(1), sex="male")
    >>> 0.03 < size.depth_upper < 0.045
    True
    """
    require(sex in (None, "female", "male"), f"sex is {sex!r}; write 'female', 'male' or leave it out")
    drawn_sex = "female" if rng.random() < v.SHARE_OF_WOMEN.number else "male"
    female = (sex or drawn_sex) == "female"
    common = _normal(rng)
    breadth = (v.FEMALE_BREADTH if female else v.MALE_BREADTH).number
    tallness = (v.FEMALE_HEIGHT if female else v.MALE_HEIGHT).number
    width = _deviate(common, rng)  # both end plates alike, else the body would be drawn skew
    depth = _deviate(common, rng)
    height = tallness * _at(v.dimension(level, "height_posterior"), _deviate(common, rng))
    depth_upper = breadth * _at(v.dimension(level, "endplate_depth_upper"), depth)
    depth_lower = breadth * _at(v.dimension(level, "endplate_depth_lower"), depth)
    wedge = _at(v.dimension(level, "wedge_female" if female else "wedge_male"), _normal(rng))
    return BodySize(
        width_upper=breadth * _at(v.dimension(level, "endplate_width_upper"), width),
        width_lower=breadth * _at(v.dimension(level, "endplate_width_lower"), width),
        depth_upper=depth_upper,
        depth_lower=depth_lower,
        height_back=height,
        height_front=height - math.tan(wedge) * 0.5 * (depth_upper + depth_lower),
        canal_depth=v.dimension(level, "canal_depth").number,
    )


def _normal(rng: np.random.Generator) -> float:
    """A standard normal, held within two sd."""
    return float(np.clip(rng.standard_normal(), -2.0, 2.0))


def _deviate(common: float, rng: np.random.Generator) -> float:
    shared = v.SHARED_SPREAD.number
    return math.sqrt(shared) * common + math.sqrt(1.0 - shared) * _normal(rng)


def _at(value: Value, deviate: float) -> float:
    """The value that lies `deviate` sd from the mean; low and high lie two sd apart from it."""
    low = value.number if value.low is None else value.low
    high = value.number if value.high is None else value.high
    return value.number + deviate * 0.25 * (high - low)


def draw_vertebra(
    level: str,
    rng: np.random.Generator,
    *,
    fracture: str | None = "none",
    cleft: bool | None = False,
    sex: str | None = None,
    severity: float | None = None,
    mean_bone: float | None = None,
    spacing: float = 1e-3,
    symmetric: bool = False,
) -> Vertebra:
    """Draw a virtual vertebral body on a grid of its own.

    The world's origin is the body's centre; x points to its left, y to its back, z to its head.
    A grid of half the spacing, drawn with the same seed, shows the same body.

    Parameters
    ----------
    level : str
        "T1" to "L5".
    rng : numpy.random.Generator
        What draws; as many numbers whatever the spacing.
    fracture : "none", "wedge", "biconcave", "crush" or None
        None: drawn among the three fractures.
    cleft : bool or None
        Whether an intravertebral cleft lies in a broken body; None: drawn.
    sex : "female", "male" or None
        None: drawn.
    severity : float or None
        Largest share of height lost [-]; None: drawn by Genant grade.
    mean_bone : float or None
        Bone over total volume before it broke, mean over the body [-]; None: drawn from 0.05 to 0.15.
    spacing : float
        Edge of a cell [m].
    symmetric : bool
        True: left and right alike, for tests and teaching.

    Returns
    -------
    vertebra : Vertebra
        With `bone_fraction` about `mean_bone` before breaking; bone mass is kept.

    Notes
    -----
    Sizes are mostly recalled tables (``values/vertebrae.csv``); shapes of wedge and biconcave
    fractures, the cleft and the bone's distribution are assumed.

    Examples
    --------
    >>> body = draw_vertebra("L3", np.random.default_rng(7), sex="male")
    >>> 20e-6 < body.volume < 60e-6
    True
    """
    level = check_level(level)
    require(1e-4 <= spacing <= 3e-3, f"a cell edge of {spacing * 1e3:g} mm is not useful; give 0.1 to 3 mm")
    size = draw_size(level, rng, sex=sex)
    kind = draw_fracture(rng) if fracture is None else fracture
    drawn_severity, tilt = draw_severity(rng), float(rng.uniform(v.SIDE_TILT.low or 0.0, v.SIDE_TILT.high or 0.0))
    gap, has_cleft = draw_cleft(rng, symmetric=symmetric), bool(rng.random() < v.CLEFT_SHARE.number)
    drawn_bone = float(rng.uniform(v.MEAN_BONE_FRACTION.low or 0.0, v.MEAN_BONE_FRACTION.high or 0.0))
    collapse = make_collapse(kind, drawn_severity if severity is None else severity, tilt=0.0 if symmetric else tilt)
    if cleft is None:
        cleft = has_cleft and collapse.kind != "none"
    require(not cleft or collapse.kind != "none", "a cleft lies in a broken body; give a fracture or no cleft")
    bone = drawn_bone if mean_bone is None else mean_bone
    require(0.02 <= bone <= 0.3, f"a mean bone fraction of {bone:g} is no vertebra's; give 0.02 to 0.3")
    return _build(level, size, collapse, gap if cleft else None, bone, spacing)


def _build(
    level: str, size: BodySize, collapse: Collapse, gap: Cleft | None, mean_bone: float, spacing: float
) -> Vertebra:
    x, y, z = _axes(size, collapse, spacing)
    section = _section(size, collapse, x, y, z)
    whole = _section(size, Collapse(), x, y, z)
    hole = _cleft_cells(size, collapse, gap, section) if gap else np.zeros_like(section.inside)
    bone = _bone_fraction(mean_bone, float(whole.inside.sum()), section, collapse, hole)
    box = _box(section.inside)
    return Vertebra(
        level=level,
        origin=np.array([c[s.start] for c, s in zip((x, y, z), box, strict=True)]),
        axes=np.eye(3),
        spacing=spacing,
        inside=section.inside[box],
        bone_fraction=bone[box],
        cleft=hole[box],
        fracture=collapse.kind,
        source="virtual",
        notes=_notes(size, collapse, mean_bone),
    )


def _notes(size: BodySize, collapse: Collapse, mean_bone: float) -> tuple[str, ...]:
    notes = [f"drawn with a mean bone fraction of {mean_bone:.3f} before any fracture"]
    if collapse.kind != "none":
        canal = collapse.canal_loss * size.canal_depth * 1e3
        notes.append(f"lost {collapse.severity:.0%} of height; its back wall bulges {canal:.1f} mm into the canal")
    return tuple(notes)


def _axes(size: BodySize, collapse: Collapse, spacing: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cell centres [m]; cell edges lie at whole multiples of the spacing, so that finer grids nest."""
    half_width = 0.5 * max(size.width_upper, size.width_lower) * (1.0 + collapse.width_gain)
    half_depth = 0.5 * max(size.depth_upper, size.depth_lower) * (1.0 + collapse.depth_gain) + 7e-3
    half_height = 0.5 * max(size.height_front, size.height_back) + 1e-3

    def centres(half: float) -> FloatArray:
        n = math.ceil(half / spacing) + _PAD
        return np.asarray((np.arange(-n, n) + 0.5) * spacing, dtype=np.float64)

    return centres(half_width), centres(half_depth), centres(half_height)


def _section(size: BodySize, collapse: Collapse, x: FloatArray, y: FloatArray, z: FloatArray) -> _Section:
    xx, yy, zz = x[:, None, None], y[None, :, None], z[None, None, :]
    half_width, half_depth = _half_breadths(size, collapse, zz)
    across, along = xx / half_width, yy / half_depth
    top, floor = _end_plates(size, collapse, across, along)
    up = np.clip((zz - floor) / np.maximum(top - floor, 1e-6), 0.0, 1.0)
    bulge = collapse.canal_loss * size.canal_depth * up
    inside = _largest_piece((zz < top) & (zz > floor) & _within_outline(across, yy, half_depth, bulge))
    return _Section(across=across, along=along, below_top=top - zz, above_floor=zz - floor, inside=inside)


def _largest_piece(cells: BoolArray) -> BoolArray:
    """Without the crumbs that a coarse grid leaves at sharp rims: marrow could not flow out of them."""
    labels, pieces = ndimage.label(cells)
    if pieces <= 1:
        return cells
    return np.asarray(labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:])))


def _half_breadths(size: BodySize, collapse: Collapse, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Half width and half depth at a height: end plates joined straight, drawn in at the waist."""
    height = size.height * (1.0 - 0.5 * (collapse.front + collapse.back))
    up = np.clip(2.0 * z / height, -1.0, 1.0)  # -1 at the lower, +1 at the upper end plate
    width = 0.5 * (size.width_lower * (1.0 - up) + size.width_upper * (1.0 + up))
    depth = 0.5 * (size.depth_lower * (1.0 - up) + size.depth_upper * (1.0 + up))
    waist_width = v.WAIST_WIDTH.number + (1.0 - v.WAIST_WIDTH.number) * up**2
    waist_depth = v.WAIST_DEPTH.number + (1.0 - v.WAIST_DEPTH.number) * up**2
    # A broken body's gain is measured at its waist and shared by all heights.
    return 0.5 * width * waist_width * (1.0 + collapse.width_gain), 0.5 * depth * waist_depth * (
        1.0 + collapse.depth_gain
    )


def _end_plates(
    size: BodySize, collapse: Collapse, across: FloatArray, along: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Heights of the upper and lower end plate [m]: wedged, hollow, and sunk where broken."""
    across, along = np.clip(across, -1.0, 1.0), np.clip(along, -1.0, 1.0)
    height = 0.5 * (size.height_front * (1.0 - along) + size.height_back * (1.0 + along))
    hollow = v.END_PLATE_HOLLOW.number * size.height * np.clip(1.0 - across**2 - along**2, 0.0, 1.0)
    lost = height * collapse.loss(across, along)
    # The centre of what is left stays at the origin; the upper plate sinks by its share of the rest.
    middle = 0.5 * size.height * 0.5 * (collapse.front + collapse.back)
    shift = (2.0 * collapse.upper_share - 1.0) * middle
    top = 0.5 * height - hollow - collapse.upper_share * lost + shift
    floor = -0.5 * height + hollow + (1.0 - collapse.upper_share) * lost + shift
    return top, floor


def _within_outline(across: FloatArray, y: FloatArray, half_depth: FloatArray, bulge: FloatArray) -> BoolArray:
    """Whether cells lie between the round front and the flat, hollow back of the section."""
    u2 = np.clip(across**2, 0.0, 1.0)
    front_n, back_n = v.OUTLINE_FRONT.number, v.OUTLINE_BACK.number
    front = -half_depth * (1.0 - u2 ** (front_n / 2.0)) ** (1.0 / front_n)
    hollow = v.BACK_HOLLOW.number * half_depth / 17.5e-3
    back = half_depth * (1.0 - u2 ** (back_n / 2.0)) ** (1.0 / back_n) + hollow * 4.0 * u2 * (1.0 - u2)
    back = back + bulge * (1.0 - u2)
    return np.asarray((np.abs(across) < 1.0) & (y > front) & (y < back))


def _cleft_cells(size: BodySize, collapse: Collapse, gap: Cleft, section: _Section) -> BoolArray:
    """A lens that follows the upper end plate, its front edge `front_wall` behind the front of the body."""
    half_depth = 0.25 * (size.depth_upper + size.depth_lower) * (1.0 + collapse.depth_gain) * v.WAIST_DEPTH.number
    reach = gap.breadth  # half axes, as shares of the half width and half depth
    centre = -1.0 + gap.front_wall / half_depth + reach
    across, along = (section.across - gap.side) / reach, (section.along - centre) / reach
    room = 0.5 * (section.below_top + section.above_floor)
    half = np.minimum(0.5 * gap.thickness, 0.35 * room)
    lens = half * np.sqrt(np.clip(1.0 - across**2 - along**2, 0.0, None))
    below = section.below_top - gap.roof - half
    return np.asarray(section.inside & (np.abs(below) < lens))


def _bone_fraction(
    mean: float, cells_before: float, section: _Section, collapse: Collapse, hole: BoolArray
) -> FloatArray:
    """Bone over total volume: the mass before the fracture, denser near end plates and where it collapsed."""
    bone_cells = section.inside & ~hole
    height = np.maximum(section.below_top + section.above_floor, 1e-6)
    up = np.clip(2.0 * section.above_floor / height - 1.0, -1.0, 1.0)
    shape = np.where(bone_cells, 1.0 + v.END_PLATE_DENSITY.number * up**4, 0.0)
    resting = mean * shape * bone_cells.sum() / shape.sum()
    excess = mean * cells_before - resting.sum()  # bone of the space that was lost
    if collapse.kind == "none" or excess <= 0.0:
        return np.asarray(resting)
    return _compact(resting, excess, _crushed(section, collapse), bone_cells)


def _crushed(section: _Section, collapse: Collapse) -> FloatArray:
    """Where the bone of the lost space went: in a band under the plate that sank, as much as it sank there."""
    loss = collapse.loss(np.clip(section.across, -1.0, 1.0), np.clip(section.along, -1.0, 1.0))
    band = v.COMPACTED_BAND.number
    above = collapse.upper_share * np.exp(-np.clip(section.below_top, 0.0, None) / band)
    below = (1.0 - collapse.upper_share) * np.exp(-np.clip(section.above_floor, 0.0, None) / band)
    return np.asarray(loss * (above + below) + 0.02)


def _compact(resting: FloatArray, excess: float, weight: FloatArray, cells: BoolArray) -> FloatArray:
    """Add `excess` bone by `weight`; what exceeds the ceiling goes to cells that still have room."""
    ceiling = v.BONE_FRACTION_CEILING.number
    bone = resting.copy()
    for _ in range(20):
        share = np.where(cells & (bone < ceiling), weight, 0.0)
        if excess <= 0.0 or share.sum() == 0.0:
            break
        target = bone + excess * share / share.sum()
        excess = float(np.clip(target - ceiling, 0.0, None).sum())
        bone = np.minimum(target, ceiling)
    return bone


def _box(inside: BoolArray) -> tuple[slice, slice, slice]:
    """The cells that hold the body, padded."""
    slices = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        held = np.flatnonzero(inside.any(axis=others))
        require(held.size > 0, "the drawn body holds no cells; take a smaller spacing")
        require(held[0] >= 1 and held[-1] < inside.shape[axis] - 1, "the drawn body touches its grid's rim")
        slices.append(slice(max(0, int(held[0]) - _PAD), int(held[-1]) + 1 + _PAD))
    return slices[0], slices[1], slices[2]
