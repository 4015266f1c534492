"""Solids and tubes painted in order into the voxels of a scan, with the names of structures beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import FloatArray
from azygos.render.kernels import paint as kernels
from azygos.render.materials import Palette
from azygos.render.solids import Solid, Thing, Tubes

THINNEST_CORE_MM = 0.2  # radius
TILE = 64  # cells of a texture along each axis, a power of two
FINE_MM = 2.0  # grains up to this size are a cell each; larger ones are smooth over several cells
FINE_BLUR, SMOOTH_BLUR, SMOOTH_CELLS = 0.7, 1.8, 4.0  # of textures, in cells; cells to a smooth grain


@dataclass(slots=True, eq=False)
class Canvas:
    """Voxels to be painted; filled in place."""

    hu: npt.NDArray[np.float32]  # (n_i, n_j, n_k)
    labels: npt.NDArray[np.uint8]
    corner_mm: FloatArray  # (3,), centre of voxel [0, 0, 0]
    size_mm: FloatArray  # (3,)
    names: dict[str, int]  # structure to label
    fine: npt.NDArray[np.float32]  # texture of cells
    smooth: npt.NDArray[np.float32]  # texture of blobs

    @property
    def affine_mm(self) -> FloatArray:
        """Voxel centre index to LPS [mm]."""
        affine = np.diag([*self.size_mm, 1.0])
        affine[:3, 3] = self.corner_mm
        return affine

    @property
    def far_corner_mm(self) -> FloatArray:
        """Centre of the last voxel."""
        return np.asarray(self.corner_mm + (np.array(self.hu.shape) - 1) * self.size_mm)

    def label(self, name: str) -> int:
        """The label of a structure, a new one if need be; 0 for no name."""
        return self.names.setdefault(name, len(self.names) + 1) if name else 0


def blank_canvas(shape: tuple[int, int, int], corner_mm: FloatArray, size_mm: FloatArray, seed: int) -> Canvas:
    """Nothing but air."""
    rng = np.random.default_rng(seed)
    return Canvas(
        hu=np.full(shape, -1000.0, dtype=np.float32),
        labels=np.zeros(shape, dtype=np.uint8),
        corner_mm=corner_mm,
        size_mm=size_mm,
        names={},
        fine=_texture(rng, TILE, FINE_BLUR),
        smooth=_texture(rng, 2 * TILE, SMOOTH_BLUR),
    )


def _texture(rng: np.random.Generator, cells: int, blur: float) -> npt.NDArray[np.float32]:
    """Periodic noise of mean 0 and standard deviation 1."""
    white = rng.standard_normal((cells, cells, cells), dtype=np.float32)
    tile = ndimage.gaussian_filter(white, blur, mode="wrap")
    return np.asarray((tile - tile.mean()) / tile.std(), dtype=np.float32)


def paint(canvas: Canvas, things: Iterable[Thing | None], palette: Palette) -> None:
    """Paint things one over the other."""
    for thing in things:
        if isinstance(thing, Solid):
            _paint_solid(canvas, thing, palette)
        elif isinstance(thing, Tubes):
            _paint_tubes(canvas, thing, palette)


def _paint_solid(canvas: Canvas, solid: Solid, palette: Palette) -> None:
    fine = solid.grain_mm <= FINE_MM
    kernels.paint_solid(
        solid.distance_mm, solid.origin_mm, solid.grid_mm, canvas.corner_mm, canvas.size_mm,
        palette.hu(solid.material) if solid.material else 0.0, solid.rise_hu_mm,
        palette.hu(solid.rim) if solid.rim else 0.0, solid.rim_mm, solid.grain_hu,
        solid.grain_mm if fine else solid.grain_mm / SMOOTH_CELLS, canvas.fine if fine else canvas.smooth,
        canvas.label(solid.name), bool(solid.material), canvas.hu, canvas.labels,
    )  # fmt: skip


def _paint_tubes(canvas: Canvas, tubes: Tubes, palette: Palette) -> None:
    _paint_full(canvas, tubes, tubes.radii_mm, palette.hu(tubes.material))
    if tubes.wall_mm > 0.0:
        _paint_full(canvas, tubes, np.maximum(tubes.radii_mm - tubes.wall_mm, THINNEST_CORE_MM), palette.hu(tubes.core))


def _paint_full(canvas: Canvas, tubes: Tubes, radii_mm: FloatArray, hu: float) -> None:
    kernels.paint_tubes(
        tubes.starts_mm, tubes.ends_mm, radii_mm, tubes.squash, canvas.corner_mm, canvas.size_mm, hu,
        canvas.label(tubes.name), canvas.hu, canvas.labels,
    )  # fmt: skip
