"""Ways out of a vertebral body, placed on its surface: veins, gaps in the shell, the needle's own track.

No planning CT shows the veins: their places and number are drawn. Places are said as directions
and shares of height, so that a finer grid of the same body finds the same mouths.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.spine.draw import Draw
from azygos.spine.leak import Rest, Route
from azygos.spine.vertebra import Outlet, Vertebra
from azygos.values import outlets as v
from azygos.values.value import Value

FRONT, LEFT, BACK, RIGHT = 0.0, 90.0, 180.0, 270.0
"""Azimuths in the axial plane [degrees]: from the front over the vertebra's left."""

NeedleTrack = tuple[FloatArray, FloatArray, float]
"""Entry and tip [m, LPS] and the needle's outer radius [m]."""

_STEP = 0.25  # of a cell, along a ray


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The surface of a body's mask, found by rays in cell indices."""

    inside: BoolArray
    spacing: float  # [m]
    centre: FloatArray  # (2,), mean i and j of the body
    floor: FloatArray  # (n_i, n_j), lower edge of the lowest cell inside [cells]
    top: FloatArray  # (n_i, n_j), upper edge of the highest
    rim: FloatArray  # (n, 3), cells inside with an outside neighbour

    @classmethod
    def of(cls, vertebra: Vertebra) -> Surface:
        """Measure the surface of a vertebra's mask."""
        inside = vertebra.inside
        cells = np.argwhere(inside)
        floor = np.argmax(inside, axis=2) - 0.5
        top = inside.shape[2] - np.argmax(inside[:, :, ::-1], axis=2) - 0.5
        return cls(
            inside,
            vertebra.spacing,
            cells[:, :2].mean(axis=0),
            floor,
            top,
            np.argwhere(rim_cells(inside)).astype(np.float64),
        )

    def wall(self, azimuth: float, height: float) -> FloatArray:
        """Where a ray from the body's middle leaves its wall, as fractional cell indices.

        The ray keeps its share of the local height, so it meets the wall and not an end plate.

        Parameters
        ----------
        azimuth : float
            Direction in the axial plane [degrees], see `FRONT`.
        height : float
            Share of the local height, 0 at the lower and 1 at the upper end plate.
        """
        across, along = math.sin(math.radians(azimuth)), -math.cos(math.radians(azimuth))
        steps = np.arange(0.0, max(self.inside.shape), _STEP)
        i, j = self.centre[0] + steps * across, self.centre[1] + steps * along
        floor, top = self.heights(i, j)
        return self._last(np.stack([i, j, floor + height * (top - floor)], axis=1))

    def heights(self, i: FloatArray, j: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Heights of the lower and upper end plate near a place [cells].

        Read a fifth of the way back towards the body's middle: at its very edge a column meets only the rim of
        an end plate, or the bulge of a broken back wall.
        """
        inner = [c + 0.8 * (p - c) for c, p in zip(self.centre, (i, j), strict=True)]
        column = tuple(
            np.clip(np.rint(q).astype(int), 0, n - 1) for q, n in zip(inner, self.inside.shape, strict=False)
        )
        return self.floor[column], self.top[column]

    def into_bone(self, wall: FloatArray, share: float) -> tuple[FloatArray, float]:
        """Inner end of a vein that runs from the wall towards the middle, and the length of that run [cells, m].

        Parameters
        ----------
        wall : ndarray, shape (3,)
            Where it leaves the bone [cells].
        share : float
            Of the way from the wall to the body's middle axis, at the same height.
        """
        middle = np.array([self.centre[0], self.centre[1], wall[2]])
        cell = wall + share * (middle - wall)
        at = tuple(np.rint(cell).astype(int))
        if not self.inside[at]:  # a cleft wedge or a hollow wall lies between
            return wall, 0.0
        return cell, float(np.linalg.norm(cell - wall)) * self.spacing

    def march(self, start: FloatArray, direction: FloatArray) -> FloatArray:
        """Where a straight ray from a cell inside leaves the body, as fractional cell indices."""
        steps = np.arange(0.0, 2.0 * max(self.inside.shape), _STEP)
        return self._last(start + steps[:, None] * direction / np.linalg.norm(direction))

    def plate(self, azimuth: float, reach: float, *, upper: bool) -> FloatArray:
        """A place on an end plate, `reach` of the way from its middle to the wall."""
        edge = self.wall(azimuth, 0.5)
        i, j = self.centre + reach * (edge[:2] - self.centre)
        floor, top = self.heights(i, j)
        k = top - 0.5 if upper else floor + 0.5
        return self.on_rim(np.array([i, j, k]))

    def _last(self, points: FloatArray) -> FloatArray:
        cells = np.rint(points).astype(int)
        within = np.all((cells >= 0) & (cells < self.inside.shape), axis=1)
        held = np.zeros(len(points), dtype=bool)
        held[within] = self.inside[tuple(cells[within].T)]
        outside = np.flatnonzero(~held)
        last = max(0, int(outside[0]) - 1) if outside.size else len(points) - 1
        return self.on_rim(points[last])

    def on_rim(self, point: FloatArray) -> FloatArray:
        """The place in the nearest rim cell that lies nearest to a point."""
        cell = self.rim[int(np.argmin(np.sum((self.rim - point) ** 2, axis=1)))]
        return np.clip(point, cell - 0.49, cell + 0.49)


def rim_cells(inside: BoolArray) -> BoolArray:
    """Cells inside that share a face with an outside cell or with the grid's edge."""
    padded = np.pad(inside, 1)
    core = padded[1:-1, 1:-1, 1:-1].copy()
    for axis in range(3):
        for shift in (-1, 1):
            core &= np.roll(padded, shift, axis=axis)[1:-1, 1:-1, 1:-1]
    return np.asarray(inside & ~core)


@dataclass(frozen=True, slots=True, eq=False)
class Foramen:
    """The basivertebral foramen: an open wedge from the back wall into the body."""

    cells: BoolArray  # shape of the grid
    mouth: FloatArray  # (3,), on the rim [cells]
    width: float  # at the wall [m]
    depth: float  # [m]


def place_foramen(vertebra: Vertebra, surface: Surface, depth: float) -> Foramen:
    """Carve the basivertebral foramen into the middle of the back wall.

    Parameters
    ----------
    vertebra : Vertebra
        The body; its level says which rim the foramen lies closer to.
    surface : Surface
        Of that body.
    depth : float
        From the back wall [m]; held under 0.45 of the body's depth.
    """
    height = 1.0 - v.FORAMEN_FROM_TOP[v.FORAMEN_SIDE.get(vertebra.level, "no side")].number
    mouth, front = surface.wall(BACK, height), surface.wall(FRONT, height)
    breadth = (surface.wall(LEFT, height) - surface.wall(RIGHT, height))[0] * vertebra.spacing
    scale = float(breadth) * v.FORAMEN_SHARE_OF_WIDTH.number / v.FORAMEN_WIDTH.number
    width, tallness = scale * v.FORAMEN_WIDTH.number, scale * v.FORAMEN_HEIGHT.number
    floor, top = surface.heights(mouth[0], mouth[1])
    tallness = min(tallness, 0.6 * float(top - floor) * vertebra.spacing)
    deep = min(depth, v.FORAMEN_DEEPEST.number * float(mouth[1] - front[1]) * vertebra.spacing)
    x, y, z = (vertebra.spacing * (c - m) for c, m in zip(np.indices(vertebra.inside.shape), mouth, strict=True))
    into = -y  # the back wall is hollow: beside the mid-line it lies further back than the mouth
    narrow = 1.0 - (1.0 - v.FORAMEN_TAPER.number) * np.clip(into / deep, 0.0, 1.0)
    hole = (2.0 * x / (width * narrow)) ** 2 + (2.0 * z / tallness) ** 2 <= 1.0
    cells = vertebra.inside & hole & (into <= deep) & (into >= -4e-3)
    cells[tuple(np.rint(mouth).astype(int))] = True
    return Foramen(cells=cells, mouth=mouth, width=width, depth=deep)


def place_outlets(
    vertebra: Vertebra, draw: Draw, surface: Surface, foramen: Foramen, needle_track: NeedleTrack | None = None
) -> tuple[Outlet, ...]:
    """Draw all ways out of one body: the same for the same draw.

    Each kind has its own random numbers, so that one vein more moves no gap. At rest all far ends share one
    pressure, else marrow would flow before any cement comes; the disc's own pressure is left out.
    """
    outlets = [
        *_basivertebral(draw, surface, foramen),
        *_anterior(draw, surface),
        *_segmental(vertebra, draw, surface),
        *_cortical(vertebra, draw, surface),
        *_end_plate(vertebra, draw, surface),
    ]
    if needle_track is not None:
        outlets += _track(vertebra, draw, surface, needle_track)
    return tuple(outlets)


def _rng(draw: Draw, kind: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(draw.field_seed, spawn_key=(1, kind)))


def _within(value: Value, chance: float) -> float:
    """The place at a share `chance` of a value's range."""
    low = value.number if value.low is None else value.low
    high = value.number if value.high is None else value.high
    return float(low + chance * (high - low))


def _basivertebral(draw: Draw, surface: Surface, foramen: Foramen) -> list[Outlet]:
    chance = _rng(draw, 0).random()
    bounds = np.cumsum([share.number for share in v.FORAMEN_COUNT_SHARES])
    count = int(np.searchsorted(bounds, chance)) + 1 if chance < bounds[-1] else 1
    half = 0.3 * foramen.width / surface.spacing
    offsets = [0.0] if count == 1 else np.linspace(-half, half, count).tolist()
    inward = 2e-3 / surface.spacing
    starts = [foramen.mouth + np.array([offset, -inward, 0.0]) for offset in offsets]
    return [
        Outlet(
            name=_name(Route.BASIVERTEBRAL, number, count),
            route=Route.BASIVERTEBRAL,
            rest=Rest.CANAL,
            mouth=surface.march(start, np.array([0.0, 1.0, 0.0])),
            # Several veins share the lumen of one: no source says how wide each is.
            radius=v.BASIVERTEBRAL_RADIUS.number * draw.vein_radius_factor / math.sqrt(count),
            length=v.BASIVERTEBRAL_LENGTH.number,
            pressure=draw.outlet_pressure,
        )
        for number, start in enumerate(starts)
    ]


def _anterior(draw: Draw, surface: Surface) -> list[Outlet]:
    places = _rng(draw, 1).random((20, 2))[: draw.anterior_vein_count]
    runs = _rng(draw, 5).random(20)
    outlets = []
    for number, (turn, height) in enumerate(places):
        wall = surface.wall(_within(v.ANTERIOR_AZIMUTH, turn), _within(v.ANTERIOR_HEIGHT, height))
        mouth, run = surface.into_bone(wall, _within(v.ANTERIOR_RUN, runs[number]))
        outlets.append(
            Outlet(
                name=_name(Route.ANTERIOR_EXTERNAL, number, len(places)),
                route=Route.ANTERIOR_EXTERNAL,
                rest=Rest.PARAVERTEBRAL,
                mouth=mouth,
                radius=v.ANTERIOR_RADIUS.number * draw.vein_radius_factor,
                length=v.ANTERIOR_LENGTH.number + run,
                pressure=draw.outlet_pressure,
            )
        )
    return outlets


def _segmental(vertebra: Vertebra, draw: Draw, surface: Surface) -> list[Outlet]:
    onward = Rest.AZYGOS if vertebra.level.startswith("T") else Rest.CAVA
    places = _rng(draw, 2).random((20, 4))[: draw.segmental_vein_count]
    runs = _rng(draw, 6).random(20)
    outlets = []
    for number, (turn, height, side, far) in enumerate(places):
        azimuth = math.copysign(_within(v.SEGMENTAL_AZIMUTH, turn), 0.5 - side)
        wall = surface.wall(azimuth, _within(v.SEGMENTAL_HEIGHT, height))
        mouth, run = surface.into_bone(wall, _within(v.ANTERIOR_RUN, runs[number]))
        outlets.append(
            Outlet(
                name=_name(Route.SEGMENTAL, number, len(places)),
                route=Route.SEGMENTAL,
                rest=onward if far < v.SEGMENTAL_ONWARD.number else Rest.PARAVERTEBRAL,
                mouth=mouth,
                radius=v.SEGMENTAL_RADIUS.number * draw.vein_radius_factor,
                length=v.SEGMENTAL_LENGTH.number + run,
                pressure=draw.outlet_pressure,
            )
        )
    return outlets


def _gaps(vertebra: Vertebra, count: int) -> int:
    """How many of the drawn gaps this body shows; one whose fracture is unknown counts as broken."""
    return math.floor(count * v.WHOLE_BODY_GAPS.number) if vertebra.fracture == "none" else count


def _cortical(vertebra: Vertebra, draw: Draw, surface: Surface) -> list[Outlet]:
    rng = _rng(draw, 3)
    mouths: list[tuple[FloatArray, bool]] = []
    for turn, height, side in rng.random((20, 3))[: _gaps(vertebra, draw.cortical_gap_count)]:
        at_back = bool(side < v.CORTICAL_GAP_BACK.number)
        azimuth = _within(v.CORTICAL_BACK_AZIMUTH if at_back else v.CORTICAL_AZIMUTH, turn)
        share = _within(v.GAP_HEIGHT_WHOLE if vertebra.fracture == "none" else v.GAP_HEIGHT_BROKEN, height)
        mouths.append((surface.wall(azimuth, share), at_back))
    if vertebra.cleft.any():
        mouths += [(mouth, False) for mouth in _cleft_mouths(vertebra, surface)]
    return [
        Outlet(
            name=_name(Route.CORTICAL, number, len(mouths)),
            route=Route.CORTICAL,
            rest=Rest.CANAL if at_back else Rest.SOFT_TISSUE,
            mouth=mouth,
            radius=draw.gap_radius,
            length=(v.CORTEX_BACK if at_back else v.CORTEX_FRONT).number,
            pressure=draw.outlet_pressure,
        )
        for number, (mouth, at_back) in enumerate(mouths)
    ]


def _cleft_mouths(vertebra: Vertebra, surface: Surface) -> list[FloatArray]:
    """Gaps in front of a cleft: a cleft forms where the front wall gave way."""
    cells = np.argwhere(vertebra.cleft)
    foremost = cells[cells[:, 1] == cells[:, 1].min()].mean(axis=0)
    start = cells[int(np.argmin(np.sum((cells - foremost) ** 2, axis=1)))] * 1.0
    forward = np.array([0.0, -1.0, 0.0])
    return [surface.march(start, forward) for _ in range(round(v.CLEFT_GAPS.number))]


def _end_plate(vertebra: Vertebra, draw: Draw, surface: Surface) -> list[Outlet]:
    places = _rng(draw, 4).random((20, 3))[: _gaps(vertebra, draw.end_plate_gap_count)]
    return [
        Outlet(
            name=_name(Route.END_PLATE, number, len(places)),
            route=Route.END_PLATE,
            rest=Rest.DISC,
            mouth=surface.plate(
                360.0 * float(turn),
                v.END_PLATE_REACH.number * math.sqrt(reach),
                upper=bool(side < v.END_PLATE_GAP_UPPER.number),
            ),
            radius=draw.gap_radius,
            length=v.END_PLATE.number,
            pressure=draw.outlet_pressure,
        )
        for number, (turn, reach, side) in enumerate(places)
    ]


def _track(vertebra: Vertebra, draw: Draw, surface: Surface, needle_track: NeedleTrack) -> list[Outlet]:
    entry, tip, outer_radius = needle_track
    start, end = vertebra.to_grid(np.asarray(tip)), vertebra.to_grid(np.asarray(entry))
    cell = np.rint(start).astype(int)
    if not (np.all((cell >= 0) & (cell < surface.inside.shape)) and surface.inside[tuple(cell)]):
        return []
    mouth = surface.march(start, end - start)
    through_pedicle = float(np.linalg.norm(end - mouth)) * vertebra.spacing
    return [
        Outlet(
            name=str(Route.NEEDLE_TRACK),
            route=Route.NEEDLE_TRACK,
            rest=Rest.SOFT_TISSUE,
            mouth=mouth,
            radius=ring_radius(outer_radius, v.NEEDLE_GAP.number),
            length=through_pedicle if through_pedicle > 2e-3 else v.NEEDLE_TRACK_LENGTH.number,
            pressure=draw.outlet_pressure,
        )
    ]


def ring_radius(outer_radius: float, gap: float) -> float:
    r"""Radius of the round tube that lets through as much as a narrow ring.

    A ring of radius R and width h passes :math:`2\pi R h^3/12`, a tube :math:`\pi r^4/8`, each times
    pressure drop over viscosity and length; hence :math:`r = (4 R h^3/3)^{1/4}`.

    Examples
    --------
    >>> round(ring_radius(1.5e-3, 0.2e-3) * 1e3, 3)
    0.356
    """
    return float((4.0 * outer_radius * gap**3 / 3.0) ** 0.25)


def _name(route: Route, number: int, count: int) -> str:
    return str(route) if count == 1 else f"{route} {number + 1}"
