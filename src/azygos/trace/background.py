"""What is ordinary at each place of a scan: the local level and its noise, on blocks of some millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.trace import kernels
from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.trace.oriented import HU_SPAN, Int16Array, Oriented
from azygos.values import tracing

SMALLEST_BLOCK = (4, 4, 2)  # voxels
STRIDE = 2  # in the plane, within a block: neighbours are correlated anyway
AIR_HU = -1000
DENSER_THAN_LUNG_HU = -100  # what the middle of a vessel reads
FEWEST_IN_VESSELS = 500  # voxels that tell what vessels reach
REACHED = 75.0  # percentile of them; many emboli are less than the quarter above
LUNGS = ("lung_right", "lung_left", "hilum_right", "hilum_left")
BEFORE_LUNGS = ("right_ventricle", "pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Background(Parcel):
    """Local level and noise on blocks of the scan; block (a, b, c) begins at voxel (a, b, c) times `block`."""

    block: tuple[int, int, int]  # voxels along i, j, k
    low_hu: Int16Array  # 16th of 100 voxels in each block
    middle_hu: Int16Array  # median of each block
    level_hu: FloatArray  # what is ordinary there: median around, at least ordinary blood
    noise_hu: FloatArray  # standard deviation of single voxels
    regions: Int16Array  # place in REGIONS of each block's centre

    def __post_init__(self) -> None:
        self.seal("low_hu", "middle_hu", "regions", dtype=np.int16)
        self.seal("level_hu", "noise_hu")

    def at(self, grid: FloatArray, voxels: np.ndarray) -> FloatArray:
        """A block-wise quantity at voxels (n, 3), of the block that holds each."""
        return np.asarray(grid[tuple((voxels // np.array(self.block)).T)])


def read_background(scan: Oriented, anatomy: Anatomy) -> Background:
    """Level and noise of each block, with what ordinary blood reaches as a floor."""
    block = block_of(scan.spacing_mm)
    low, middle = block_quantiles(scan.hu, block)
    regions = _regions(scan, anatomy, block, middle.shape)
    noise = local_noise(middle, middle.astype(np.float64) - low)
    wide = ndimage.median_filter(middle, size=3).astype(np.float64)
    blood = ordinary_blood(anatomy, regions)
    lungs = within(regions, LUNGS)
    reached = lung_vessels_hu(scan.hu, block, lungs)  # whatever the great vessels read: their outlines may be off
    for there in (lungs, within(regions, BEFORE_LUNGS)):
        blood[there] = np.maximum(blood[there], reached)
    level = np.clip(np.maximum(wide, blood), None, tracing.MOST_ORDINARY.number)
    return Background(block=block, low_hu=low, middle_hu=middle, level_hu=level, noise_hu=noise, regions=regions)


def block_of(spacing_mm: FloatArray) -> tuple[int, int, int]:
    """Voxels along each edge of a block."""
    edges = np.maximum(np.round(tracing.BLOCK.number / spacing_mm), SMALLEST_BLOCK).astype(int)
    return (int(edges[0]), int(edges[1]), int(edges[2]))


def block_quantiles(hu: Int16Array, block: tuple[int, int, int]) -> tuple[Int16Array, Int16Array]:
    """16th and 50th of 100 voxels in each block."""
    shape = tuple(-(-size // edge) for size, edge in zip(hu.shape, block, strict=True))
    low, middle = np.empty(shape, np.int16), np.empty(shape, np.int16)
    kernels.block_levels(hu, np.array(block), STRIDE, HU_SPAN[0], low, middle)
    return low, middle


def local_noise(middle: Int16Array, spread: FloatArray) -> FloatArray:
    """Noise around each block: the lower quartile of the lower half-widths of blocks nearby that hold no air.

    Structure widens a block's spread and never narrows it, and what is bright lies in its upper half.
    """
    tissue = middle > AIR_HU + 20
    known = np.where(tissue, spread, np.nan)
    if not tissue.any():
        return np.full(middle.shape, tracing.PLAINEST.number)
    overall = float(np.nanpercentile(known, 25))
    lower = ndimage.percentile_filter(np.where(tissue, spread, overall), 25, size=5)
    return np.asarray(np.maximum(lower, tracing.PLAINEST.number))


def ordinary_blood(anatomy: Anatomy, regions: Int16Array) -> FloatArray:
    """What blood reaches in the roads around each block: unenhanced, or as bright as contrast has made it [HU]."""
    plain, spread = tracing.BLOOD.number, tracing.CONTRAST_SPREAD.number
    reached = {name: max(plain, spread * hu) for name, hu in anatomy.vessel_hu.items() if hu > plain}
    anywhere = reached.get("aorta", plain) if "arteries" in anatomy.contrast else plain
    lung = max(anywhere, reached.get("lung", plain)) if anatomy.contrast != "none" else plain
    return np.where(within(regions, LUNGS), lung, anywhere)


def lung_vessels_hu(hu: Int16Array, block: tuple[int, int, int], lungs: BoolArray) -> float:
    """What the vessels of these lungs reach as they are seen; pieces of cement hardly count among so many [HU]."""
    inner = ndimage.binary_erosion(lungs)
    places = [np.arange(0, size, STRIDE) for size in hu.shape]
    at = np.ix_(*(place // edge for place, edge in zip(places, block, strict=True)))
    vessels = hu[np.ix_(*places)][inner[at]]
    vessels = vessels[vessels > DENSER_THAN_LUNG_HU]
    if len(vessels) < FEWEST_IN_VESSELS:
        return tracing.BLOOD.number
    return tracing.CONTRAST_SPREAD.number * float(np.percentile(vessels, REACHED))


def within(regions: Int16Array, names: tuple[str, ...]) -> BoolArray:
    """Which blocks or voxels lie in one of these regions."""
    return np.isin(regions, [REGIONS.index(name) for name in names])


def _regions(scan: Oriented, anatomy: Anatomy, block: tuple[int, int, int], shape: tuple[int, ...]) -> Int16Array:
    centres = [
        np.minimum((np.arange(n) + 0.5) * b - 0.5, s - 1) for n, b, s in zip(shape, block, scan.hu.shape, strict=True)
    ]
    points = np.stack(np.meshgrid(*centres, indexing="ij"), axis=-1).reshape(-1, 3)
    return anatomy.region_at(scan.to_mm(points)).reshape(shape).astype(np.int16)
