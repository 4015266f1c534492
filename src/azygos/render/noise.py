r"""Noise of a scan: grains as the kernel leaves them, as strong as the body is thick there.

Filtered back-projection gives each pixel the mean over angles of its rays' variance, and a ray's variance grows as
:math:`e^{L}` with what it went through. So

.. math:: \sigma^2(x, y, z) = \sigma_0^2\,\frac{1\,\mathrm{mm}}{d\,w}\Big(\frac{U}{120}\Big)^{2p}
    \frac{\overline{e^{(1-m) L_\theta(x, y, z)}}}{e^{(1-m) L_0}}

with dose :math:`d`, slice :math:`w`, tube voltage :math:`U` and :math:`m` what modulation of the current takes away.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import FloatArray
from azygos.render.choices import Scanner
from azygos.render.image_domain import Voxels, blur, gaussian_taps
from azygos.render.kernels import paint as kernels
from azygos.values import scanners as v

WATER_PER_MM = 0.0195  # attenuation of water at the beam's mean energy, only to weigh paths [1/mm]
ANGLES = 12
SLAB = 48  # slices of noise at a time
COARSE_MM = (8.0, 10.0)  # in the plane and along the body, of the map of noise


def noise_level(field: Voxels, size_mm: FloatArray, scanner: Scanner) -> npt.NDArray[np.float32]:
    """Standard deviation on a coarse grid over the scan [HU]; its nodes lie evenly from first to last voxel."""
    steps = np.maximum(1, np.round(np.array([COARSE_MM[0], COARSE_MM[0], COARSE_MM[1]]) / size_mm)).astype(int)
    coarse = _thinned(field, steps)
    mean_path = (1.0 - v.MODULATION.number) * _paths(np.maximum(coarse + 1000.0, 0.0) / 1000.0, steps[0] * size_mm[0])
    reference = math.exp((1.0 - v.MODULATION.number) * WATER_PER_MM * v.REFERENCE_PATH.number)
    level = v.NOISE_HU[scanner.kernel].number * (scanner.kvp / 120.0) ** v.KVP_POWER.number
    level /= math.sqrt(scanner.dose * scanner.slice_mm)
    return np.asarray(level * np.sqrt(_over_angles(mean_path) / reference), dtype=np.float32)


def _thinned(field: Voxels, steps: npt.NDArray[np.int64]) -> Voxels:
    """Every so many voxels along each axis, the first and the last among them."""
    counts = [max(2, round((n - 1) / s) + 1) for n, s in zip(field.shape, steps, strict=True)]
    at = [np.linspace(0, n - 1, m).round().astype(int) for n, m in zip(field.shape, counts, strict=True)]
    return np.asarray(field[np.ix_(*at)], dtype=np.float32)


def _paths(density: Voxels, pixel_mm: float) -> Voxels:
    return density * np.float32(WATER_PER_MM * pixel_mm)


def _over_angles(attenuation: Voxels) -> Voxels:
    """Mean over angles of what a ray through each pixel goes through, exponentiated."""
    total = np.zeros_like(attenuation)
    for angle in np.arange(ANGLES) * 180.0 / ANGLES:
        turned = ndimage.rotate(attenuation, angle, axes=(0, 1), reshape=False, order=1)
        rays = np.broadcast_to(turned.sum(axis=0, keepdims=True), turned.shape)
        total += np.exp(ndimage.rotate(rays, -angle, axes=(0, 1), reshape=False, order=1, mode="nearest"))
    return np.asarray(total / ANGLES, dtype=np.float32)


def add_noise(field: Voxels, scanner: Scanner, size_mm: FloatArray, rng: np.random.Generator) -> None:
    """Add noise, round to whole HU and hold the scale's ends, in place; slab by slab, to save memory."""
    level = noise_level(field, size_mm, scanner)
    top = 1e9 if scanner.ceiling_hu is None else scanner.ceiling_hu
    first = 0
    for noise in draw_noise(field.shape, scanner, rng):
        kernels.add_scaled(field, level, noise, first, v.FLOOR_HU.number, top)
        first += noise.shape[2]


def draw_noise(shape: tuple[int, ...], scanner: Scanner, rng: np.random.Generator) -> Iterator[Voxels]:
    """Noise of standard deviation 1 with the grain of the kernel, in slabs from below to above."""
    sigma = v.NOISE_GRAIN[scanner.kernel].number / scanner.pixel_mm
    taps, wide, along = gaussian_taps(sigma), gaussian_taps(1.6 * sigma), _slice_taps(scanner)
    spread = np.float32(_spread(taps, wide) * math.sqrt(float((along**2).sum())))
    kept = rng.standard_normal((*shape[:2], 2), dtype=np.float32)
    for first in range(0, shape[2], SLAB):
        fresh = rng.standard_normal((*shape[:2], min(SLAB, shape[2] - first)), dtype=np.float32)
        white = np.concatenate([kept, fresh], axis=2)
        kept = white[:, :, -2:].copy()
        noise = _grained(white, fresh, taps, wide, along)
        noise /= spread
        yield noise


def _grained(white: Voxels, spare: Voxels, taps: FloatArray, wide: FloatArray, along: FloatArray) -> Voxels:
    """White noise, one slice longer at either end, with the kernel's grain; `spare` is used up."""
    noise = np.ascontiguousarray(blur(white, along, 2, np.empty_like(white))[0][:, :, 1:-1])
    for axis in (0, 1):
        noise, spare = blur(noise, taps, axis, spare)
    slow, left = blur(noise, wide, 0, spare)[0], np.empty_like(noise)
    slow, _ = blur(slow, wide, 1, left)
    slow *= np.float32(v.NOISE_RING.number)
    noise -= slow
    return noise


def _slice_taps(scanner: Scanner) -> FloatArray:
    """What noise shares with its neighbours along the body: more where slices overlap."""
    shared = min(0.5, v.SLICE_OVERLAP.number * scanner.slice_mm / scanner.step_mm)
    return np.array([shared, 1.0, shared])


def _spread(taps: FloatArray, wide: FloatArray) -> float:
    """Standard deviation of white noise after both filters, worked out from their weights."""
    narrow = np.outer(taps, taps)
    both = np.convolve(taps, wide)
    ring = -v.NOISE_RING.number * np.outer(both, both)
    pad = (len(both) - len(taps)) // 2
    ring[pad : pad + len(taps), pad : pad + len(taps)] += narrow
    return float(np.sqrt((ring**2).sum()))
