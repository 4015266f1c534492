"""Whether the values can be those of a CT at all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from azygos.trace.oriented import Oriented

MOST_ASKED = 400_000  # voxels
FEW_VALUES = 130  # a label map has no more
AIR_HU, SOFT_HU = (-1100, -850), (-200, 200)
LEAST_SOFT = 0.03  # of a CT's voxels are soft tissue, whatever the field


def looks_like_ct(scan: Oriented) -> str | None:
    """Why this is no CT in Hounsfield units, in one sentence that says what to do; None if it may be one.

    Examples
    --------
    >>> labels = Oriented(hu=np.arange(8, dtype=np.int16).reshape(2, 2, 2), affine_mm=np.eye(4), axes=(0, 1, 2),
    ...                   flipped=(False, False, False), ceiling_hu=None)
    >>> print(looks_like_ct(labels))
    The image holds only 8 different whole values from 0 to 7, as a label map does; pass the CT itself as the image and
    this file as its label map.
    """
    values = _asked(scan)
    different = np.unique(values)
    if different.size <= FEW_VALUES and different[0] >= 0 and (different.size < 0.1 * values.size or values.size < 100):
        return (
            f"The image holds only {different.size} different whole values from {different[0]} to {different[-1]}, "
            "as a label map does; pass the CT itself as the image and this file as its label map."
        )
    air = float(np.mean((values > AIR_HU[0]) & (values < AIR_HU[1])))
    soft = float(np.mean((values > SOFT_HU[0]) & (values < SOFT_HU[1])))
    if different[0] >= -10 and _dark_ground(values):
        return (
            f"The image has no value below {different[0]} and most of it lies near zero, as an MR image has; "
            "pass a CT in Hounsfield units, in which air is near -1000."
        )
    if soft < LEAST_SOFT and air < 0.9:
        return (
            f"Only {soft:.1%} of the image lies between {SOFT_HU[0]} and {SOFT_HU[1]}, where soft tissue of a CT lies; "
            "pass a CT in Hounsfield units."
        )
    return None


def _asked(scan: Oriented) -> npt.NDArray[np.int16]:
    step = max(1, round((scan.hu.size / MOST_ASKED) ** (1.0 / 3.0)))
    return np.asarray(scan.hu[::step, ::step, ::step]).ravel()


def _dark_ground(values: npt.NDArray[np.int16]) -> bool:
    """An MR image: much near zero, and the rest spread far above what soft tissue has."""
    high = float(np.percentile(values, 99.5))
    near_zero = float(np.mean(values < 0.1 * max(high, 1.0)))
    return near_zero > 0.15 or high < 150.0 or float(np.percentile(values, 90.0)) > 400.0
