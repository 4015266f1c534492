"""How much of its own brightness a small thing keeps when a scan blurs it, and back from what is seen to what it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.special import erf

from azygos.ground.parcels import FloatArray

FWHM = 2.354820045  # full width at half maximum over the standard deviation of a Gaussian
CHORDS = 33  # places through a section at which it is summed
WIDTHS = np.geomspace(0.05, 40.0, 160)  # diameters of the table [mm]


def ball_recovery(diameter_mm: FloatArray, fwhm_mm: float, slice_mm: float) -> FloatArray:
    """Peak of a blurred ball over its own contrast: Gaussian blur in the plane, a box through the slice.

    Examples
    --------
    >>> ball_recovery(np.array([1.0, 3.0]), 1.0, 1.25).round(2).tolist()
    [0.28, 1.0]
    """
    return _through(diameter_mm, slice_mm, lambda chord: 1.0 - np.exp(-((chord * FWHM / fwhm_mm) ** 2) / 2.0))


def rod_recovery(diameter_mm: FloatArray, fwhm_mm: float, slice_mm: float, along_slices: float) -> FloatArray:
    """The same across a long rod; `along_slices` is the share of its direction that runs from slice to slice."""
    upright = 1.0 - np.exp(-((diameter_mm / 2.0 * FWHM / fwhm_mm) ** 2) / 2.0)
    lying = _through(diameter_mm, slice_mm, lambda chord: erf(chord * FWHM / fwhm_mm / np.sqrt(2.0)))
    share = along_slices**2
    return np.asarray(share * upright + (1.0 - share) * lying)


def _through(diameter_mm: FloatArray, slice_mm: float, part: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Mean over the slice's thickness of what a chord of half-length ``sqrt(r^2 - z^2)`` keeps."""
    radius = np.atleast_1d(diameter_mm)[:, None] / 2.0
    reach = np.minimum(radius, slice_mm / 2.0)
    z = reach * ((np.arange(CHORDS) + 0.5) / CHORDS * 2.0 - 1.0)
    chord = np.sqrt(np.maximum(radius**2 - z**2, 0.0))
    return np.asarray(part(chord).mean(axis=1) * (2.0 * reach[:, 0] / slice_mm)).reshape(np.shape(diameter_mm))


def ball_width(volume_over_peak_mm3: float, fwhm_mm: float, slice_mm: float) -> float:
    """Diameter of the ball whose volume over its recovery is the given ratio of integral to peak [mm]."""
    table = _ball_table(round(fwhm_mm, 3), round(slice_mm, 3))
    return float(np.interp(np.log(max(volume_over_peak_mm3, 1e-9)), table, WIDTHS))


def rod_width(area_over_peak_mm2: float, fwhm_mm: float, slice_mm: float, along_slices: float) -> float:
    """Diameter of the rod whose section over its recovery is the given ratio [mm]."""
    table = _rod_table(round(fwhm_mm, 3), round(slice_mm, 3), round(along_slices, 1))
    return float(np.interp(np.log(max(area_over_peak_mm2, 1e-9)), table, WIDTHS))


@lru_cache(maxsize=64)
def _ball_table(fwhm_mm: float, slice_mm: float) -> FloatArray:
    kept = ball_recovery(WIDTHS, fwhm_mm, slice_mm)
    return np.asarray(np.log(np.pi / 6.0 * WIDTHS**3 / np.maximum(kept, 1e-12)))


@lru_cache(maxsize=256)
def _rod_table(fwhm_mm: float, slice_mm: float, along_slices: float) -> FloatArray:
    kept = rod_recovery(WIDTHS, fwhm_mm, slice_mm, along_slices)
    return np.asarray(np.log(np.pi / 4.0 * WIDTHS**2 / np.maximum(kept, 1e-12)))
