"""Trachea, bronchi, oesophagus, thyroid."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.render.phantom import Phantom
from azygos.render.phantom_heart import tubes_of, world
from azygos.render.solids import Thing, along, balls, smooth_line

CARINA = (-2.0, -26.0, 66.0)
TRACHEA = ((-1.0, -34.0, 165.0), (-4.0, -32.0, 120.0), (-7.0, -28.0, 90.0), CARINA)
MAIN = {
    "right": (CARINA, (-16.0, -25.0, 52.0), (-32.0, -25.0, 40.0), (-48.0, -28.0, 24.0), (-56.0, -24.0, 6.0)),
    "left": (CARINA, (16.0, -24.0, 50.0), (34.0, -22.0, 36.0), (50.0, -22.0, 24.0), (56.0, -20.0, 8.0)),
}
UPPER = {"right": ((-24.0, -25.0, 46.0), (-44.0, -32.0, 54.0)), "left": ((40.0, -23.0, 34.0), (52.0, -36.0, 46.0))}
OESOPHAGUS = (
    (3.0, -20.0, 165.0), (4.0, -20.0, 110.0), (5.0, -17.0, 70.0), (6.0, -26.0, 40.0), (6.0, -29.0, 0.0),
    (9.0, -34.0, -30.0), (20.0, -44.0, -58.0), (36.0, -52.0, -72.0),
)  # fmt: skip
WALL_MM = 1.3
BRONCHUS_SHARE = 0.75  # of the artery beside it


def tracheal_line(phantom: Phantom) -> FloatArray:
    """Middle of the trachea down to the carina, as it lies."""
    return world(phantom, smooth_line(TRACHEA, 30))


def airways(phantom: Phantom) -> list[Thing | None]:
    """Walls first, then all lumens, so that forks stay open."""
    s = phantom.scale
    lines = [(tracheal_line(phantom), np.full(30, s * 8.5))]
    for side in ("right", "left"):
        radii = s * np.linspace(7.2 if side == "right" else 6.4, 3.6, 14)
        lines.append((world(phantom, smooth_line(MAIN[side], 14)), radii))
        lines.append((world(phantom, smooth_line(UPPER[side], 6)), s * np.linspace(5.0, 3.4, 6)))
    walls = [along(line, radii + WALL_MM, name="", material="airway") for line, radii in lines]
    lumens = [along(line, radii, name="trachea", material="air") for line, radii in lines]
    return [*_segmental(phantom), *walls, *lumens]


def _segmental(phantom: Phantom) -> list[Thing | None]:
    """Bronchi beside the arteries of the segments."""
    tree = phantom.of_room("lungs")
    radii = 0.5 * tree.diameter / MM
    own = np.array(["," in name or "basal trunk" in name for name in tree.names]) & (radii > 1.5)
    lumen = BRONCHUS_SHARE * radii[own]
    apart = radii[own] + 1.3 * lumen + WALL_MM
    beside = tree.ends[own] / MM + apart[:, None, None] * np.array([0.0, 0.97, 0.24])
    return [
        tubes_of(phantom, beside, lumen + 0.3 * WALL_MM + 0.2 * lumen, "", "airway", cuts=1),
        tubes_of(phantom, beside, lumen, "", "air", cuts=1),
    ]


def oesophagus(phantom: Phantom) -> list[Thing | None]:
    """With some air in it, here and there."""
    s, rng = phantom.scale, phantom.rng("oesophagus")
    line = world(phantom, smooth_line(OESOPHAGUS, 40))
    parts: list[Thing | None] = [along(line, 7.0 * s, name="esophagus", material="oesophagus", squash=1.0)]
    spots = line[rng.choice(np.arange(4, 34), size=int(rng.integers(2, 6)), replace=False)]
    parts.append(balls(spots, rng.uniform(1.5, 3.2, len(spots)), name="", material="air"))
    thyroid = world(phantom, np.array([(-16.0, -38.0, 150.0), (16.0, -38.0, 150.0)]))
    parts.append(balls(thyroid, 9.0 * s, name="thyroid_gland", material="thyroid", squash=0.55))
    return parts
