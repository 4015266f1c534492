"""Lobes where no label map gives them: fissures as planes in the lung's own box. Roughly right, and said so."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import BoolArray
from azygos.ground.places import LOBES
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.lungs import Lungs
from azygos.values.corridors import FISSURES


def rough_lobes(coarse: Coarse, lungs: Lungs) -> npt.NDArray[np.uint8] | None:
    """1 + place in LOBES in the lungs, 0 elsewhere; None without a lung that is whole from top to base."""
    lobes = np.zeros(coarse.mean.shape, np.uint8)
    for side, lung in (("right", lungs.right), ("left", lungs.left)):
        slices = np.flatnonzero(lung.any(axis=(0, 1)))
        if slices.size * coarse.step_mm[2] < 120.0:
            continue
        _cut(lobes, lung, side)
    return lobes if lobes.any() else None


def _cut(lobes: npt.NDArray[np.uint8], lung: BoolArray, side: str) -> None:
    """Below the oblique fissure the lower lobe; on the right, above it and below the horizontal one, the middle."""
    at = np.argwhere(lung)
    low, high = np.percentile(at, 1.0, axis=0), np.percentile(at, 99.0, axis=0)
    share = (at - low) / np.maximum(high - low, 1.0)
    back, up = share[:, 1], share[:, 2]
    front_height, back_height = float(FISSURES["oblique, in front"]), float(FISSURES["oblique, behind"])
    lower = up < front_height + (back_height - front_height) * back
    names = np.where(lower, LOBES.index(f"{side} lower"), LOBES.index(f"{side} upper"))
    if side == "right":
        names[~lower & (up < float(FISSURES["horizontal"]))] = LOBES.index("right middle")
    lobes[tuple(at.T)] = names + 1
