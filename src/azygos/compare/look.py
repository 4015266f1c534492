"""Look at both scans at one place: what is brighter there than around, how much, and where its middle lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.compare.grids import Grid, on_first, sample
from azygos.compare.warp import Warp
from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.ground.volume import Volume

STEP_MM = 0.75
RING_MM = (1.5, 5.0)  # beyond the place looked at: what lies around it
SKIRT = 0.25  # of the excess at the peak; below it a voxel counts for nothing
NOISES = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look(Parcel):
    """Excess over the surroundings on each date, within one place of the first scan's frame."""

    excess: tuple[float, float]  # sum over the place [HU mL]
    peak: tuple[float, float]  # above the surroundings [HU]
    noise: tuple[float, float]  # around it [HU]
    middles_mm: tuple[FloatArray, FloatArray]  # of the excess, in the first scan's frame
    seen: tuple[float, float]  # share of the place that lies in each field

    @property
    def share(self) -> float:
        """Excess on the second date over that on the first [-]."""
        return self.excess[1] / max(self.excess[0], 1e-9)

    @property
    def shift_mm(self) -> FloatArray:
        """From the middle on the first date to that on the second, in the first scan's frame."""
        return np.asarray(self.middles_mm[1] - self.middles_mm[0])


def look(first: Volume, second: Volume, warp: Warp, points_mm: FloatArray, reach_mm: float) -> Look:
    """Compare both scans within `reach_mm` of points (n, 3) of the first scan's frame."""
    margin = reach_mm + RING_MM[1] + STEP_MM
    low, high = points_mm.min(axis=0) - margin, points_mm.max(axis=0) + margin
    shape = tuple(np.ceil((high - low) / STEP_MM).astype(int) + 1)
    cube = Grid(hu=np.zeros(shape, np.float32), seen=np.ones(shape, bool), origin_mm=low, step_mm=STEP_MM)
    distance = _distance(cube, points_mm)
    place = distance <= reach_mm
    ring = (distance > reach_mm + RING_MM[0]) & (distance <= reach_mm + RING_MM[1])
    values = (sample(first, cube.points_mm), on_first(cube, second, warp))
    parts = [_part(cube, hu, place, ring) for hu in values]
    return Look(
        excess=(parts[0][0], parts[1][0]),
        peak=(parts[0][1], parts[1][1]),
        noise=(parts[0][2], parts[1][2]),
        middles_mm=(parts[0][3], parts[1][3]),
        seen=(float(np.isfinite(values[0][place]).mean()), float(np.isfinite(values[1][place]).mean())),
    )


def _distance(cube: Grid, points_mm: FloatArray) -> FloatArray:
    """Of each place in the cube to the nearest point [mm]."""
    outside = np.ones(cube.hu.shape, dtype=bool)
    outside[tuple(np.rint((points_mm - cube.origin_mm) / cube.step_mm).astype(int).T)] = False
    return np.asarray(ndimage.distance_transform_edt(outside) * cube.step_mm)


def _part(cube: Grid, hu: FloatArray, place: BoolArray, ring: BoolArray) -> tuple[float, float, float, FloatArray]:
    inside, around = place & np.isfinite(hu), ring & np.isfinite(hu)
    middle = cube.points_mm[place].mean(axis=0)
    if not inside.any() or not around.any():
        return 0.0, 0.0, np.inf, middle
    background = float(np.median(hu[around]))
    noise = 1.4826 * float(np.median(np.abs(hu[around] - background)))
    over = hu[inside] - background
    peak = float(np.quantile(over, 1.0 - min(0.5, 3.0 / over.size)))
    weight = np.where(over > max(SKIRT * peak, NOISES * noise), over, 0.0)
    total = float(weight.sum())
    if total <= 0.0:
        return 0.0, peak, noise, middle
    return total * cube.step_mm**3 / 1000.0, peak, noise, np.average(cube.points_mm[inside], axis=0, weights=weight)
