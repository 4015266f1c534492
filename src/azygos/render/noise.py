r"""Noise of a scan: grains as the kernel leaves them, as strong as the body is thick there.

Filtered back-projection gives each pixel the mean over angles of its rays' variance, and a ray's variance grows as
:math:`e^{L}` with what it went through. So

.. math:: \sigma^2(x, y, z) = \sigma_0^2\,\frac{1\,\mathrm{mm}}{d\,w}\Big(\frac{U}{120}\Big)^{2p}
    \frac{\overline{e^{(1-m) L_\theta(x, y, z)}}}{e^{(1-m) L_0}}

with dose :math:`d`, slice :math:`w`, tube voltage :math:`U` and :math:`m` what modulation of the current takes away.
"""

from __future__ import annotations

import math

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


def draw_noise(shape: tuple[int, ...], scanner: Scanner, rng: np.random.Generator) -> Voxels:
    """Noise of standard deviation 1 with the grain of the kernel."""
    noise = rng.standard_normal(shape, dtype=np.float32)
    spare = np.empty_like(noise)
    sigma = v.NOISE_GRAIN[scanner.kernel].number / scanner.pixel_mm
    taps, wide = gaussian_taps(sigma), gaussian_taps(1.6 * sigma)
    along = _slice_taps(scanner)
    noise, spare = blur(noise, along, 2, spare)
    for axis in (0, 1):
        noise, spare = blur(noise, taps, axis, spare)
    slow = noise.copy()
    for axis in (0, 1):
        slow, spare = blur(slow, wide, axis, spare)
    noise -= np.float32(v.NOISE_RING.number) * slow
    noise /= np.float32(_spread(taps, wide) * math.sqrt(float((along**2).sum())))
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


def add_noise(field: Voxels, level: Voxels, noise: Voxels, ceiling_hu: float | None) -> None:
    """Add noise of the level there, round to whole HU and hold the scale's ends, in place."""
    top = 1e9 if ceiling_hu is None else ceiling_hu
    kernels.add_scaled(field, level, noise, v.FLOOR_HU.number, top)
