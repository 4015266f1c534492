"""Liver, spleen, stomach, kidneys and bowel: as much of the belly as a chest scan shows."""

from __future__ import annotations

import numpy as np

from azygos.render.phantom import Phantom
from azygos.render.phantom_heart import world
from azygos.render.phantom_trunk import Frame, cage_shape, dome_height, spine_column, trunk_shape
from azygos.render.solids import Field, Thing, along, balls, both, ellipsoid, smooth_line


def abdomen(phantom: Phantom, f: Frame) -> list[Thing | None]:
    """Organs under the diaphragm, in fat."""
    room = _room(phantom, f)
    down = 0.5 * (phantom.diaphragm_mm["right"] + phantom.diaphragm_mm["left"])
    size = phantom.drawn["liver"]
    liver = ellipsoid(f.x, f.y, f.z, (-58.0, -52.0, -104.0 + down), (92.0 * size, 84.0, 82.0 * size))
    left = ellipsoid(f.x, f.y, f.z, (10.0, -92.0, -82.0 + down), (66.0 * size, 34.0, 36.0))
    liver = np.minimum(liver, left)
    spleen = ellipsoid(f.x, f.y, f.z, (98.0, -8.0, -92.0 + down), (30.0, 42.0, 46.0))
    stomach = ellipsoid(f.x, f.y, f.z, (58.0, -72.0, -88.0 + down), (42.0, 40.0, 44.0))
    gas = both(stomach + 4.0, f.y + 82.0, 2.0)
    fill = "calcium 60" if "bowel contrast" in phantom.has else "bowel"
    return [
        f.solid(room, "", "fat", grain_hu=12.0, grain_mm=3.0),
        f.solid(both(spleen, room + 2.5, 3.0), "spleen", "spleen", grain_hu=3.0, grain_mm=2.0),
        f.solid(both(stomach, room + 2.5, 3.0), "stomach", fill, rim="muscle", rim_mm=3.0, grain_hu=12.0, grain_mm=4.0),
        f.solid(both(gas, room + 4.0, 3.0), "stomach", "air"),
        f.solid(both(liver, room + 2.0, 4.0), "liver", "liver", grain_hu=3.0, grain_mm=2.0),
        *_kidneys(phantom, f, room),
        *_bowel(phantom),
    ]


def _room(phantom: Phantom, f: Frame) -> Field:
    """The belly's cavity: under the diaphragm, within ribs and wall, before the spine."""
    inside = both(cage_shape(f), trunk_shape(phantom, f, 0.0) + 14.0, 4.0)
    spine = -spine_column(f, 3.0)
    behind = f.y - 34.0 + 0.1 * np.abs(f.x)
    return both(
        both(both(inside, spine, 6.0), behind.astype(np.float32), 6.0),
        dome_height(phantom, f) + 2.0,
        4.0,
    )


def _kidneys(phantom: Phantom, f: Frame, room: Field) -> list[Thing | None]:
    found: list[Thing | None] = []
    for side, word, z in ((-1.0, "right", -170.0), (1.0, "left", -158.0)):
        at = (side * 64.0, -2.0, z)
        kidney = ellipsoid(f.x, f.y, f.z, at, (26.0, 28.0, 54.0))
        found.append(f.solid(both(kidney, room + 1.0, 2.0), f"kidney_{word}", "kidney"))
        sinus = ellipsoid(f.x, f.y, f.z, (side * 54.0, -8.0, z), (13.0, 12.0, 30.0))
        found.append(f.solid(both(sinus, room + 1.0), "", "fat"))
    return found


def _bowel(phantom: Phantom) -> list[Thing | None]:
    """Loops with gas here and there."""
    rng, s, parts = phantom.rng("bowel"), phantom.scale, list[Thing | None]()
    for _ in range(9):
        start = np.array([rng.uniform(-80, 90), rng.uniform(-118, -70), rng.uniform(-290, -165)])
        knots = start + np.cumsum(rng.normal(0.0, 1.0, (5, 3)) * [26.0, 9.0, 14.0], axis=0)
        line = world(phantom, smooth_line(knots, 18))
        parts.append(along(line, s * 13.0, name="", material="bowel"))
        parts.append(balls(line[::2], s * rng.uniform(5.0, 10.5, 9), name="", material="air"))
    return parts
