"""The body's surface on a cube of grey values: a wall around an axis, a plate above and below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy import ndimage, signal

from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.scan.body_canal import canal_course, trace_canal
from azygos.scan.body_frame import Cube, Frame, axes_from, find_head, grid_points, read_at, round_disc, stack_discs
from azygos.scan.body_surface import find_surface

# One set of constants for all levels and scanners. Costs are in units of one clear edge.
STEP_MM = 0.5  # between labels
EDGE_MM = 1.5  # grey is averaged over so much on each side of an edge
STIFFNESS = 0.03  # a step of 0.5 mm between columns costs 3 % of a clear edge
MAX_JUMP = 3  # 1.5 mm between neighbouring columns, beyond what the template's own slope gives
SOFT_PRICE = 0.12  # per mm of soft tissue that a sheet leaves inside
SOFT_LIMIT = 2.0  # most that soft tissue inside can cost: a cleft must not pull the wall in
ANGLES = np.arange(0.0, 2.0 * np.pi, 2.0 * np.pi / 60.0)  # from left (0) to back (90 degrees)
FREE_MM = 7.0  # how far the wall may leave its template
PLATE_MM = 6.0  # how far a plate may leave its mean height
GRID_MM = 2.0  # columns of a plate
MELTED_MM = 6.0  # a bright band wider than this without a dip is two plates with the disc between
BARRIER = 3.0  # price of a wall that lies in the canal
THIN_DISC_MM = 3.0  # disc between melted plates: thoracic discs are about so thick (2.85 mm at T1-T2)
PASSED_PRICE = 2.0  # a flat edge left inside, as a share of the clearest one in reach, costs so much
RIM_MM = 2.0  # how far a plate may lie from its mean height for nothing
STRAY_PRICE = 0.03  # per mm^2 beyond
PLATE_EDGE_HU = 25.0  # the weakest edge of a plate that is looked for: thin discs are nearly as bright


@dataclass(frozen=True, slots=True, kw_only=True)
class Greys:
    """Grey levels that tell bone from what is around it [HU]."""

    soft: float
    marrow: float

    @property
    def edge(self) -> float:
        """Step that counts as one clear edge."""
        return max(0.8 * (self.marrow - self.soft), 80.0)

    @property
    def inside(self) -> float:
        """Below this, a sample looks like soft tissue."""
        return self.soft + 0.3 * max(self.marrow - self.soft, 60.0)

    @property
    def bone(self) -> float:
        """Above this, a sample of the canal's wall is bone."""
        return max(self.soft + 90.0, 130.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape(Parcel):
    """A body's mask on a local 1 mm grid, and how well its rim shows."""

    frame: Frame
    mask: BoolArray  # on `grid` of the frame
    grid: tuple[FloatArray, FloatArray, FloatArray]  # local left, back, head [mm]
    heights: tuple[float, float]  # mean plates, local [mm]
    wall: FloatArray  # shape (n_angles, n_heights): radius [mm]
    wall_edge: FloatArray  # shape (n_angles, n_heights): step outwards at the wall [HU]
    plate_edge: FloatArray  # shape (n,): step outwards at both plates, columns within the wall [HU]
    at_limit: float  # share of columns that ran into a search limit
    canal_mm: FloatArray  # traced middle of the canal beside the body, local [mm], shape (n, 3), may be empty
    plate_rise: float  # how much brighter the dimmer plate is than the marrow, medians [HU]
    better: Frame  # centre and axes as the found body itself has them
    greys: Greys

    def __post_init__(self) -> None:
        self.seal("wall", "wall_edge", "plate_edge", "canal_mm")
        self.seal("mask", dtype=np.bool_)


class Plate(NamedTuple):
    """An end plate in the middle of the body, distances from the centre [mm]."""

    height: float  # of its outer face
    limit: float  # of the middle of the disc behind it
    rise: float  # its median brightness over the marrow's [HU]


def find_greys(cube: Cube, centre_mm: FloatArray) -> Greys:
    """Marrow around the centre and the soft tissue of the whole cube [HU]."""
    ball = grid_points(*(np.arange(-6.0, 6.5, 1.5),) * 3).reshape(-1, 3)
    ball = ball[np.linalg.norm(ball, axis=1) <= 6.5]
    seen = cube.grey[cube.known]
    tissue = seen[(seen > -20.0) & (seen < 110.0)]
    soft = float(np.median(tissue)) if tissue.size > 100 else 40.0
    return Greys(soft=soft, marrow=float(np.median(cube.at(ball + centre_mm))))


def find_shape(cube: Cube, frame: Frame, rounds: int = 4) -> Shape:
    """Wall and plates of the body around a frame's centre, its centre and axes bettered on the way."""
    greys = find_greys(cube, frame.centre_mm)
    first = frame.axes[:, 2]
    disc = round_disc(6.0, 2.0)
    for _ in range(rounds):
        shape, plates = _one_round(cube, frame, greys, disc)
        disc = _within(shape.wall)
        better = _reframe(cube, shape, plates, first, greys)
        shape = replace(shape, better=better)
        frame = better
        greys = find_greys(cube, frame.centre_mm)
    return shape


def _one_round(cube: Cube, frame: Frame, greys: Greys, disc: FloatArray) -> tuple[Shape, tuple[FloatArray, FloatArray]]:
    below, above = _mean_plates(cube, frame, greys, disc)
    low, high = -below.height, above.height
    rows = np.linspace(low + 1.0, high - 1.0, max(round((high - low) / 2.0), 5))
    cost, edge, radii = _wall_cost(cube, frame, greys, rows)
    cost = cost + _canal_cost(cube, frame, greys, radii)
    template = _fit_template(cost, radii)
    wall, wall_edge, wall_limit = _find_wall(cost, edge, radii, template)
    top = _find_plate(cube, frame, greys, wall, above, +1.0)
    bottom = _find_plate(cube, frame, greys, wall, below, -1.0)
    grid, mask = _fill(wall, rows, top[0], bottom[0])
    shape = Shape(
        frame=frame,
        mask=mask,
        grid=grid,
        heights=(low, high),
        wall=wall,
        wall_edge=wall_edge,
        plate_edge=np.concatenate([top[1], bottom[1]]),
        at_limit=float(np.mean([wall_limit, top[2], bottom[2]])),
        canal_mm=trace_canal(cube, frame, greys.bone, 12.0),
        plate_rise=min(below.rise, above.rise),
        better=frame,
        greys=greys,
    )
    return shape, (top[0], bottom[0])


def _edge_cost(profile: FloatArray, edge: float, inside: float) -> tuple[FloatArray, FloatArray]:
    """Cost of a border at each sample along the last axis (outwards), and the step of grey there [HU]."""
    width = max(int(EDGE_MM / STEP_MM), 1)
    total = np.cumsum(np.pad(profile, [(0, 0)] * (profile.ndim - 1) + [(width, width)], mode="edge"), axis=-1)
    n = profile.shape[-1]
    inner = (total[..., width : width + n] - np.pad(total, [(0, 0)] * (profile.ndim - 1) + [(1, 0)])[..., :n] * 1.0) / (
        width + 1
    )
    outer = (total[..., 2 * width : 2 * width + n] - total[..., width : width + n]) / width
    step = inner - outer
    soft = np.clip((inside - profile) / (0.5 * edge), 0.0, 1.0)
    swallowed = np.minimum(np.cumsum(soft, axis=-1) * STEP_MM * SOFT_PRICE, SOFT_LIMIT)
    return swallowed - np.clip(step / edge, -0.5, 1.5), step


def _mean_plates(cube: Cube, frame: Frame, greys: Greys, disc: FloatArray) -> tuple[Plate, Plate]:
    """The lower and the upper end plate in the middle of the body.

    The median over a disc: a plate is bright all over it, a dense focus in the marrow is not.
    """
    reach = np.arange(2.0, 24.0, STEP_MM)
    low, high = (
        first_plate(np.median(cube.at(frame.to_lps(stack_discs(disc, sign * reach))), axis=0), greys.marrow, reach)
        for sign in (-1.0, 1.0)
    )
    short = 0.5 * (7.0 - low.height - high.height)
    if short > 0.0:  # a sliver: keep a body's least height around it
        return tuple(Plate(p.height + short, p.limit + short, p.rise) for p in (low, high))  # type: ignore[return-value]
    return low, high


def _within(wall: FloatArray) -> FloatArray:
    """Points spread over the inner three quarters of a body's outline, local (left, back) [mm], shape (n, 2)."""
    outline = np.median(wall, axis=1)[::3, None] * np.sqrt(np.arange(0.5, 6.0) / 6.0) * 0.75
    angles = ANGLES[::3, None]
    return np.stack([outline * np.cos(angles), outline * np.sin(angles)], axis=-1).reshape(-1, 2)


def first_plate(profile: FloatArray, marrow: float, reach: FloatArray) -> Plate:
    """First bright plate that a profile meets on its way out through the marrow.

    In thin discs the neighbour's plate is as bright as the body's own, and marrow may be as dark
    as the disc; so the first peak counts, and the dip behind it, not the strongest edge. Two plates
    that thick slices have melted into one band are parted in its middle.
    """
    height = float(profile.max()) - marrow
    peaks, _ = signal.find_peaks(profile, height=marrow + 0.4 * height, prominence=0.04 * height)
    peak = int(peaks[0]) if peaks.size else int(np.argmax(profile))
    rise_hu = float(profile[peak]) - marrow
    half = marrow + 0.5 * rise_hu
    rise = peak - int(np.argmax(profile[peak::-1] < half)) if (profile[:peak] < half).any() else 0
    fall = peak + int(np.argmax(profile[peak:] < half)) if (profile[peak:] < half).any() else profile.size - 1
    dips, _ = signal.find_peaks(-profile[peak:], prominence=0.04 * height)
    dip = peak + int(dips[0]) if dips.size else profile.size - 1
    if dip > fall and (fall - rise) * STEP_MM > MELTED_MM:
        middle = 0.5 * float(reach[rise] + reach[fall])
        return Plate(middle - THIN_DISC_MM / 2.0, middle, rise_hu)
    steps = profile[peak:dip] - profile[peak + 1 : dip + 1]
    border = peak + (int(np.argmax(steps)) if steps.size else 0)
    return Plate(float(reach[border]), float(reach[dip]), rise_hu)


def _wall_cost(cube: Cube, frame: Frame, greys: Greys, rows: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cost and step [HU] of a wall at each angle, row and radius; and the radii [mm]."""
    radii = np.arange(3.0, 40.0, STEP_MM)
    ray = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
    local = np.empty((ANGLES.size, rows.size, radii.size, 3))
    local[..., :2] = ray[:, None, None, :] * radii[:, None]
    local[..., 2] = rows[:, None]
    cost, step = _edge_cost(cube.at(frame.to_lps(local)), greys.edge, greys.inside)
    return cost, step, radii


def _canal_cost(cube: Cube, frame: Frame, greys: Greys, radii: FloatArray) -> FloatArray:
    """Price of a wall behind the front of the canal, shape (n_angles, 1, n_radii)."""
    canal = trace_canal(cube, frame, greys.bone, 12.0)
    if len(canal) < 4:
        return np.zeros((ANGLES.size, 1, radii.size))
    front = float(np.median(canal[:, 1])) - 3.0
    behind = np.sin(ANGLES)[:, None] * radii > front
    return np.asarray(BARRIER * behind[:, None, :], dtype=np.float64)


def _template(half_left: FloatArray, half_right: FloatArray, front: FloatArray, behind: FloatArray) -> FloatArray:
    """Radius of a body's outline for half widths and depths [mm], shape (..., n_angles).

    Round in front (exponent 2.2), nearly square behind (exponent 4).
    """
    c, s = np.cos(ANGLES), np.sin(ANGLES)
    wide = np.where(c >= 0.0, half_left[..., None], half_right[..., None])
    deep = np.where(s >= 0.0, behind[..., None], front[..., None])
    power = np.where(s >= 0.0, 4.0, 2.2)
    return np.asarray((np.abs(c / wide) ** power + np.abs(s / deep) ** power) ** (-1.0 / power), dtype=np.float64)


def _fit_template(cost: FloatArray, radii: FloatArray) -> FloatArray:
    """The outline, same at all heights, that meets the most edges: radius at each angle [mm]."""
    rows = cost.shape[1]
    mean = cost[:, rows // 5 : rows - rows // 5].mean(axis=1)
    widths = np.arange(9.0, 31.0, 1.5)
    depths = np.arange(6.0, 27.0, 1.5)
    a, b, f, r = (axis.ravel() for axis in np.meshgrid(widths, widths, depths, depths, indexing="ij"))
    width, depth = a + b, f + r
    sane = (width > 0.85 * depth) & (width < 2.0 * depth) & (np.maximum(a, b) < 1.6 * np.minimum(a, b))
    sane &= np.maximum(f, r) < 2.2 * np.minimum(f, r)
    outlines = _template(a[sane], b[sane], f[sane], r[sane])
    labels = np.clip(np.rint((outlines - radii[0]) / STEP_MM).astype(int), 0, radii.size - 1)
    score = mean[np.arange(ANGLES.size), labels].mean(axis=1)
    return np.asarray(outlines[int(np.argmin(score))])


def _find_wall(
    cost: FloatArray, edge: FloatArray, radii: FloatArray, template: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    """Radius [mm] and step [HU] at each angle and row, and the share of columns at a search limit."""
    offsets = np.arange(-FREE_MM, FREE_MM + 0.1, STEP_MM)
    start = (template[:, None] + offsets - radii[0]) / STEP_MM
    labels = np.clip(np.rint(start).astype(int), 0, radii.size - 1)
    near = np.take_along_axis(cost, np.broadcast_to(labels[:, None, :], (*cost.shape[:2], offsets.size)), axis=2)
    chosen = find_surface(near, stiffness=STIFFNESS, max_jump=MAX_JUMP, wrap=True)
    wall = template[:, None] + offsets[chosen]
    where = np.clip(np.rint((wall - radii[0]) / STEP_MM).astype(int), 0, radii.size - 1)
    step = np.take_along_axis(edge, where[..., None], axis=2)[..., 0]
    return wall, step, float(np.mean((chosen == 0) | (chosen == offsets.size - 1)))


def _find_plate(
    cube: Cube, frame: Frame, greys: Greys, wall: FloatArray, plate: Plate, sign: float
) -> tuple[FloatArray, FloatArray, float]:
    """Height [mm] of a plate on a square grid of columns, its step [HU] within the wall, share at a limit."""
    side = plate_axis()
    furthest = min(plate.height + PLATE_MM, plate.limit + 1.0)
    reach = np.arange(max(plate.height - PLATE_MM, 1.5), furthest + 0.1, STEP_MM)
    local = grid_points(side, side, sign * reach)
    rim = wall[:, -2:].mean(axis=1) if sign > 0 else wall[:, :2].mean(axis=1)
    x, y = np.meshgrid(side, side, indexing="ij")
    within = np.hypot(x, y) < read_wall(rim[:, None], np.zeros(1), np.arctan2(y, x), np.zeros_like(x)) - 0.5
    grey = cube.at(frame.to_lps(local))
    _, step = _edge_cost(grey, greys.edge, greys.inside)
    clear = float(np.clip(np.median(step[within].max(axis=1)), PLATE_EDGE_HU, greys.edge))
    cost, step = _edge_cost(grey, clear, greys.inside)
    cost += _passed_cost(grey, clear, greys.inside) + _stray_cost(reach, plate)
    cost[~within] = 0.0
    chosen = find_surface(cost, stiffness=STIFFNESS, max_jump=MAX_JUMP, wrap=False)
    found = np.take_along_axis(step, chosen[..., None], axis=2)[..., 0]
    stuck = (chosen == 0) | (chosen == reach.size - 1)
    return sign * reach[chosen], found[within], float(np.mean(stuck[within]))


def _passed_cost(grey: FloatArray, edge: float, inside: float) -> FloatArray:
    """Cost of leaving a flat bright edge within the body: behind it comes the disc."""
    _, step = _edge_cost(ndimage.uniform_filter(grey, (5, 5, 1)), edge, inside)
    clear = np.maximum(step, 0.0) / np.maximum(step.max(axis=-1, keepdims=True), 0.3 * edge)
    skip = int(EDGE_MM / STEP_MM)
    before = np.maximum.accumulate(clear, axis=-1)
    return np.asarray(PASSED_PRICE * np.pad(before, [(0, 0), (0, 0), (skip, 0)])[..., :-skip], dtype=np.float64)


def _stray_cost(reach: FloatArray, plate: Plate) -> FloatArray:
    """Cost of leaving the plate's mean height: a little further out at the rim, further in where it is dented."""
    away = np.abs(reach - plate.height) - RIM_MM
    return np.asarray(STRAY_PRICE * np.maximum(away, 0.0) ** 2, dtype=np.float64)


def plate_axis() -> FloatArray:
    """Local coordinates of a plate's columns [mm]."""
    return np.arange(-36.0, 36.1, GRID_MM)


def read_wall(wall: FloatArray, rows: FloatArray, angle: FloatArray, height: FloatArray) -> FloatArray:
    """Radius of the wall [mm] at any angle and height, straight between its columns."""
    closed = np.concatenate([wall, wall[:1]], axis=0)
    a = np.mod(angle, 2.0 * np.pi) / (ANGLES[1] - ANGLES[0])
    if rows.size > 1:
        h = np.clip((height - rows[0]) / (rows[1] - rows[0]), 0.0, rows.size - 1.0)
    else:
        h = np.zeros_like(height)
    return np.asarray(ndimage.map_coordinates(closed, [a, h], order=1, mode="nearest"), dtype=np.float64)


def _fill(
    wall: FloatArray, rows: FloatArray, top: FloatArray, bottom: FloatArray
) -> tuple[tuple[FloatArray, FloatArray, FloatArray], BoolArray]:
    """The space within wall and plates on a local 1 mm grid."""
    grid = (np.arange(-42.0, 42.5), np.arange(-42.0, 42.5), np.arange(-30.0, 30.5))
    points = grid_points(*grid)
    x, y, z = np.moveaxis(points, -1, 0)
    inside = np.hypot(x, y) < read_wall(wall, rows, np.arctan2(y, x), z)
    side = plate_axis()
    flat = np.stack([(x[..., 0] - side[0]) / GRID_MM, (y[..., 0] - side[0]) / GRID_MM])
    above = ndimage.map_coordinates(top, flat, order=1, mode="nearest")[..., None]
    below = ndimage.map_coordinates(bottom, flat, order=1, mode="nearest")[..., None]
    return grid, inside & (z < above) & (z > below)


def first_frame(cube: Cube, start_mm: FloatArray, greys: Greys) -> Frame:
    """Frame at a point, head along the canal but square to the end plates, back towards the canal."""
    upright = Frame(centre_mm=start_mm, axes=np.eye(3))
    course = canal_course(trace_canal(cube, upright, greys.bone, 34.0))
    axes = find_head(cube, start_mm, greys.soft, None if course is None else course[1])
    return Frame(centre_mm=start_mm, axes=axes)


def _reframe(cube: Cube, shape: Shape, plates: tuple[FloatArray, FloatArray], first: FloatArray, greys: Greys) -> Frame:
    """Centre on the found body, head square to its plates, back towards the canal.

    A head direction more than 18 degrees off the first one is not believed.
    """
    frame = shape.frame
    where = np.argwhere(shape.mask)
    local = np.stack([axis[where[:, q]] for q, axis in enumerate(shape.grid)], axis=1)
    centre = frame.to_lps(local.mean(axis=0))
    head = frame.axes @ _normal(plates, local)
    if head @ first < np.cos(np.deg2rad(18.0)):
        head = first
    axes = axes_from(head, frame.axes[:, 1])
    canal = trace_canal(cube, Frame(centre_mm=centre, axes=axes), greys.bone, 12.0)
    if len(canal) >= 4:
        back = np.median(canal[:, :2], axis=0)
        if abs(back[0]) < 0.7 * back[1]:
            axes = axes_from(axes[:, 2], axes @ np.array([back[0], back[1], 0.0]))
    return Frame(centre_mm=centre, axes=axes)


def _normal(plates: tuple[FloatArray, FloatArray], local: FloatArray) -> FloatArray:
    """Unit vector square to the mean of both plates, local; the middle two thirds of the plates count."""
    side = plate_axis()
    x, y = np.meshgrid(side, side, indexing="ij")
    spread = local[:, :2].std(axis=0) * 1.4
    middle = local[:, :2].mean(axis=0)
    within = ((x - middle[0]) / spread[0]) ** 2 + ((y - middle[1]) / spread[1]) ** 2 < 1.0
    design = np.stack([x[within], y[within], np.ones(int(within.sum()))], axis=1)
    slopes = [np.linalg.lstsq(design, plate[within], rcond=None)[0][:2] for plate in plates]
    slope = np.mean(slopes, axis=0)
    normal = np.array([-slope[0], -slope[1], 1.0])
    return np.asarray(normal / np.linalg.norm(normal), dtype=np.float64)


def mask_at(shape: Shape, points_mm: FloatArray) -> BoolArray:
    """Whether LPS points [mm] lie in the body."""
    start = np.array([axis[0] for axis in shape.grid])
    return np.asarray(read_at(shape.mask.astype(np.float64), shape.frame.to_local(points_mm) - start) > 0.5)
