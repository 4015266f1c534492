"""Calcium that ageing leaves in a body, drawn at random: all that looks like cement and is none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.render.phantom import LEVELS, Phantom
from azygos.render.phantom_airways import MAIN, TRACHEA
from azygos.render.phantom_cage import cage_point, cartilage_knots, rib_line
from azygos.render.phantom_heart import ROOT, aorta_line, world
from azygos.render.solids import Thing, along, balls, smooth_line
from azygos.values.phantom import CALCIUM

CORONARIES = (
    ((6.0, -84.0, 18.0), (22.0, -102.0, 6.0), (34.0, -112.0, -16.0), (46.0, -116.0, -40.0)),  # anterior descending
    ((6.0, -82.0, 18.0), (38.0, -66.0, 12.0), (58.0, -58.0, -6.0), (58.0, -54.0, -26.0)),  # circumflex
    ((-10.0, -84.0, 16.0), (-34.0, -90.0, 2.0), (-36.0, -88.0, -24.0), (-14.0, -72.0, -44.0)),  # right
)
NODES = ((-30.0, -30.0, 56.0), (34.0, -28.0, 56.0), (0.0, -24.0, 52.0), (-14.0, -40.0, 76.0), (-50.0, -32.0, 28.0),
         (52.0, -28.0, 36.0), (12.0, -40.0, 74.0))  # fmt: skip
Draw = Callable[[Phantom, np.random.Generator], list[Thing]]


def draw_calcium(phantom: Phantom) -> list[Thing]:
    """All calcium of one body; which kinds it has was drawn with it."""
    found: list[Thing] = []
    for name, draw in _KINDS.items():
        if name in phantom.has:
            found += draw(phantom, phantom.rng(name))
    return [*found, *_cartilage(phantom, phantom.rng("cartilage")), *_osteophytes(phantom, phantom.rng("osteophytes"))]


def _density(rng: np.random.Generator) -> str:
    return f"calcium {rng.uniform(CALCIUM.low or 0.0, CALCIUM.high or 0.0):.0f}"


def _lump(phantom: Phantom, rng: np.random.Generator, at: FloatArray, size: float) -> Thing:
    """A lumpy body of a few balls around a point of a body of 1.70 m."""
    count = int(rng.integers(3, 8))
    points = at + rng.normal(0.0, 0.35 * size, (count, 3))
    return balls(world(phantom, points), rng.uniform(0.3, 0.6, count) * size, name="", material=_density(rng))


def _coronary(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    found: list[Thing] = []
    for knots in CORONARIES:
        line = world(phantom, smooth_line(knots, 60))
        for _ in range(int(rng.poisson(1.8))):
            start, length = int(rng.integers(0, 48)), int(rng.integers(2, 9))
            radii = rng.uniform(0.5, 1.5) * (0.6 + 0.4 * rng.random(length + 1))
            found.append(along(line[start : start + length + 1], radii, name="", material=_density(rng)))
    return found


def _aortic(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    line, radii = aorta_line(phantom)
    found: list[Thing] = []
    for _ in range(int(rng.integers(2, 15))):
        at = int(rng.choice(np.arange(18, len(line) - 3)))
        found.append(_plate(phantom, rng, line, radii, at))
    return found


def _plate(phantom: Phantom, rng: np.random.Generator, line: FloatArray, radii: FloatArray, at: int) -> Thing:
    """A curved plate in the wall of a tube."""
    way = line[at + 1] - line[at - 1]
    way /= np.linalg.norm(way)
    side = np.cross(way, rng.normal(size=3))
    side /= np.linalg.norm(side)
    other = np.cross(way, side)
    angles = rng.uniform(0.2, 0.9) * np.linspace(-0.5, 0.5, 7)
    rims = line[at] + radii[at] * (np.cos(angles)[:, None] * side + np.sin(angles)[:, None] * other)
    long = rng.uniform(0.0, 5.0) * way
    thick = rng.uniform(0.5, 1.4)
    points = np.concatenate([rims + shift * long for shift in (-0.5, 0.0, 0.5)])
    return along(world(phantom, points[[*range(7), *range(13, 6, -1), *range(14, 21)]]), thick, name="",
                 material=_density(rng))  # fmt: skip


def _valves(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    middle, wide = ((np.array(ROOT), 11.0), (np.array([24.0, -58.0, -8.0]), 15.0))[int(rng.integers(0, 2))]
    arc = rng.uniform(0.0, 2.0 * np.pi) + np.linspace(0.0, rng.uniform(0.6, 3.4), 12)
    ring = middle + wide * np.stack([np.cos(arc), 0.7 * np.sin(arc), 0.6 * np.sin(arc)], -1)
    return [along(world(phantom, ring), rng.uniform(0.8, 2.2, 12), name="", material=_density(rng))]


def _nodes(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    chosen = rng.choice(len(NODES), size=int(rng.integers(1, 4)), replace=False)
    return [_lump(phantom, rng, np.array(NODES[at]) + rng.normal(0.0, 3.0, 3), rng.uniform(2.5, 7.0)) for at in chosen]


def _granulomas(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    tree, found = phantom.of_room("lungs"), list[Thing]()
    thin = np.flatnonzero(tree.diameter < 1.5e-3)
    for at in rng.choice(thin, size=int(rng.integers(1, 4)), replace=False):
        middle = phantom.space.to_world(tree.ends[at, 1] * 1e3 + rng.normal(0.0, 4.0, 3))
        found.append(balls(middle[None, :], rng.uniform(1.0, 3.5), name="", material=_density(rng)))
    return found


def _plaques(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    found: list[Thing] = []
    for _ in range(int(rng.integers(1, 5))):
        side, angle, z = rng.choice([-1.0, 1.0]), rng.uniform(40.0, 150.0), rng.uniform(-60.0, 60.0)
        angles = angle + np.linspace(0.0, rng.uniform(6.0, 18.0), 10)
        for row in np.arange(0.0, rng.uniform(3.0, 14.0), 2.0):
            line = cage_point(angles, np.full(10, z + row), -0.6) * [side, 1.0, 1.0]
            found.append(along(world(phantom, line), rng.uniform(0.8, 1.6), name="", material="calcium 700"))
    return found


def _rings(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    found: list[Thing] = []
    for knots, wide, count in ((TRACHEA, 9.6, 14), (MAIN["right"], 7.8, 6), (MAIN["left"], 7.2, 6)):
        line = smooth_line(knots, count)
        for middle, way in zip(line[1:-1], line[2:] - line[:-2], strict=True):
            way = way / np.linalg.norm(way)
            front = np.array([0.0, -1.0, 0.0]) - way * float(-way[1])
            front /= np.linalg.norm(front)
            arc = np.radians(np.linspace(-110.0, 110.0, 14)) * rng.uniform(0.5, 1.0)
            ring = middle + wide * (np.cos(arc)[:, None] * front + np.sin(arc)[:, None] * np.cross(way, front))
            found.append(along(world(phantom, ring), rng.uniform(0.4, 0.8), name="", material=_density(rng)))
    return found


def _islands(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    found: list[Thing] = []
    for level in rng.choice(LEVELS[2:], size=int(rng.integers(1, 4)), replace=False):
        size = phantom.spine[str(level)]
        at = rng.uniform(-0.35, 0.35, 3) * [size.width[0], size.depth[0], size.height]
        centre, axes = phantom.space.vertebra(phantom.centre_mm(str(level)))
        found.append(balls((centre + axes @ at)[None, :], rng.uniform(1.2, 4.0), name="", material="bone 950"))
    return found


def _stones(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    at = np.array([rng.choice([-56.0, 56.0]), -6.0, -164.0 + rng.uniform(-25.0, 25.0)])
    return [_lump(phantom, rng, at, rng.uniform(1.5, 4.0))]


def _gallstones(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    at = np.array([-34.0, -92.0, -140.0]) + rng.normal(0.0, 4.0, 3)
    return [balls(world(phantom, at[None, :]), rng.uniform(3.0, 8.0), name="", material="bone 190", wall_mm=1.0,
                  core="bowel")]  # fmt: skip


def _pulmonary(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    tree = phantom.of_room("lungs")
    ends = tree.ends[1 + int(rng.integers(0, 2))] * 1e3 / phantom.scale
    radius = 0.5 * float(tree.diameter[1]) * 1e3 / phantom.scale
    line = smooth_line(np.stack([ends[0], ends.mean(axis=0), ends[1]]), 12)
    return [_plate(phantom, rng, line, np.full(12, radius), int(rng.integers(2, 10))) for _ in range(3)]


def _discs(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    level = str(rng.choice(LEVELS[4:13]))
    size = phantom.spine[level]
    centre, axes = phantom.space.vertebra(phantom.centre_mm(level))
    local = rng.normal(0.0, 1.0, (8, 3)) * [0.16 * size.width[0], 0.13 * size.depth[0], 0.4]
    local[:, 2] -= 0.5 * (size.height + size.disc)
    return [balls(centre + local @ axes.T, rng.uniform(0.8, 2.0, 8), name="", material=_density(rng))]


def _joints(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """Bright rims where ribs meet the spine."""
    found: list[Thing] = []
    for number in range(2, 11):
        for side in (-1.0, 1.0):
            if rng.random() < 0.35:
                line = world(phantom, rib_line(phantom, number, side)[:2])
                shift = rng.normal(0.0, 1.2, 3)
                found.append(balls(line[:1] + shift, rng.uniform(1.0, 2.6), name="", material="bone 850"))
    return found


def _cartilage(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """Flecks and edges of calcium in the cartilages of the ribs."""
    found: list[Thing] = []
    for number in range(1, 11):
        for side in (-1.0, 1.0):
            begin = rib_line(phantom, number, side)[-1]
            line = smooth_line([begin, *cartilage_knots(number, side)], 24)
            for _ in range(int(rng.poisson(7.0 * phantom.drawn["cartilage"]))):
                at = line[int(rng.integers(0, 22))] + rng.normal(0.0, 1.0, 3) * [1.2, 1.2, 3.4]
                end = at + rng.normal(0.0, 2.5, 3)
                radius = rng.uniform(0.5, 1.6)
                found.append(along(world(phantom, np.stack([at, end])), radius, name="", material=_density(rng)))
    return found


def _osteophytes(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """Spurs at the rims of the end plates, mostly in front on the right, some of them bridging a disc."""
    found: list[Thing] = []
    for level in LEVELS[4:]:
        if rng.random() > 0.7 * phantom.drawn["osteophytes"]:
            continue
        size = phantom.spine[level]
        centre, axes = phantom.space.vertebra(phantom.centre_mm(level))
        angle = np.radians(rng.uniform(150.0, 260.0) if not level.startswith("L") else rng.uniform(120.0, 420.0))
        rim = np.array([0.5 * size.width[0] * np.cos(angle), 0.5 * size.depth[0] * np.sin(angle), -0.45 * size.height])
        out = rim * [1.0 + rng.uniform(0.1, 0.35), 1.0 + rng.uniform(0.1, 0.35), 1.0]
        reach = size.disc + 0.2 * size.height if rng.random() < 0.35 else rng.uniform(1.0, 4.0)
        knots = np.stack([rim, out - [0.0, 0.0, 0.4 * reach], rim - [0.0, 0.0, reach]])
        line = centre + smooth_line(knots, 8) @ axes.T
        radii = rng.uniform(1.6, 3.2) * np.array([1.3, 1.2, 1.0, 0.9, 0.9, 1.0, 1.2, 1.2])
        found.append(along(line, radii, name="", material=f"bone {rng.uniform(350.0, 900.0):.0f}"))
    return found


_KINDS: dict[str, Draw] = {
    "coronary calcium": _coronary, "aortic calcium": _aortic, "valve calcium": _valves, "calcified nodes": _nodes,
    "granulomas": _granulomas, "pleural plaques": _plaques, "tracheal rings": _rings, "bone islands": _islands,
    "kidney stones": _stones, "gallstones": _gallstones, "pulmonary artery calcium": _pulmonary,
    "calcified discs": _discs, "costovertebral arthrosis": _joints,
}  # fmt: skip
