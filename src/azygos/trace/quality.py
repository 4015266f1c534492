"""What a scan is worth: blur, slice, noise, ceiling."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import Parcel
from azygos.trace.oriented import Oriented
from azygos.trace.recovery import FWHM
from azygos.trace.sharpness import FEWEST_EDGES, sharpness_of, sharpness_through

SPIKE_VOXELS = 10  # fewer at the maximum do not show that the scale ends there
SPIKE_RATIO = 5.0  # to how many lie within the hundred HU below, for one value
GAUSSIAN_OF_BOX = FWHM / float(np.sqrt(12.0))  # width at half maximum of the Gaussian that spreads as a box of edge 1
BOX_OF_GAUSSIAN = float(np.sqrt(2.0 * np.pi)) / FWHM  # edge of the box as high as the Gaussian of width 1
ABOVE_BONE_HU = 2000.0  # a scale that ends lower is no CT's


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality(Parcel):
    """Blur, slice and ceiling of one scan."""

    fwhm_mm: float  # of the blur in the plane
    edges: int  # that told it
    slice_mm: float  # thickness that a voxel averages over
    ceiling_hu: float | None
    clipped_voxels: int
    kvp: float | None
    correlated: float = 2.0  # a sum's noise over that of independent voxels; neighbours share theirs
    edge_through_mm: float = 0.0  # full width at half maximum of edges from slice to slice; 0 where none told it

    @property
    def through_mm(self) -> float:
        """Full width at half maximum of the Gaussian through the slices; no sharper than their own box."""
        return max(self.edge_through_mm, GAUSSIAN_OF_BOX * self.slice_mm)

    @property
    def box_mm(self) -> float:
        """Edge of the box through the slices that lowers the peak of a thin thing as much."""
        return max(self.slice_mm, BOX_OF_GAUSSIAN * self.edge_through_mm)

    @property
    def known_blur(self) -> bool:
        """Whether the scan itself told its blur."""
        return self.edges >= FEWEST_EDGES


def read_quality(scan: Oriented, facts: Mapping[str, str]) -> Quality:
    """Read blur and ceiling from the voxels, thickness and voltage from what is known of the series."""
    fwhm, edges = sharpness_of(scan)
    ceiling, clipped = ceiling_of(scan)
    step = float(scan.spacing_mm[2])
    thick = _number(facts.get("slice_thickness_mm"))
    return Quality(
        fwhm_mm=fwhm,
        edges=edges,
        slice_mm=max(step, thick) if thick is not None else step,
        ceiling_hu=ceiling,
        clipped_voxels=clipped,
        kvp=_number(facts.get("kvp")),
        edge_through_mm=sharpness_through(scan),
    )


def ceiling_of(scan: Oriented) -> tuple[float | None, int]:
    """The scale's end, as told or seen as a spike at the highest value, and how many voxels lie there."""
    highest = int(scan.hu.max())
    if scan.ceiling_hu is not None:
        return scan.ceiling_hu, int(np.count_nonzero(scan.hu >= math.ceil(scan.ceiling_hu - 0.5)))
    at_end = int(np.count_nonzero(scan.hu == highest))
    below = int(np.count_nonzero((scan.hu >= highest - 100) & (scan.hu < highest)))
    spike = highest >= ABOVE_BONE_HU and at_end >= SPIKE_VOXELS and at_end > SPIKE_RATIO * below / 100.0
    return (float(highest), at_end) if spike else (None, 0)


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and np.isfinite(value) and value > 0.0 else None
