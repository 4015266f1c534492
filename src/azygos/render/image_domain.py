r"""From painted voxels to an image: the kernel's blur, the slice's thickness, the beating heart.

A linear system, in the image domain: the image is the painted body folded with a point spread

.. math:: h(x, y, z) = k(x)\,k(y)\,b(z), \qquad k = (1 + a)\,G(\sigma) - a\,G(q\sigma)

with :math:`b` the box of the slice. No beam is followed, so there are no streaks and no cupping.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import FloatArray
from azygos.render.choices import Scanner
from azygos.render.kernels import paint as kernels
from azygos.values import scanners as v

FWHM = math.sqrt(8.0 * math.log(2.0))  # of a Gaussian over its standard deviation
REACH = 3.5  # standard deviations
Voxels = npt.NDArray[np.float32]


def gaussian_taps(sigma: float) -> FloatArray:
    """A Gaussian in steps of one, of sum 1; `sigma` in steps."""
    half = max(1, math.ceil(REACH * sigma))
    edges = np.arange(-half, half + 2) - 0.5
    mass = np.array([0.5 * math.erf(e / (max(sigma, 1e-3) * math.sqrt(2.0))) for e in edges])
    taps = np.diff(mass)
    return np.asarray(taps / taps.sum())


def plane_taps(scanner: Scanner) -> FloatArray:
    """The kernel along one axis of the plane, in pixels, of sum 1; the pixel's own box is taken off."""
    pixel = scanner.pixel_mm
    sigma = v.SHARPNESS_MM[scanner.kernel].number / FWHM
    left = math.sqrt(max(sigma**2 - pixel**2 / 6.0, (0.15 * pixel) ** 2)) / pixel
    over = v.OVERSHOOT[scanner.kernel].number
    middle, ring = gaussian_taps(left), gaussian_taps(v.RING_WIDTH.number * sigma / pixel)
    taps = -over * ring
    start = (len(ring) - len(middle)) // 2
    taps[start : start + len(middle)] += (1.0 + over) * middle
    return taps


def box_taps(width: float) -> FloatArray:
    """A box of a width in steps, 1 at least, of sum 1."""
    half = math.ceil((width - 1.0) / 2.0 - 1e-9)
    taps = np.ones(2 * half + 1)
    taps[[0, -1]] = 1.0 if half == 0 else 0.5 * (width - (2 * half - 1))
    return np.asarray(taps / taps.sum())


def blur(field: Voxels, taps: FloatArray, axis: int, spare: Voxels) -> tuple[Voxels, Voxels]:
    """Fold along one axis; gives the result and an array that may be used again."""
    if len(taps) == 1:
        return field, spare
    kernels.blur_rows(field, taps.astype(np.float32), axis, spare)
    return spare, field


def take_image(field: Voxels, scanner: Scanner, paint_step_mm: float, spare: Voxels) -> Voxels:
    """Blur painted voxels and gather them into slices; both arrays are used up.

    The painted step divides that from slice to slice.
    """
    taps = plane_taps(scanner)
    for axis in (0, 1):
        field, spare = blur(field, taps, axis, spare)
    field, spare = blur(field, box_taps(max(1.0, scanner.slice_mm / paint_step_mm)), 2, spare)
    every = round(scanner.step_mm / paint_step_mm)
    return field if every == 1 else np.ascontiguousarray(field[:, :, every // 2 :: every])


def smear_heart(field: Voxels, inside: npt.NDArray[np.bool_], size_mm: FloatArray, motion_mm: float) -> None:
    """Average over where the beating heart's parts lie during a rotation, in place.

    `motion_mm` is the whole way; it runs to the left, the front and the feet, as the base moves towards the apex.
    The smear fades within the same distance outside the heart.
    """
    held = ndimage.find_objects(inside.view(np.uint8))
    if motion_mm <= 0.0 or not held:
        return
    pad = np.ceil(1.5 * motion_mm / size_mm).astype(int)
    ends = zip(held[0], pad, field.shape, strict=True)
    box = tuple(slice(max(own.start - int(p), 0), min(own.stop + int(p), n)) for own, p, n in ends)
    part = field[box]
    weight = ndimage.gaussian_filter(inside[box].astype(np.float32), 0.35 * motion_mm / size_mm)
    way = np.array([0.6, -0.5, -0.62]) * motion_mm / size_mm
    times = round(v.MOTION_TIMES.number)
    phases = 0.5 * np.sin(np.pi * (np.arange(times) - 0.5 * (times - 1)) / times)
    mean = np.zeros_like(part)
    for phase in phases:
        mean += ndimage.shift(part, phase * way, order=1, mode="nearest")
    part += weight * (mean / times - part)
