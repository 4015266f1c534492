"""Fill in space, where Slicer and ParaView find it: on the vertebra's own grid, which lies obliquely in the patient."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.plan.outcome import PlanResult
from azygos.plan.statistics import cases, fill_probability
from azygos.scan import write_nifti, write_seg_nrrd, write_vti
from azygos.spine import Vertebra

LIKELY = 0.5  # filled in at least this share of the draws
NAMES = {1: "cement in at least half of the draws"}
AMBER = {1: (0.95, 0.65, 0.15)}


def write_volumes(folder: Path, result: PlanResult) -> None:
    """Write the fill of each vertebra: probability as NIfTI, its half as a segmentation, every alternative as VTI.

    Parameters
    ----------
    folder : Path
        Gets ``fill_probability.nii.gz``, ``fill_probability.seg.nrrd`` and ``fill.vti``; with several
        vertebrae each name ends in its level.
    result : PlanResult
        The run.
    """
    for number, vertebra in enumerate(result.vertebrae):
        end = f"_{vertebra.level}" if len(result.vertebrae) > 1 else ""
        affine_mm = affine_of(vertebra)
        probability = fill_probability(result, number)
        write_nifti(folder / f"fill_probability{end}.nii.gz", probability, affine_mm)
        likely = (probability >= LIKELY).astype(np.uint8)
        write_seg_nrrd(folder / f"fill_probability{end}.seg.nrrd", likely, affine_mm, NAMES, AMBER)
        fields = _fields(result, number)
        spacing = [vertebra.spacing] * 3
        write_vti(folder / f"fill{end}.vti", fields, spacing, vertebra.origin, vertebra.axes)


def affine_of(vertebra: Vertebra) -> FloatArray:
    """Cell index to LPS [mm], shape (4, 4)."""
    affine_mm = np.eye(4)
    affine_mm[:3, :3] = vertebra.axes * (vertebra.spacing / MM)
    affine_mm[:3, 3] = vertebra.origin / MM
    return affine_mm


def _fields(result: PlanResult, number: int) -> dict[str, npt.NDArray[np.float32] | npt.NDArray[np.uint8]]:
    """Fields by name; those of alternatives are numbered as in ``result.json``."""
    vertebra = result.vertebrae[number]
    fields: dict[str, npt.NDArray[np.float32] | npt.NDArray[np.uint8]] = {
        "inside": vertebra.inside.astype(np.uint8),
        "bone_fraction": vertebra.bone_fraction.astype(np.float32),
    }
    for alternative in range(len(result.alternatives)):
        end = f"_alternative_{alternative}" if alternative else ""
        fields[f"fill_probability{end}"] = fill_probability(result, number, alternative)
        fields[f"fill_mean{end}"] = _mean_fill(result, alternative, vertebra)
    return fields


def _mean_fill(result: PlanResult, alternative: int, vertebra: Vertebra) -> npt.NDArray[np.float32]:
    """Cement per voxel volume, mean over the draws that finished [-]."""
    done = cases(result, alternative, vertebra.level)
    total = np.zeros(vertebra.inside.shape, dtype=np.float32)
    for case in done:
        total += case.members[0].fill
    return total / np.float32(max(len(done), 1))
