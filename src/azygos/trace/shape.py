"""The shape of a set of voxels: principal extents, skeleton, its longest way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from azygos.ground.parcels import BoolArray, FloatArray, IntArray, Parcel

BALL, ROD, LINE = 20.0, 16.0, 12.0  # square of a width over its variance, of a ball, across a rod, along a line
FEWEST = 4  # voxels that have a skeleton worth the name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line(Parcel):
    """The skeleton of a piece."""

    points_mm: FloatArray  # shape (n, 3), the longest way from end to end
    length_mm: float  # of all branches, out to the surface
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extents(Parcel):
    """Principal axes of a piece, the longest first."""

    widths_mm: FloatArray  # shape (3,)
    axes: FloatArray  # shape (3, 3), rows
    centre_mm: FloatArray  # shape (3,)

    @property
    def elongation(self) -> float:
        """Longest over middle."""
        return float(self.widths_mm[0] / max(self.widths_mm[1], 1e-6))

    @property
    def flatness(self) -> float:
        """Middle over smallest."""
        return float(self.widths_mm[1] / max(self.widths_mm[2], 1e-6))


def extents_of(points_mm: FloatArray, spacing_mm: FloatArray, weights: FloatArray | None = None) -> Extents:
    """Principal widths of voxels (n, 3); a voxel's own size counts.

    Examples
    --------
    >>> row = np.column_stack([np.arange(10.0), np.zeros(10), np.zeros(10)])
    >>> extents_of(row, np.ones(3)).widths_mm.round(2).tolist()
    [10.0, 1.15, 1.15]
    """
    weight = np.ones(len(points_mm)) if weights is None else weights
    centre = np.average(points_mm, axis=0, weights=weight)
    off = points_mm - centre
    spread = (off * weight[:, None]).T @ off / weight.sum() + np.diag(spacing_mm**2) / 12.0
    values, vectors = np.linalg.eigh(spread)
    values, axes = values[::-1], vectors[:, ::-1].T
    long = values[0] > 4.0 * values[1]
    factor = np.array([LINE, ROD, ROD]) if long else np.array([BALL, BALL, BALL])
    return Extents(widths_mm=np.sqrt(factor * values), axes=axes, centre_mm=centre)


def line_of(mask: BoolArray, origin: IntArray, affine_mm: FloatArray, extents: Extents) -> Line:
    """Skeleton of a mask whose first voxel is `origin` of the scan."""
    from skimage.morphology import skeletonize

    spacing = np.linalg.norm(affine_mm[:3, :3], axis=0)
    if np.count_nonzero(mask) < FEWEST:
        return _straight(extents)
    thin = np.argwhere(skeletonize(np.pad(mask, 1))) - 1
    if len(thin) < 2:
        return _straight(extents)
    points = (thin + origin) @ affine_mm[:3, :3].T + affine_mm[:3, 3]
    graph = _graph(thin, spacing)
    way, ends = _longest(graph)
    reach = ndimage.distance_transform_edt(np.pad(mask, 1), sampling=spacing)[1:-1, 1:-1, 1:-1][tuple(thin.T)]
    tree = float(csgraph.minimum_spanning_tree(graph).sum())
    length = tree + float(reach[way[0]] + reach[way[-1]])
    if length < extents.widths_mm[0]:
        return (
            _straight(extents)
            if ends <= 2
            else Line(points_mm=points[way], length_mm=float(extents.widths_mm[0]), ends=ends)
        )
    return Line(points_mm=points[way], length_mm=length, ends=ends)


def _straight(extents: Extents) -> Line:
    half = extents.axes[0] * extents.widths_mm[0] / 2.0
    points = np.stack([extents.centre_mm - half, extents.centre_mm + half])
    return Line(points_mm=points, length_mm=float(extents.widths_mm[0]), ends=2)


def _graph(voxels: IntArray, spacing_mm: FloatArray) -> sparse.csr_matrix:
    """Distances between voxels that touch [mm]."""
    from scipy.spatial import cKDTree

    pairs = cKDTree(voxels).query_pairs(1.75, output_type="ndarray")
    apart = np.linalg.norm((voxels[pairs[:, 0]] - voxels[pairs[:, 1]]) * spacing_mm, axis=1)
    n = len(voxels)
    return sparse.csr_matrix((apart, (pairs[:, 0], pairs[:, 1])), shape=(n, n))


def _longest(graph: sparse.csr_matrix) -> tuple[IntArray, int]:
    """Voxels of the longest geodesic way, and how many ends the skeleton has."""
    tree = csgraph.minimum_spanning_tree(graph)
    both = tree + tree.T
    degree = np.diff(both.tocsr().indptr)
    far = _farthest(both, 0)[0]
    end, before = _farthest(both, far)
    way = [end]
    while before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return np.array(way), int(np.count_nonzero(degree == 1))


def _farthest(graph: sparse.csr_matrix, start: int) -> tuple[int, IntArray]:
    distance, before = csgraph.dijkstra(graph, directed=False, indices=start, return_predecessors=True)
    return int(np.argmax(np.where(np.isfinite(distance), distance, -1.0))), before
