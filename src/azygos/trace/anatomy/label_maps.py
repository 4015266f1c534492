"""Label maps on the coarse grid: which structure is where, mended where a map is known to err."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray
from azygos.ground.volume import LabelMap
from azygos.trace.anatomy.coarse import Coarse

VERTEBRA = re.compile(r"vertebrae_([CTLS]\d{1,2})(_body)?$")
PATTERNS: tuple[tuple[str, str], ...] = (
    (r"lung_(upper|middle|lower)_lobe_right|lung_right", "lung_right"),
    (r"lung_(upper|lower)_lobe_left|lung_left", "lung_left"),
    (r"trachea|lung_trachea_bronchia|lung_airways|airways", "airway"),
    (r"vertebrae_body|vertebral_bodies|vertebral_body|vertebra_body", "vertebral_body"),
    (r"intervertebral_discs?|discs?|ivd", "disc"),
    (r"spinal_cord|spinal_canal|spinal_channel", "spinal_canal"),
    (r"rib_\w+|costal_cartilages|ribs?", "rib"),
    (r"sternum", "sternum"),
    (r"sacrum|scapula_\w+|clavicula_\w+|humerus_\w+|femur_\w+|hip_\w+|skull", "other_bone"),
    (r"aorta", "aorta"),
    (r"superior_vena_cava", "superior_vena_cava"),
    (r"inferior_vena_cava", "inferior_vena_cava"),
    (r"brachiocephalic_vein\w*", "brachiocephalic_vein"),
    (r"heart_atrium_right", "right_atrium"),
    (r"heart_ventricle_right", "right_ventricle"),
    (r"heart_atrium_left|heart_ventricle_left|heart_myocardium|atrial_appendage_left", "left_heart"),
    (r"heart", "heart"),
    (r"pulmonary_artery", "pulmonary_trunk"),
    (r"esophagus|oesophagus", "oesophagus"),
    (r"stomach|small_bowel|duodenum|colon", "bowel"),
    (r"liver|spleen|kidney_(right|left)|pancreas|gallbladder|urinary_bladder|prostate|adrenal_gland_\w+", "abdomen"),
    (r"thyroid_gland", "neck"),
)
"""Name in a label map to region."""
LOBES = {
    "lung_upper_lobe_right": 1, "lung_middle_lobe_right": 2, "lung_lower_lobe_right": 3,
    "lung_upper_lobe_left": 4, "lung_lower_lobe_left": 5,
}  # fmt: skip
"""Name to 1 + place in places.LOBES."""
IN_PARTS = {"rib", "sternum", "other_bone", "bowel", "abdomen", "left_heart", "disc", "vertebral_body", "airway"}
LEAST_PART = 0.2  # of the largest part: smaller ones of what should be one piece are dropped


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mapped:
    """What label maps say, on the coarse grid."""

    regions: Mapping[str, BoolArray]  # by region
    vertebrae: Mapping[str, BoolArray]  # by level, whole vertebrae
    bodies: Mapping[str, BoolArray]  # by level, bodies where the map tells them apart
    lobes: npt.NDArray[np.uint8] | None
    vessels: BoolArray | None  # arteries of the lungs
    notes: tuple[str, ...]


def read_maps(coarse: Coarse, labels: Sequence[LabelMap]) -> Mapped:
    """Bring label maps to the coarse grid, drop stray parts, fill holes in vertebrae."""
    regions: dict[str, BoolArray] = {}
    whole: dict[str, BoolArray] = {}
    bodies: dict[str, BoolArray] = {}
    lobes, vessels = np.zeros(coarse.mean.shape, np.uint8), None
    notes: list[str] = []
    for label_map in labels:
        found = _on_coarse(coarse, label_map)
        present = set(np.unique(found).tolist())
        for number, name in label_map.names.items():
            if number not in present:
                continue
            mask = found == number
            level = VERTEBRA.match(name)
            region = region_of(name)
            if level:
                kept = _filled(_main_part(mask, name, notes))
                _join(bodies if level[2] else whole, level[1], kept)
            elif name == "lung_arteries":
                vessels = mask
            elif region is not None:
                _join(regions, region, mask if region in IN_PARTS else _main_part(mask, name, notes))
            if name in LOBES:
                lobes[mask] = LOBES[name]
    regions = {name: mask if name in IN_PARTS else _filled(mask) for name, mask in regions.items()}
    for name, mask in bodies.items():
        _join(whole, name, mask)
    return Mapped(
        regions=regions,
        vertebrae=whole,
        bodies=bodies,
        lobes=lobes if lobes.any() else None,
        vessels=vessels,
        notes=tuple(notes),
    )


def region_of(name: str) -> str | None:
    """The region that a name of a label map stands for, or None.

    Examples
    --------
    >>> region_of("lung_lower_lobe_left"), region_of("rib_left_4"), region_of("gluteus_maximus_left")
    ('lung_left', 'rib', None)
    """
    return next((region for pattern, region in PATTERNS if re.fullmatch(pattern, name)), None)


def _join(masks: dict[str, BoolArray], name: str, mask: BoolArray) -> None:
    masks[name] = masks[name] | mask if name in masks else mask


def _on_coarse(coarse: Coarse, label_map: LabelMap) -> npt.NDArray[np.int32]:
    """The map's number at the middle of each block; 0 beyond the map."""
    inverse = np.linalg.inv(label_map.affine_mm)
    matrix = inverse[:3, :3] @ coarse.affine_mm[:3, :3]
    offset = inverse[:3, :3] @ coarse.affine_mm[:3, 3] + inverse[:3, 3]
    return np.asarray(
        ndimage.affine_transform(
            label_map.labels, matrix, offset=offset, output_shape=coarse.mean.shape, order=0, mode="constant", cval=0
        )
    )


def _main_part(mask: BoolArray, name: str, notes: list[str]) -> BoolArray:
    """Without parts that are far smaller than the largest."""
    parts, number = ndimage.label(mask, structure=np.ones((3, 3, 3)))
    if number < 2:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    kept = sizes >= LEAST_PART * sizes.max()
    dropped = int(sizes[~kept].sum())
    if dropped > 0.02 * sizes.sum():
        notes.append(f"The label map's {name} has stray parts, {dropped / sizes.sum():.0%} of it; they were left out.")
    return np.asarray(kept[parts])


def _filled(mask: BoolArray) -> BoolArray:
    """Holes closed, as cement leaves them; what is open at both ends, as the canal is, stays."""
    boxes = ndimage.find_objects(mask.astype(np.int8))
    if not boxes:
        return mask
    filled = mask.copy()
    padded = np.pad(mask[boxes[0]], 2)
    closed = ndimage.binary_closing(padded, iterations=1)
    filled[boxes[0]] |= ndimage.binary_fill_holes(closed)[2:-2, 2:-2, 2:-2]
    return filled
