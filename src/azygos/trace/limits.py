"""What this scan can show: the smallest ball of cement in each kind of surroundings, and where it shows nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from azygos.ground.findings import Blind, Limit
from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.trace.background import LUNGS, Background, within
from azygos.trace.brightness import cement_span_hu
from azygos.trace.candidates import BONES, Sought
from azygos.trace.oriented import Oriented
from azygos.trace.quality import Quality
from azygos.trace.recovery import ball_recovery
from azygos.trace.streaks import streak_regions
from azygos.values import tracing

HEART_AND_VESSELS = (
    "aorta", "superior_vena_cava", "inferior_vena_cava", "brachiocephalic_vein", "right_atrium", "right_ventricle",
    "left_heart", "heart", "pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery", "mediastinum",
)  # fmt: skip
SURROUNDINGS: dict[str, tuple[str, ...]] = {
    "lung": ("lung_right", "lung_left"),
    "heart and vessels": HEART_AND_VESSELS,
    "bone": ("vertebral_body",),
    "soft tissue": ("soft_tissue", "paravertebral", "prevertebral", "back", "abdomen"),
}
ROADS = ("superior_vena_cava", "brachiocephalic_vein", "right_atrium", "right_ventricle", "inferior_vena_cava", "heart",
         "pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery", "lung_right", "lung_left", "hilum_right",
         "hilum_left", "mediastinum", "prevertebral", "vertebral_body", "spinal_canal")  # fmt: skip
DIAMETERS_MM = np.geomspace(0.2, 30.0, 200)
FEWEST_BLOCKS = 8
LEAST_BLIND_ML = 1.0
THICK_SLICE_MM = 3.5  # beyond which emboli of 2 mm are lost


def limits_of(anatomy: Anatomy, background: Background, sought: Sought, quality: Quality) -> tuple[Limit, ...]:
    """For each kind of surroundings in the field the ball whose peak just passes this scan's own threshold."""
    return tuple(_limits(anatomy, background, sought, quality))


def _limits(anatomy: Anatomy, background: Background, sought: Sought, quality: Quality) -> Iterator[Limit]:
    weak, dense = cement_span_hu(quality)
    for name, regions in SURROUNDINGS.items():
        here = within(background.regions, regions)
        if np.count_nonzero(here) < FEWEST_BLOCKS:
            continue
        noise = float(np.median(background.noise_hu[here]))
        level = float(np.median(background.middle_hu[here]))
        needed = float(np.median(background.level_hu[here])) + tracing.HIGH.number * noise
        if name == "bone":
            needed = max(needed, sought.bone_hu)
        yield Limit(
            region=name,
            noise_hu=noise,
            background_hu=level,
            dense_mm=smallest_ball(dense, level, needed, quality),
            weak_mm=smallest_ball(weak, level, needed, quality),
        )


def smallest_ball(cement_hu: float, background_hu: float, needed_hu: float, quality: Quality) -> float:
    """Diameter of the ball of cement whose peak reaches `needed_hu`; infinite where none does [mm]."""
    peaks = background_hu + ball_recovery(DIAMETERS_MM, quality.fwhm_mm, quality.box_mm) * (cement_hu - background_hu)
    seen = np.flatnonzero(peaks >= needed_hu)
    return float(DIAMETERS_MM[seen[0]]) if len(seen) else float("inf")


def blind_regions(
    scan: Oriented, anatomy: Anatomy, background: Background, sought: Sought, quality: Quality
) -> tuple[Blind, ...]:
    """Where this scan cannot show cement: contrast as bright as it, saturated voxels, dark streaks."""
    weak, _ = cement_span_hu(quality)
    found = [*_bright_contrast(scan, anatomy, background, weak), *_saturated(scan, sought, quality),
             *streak_regions(scan, background, quality, ROADS, LEAST_BLIND_ML)]  # fmt: skip
    return tuple(sorted(found, key=lambda one: -one.volume_ml))


def _bright_contrast(scan: Oriented, anatomy: Anatomy, background: Background, weak_hu: float) -> Iterator[Blind]:
    bright = (background.middle_hu > tracing.FAINT.number * weak_hu) & ~within(background.regions, BONES)
    for name in ROADS:
        here = bright & (background.regions == REGIONS.index(name))
        volume = np.count_nonzero(here) * float(np.prod(background.block)) * scan.voxel_ml
        if volume >= LEAST_BLIND_ML and anatomy.contrast != "none" and name not in LUNGS:
            typical = float(np.median(background.middle_hu[here]))
            why = f"Blood with contrast reads {typical:.0f} HU there, as bright as weak cement."
            yield Blind(
                region=name.replace("_", " "), reason=why, volume_ml=float(volume),
                centre_mm=_centre(scan, background, here),
            )  # fmt: skip


def _saturated(scan: Oriented, sought: Sought, quality: Quality) -> Iterator[Blind]:
    """Whole regions at the ceiling, where nothing is told from anything."""
    if quality.ceiling_hu is None or quality.clipped_voxels * scan.voxel_ml < LEAST_BLIND_ML:
        return
    flat = np.flatnonzero(scan.hu >= math.ceil(quality.ceiling_hu - 0.5))
    at_end = np.column_stack(np.unravel_index(flat, scan.hu.shape))
    centre = scan.to_mm(at_end.mean(axis=0))
    why = f"Voxels lie at the scale's ceiling of {quality.ceiling_hu:.0f} HU; what is brighter is not told apart."
    yield Blind(region="saturated voxels", reason=why, volume_ml=len(at_end) * scan.voxel_ml,
                centre_mm=(float(centre[0]), float(centre[1]), float(centre[2])))  # fmt: skip


def _centre(scan: Oriented, background: Background, blocks: BoolArray) -> tuple[float, float, float]:
    middle: FloatArray = (np.argwhere(blocks).mean(axis=0) + 0.5) * np.array(background.block) - 0.5
    point = scan.to_mm(middle)
    return (float(point[0]), float(point[1]), float(point[2]))


def slice_note(quality: Quality) -> tuple[str, ...]:
    """What thick slices cost."""
    if quality.slice_mm < THICK_SLICE_MM:
        return ()
    return (f"Slices of {quality.slice_mm:.1f} mm are too thick for emboli of two millimetres.",)
