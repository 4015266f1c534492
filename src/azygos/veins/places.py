"""Where each place of the vein table lies in a body."""

from __future__ import annotations

import numpy as np

from azygos.ground.body import Body
from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.values import veins_places as v
from azygos.values.landmarks import LEVEL_HEIGHT, PLACES
from azygos.values.vertebrae import dimension
from azygos.veins.names import parts_of


def landmark(name: str) -> FloatArray:
    """A landmark of a body of 1.70 m [m, LPS]."""
    return np.array([value.number for value in PLACES[name]])


def place_of(place: str, body: Body) -> FloatArray:
    """Where a place of the vein table lies [m, LPS].

    Examples
    --------
    >>> body = Body(sex="male", age=60.0, height=1.70, mass=70.0)
    >>> bool(place_of("azygos_T9", body)[0] < 0.0 < place_of("hemiazygos_T9", body)[0])
    True
    """
    at: FloatArray = body.scale * _at_1_70(place)
    return at


def _at_1_70(place: str) -> FloatArray:
    kind, level, side = parts_of(place)
    if kind in _FIXED:
        return landmark(_FIXED[kind])
    if kind == "ivc":
        return landmark("caval hiatus") if level == "T9" else _cava(LEVEL_HEIGHT[level].number)
    if level:
        return _by_level(kind, level, side)
    return _beside_the_spine(place)


_FIXED = {
    "azygos_arch": "azygos arch",
    "svc": "superior vena cava, azygos mouth",
    "right_atrium": "right atrium",
    "right_ventricle": "right ventricle",
    "pulmonary_trunk": "pulmonary valve",
}


def _cava(height: float) -> FloatArray:
    """Inferior cava at a height: straight from where the iliac veins join to the diaphragm."""
    low, high = landmark("caval confluence"), landmark("caval hiatus")
    share = min(max((height - low[2]) / (high[2] - low[2]), 0.0), 1.0)
    at: FloatArray = low + share * (high - low)
    return at


def _by_level(kind: str, level: str, side: str) -> FloatArray:
    z = LEVEL_HEIGHT[level].number
    half_depth = 0.5 * dimension(level, "endplate_depth_upper").number
    half_width = 0.5 * dimension(level, "endplate_width_upper").number
    front, back = -half_depth - v.BEFORE_BODY.number, half_depth + v.EPIDURAL_BEHIND.number
    outward = {"left": 1.0, "right": -1.0, "": 0.0}[side]
    behind = half_depth + 20.0 * MM
    across = {
        "body": (0.0, 0.0),
        "basivertebral": (0.0, 0.7 * half_depth),
        "ant_ext_plexus": (0.0, front),
        "ant_int_plexus": (0.0, back),
        "post_int_plexus": (0.0, back + 14.0 * MM),
        "post_ext_plexus": (0.0, behind + 20.0 * MM),
        "intervertebral": (outward * v.INTERVERTEBRAL_BESIDE.number, back + 3.0 * MM),
        "segmental": (outward * (half_width + v.BESIDE_BODY.number), 0.3 * half_depth),
        "ascending_lumbar": (outward * v.ASCENDING_LUMBAR_BESIDE.number, v.ASCENDING_LUMBAR_BEHIND.number),
        "azygos": (-v.AZYGOS_RIGHT[level].number if level in v.AZYGOS_RIGHT else 0.0, front),
        "hemiazygos": (v.HEMIAZYGOS_LEFT.number, 0.8 * front),
        "accessory_hemiazygos": (v.HEMIAZYGOS_LEFT.number, 0.8 * front),
    }[kind]
    below = -12.0 * MM if kind == "intervertebral" else 0.0
    return np.array([across[0], across[1], z + below])


def _beside_the_spine(place: str) -> FloatArray:
    side = 1.0 if place.startswith("left") or place.endswith("_L") else -1.0
    confluence = landmark("caval confluence")
    if "renal" in place:
        return np.array([side * v.RENAL.number, -10.0 * MM, LEVEL_HEIGHT["L2"].number + 15.0 * MM])
    if "common_iliac" in place:
        confluence += np.array([side * v.ILIAC.number, 10.0 * MM, -40.0 * MM])
        return confluence
    if "iliolumbar" in place:
        confluence += np.array([side * (v.ILIAC.number + 10.0 * MM), 40.0 * MM, -25.0 * MM])
        return confluence
    if "brachiocephalic" in place:
        top = landmark("superior vena cava, upper end")
        return np.array([v.BRACHIOCEPHALIC.number if side > 0 else top[0] - 18.0 * MM, top[1], top[2] + 25.0 * MM])
    return np.array([side * v.SUPERIOR_INTERCOSTAL.number, 0.0, LEVEL_HEIGHT["T3"].number])
