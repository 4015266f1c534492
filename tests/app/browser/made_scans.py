"""Small scans and runs that the page can show: the grid of the findings made by hand, with grain as a CT has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from made_findings import made_volume
from run_folders import compare_folder, trace_folder

from azygos.scan import write_nifti


def grainy_ct(path: Path, *, shifted_mm: float = 0.0, seed: int = 5) -> Path:
    """The scan of the findings made by hand, with noise of 60 HU."""
    volume = made_volume()
    affine_mm = volume.affine_mm.copy()
    affine_mm[0, 3] += shifted_mm
    grain = np.random.default_rng(seed).normal(0.0, 60.0, volume.hu.shape)
    write_nifti(path, np.clip(volume.hu + grain, -1024, 3071).astype(np.int16), affine_mm)
    return path


def traced(folder: Path) -> tuple[Path, Path]:
    """A scan and the run folder of its trace."""
    ct = grainy_ct(folder / "chest.nii.gz")
    return ct, trace_folder(folder / "traced", ct)


def compared(folder: Path) -> tuple[Path, Path, Path]:
    """Two dates and the run folder of their comparison."""
    first, second = grainy_ct(folder / "first.nii.gz"), grainy_ct(folder / "second.nii.gz", shifted_mm=1.0, seed=6)
    return first, second, compare_folder(folder / "compared")
