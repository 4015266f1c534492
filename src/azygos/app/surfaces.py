"""Surfaces of fields on a vertebra's grid, as triangles for the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.spine import Vertebra

CELLS = 36  # along the longest edge: as fine as the page can show, and quick to send
SMOOTH_CELLS = 0.7  # against staircases; more would eat thin tongues of cement

NOTHING: dict[str, Any] = {"vertices_mm": [], "faces": []}


def surface(field: npt.ArrayLike, level: float, vertebra: Vertebra, *, cells: int = CELLS) -> dict[str, Any]:
    """Where a field on the vertebra's grid crosses a level.

    Parameters
    ----------
    field : array
        Shape of the grid; taken as 0 beyond it.
    level : float
        Of the surface, in the field's unit.
    cells : int
        Along the longest edge; a finer grid is read in steps.

    Returns
    -------
    mesh : dict
        ``vertices_mm`` in LPS and ``faces`` that name their vertices; both empty where the field stays below.
    """
    from scipy.ndimage import gaussian_filter
    from skimage.measure import marching_cubes

    whole = np.pad(np.asarray(field, dtype=np.float32), 2)
    smooth = gaussian_filter(whole, SMOOTH_CELLS)
    padded = smooth if smooth.max() > level else whole  # a single cell of cement is still shown
    if padded.max() <= level:
        return NOTHING
    step = max(1, round(max(whole.shape) / cells))
    try:
        corners, faces, _, _ = marching_cubes(padded, level, step_size=step, allow_degenerate=False)
    except RuntimeError:  # too small for that step
        corners, faces, _, _ = marching_cubes(padded, level, allow_degenerate=False)
    points: FloatArray = vertebra.to_lps(corners.astype(np.float64) - 2.0) / MM
    return {"vertices_mm": np.round(points, 2).tolist(), "faces": faces.tolist()}
