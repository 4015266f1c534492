r"""How sharp a real scan is, read from its own walls between air and tissue.

Where such a wall lies square to one of the scan's axes, the voxels along that axis run through it as
:math:`a + b\,\Phi((s - s_0)/\sigma)`: the step from air to tissue, blurred by the point spread. Skin, airways and
the lungs' surface give hundreds of such walls. For each wall the four numbers are fitted to eight voxels; the
scan's :math:`\sigma` along the axis is the median over the walls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.volume import Volume
from azygos.values.insertion import IN_PLANE_FWHM

FWHM_OF_SIGMA = 2.3548200450309493
AIR_HU, TISSUE_HU = -700.0, -200.0  # what lies on the two sides of a wall, at most and at least
MIDDLE_HU = -450.0
BEFORE, BEYOND = 4, 4  # voxels on the two sides of the step
LEAST_STEP_HU = 400.0
STEEPEST_SLANT = 0.2  # of the wall against the axis, as a tangent
WORST_MISFIT = 0.05  # root mean square over the step
FEWEST_WALLS = 40
MOST_WALLS = 1500
SIGMAS = np.geomspace(0.2, 3.0, 60)  # in voxels
SHIFTS = np.linspace(-1.0, 0.0, 21)  # in voxels: the middle of the step lies between two of them

Sites = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharpness(Parcel):
    """Full widths at half maximum of a scan's blur, and from how many walls they were read."""

    in_plane_mm: float
    slice_mm: float
    in_plane_walls: int
    slice_walls: int
    notes: tuple[str, ...] = ()


def slice_axis(volume: Volume) -> int:
    """The array axis that runs most nearly along the body."""
    return int(np.argmax(np.abs(volume.affine_mm[2, :3] / volume.spacing_mm)))


def estimate_sharpness(volume: Volume) -> Sharpness:
    """Full width at half maximum of a scan's blur in its plane and across its slices.

    Parameters
    ----------
    volume : Volume
        A real scan with some air in it.

    Returns
    -------
    sharpness : Sharpness
        Where fewer than 40 walls are found: an assumed width in the plane, the slice's own thickness across,
        and a note that says so.

    Notes
    -----
    Breathing and curved walls only widen an edge, and the blur in the plane is the same both ways; so the sharper of
    the two axes is taken. The profile of a slice is taken for a Gaussian; a sharp kernel's overshoot is left out.
    """
    across = slice_axis(volume)
    found = [edge_sigmas(volume, axis) * volume.spacing_mm[axis] for axis in range(3)]
    plane = min((found[axis] for axis in range(3) if axis != across), key=_median)
    along, notes = found[across], []
    if len(plane) < FEWEST_WALLS:
        notes.append(
            f"Too few walls in the plane ({len(plane)}) to read the blur; {IN_PLANE_FWHM.number:g} mm assumed."
        )
    if len(along) < FEWEST_WALLS:
        notes.append(f"Too few walls across the slices ({len(along)}) to read their profile; their thickness is taken.")
    return Sharpness(
        in_plane_mm=_median(plane) if len(plane) >= FEWEST_WALLS else IN_PLANE_FWHM.number,
        slice_mm=_median(along) if len(along) >= FEWEST_WALLS else _thickness_mm(volume, across),
        in_plane_walls=len(plane),
        slice_walls=len(along),
        notes=tuple(notes),
    )


def _median(sigmas_mm: FloatArray) -> float:
    """Full width at half maximum [mm]; infinite where too few walls show it."""
    return float(np.median(sigmas_mm)) * FWHM_OF_SIGMA if len(sigmas_mm) >= FEWEST_WALLS else np.inf


def _thickness_mm(volume: Volume, across: int) -> float:
    try:
        return float(volume.facts.get("slice_thickness_mm", ""))
    except ValueError:
        return float(volume.spacing_mm[across])


def edge_sigmas(volume: Volume, axis: int) -> FloatArray:
    """Blur of each usable wall along one axis [voxels], shape (n,)."""
    hu = np.moveaxis(volume.hu, axis, 2)
    spacing = np.append(np.delete(volume.spacing_mm, axis), volume.spacing_mm[axis])
    both = [_profiles(side, spacing) for side in (hu, hu[:, :, ::-1])]
    profiles = np.concatenate(both)
    if len(profiles) > MOST_WALLS:
        profiles = profiles[:: -(-len(profiles) // MOST_WALLS)]
    sigma, misfit = _fit(profiles)
    return np.asarray(sigma[misfit < WORST_MISFIT], dtype=np.float64)


def _profiles(hu: npt.NDArray[np.float32], spacing_mm: FloatArray) -> FloatArray:
    """Voxels through each wall where, along the last axis, air gives way to tissue; shape (n, 8)."""
    sites = _sites(hu)
    sites = sites[:: max(1, len(sites) // (20 * MOST_WALLS))]
    own = _column(hu, sites, 0, 0)
    low, high = own[:, :2].mean(axis=1), own[:, -3:].mean(axis=1)

    def height(di: int, dj: int) -> FloatArray:
        """How far the wall lies along the axis [mm], from how much of the column is air."""
        column = np.clip(_column(hu, sites, di, dj), low[:, None], high[:, None])
        return np.asarray((high[:, None] - column).sum(axis=1) / (high - low) * spacing_mm[2])

    rise = (height(2, 0) - height(-2, 0)) / (4 * spacing_mm[0])
    turn = (height(0, 2) - height(0, -2)) / (4 * spacing_mm[1])
    return np.asarray(own[np.hypot(rise, turn) < STEEPEST_SLANT], dtype=np.float64)


def _sites(hu: npt.NDArray[np.float32]) -> Sites:
    """Voxels (n, 3) that are the first of tissue behind air."""
    n = hu.shape[2]
    if n < BEFORE + BEYOND + 1 or min(hu.shape[:2]) < 5:
        return np.zeros((0, 3), dtype=np.int64)

    def shifted(by: int) -> npt.NDArray[np.float32]:
        return hu[2:-2, 2:-2, BEFORE + by : n - BEYOND + by]

    wall = (shifted(-1) < MIDDLE_HU) & (shifted(0) >= MIDDLE_HU) & (shifted(2) > TISSUE_HU)
    wall &= (shifted(-BEFORE) < AIR_HU) & (shifted(1 - BEFORE) < AIR_HU)
    return np.asarray(np.argwhere(wall) + np.array([2, 2, BEFORE]), dtype=np.int64)


def _column(hu: npt.NDArray[np.float32], sites: Sites, di: int, dj: int) -> FloatArray:
    along = np.arange(-BEFORE, BEYOND)
    column = hu[sites[:, 0, None] + di, sites[:, 1, None] + dj, sites[:, 2, None] + along]
    return np.asarray(
        np.maximum(column, -1000.0), dtype=np.float64
    )  # what lies outside the scanner's circle is air too


def _fit(profiles: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Blur of each profile [voxels] and what the step misses, over its height; both shape (n,)."""
    along = np.arange(-BEFORE, BEYOND)
    best = np.full(len(profiles), np.inf)
    sigma = np.zeros(len(profiles))
    centred = profiles - profiles.mean(axis=1, keepdims=True)
    for width in SIGMAS:
        for shift in SHIFTS:
            model = ndtr((along - shift) / width)
            model -= model.mean()
            step = centred @ model / (model @ model)
            misfit = np.sqrt(((centred - step[:, None] * model) ** 2).mean(axis=1)) / np.maximum(step, 1.0)
            better = (step > LEAST_STEP_HU) & (misfit < best)
            best[better], sigma[better] = misfit[better], width
    return sigma, best
