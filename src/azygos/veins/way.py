"""The way of cement through one patient's veins: with the blood, by chance where blood parts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.tubes import shear_rate_at_wall
from azygos.spine import Route
from azygos.values.veins_cement import HEART_WAY
from azygos.values.veins_flow import STANDING_WIDTH
from azygos.veins.places import landmark
from azygos.veins.veins import Veins

DOWN = {"prone": (0.0, -1.0, 0.0), "lying": (0.0, 1.0, 0.0), "standing": (0.0, 0.0, -1.0)}
_HEART_POINTS = {
    "right atrium": "tricuspid valve",
    "right ventricle": "pulmonary valve",
    "pulmonary trunk": "pulmonary bifurcation",
    "right pulmonary artery": "right hilum",
}


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Veins one after the other, from a mouth to the right atrium, and what lies beyond."""

    names: tuple[str, ...]  # (n,)
    edges: tuple[int, ...]  # (n_veins,), numbers of the veins before the heart
    end: FloatArray  # (n,), distance from the mouth to the end of each [m]
    radius: FloatArray  # (n,) [m]
    shear: FloatArray  # (n,), of blood at the wall [s^-1]
    normal: FloatArray  # (n,), share of weight that presses on the wall [-]
    along: FloatArray  # (n,), share of weight that pulls onward [-]
    points: FloatArray  # (n + 1, 3), LPS [m]
    junction: float  # distance at which the right atrium begins [m]

    def vein_at(self, distance: float) -> int:
        """Number of the vein at a distance from the mouth."""
        return min(int(np.searchsorted(self.end, distance, side="right")), len(self.end) - 1)

    def point_at(self, distance: FloatArray) -> FloatArray:
        """Where a distance from the mouth lies in the body, shape (..., 3) [m, LPS]."""
        knots = np.concatenate(([0.0], self.end))
        return np.stack([np.interp(distance, knots, self.points[:, axis]) for axis in range(3)], axis=-1)

    def passed(self, distance: float) -> tuple[str, ...]:
        """Names of all veins up to a distance, each once."""
        last = self.vein_at(min(distance, math.nextafter(self.junction, 0.0)))
        return tuple(dict.fromkeys(self.names[: last + 1]))


def standing(way: Way, veins: Veins) -> Way:
    """The same way in somebody who has got up: gravity along the spine, the azygos system half as wide."""
    narrowed = [
        STANDING_WIDTH.number if veins.posture != "standing" and "azygos" in name else 1.0 for name in way.names
    ]
    factor = np.array(narrowed)
    along = _cosine(way.points, "standing")
    return replace(
        way,
        radius=way.radius * factor,
        shear=way.shear / factor**3,
        normal=np.sqrt(np.maximum(1.0 - along**2, 0.0)),
        along=along,
    )


def _cosine(points: FloatArray, posture: str) -> FloatArray:
    """Of the angle between each vein and the pull of gravity."""
    steps = np.diff(points, axis=0)
    cosine: FloatArray = steps @ np.array(DOWN[posture]) / np.maximum(np.linalg.norm(steps, axis=1), 1e-9)
    return cosine


def first_place(veins: Veins, level: str, side: str, route: Route) -> tuple[int, int | None]:
    """Place at which a cord begins, and the vein it must take first, if it has no choice."""
    end = veins.place(f"segmental_{level}_{side[0].upper()}")
    if route is Route.BASIVERTEBRAL:
        return veins.place(f"ant_int_plexus_{level}"), None
    if route is Route.SEGMENTAL:
        return end, None
    start = veins.place(f"ant_ext_plexus_{level}")
    both = np.flatnonzero((veins.tail == start) & (veins.head == end))
    require(len(both) == 1, f"the veins have no way from the front of {level} to its {side} segmental vein")
    return start, int(both[0])


def find_way(veins: Veins, level: str, side: str, route: Route, *, name: str) -> Way:
    """Follow the blood from a vertebra's vein to the right atrium.

    Parameters
    ----------
    veins : Veins
        The patient's.
    level, side, route
        Where the cement left the bone.
    name : str
        Of the cord; its chances at forks are its own.

    Returns
    -------
    way : Way
        Along which blood always flows onward, so that it ends.
    """
    place, forced = first_place(veins, level, side, route)
    return _way(veins, place, _onward(veins, place, [] if forced is None else [forced], name))


def turn_off(veins: Veins, way: Way, distance: float, *, name: str) -> Way:
    """The way of a piece that came off a cord at a distance from its mouth: the same so far, its own chance beyond."""
    start = _start(veins, way)
    behind = list(way.edges[: way.vein_at(distance) + 1])
    edges = _onward(veins, start, behind, name)
    return way if tuple(edges) == way.edges else _way(veins, start, edges)


def _start(veins: Veins, way: Way) -> int:
    first = way.edges[0]
    ends = (int(veins.tail[first]), int(veins.head[first]))
    if len(way.edges) > 1:
        second = {int(veins.tail[way.edges[1]]), int(veins.head[way.edges[1]])}
        return ends[0] if ends[1] in second else ends[1]
    return ends[0]


def _onward(veins: Veins, place: int, edges: list[int], name: str) -> list[int]:
    """Veins from a place to the right atrium; the first are given."""
    atrium = veins.place("right_atrium")
    edges = list(edges)
    for edge in edges:
        place = _other_end(veins, edge, place)
    while place != atrium:
        edges.append(_fork(veins, place, name, edges[-1] if edges else None))
        place = _other_end(veins, edges[-1], place)
        require(len(edges) < 200, "cement finds no way to the right atrium")
    return edges


def _other_end(veins: Veins, edge: int, place: int) -> int:
    return int(veins.head[edge] if veins.tail[edge] == place else veins.tail[edge])


def chance(veins: Veins, place: int, name: str) -> float:
    """A number between 0 and 1 that this patient holds ready at a place for a cord or piece of this name.

    It depends on nothing else: no cord or piece changes the chances of another.
    """
    digest = blake2b(veins.chances[place].tobytes() + name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64


def _fork(veins: Veins, place: int, name: str, came_by: int | None) -> int:
    """The vein by which cement leaves a place: by chance in proportion to blood, not the one that it came by."""
    leaving = np.where(veins.tail == place, veins.flow, 0.0) - np.where(veins.head == place, veins.flow, 0.0)
    leaving = np.maximum(leaving, 0.0)
    if came_by is not None:
        leaving[came_by] = 0.0
    reached = np.cumsum(leaving)
    require(reached[-1] > 0.0, f"no blood leaves {veins.nodes[place]}")
    mark = chance(veins, place, name) * reached[-1]
    return min(int(np.searchsorted(reached, mark, side="right")), len(reached) - 1)


def _way(veins: Veins, place: int, edges: list[int]) -> Way:
    places = [place]
    for edge in edges:
        places.append(_other_end(veins, edge, places[-1]))
    scale = veins.body.scale
    vessels = veins.vessels
    length = [float(veins.length[e]) for e in edges]
    radius = [float(veins.radius[e]) for e in edges]
    onward = [
        float(veins.flow[e] if veins.tail[e] == p else -veins.flow[e]) for e, p in zip(edges, places, strict=False)
    ]
    flow = [max(q, 0.0) / int(veins.count[e]) for q, e in zip(onward, edges, strict=True)]
    points = [veins.places[p] for p in places[:-1]] + [vessels.ends[edges[-1], 1]]
    junction = sum(length)
    for name, (reach, width) in HEART_WAY.items():
        length.append(reach.number * scale)
        radius.append(0.5 * width.number * scale)
        flow.append(veins.output * (0.5 if name.startswith("right pulmonary") else 1.0))
        points.append(scale * landmark(_HEART_POINTS[name]))
    line = np.array(points)
    cosine = _cosine(line, veins.posture)
    return Way(
        names=tuple(veins.names[e] for e in edges) + tuple(HEART_WAY),
        edges=tuple(edges),
        end=np.cumsum(length),
        radius=np.array(radius),
        shear=np.array([shear_rate_at_wall(q, r) for q, r in zip(flow, radius, strict=True)]),
        normal=np.sqrt(np.maximum(1.0 - cosine**2, 0.0)),
        along=cosine,
        points=line,
        junction=junction,
    )
