r"""How much of each voxel lies inside a ball, a tapered tube or a branching piece.

A piece is a set of lines with a width at each point; between two points the width runs evenly, ends are
round, and a line of one point is a ball. The grid's voxels are cut into finer cells, and a cell whose centre
lies a distance :math:`d` outside the wall counts by :math:`\min(1, \max(0, \tfrac12 - d/h))`, with :math:`h`
the cell's edge: a wall that cuts a cell takes its share of it. Averaged over the ramp a ball would come out
too large by :math:`1 + h^2/4r^2` and a tube by :math:`1 + h^2/12r^2`, so their walls are drawn :math:`h^2/12r`
and :math:`h^2/24r` further in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.volume import to_voxel, voxel_size_mm
from azygos.render.kernels.occupancy import tube_distances

Lines = Sequence[npt.ArrayLike]
Indices = npt.NDArray[np.int64]
Tubes = tuple[FloatArray, FloatArray, FloatArray]  # starts (n, 3), ends (n, 3), radii (n, 2) [mm]
Cells = npt.NDArray[np.float32]
CELLS_ACROSS = 5  # of the thinnest width
FINEST_MM = 0.05
MOST_CELLS = 20_000_000  # of one block


def occupancy(
    lines_mm: Lines, diameters_mm: Lines, shape: tuple[int, int, int], affine_mm: FloatArray, *, cell_mm: float = 0.0
) -> Cells:
    """Share of each voxel that lies inside the union of tapered tubes and balls.

    Parameters
    ----------
    lines_mm : sequence of array, each shape (n_points, 3)
        Centre lines in LPS [mm]; one point is a ball.
    diameters_mm : sequence of array, each shape (n_points,)
        Widths at these points [mm], positive.
    shape : tuple of int
        Of the grid.
    affine_mm : array, shape (4, 4)
        Voxel centre index to LPS [mm].
    cell_mm : float
        Edge of the cells that a voxel is cut into [mm]; 0 takes a fifth of the thinnest width.

    Returns
    -------
    share : float32 array of the grid's shape
        From 0 to 1.

    Examples
    --------
    A tube of 2 mm width through voxels of 4 mm:

    >>> line = [[0.0, 0.0, -20.0], [0.0, 0.0, 20.0]]
    >>> share = occupancy([line], [[2.0, 2.0]], (1, 1, 3), np.diag([4.0, 4.0, 4.0, 1.0]))
    >>> round(float(share[0, 0, 1]), 2), round(math.pi * 1.0**2 / 16, 2)
    (0.2, 0.2)
    """
    share = np.zeros(shape, dtype=np.float32)
    tubes = _tubes(lines_mm, diameters_mm)
    if tubes is None:
        return share
    corner, size = reach(lines_mm, diameters_mm, shape, affine_mm)
    for first, fine, cuts in fine_blocks(lines_mm, diameters_mm, corner, size, affine_mm, cell_mm=cell_mm):
        whole = np.asarray(fine.shape) // cuts
        box = tuple(slice(int(c), int(c + n)) for c, n in zip(first, whole, strict=True))
        share[box] = mean_of_cells(fine, cuts)
    return share


def fine_blocks(
    lines_mm: Lines, diameters_mm: Lines, corner: Indices, size: Indices, affine_mm: FloatArray, *, cell_mm: float = 0.0
) -> Iterator[tuple[Indices, Cells, Indices]]:
    """Share of each fine cell of a box of voxels, a few slices at a time.

    Yields the first voxel of the block, its cells, and into how many cells each voxel is cut along its axes.
    The cuts are odd, so that a voxel's centre is a cell's centre.
    """
    tubes = _tubes(lines_mm, diameters_mm)
    if tubes is None or not np.all(size > 0):
        return
    cuts = _cuts(affine_mm, cell_mm or cell_size_mm(diameters_mm))
    deep = max(1, int(MOST_CELLS // (np.prod(size[:2] * cuts[:2]) * cuts[2])))
    for k in range(0, int(size[2]), deep):
        first = corner + np.array([0, 0, k])
        block = np.array([size[0], size[1], min(deep, int(size[2]) - k)])
        yield first, _fill(tubes, first, block, cuts, affine_mm), cuts


def reach(
    lines_mm: Lines, diameters_mm: Lines, shape: tuple[int, int, int], affine_mm: FloatArray, *, margin_mm: float = 0.0
) -> tuple[Indices, Indices]:
    """Box of voxels that a piece and a margin around it touch, within the grid: first voxel and size."""
    tubes = _tubes(lines_mm, diameters_mm)
    if tubes is None:
        return np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
    start, end, radii = tubes
    inverse = np.linalg.inv(affine_mm[:3, :3])
    grow = (radii.max(axis=1)[:, None] + margin_mm) * np.linalg.norm(inverse, axis=1)[None, :]
    both = np.stack([to_voxel(affine_mm, start), to_voxel(affine_mm, end)])
    low = np.clip(np.floor((both.min(axis=0) - grow).min(axis=0) + 0.5), 0, shape).astype(np.int64)
    high = np.clip(np.ceil((both.max(axis=0) + grow).max(axis=0) + 0.5), 0, shape).astype(np.int64)
    return low, high - low


def volume_ml(lines_mm: Lines, diameters_mm: Lines) -> float:
    r"""Volume of the union of tapered tubes and balls [mL].

    A ball is exact, and so is a single straight piece, a frustum with two half balls:
    :math:`\tfrac{\pi L}{3}(a^2 + ab + b^2) + \tfrac{2\pi}{3}(a^3 + b^3)`; bends and branches are counted in cells
    of a twelfth of the thinnest width, to within half a per cent (see the tests).

    Examples
    --------
    >>> round(volume_ml([[[0.0, 0.0, 0.0]]], [[10.0]]), 4)
    0.5236
    """
    tubes = _tubes(lines_mm, diameters_mm)
    if tubes is None:
        return 0.0
    start, end, radii = tubes
    if len(start) == 1:
        a, b = radii[0]
        length = float(np.linalg.norm(end[0] - start[0]))
        return float(math.pi * length / 3 * (a * a + a * b + b * b) + 2 * math.pi / 3 * (a**3 + b**3)) * 1e-3
    cell = max(FINEST_MM, min_diameter_mm(diameters_mm) / 12)
    corner = np.minimum(start, end).min(axis=0) - radii.max() - cell
    shape = np.ceil((np.maximum(start, end).max(axis=0) + radii.max() + cell - corner) / cell).astype(int) + 1
    affine = np.diag([cell, cell, cell, 1.0])
    affine[:3, 3] = corner
    share = occupancy(lines_mm, diameters_mm, (int(shape[0]), int(shape[1]), int(shape[2])), affine, cell_mm=cell)
    return float(share.sum(dtype=np.float64)) * cell**3 * 1e-3


def cell_size_mm(diameters_mm: Lines) -> float:
    """Edge of the cells in which these widths are drawn [mm]."""
    return max(FINEST_MM, min_diameter_mm(diameters_mm) / CELLS_ACROSS)


def min_diameter_mm(diameters_mm: Lines) -> float:
    """The thinnest width [mm]."""
    return float(min(np.min(np.asarray(widths, dtype=np.float64)) for widths in diameters_mm))


def _tubes(lines_mm: Lines, diameters_mm: Lines) -> Tubes | None:
    """Straight stretches: starts (n, 3), ends (n, 3) and radii (n, 2) [mm]; None where there is none."""
    starts, ends, radii = [], [], []
    for line, widths in zip(lines_mm, diameters_mm, strict=True):
        points, radius = np.atleast_2d(np.asarray(line, np.float64)), np.atleast_1d(np.asarray(widths, np.float64)) / 2
        require(bool(np.all(radius > 0.0)), f"a width of {2 * radius.min():g} mm has no inside. Give positive widths.")
        last = max(1, len(points) - 1)
        starts.append(points[:last])
        ends.append(points[-last:])
        radii.append(np.column_stack([radius[:last], radius[-last:]]))
    if not starts:
        return None
    return np.concatenate(starts), np.concatenate(ends), np.concatenate(radii)


def _cuts(affine_mm: FloatArray, cell_mm: float) -> Indices:
    """Cells along each axis of a voxel: odd, none longer than `cell_mm`."""
    whole = np.ceil(voxel_size_mm(affine_mm) / cell_mm - 1e-9).astype(np.int64)
    return np.asarray(np.maximum(1, whole + 1 - whole % 2), dtype=np.int64)


def _fill(
    tubes: Tubes,
    corner: Indices,
    size: Indices,
    cuts: Indices,
    affine_mm: FloatArray,
) -> Cells:
    """Share of each fine cell of a box of voxels that lies inside."""
    matrix = affine_mm[:3, :3] / cuts
    first = corner - 0.5 + 0.5 / cuts  # centre of the first cell, in voxels
    offset = affine_mm[:3, :3] @ first + affine_mm[:3, 3]
    edge = float(abs(np.linalg.det(matrix))) ** (1 / 3)
    distance = np.full(tuple(int(n) for n in size * cuts), edge, dtype=np.float32)
    start, end, radii = tubes
    drawn = _drawn_radii(start, end, radii, edge)
    tube_distances(start, end, drawn, matrix, offset, np.linalg.inv(matrix), edge, distance)
    distance /= -edge
    distance += 0.5
    return np.clip(distance, 0.0, 1.0, out=distance)


def _drawn_radii(start: FloatArray, end: FloatArray, radii: FloatArray, edge: float) -> FloatArray:
    """Radii at which a wall, drawn as a ramp one cell wide, holds the true volume."""
    is_ball = np.all(start == end, axis=1)[:, None]
    return np.asarray(radii - edge**2 / (np.where(is_ball, 12.0, 24.0) * radii), dtype=np.float64)


def mean_of_cells(fine: Cells, cuts: Indices) -> Cells:
    """Shares of whole voxels from those of their cells."""
    a, b, c = (int(n) for n in np.asarray(fine.shape) // cuts)
    p, q, r = (int(n) for n in cuts)
    return np.asarray(fine.reshape(a, p, b, q, c, r).mean(axis=(1, 3, 5), dtype=np.float32))
