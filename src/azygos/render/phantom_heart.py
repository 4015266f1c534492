"""The heart with its chambers and fat, the aorta, the great arteries and veins at the heart.

Places are those of :mod:`azygos.values.landmarks`, so that cement lies where it travelled; what the landmarks do not
name is drawn by eye in a body of 1.70 m, in mm.
"""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.lungs import shape
from azygos.render.phantom import Phantom
from azygos.render.phantom_trunk import Frame
from azygos.render.solids import Field, Thing, Tubes, along, both, capsule, either, ellipsoid, smooth_line
from azygos.values.landmarks import PLACES

LEFT_BASE, LEFT_APEX = (22.0, -66.0, -6.0), (58.0, -100.0, -42.0)
LEFT_ATRIUM = ((8.0, -44.0, 8.0), (33.0, 17.0, 23.0))
MYOCARDIUM_MM = 9.5  # of the left ventricle
ROOT = (-4.0, -72.0, 14.0)  # of the aorta
ASCENDING = ((-12.0, -76.0, 28.0), (-18.0, -77.0, 44.0), (-17.0, -72.0, 64.0), (-9.0, -62.0, 82.0))
ARCH = ((7.0, -46.0, 91.0), (20.0, -28.0, 87.0), (27.0, -14.0, 76.0))
DESCENDING = {
    60: (29.0, -9.0), 30: (29.0, -10.0), 0: (26.0, -15.0), -30: (21.0, -22.0), -60: (16.0, -28.0), -90: (12.0, -32.0),
    -130: (10.0, -36.0), -180: (9.0, -38.0), -240: (7.0, -39.0),
}  # fmt: skip


def place(name: str) -> FloatArray:
    """A landmark in a body of 1.70 m [mm]."""
    return np.array([value.number for value in PLACES[name]]) / MM


def world(phantom: Phantom, points: FloatArray) -> FloatArray:
    """Points of a straight body of 1.70 m as they lie [mm]."""
    return phantom.space.to_world(np.asarray(points, dtype=np.float64) * phantom.scale)


def heart(phantom: Phantom, f: Frame, phase: str) -> list[Thing | None]:
    """Pericardium, fat, walls and chambers."""
    size = phantom.drawn["heart_size"]
    middle, half = shape.HEART_MIDDLE / MM, shape.HEART_HALF / MM * size
    sac = both(ellipsoid(f.x, f.y, f.z, middle, half), -(f.z + 82.0), 4.0)
    shift = phantom.diaphragm_mm["left"]
    sac = both(sac, -(f.z + 62.0 - 0.5 * shift + 0.10 * (f.y + 78.0)), 10.0)
    chambers = chamber_shapes(phantom, f)
    muscle = both(_myocardium(phantom, f, chambers), sac + 1.5, 3.0)
    parts: list[Thing | None] = [
        f.solid(sac, "heart", "mediastinum", rim="myocardium", rim_mm=1.2, grain_hu=8.0, grain_mm=2.5),
        f.solid(muscle, "heart", "myocardium", grain_hu=4.0, grain_mm=3.0),
    ]
    stirred = 70.0 * phantom.drawn["reflux"] if phase == "pulmonary" else 3.0
    for name, (label, material) in _CHAMBERS.items():
        inside = both(chambers[name], sac + 1.5, 2.0)
        grain = stirred if name == "right atrium" else 3.0
        parts.append(f.solid(inside, label, material, grain_hu=grain, grain_mm=6.0))
    return parts


def _myocardium(phantom: Phantom, f: Frame, chambers: dict[str, Field]) -> Field:
    """Walls of the chambers; between them and the pericardium lies fat, most of it in the groove of the valves."""
    right = either(chambers["right ventricle"] - 3.5, chambers["right atrium"] - 2.0)
    walls = either(either(chambers["left wall"], right, 4.0), chambers["left atrium"] - 2.0, 4.0)
    size, fat = phantom.drawn["heart_size"], phantom.drawn["heart_fat"]
    bulk = ellipsoid(f.x, f.y, f.z, shape.HEART_MIDDLE / MM, shape.HEART_HALF / MM * size - fat)
    groove = np.abs(0.55 * (f.x - 12.0) - 0.55 * (f.y + 68.0) - 0.6 * (f.z + 2.0)) - 4.0 - 0.5 * fat
    rim = both(groove, -(bulk + 14.0), 3.0)
    return either(walls, both(bulk, -rim, 4.0), 3.0)


_CHAMBERS = {
    "left atrium": ("heart_atrium_left", "blood left heart"),
    "left ventricle": ("heart_ventricle_left", "blood left heart"),
    "right atrium": ("heart_atrium_right", "blood right atrium"),
    "right ventricle": ("heart_ventricle_right", "blood right ventricle"),
}


def chamber_shapes(phantom: Phantom, f: Frame) -> dict[str, Field]:
    """Distances of the chambers' cavities, and of the left ventricle with its wall."""
    size = phantom.drawn["heart_size"]
    base, apex = np.array(LEFT_BASE), np.array(LEFT_APEX)
    inner = capsule(f.x, f.y, f.z, base, base + 0.62 * (apex - base), (21.0 * size, 15.0 * size))
    outer = inner - MYOCARDIUM_MM
    atrium, ventricle, outflow = place("right atrium"), place("right ventricle"), place("pulmonary valve")
    right = ellipsoid(f.x, f.y, f.z, ventricle + np.array([0.0, -4.0, -4.0]), (31.0 * size, 18.0, 36.0 * size))
    right = either(right, capsule(f.x, f.y, f.z, ventricle, outflow, (17.0, 12.0)), 6.0)
    right = both(right, -(outer + 0.5), 3.0)
    cavity = ellipsoid(f.x, f.y, f.z, atrium + np.array([-2.0, 0.0, -2.0]), (20.0 * size, 21.0, 27.0 * size))
    tricuspid = capsule(f.x, f.y, f.z, atrium, place("tricuspid valve"), (16.0, 17.0))
    return {
        "left ventricle": inner,
        "left wall": outer,
        "right ventricle": right,
        "right atrium": either(cavity, tricuspid, 5.0),
        "left atrium": both(ellipsoid(f.x, f.y, f.z, *LEFT_ATRIUM), -(outer + 1.0), 2.0),
    }


def aorta_line(phantom: Phantom) -> tuple[FloatArray, FloatArray]:
    """Middle line of the aorta from its root down, and its radius at each point, in a body of 1.70 m."""
    bow = phantom.drawn["tortuosity"]
    down = [(x + bow * np.sin(np.pi * np.clip((60 - z) / 150.0, 0.0, 1.0)), y, z) for z, (x, y) in DESCENDING.items()]
    knots = np.array([ROOT, *ASCENDING, *ARCH, *down], dtype=np.float64)
    wide = phantom.drawn["aorta"]
    radii = np.interp(np.arange(len(knots)), [0, 2, 5, 8, 12, 16], wide * np.array([1.0, 1.0, 0.9, 0.78, 0.72, 0.6]))
    line = smooth_line(np.column_stack([knots, radii]), 70)
    return line[:, :3], line[:, 3]


def great_vessels(phantom: Phantom) -> list[Thing | None]:
    """Aorta with the arteries of its arch, pulmonary trunk, cavae and brachiocephalic veins, pulmonary veins."""
    s = phantom.scale
    line, radii = aorta_line(phantom)
    path = world(phantom, line)
    parts: list[Thing | None] = [
        along(path, s * (radii + 1.2), name="aorta", material="muscle"),
        along(path, s * radii, name="aorta", material="blood aorta"),
    ]
    for knots, radius, name in _ARCH_BRANCHES:
        parts.append(along(world(phantom, smooth_line(knots, 16)), s * radius, name=name, material="blood aorta"))
    parts += _pulmonary_veins(phantom)
    return parts


_ARCH_BRANCHES = (
    ([(-8.0, -60.0, 84.0), (-14.0, -54.0, 104.0), (-24.0, -40.0, 124.0), (-40.0, -36.0, 150.0)], 6.0,
     "brachiocephalic_trunk"),
    ([(4.0, -48.0, 90.0), (10.0, -44.0, 112.0), (18.0, -38.0, 150.0)], 3.6, "common_carotid_artery_left"),
    ([(16.0, -30.0, 88.0), (22.0, -24.0, 112.0), (40.0, -26.0, 132.0), (75.0, -40.0, 138.0)], 4.6,
     "subclavian_artery_left"),
)  # fmt: skip


def _pulmonary_veins(phantom: Phantom) -> list[Thing | None]:
    s, found = phantom.scale, list[Thing | None]()
    for side in (-1.0, 1.0):
        for out in ((46.0, -50.0, 30.0), (48.0, -28.0, -12.0)):
            knots = [(8.0 + side * 24.0, -42.0, 8.0 + 0.4 * out[2]), (side * 34.0, 0.5 * (out[1] - 42.0), 0.8 * out[2]),
                     (side * out[0], out[1], out[2])]  # fmt: skip
            line = world(phantom, smooth_line(knots, 10))
            found.append(along(line, s * np.linspace(6.5, 4.5, 10), name="", material="blood pulmonary vein"))
    return found


def tubes_of(
    phantom: Phantom, ends: FloatArray, radii: FloatArray, name: str, material: str, cuts: int = 4
) -> Tubes | None:
    """Vessels of the body's own (n, 2, 3) [mm of this body], cut so that they follow the bend."""
    if len(ends) == 0:
        return None
    t = np.linspace(0.0, 1.0, cuts + 1)[None, :, None]
    points = phantom.space.to_world(ends[:, :1] * (1.0 - t) + ends[:, 1:] * t)
    return Tubes(
        name=name,
        material=material,
        starts_mm=points[:, :-1].reshape(-1, 3),
        ends_mm=points[:, 1:].reshape(-1, 3),
        radii_mm=np.repeat(radii, cuts)[:, None] * np.ones((1, 2)),
    )
