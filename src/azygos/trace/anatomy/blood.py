"""Aorta and inferior cava along the spine, how bright blood is, and whether that means contrast."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.ground.units import MM
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.naming import place_in_names
from azygos.trace.anatomy.parcels import Spine
from azygos.trace.anatomy.spine import NAMES
from azygos.trace.anatomy.tubes import Tube, follow_tube, inside_line
from azygos.values.corridors import AORTA, CAVA, Stretch

CONTRAST_HU = 110.0  # blood without contrast stays below 80
AORTA_MM, CAVA_MM = 12.0, 11.0  # radii that are sought
BY_REGION: Mapping[str, tuple[str, ...]] = {
    "aorta": ("aorta",),
    "superior_vena_cava": ("superior_vena_cava", "brachiocephalic_vein"),
    "inferior_vena_cava": ("inferior_vena_cava",),
    "right_heart": ("right_atrium", "right_ventricle"),
    "left_heart": ("left_heart",),
    "lung": ("pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery"),
}
"""Key of ``vessel_hu`` to regions."""


def expected_line(spine: Spine, stretches: tuple[Stretch, ...]) -> FloatArray | None:
    """Where a vessel is expected along the spine, shape (n, 3), from below to above; None off its levels."""
    z = spine.line_mm[:, 2]
    level = place_in_names(spine, z)
    if not np.isfinite(level).all():
        return None
    levels = np.array([float(NAMES.index(stop.level)) for stop in stretches])
    keep = (level > levels[0] - 0.5) & (level < levels[-1] + 0.5)
    if np.count_nonzero(keep) < 3:
        return None
    aside = np.interp(level, levels, [float(stop.aside) for stop in stretches]) * spine.half_width_mm
    ahead = np.interp(level, levels, [float(stop.ahead) for stop in stretches]) / MM + spine.half_depth_mm
    line = spine.line_mm + np.column_stack([aside, -ahead, np.zeros(len(z))])
    return np.asarray(line[keep])


def along_spine(coarse: Coarse, spine: Spine, barred: BoolArray) -> dict[str, Tube]:
    """Descending aorta and inferior cava, followed through the slices near where they are expected."""
    found = {}
    bodies = inside_line(coarse, spine.line_mm, 0.5 * (spine.half_width_mm + spine.half_depth_mm))
    for region, stretches, radius in (("aorta", AORTA, AORTA_MM), ("inferior_vena_cava", CAVA, CAVA_MM)):
        line = expected_line(spine, stretches)
        if line is None:
            continue
        spread = float(np.mean([float(stop.spread_aside) for stop in stretches])) / MM
        tube = follow_tube(coarse, line, radius, spread, barred=barred | bodies)
        if tube is not None:
            found[region] = tube
    return found


def blood_hu(coarse: Coarse, masks: Mapping[str, BoolArray]) -> dict[str, float]:
    """Median HU of blood by vessel, away from walls and calcium."""
    found = {}
    for vessel, regions in BY_REGION.items():
        present = [masks[region] for region in regions if region in masks]
        if not present:
            continue
        union = np.logical_or.reduce(present)
        inner = ndimage.binary_erosion(union)
        values = coarse.mean[inner if np.count_nonzero(inner) > 20 else union]
        values = values[(values > -20.0)]
        if values.size > 10:
            found[vessel] = float(np.median(values))
    return found


def say_contrast(vessel_hu: Mapping[str, float]) -> str:
    """Where contrast is, in words.

    Examples
    --------
    >>> say_contrast({"aorta": 45.0, "superior_vena_cava": 900.0}), say_contrast({"aorta": 40.0})
    ('in veins', 'none')
    """
    veins = any(vessel_hu.get(name, 0.0) > CONTRAST_HU for name in ("superior_vena_cava", "right_heart", "lung",
                                                                   "inferior_vena_cava"))  # fmt: skip
    arteries = any(vessel_hu.get(name, 0.0) > CONTRAST_HU for name in ("aorta", "left_heart"))
    return (
        "in veins and arteries"
        if veins and arteries
        else "in veins"
        if veins
        else "in arteries"
        if arteries
        else "none"
    )
