"""Ribs with their joints, costal cartilages, sternum, clavicles and shoulder blades."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.lungs import shape
from azygos.render.phantom import LEVELS, Phantom
from azygos.render.phantom_heart import world
from azygos.render.phantom_trunk import Frame, cage_shape
from azygos.render.solids import Thing, along, both, section, smooth_line

ENDS = {
    1: (150, 93), 2: (158, 62), 3: (160, 37), 4: (160, 12), 5: (156, -14), 6: (150, -40), 7: (143, -66),
    8: (134, -88), 9: (124, -106), 10: (113, -120), 11: (88, -128), 12: (58, -132),
}  # fmt: skip
"""Where each rib's bone ends: angle around the cage from behind [deg], height over T8 in a body of 1.70 m [mm]."""
NOTCHES = {1: 96, 2: 72, 3: 54, 4: 36, 5: 19, 6: 4, 7: -8}  # heights at which cartilages meet the sternum [mm]
STERNUM_Y = {100: -92, 72: -112, 40: -126, 0: -137, -30: -141}
OUTSIDE = 5.5  # of a rib's middle over the lung [mm]
RIB_MM, SQUASH, CORTEX_MM = 3.7, 0.6, 1.1
POINTS = 44


def cage_point(angle: FloatArray, z: FloatArray, outside: float) -> FloatArray:
    """A point around the cage on the left side: 0 behind, 180 in front [mm, body of 1.70 m]."""
    middle, half = shape.CAGE_MIDDLE / MM, shape.CAGE_HALF / MM
    up = np.clip((z - middle[2]) / half[2], 0.0, 0.93)
    narrow = np.sqrt(1.0 - up**2.2)
    s, c = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    power = 2.0 / shape.CAGE_SQUARENESS
    x = (half[0] * narrow + outside) * np.abs(s) ** power
    y = middle[1] + (half[1] * narrow + outside) * np.sign(c) * np.abs(c) ** power
    return np.stack([x, y, z], axis=-1)


def rib_line(phantom: Phantom, number: int, side: float) -> FloatArray:
    """Middle of one rib from its head to the end of its bone, in a straight body of 1.70 m, shape (POINTS, 3)."""
    level = LEVELS[number - 1]
    size = phantom.spine[level]
    joint = phantom.centre_mm(level)[2] / phantom.scale + (0.42 * size.height if number not in (1, 11, 12) else 0.0)
    angle, end = ENDS[number]
    end = joint + (end - joint) * phantom.drawn["rib_drop"]
    t = np.linspace(0.0, 1.0, POINTS)
    angles = 24.0 + (angle - 24.0) * t
    z = joint + 1.0 + (end - joint) * t**1.15
    around = cage_point(angles, z, OUTSIDE)
    head = np.array([0.5 * size.width[1] + 2.0, 10.0, joint])
    neck = np.array([32.0, 27.0, joint + 2.0])
    far = np.linalg.norm(around[:, :2] - neck[:2], axis=1)
    begin = int(np.argmax(around[:, 0] > neck[0] + 14.0)) if number > 1 else int(np.argmin(far)) + 4
    line = np.vstack([head, neck, around[begin::4], around[-1]])
    line = smooth_line(line, POINTS)
    line[:, 0] *= side
    return line


def ribs(phantom: Phantom) -> list[Thing | None]:
    """Twelve pairs, with marrow, knobs at the joints, and their cartilage."""
    s, drawn, parts = phantom.scale, phantom.drawn, list[Thing | None]()
    bone, marrow = f"bone {1.15 * drawn['cortex']:.0f}", f"bone {drawn['trabecular'] + 40.0:.0f}"
    for number in range(1, 13):
        for side, word in ((-1.0, "right"), (1.0, "left")):
            line = rib_line(phantom, number, side)
            if number <= 10:
                parts.append(_cartilage(phantom, number, side, line[-1]))
            path, thin = world(phantom, line), 0.8 if number > 10 else 1.0
            kind = {"squash": SQUASH, "wall_mm": CORTEX_MM, "core": marrow, "material": bone}
            parts.append(along(path, s * RIB_MM * thin, name=f"rib_{word}_{number}", **kind))
            if number <= 10:
                tubercle = world(phantom, line[4:6])
                parts.append(along(tubercle, s * 4.3, name=f"rib_{word}_{number}", **kind))
    return parts


def _cartilage(phantom: Phantom, number: int, side: float, begin: FloatArray) -> Thing:
    knots = [begin, *cartilage_knots(number, side)]
    line = world(phantom, smooth_line(knots, 14))
    return along(line, phantom.scale * 4.6, name="costal_cartilages", material="cartilage", squash=0.7)


def cartilage_knots(number: int, side: float) -> list[FloatArray]:
    """Where a cartilage runs after the rib's end: to the sternum, or to the arch of the ribs."""
    if number in NOTCHES:
        z = float(NOTCHES[number])
        y = float(np.interp(z, sorted(STERNUM_Y), [STERNUM_Y[k] for k in sorted(STERNUM_Y)]))
        middle = cage_point(np.array([166.0]), np.array([z - 14.0 if number > 3 else z - 3.0]), OUTSIDE)[0]
        return [middle * [side, 1.0, 1.0], np.array([side * 17.0, y, z])]
    z = {8: -58.0, 9: -78.0, 10: -96.0}[number]
    return [cage_point(np.array([150.0 - 6.0 * (number - 8)]), np.array([z]), OUTSIDE)[0] * [side, 1.0, 1.0]]


def sternum(phantom: Phantom, f: Frame) -> list[Thing | None]:
    """Manubrium, body and xiphoid."""
    y = np.interp(f.z, sorted(STERNUM_Y), [STERNUM_Y[k] for k in sorted(STERNUM_Y)]).astype(np.float32)
    wide = np.interp(f.z, [-60, -36, -30, 0, 40, 68, 72, 76, 96, 104], [3, 6, 15, 18, 15, 13, 14, 20, 27, 24])
    plate = section(f.x, f.y - y, wide.astype(np.float32), 5.6, 2.8)
    gap = np.minimum(np.abs(f.z - 71.0) - 1.0, 9.0)
    both_ends = np.maximum(f.z - 102.0, -58.0 - f.z)
    bone = both(both(plate, both_ends.astype(np.float32), 3.0), -gap.astype(np.float32), 0.5)
    drawn = phantom.drawn
    kind = {"rim": f"bone {0.9 * drawn['cortex']:.0f}", "rim_mm": 1.1, "grain_hu": 30.0}
    return [f.solid(bone, "sternum", f"bone {drawn['trabecular'] - 20.0:.0f}", **kind)]


def shoulders(phantom: Phantom, f: Frame) -> list[Thing | None]:
    """Clavicles and shoulder blades, arms raised."""
    s, drawn, parts = phantom.scale, phantom.drawn, list[Thing | None]()
    kind = {"wall_mm": 1.6, "core": f"bone {drawn['trabecular']:.0f}", "material": f"bone {1.2 * drawn['cortex']:.0f}"}
    for side, word in ((-1.0, "right"), (1.0, "left")):
        knots = [(side * 24.0, -96.0, 104.0), (side * 60.0, -92.0, 118.0), (side * 100.0, -62.0, 134.0),
                 (side * 140.0, -36.0, 146.0)]  # fmt: skip
        parts.append(along(world(phantom, smooth_line(knots, 20)), s * 6.2, name=f"clavicula_{word}", **kind))
        edge = [(side * 96.0, 46.0, -6.0), (side * 128.0, 30.0, 60.0), (side * 146.0, 2.0, 116.0)]
        parts.append(
            along(world(phantom, smooth_line(edge, 20)), s * np.linspace(3.0, 6.5, 20), name=f"scapula_{word}", **kind)
        )
        crest = [(side * 86.0, 56.0, 84.0), (side * 120.0, 52.0, 106.0), (side * 156.0, 20.0, 132.0)]
        parts.append(along(world(phantom, smooth_line(crest, 14)), s * 4.2, name=f"scapula_{word}", **kind))
    return [*parts, *_blades(phantom, f)]


def _blades(phantom: Phantom, f: Frame) -> list[Thing | None]:
    """The thin plates of the shoulder blades, over the ribs behind."""
    sheet = np.abs(cage_shape(f, 19.0)) - 1.3
    inner = 84.0 + 0.10 * (f.z - 40.0)
    outer = 100.0 + 0.33 * (f.z + 6.0)
    bound = np.maximum(np.maximum(inner - np.abs(f.x), np.abs(f.x) - outer), np.maximum(-8.0 - f.z, f.z - 112.0))
    plate = both(both(sheet, bound.astype(np.float32), 1.0), -f.y - 4.0)
    solid = f.solid(plate, "", f"bone {phantom.drawn['cortex']:.0f}")
    return [solid]
