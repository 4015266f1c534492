"""The lines of a piece: its longest way, and the branches that leave it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from azygos.ground.findings import Piece
from azygos.ground.parcels import FloatArray, IntArray
from azygos.trace.oriented import Oriented

STEP_MM = 2.0
SHORTEST_BRANCH_MM = 6.0
MOST_BRANCHES = 12
CELL_MM = 2.0


def points_of(piece: Piece, scan: Oriented) -> FloatArray:
    """Voxel centres of a piece (n, 3), LPS [mm]."""
    here = np.empty(piece.voxels.shape)
    for axis, (given, flip) in enumerate(zip(scan.axes, scan.flipped, strict=True)):
        here[:, axis] = scan.hu.shape[axis] - 1 - piece.voxels[:, given] if flip else piece.voxels[:, given]
    return scan.to_mm(here)


def resample(line_mm: FloatArray, step_mm: float = STEP_MM) -> FloatArray:
    """A line (n, 3) with points at even steps; its ends stay.

    Examples
    --------
    >>> resample(np.array([[0.0, 0, 0], [0, 0, 5]]), 2.5)[:, 2].tolist()
    [0.0, 2.5, 5.0]
    """
    if len(line_mm) < 2:
        return np.array(line_mm, dtype=np.float64)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line_mm, axis=0), axis=1))])
    at = np.linspace(0.0, along[-1], max(2, round(along[-1] / step_mm) + 1))
    return np.column_stack([np.interp(at, along, line_mm[:, axis]) for axis in range(3)])


def lines_of(piece: Piece, points_mm: FloatArray) -> list[FloatArray]:
    """The longest way of a piece and then its branches, each from where it leaves the lines before it."""
    main = resample(piece.line_mm if len(piece.line_mm) else piece.centre_mm[None, :])
    length = float(np.linalg.norm(np.diff(main, axis=0), axis=1).sum())
    if len(main) < 2 or piece.length_mm - length < SHORTEST_BRANCH_MM:
        return [main]
    return [main, *_branches(main, points_mm, max(SHORTEST_BRANCH_MM, 2.0 * piece.diameter_mm))]


def leaks_of(inside_mm: FloatArray, outside_mm: FloatArray, shortest_mm: float) -> list[FloatArray]:
    """Lines from the cement within a bone to the ends of what left it, each at least so far from it, straight.

    What lies nearer may be the bone's own cement beyond an outline that is drawn too small.
    """
    if not len(outside_mm):
        return []
    gap = cKDTree(outside_mm).query(inside_mm, distance_upper_bound=2.0 * CELL_MM)[0]
    root = inside_mm[np.isfinite(gap)]
    if not len(root):
        return []
    points = np.concatenate([root, outside_mm])
    return list(_branches(root, points, shortest_mm, 0.5 * CELL_MM, bone=cKDTree(inside_mm)))


def _branches(
    main: FloatArray, points_mm: FloatArray, shortest: float, width: float = np.inf, *, bone: cKDTree | None = None
) -> Iterator[FloatArray]:
    """The farthest voxel from what is drawn already, again and again, with the way to it.

    What lies within `width` of `main` belongs to it, and within the points' own reach of each branch to that. Of what
    left a `bone` no end lies nearer to it than `shortest`.
    """
    points = _thinned(points_mm)
    graph, reach = _neighbours(points)
    tree, drawn = cKDTree(points), [main]
    own = tree.query_ball_point(main, min(reach, width))
    end_here = np.ones(len(points), dtype=bool) if bone is None else bone.query(points)[0] >= shortest
    for _ in range(MOST_BRANCHES):
        around = [*own, *(tree.query_ball_point(np.concatenate(drawn[1:]), reach) if drawn[1:] else [])]
        near = np.unique(np.concatenate(around).astype(np.int64))
        if not near.size:
            return
        far, before, _ = dijkstra(graph, indices=near, min_only=True, return_predecessors=True)
        far = np.where(np.isfinite(far) & end_here, far, -1.0)
        end = int(np.argmax(far))
        if far[end] < shortest:
            return
        way = points[_way_to(end, before)]
        joint = np.concatenate(drawn)
        start = joint[np.argmin(np.linalg.norm(joint - way[0], axis=1))]
        line = resample(np.concatenate([start[None, :], _centred(way, tree, points, reach)]))
        drawn.append(line)
        yield line


def _thinned(points_mm: FloatArray) -> FloatArray:
    """One point for each cell that holds voxels, at their middle."""
    _, cell, count = np.unique(np.floor(points_mm / CELL_MM), axis=0, return_inverse=True, return_counts=True)
    return np.column_stack([np.bincount(cell.ravel(), points_mm[:, axis]) for axis in range(3)]) / count[:, None]


def _neighbours(points: FloatArray) -> tuple[csr_array, float]:
    """Points joined to those around them, and how far that reaches [mm]: twice a cell, or over the widest gap."""
    tree = cKDTree(points)
    nearest = tree.query(points, k=min(3, len(points)))[0]
    reach = max(2.0 * CELL_MM, 1.2 * float(nearest[np.isfinite(nearest)].max()))
    pairs = tree.query_pairs(reach, output_type="ndarray")
    length = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    both = np.concatenate([pairs, pairs[:, ::-1]]).T
    return coo_array((np.tile(length, 2), (both[0], both[1])), shape=(len(points),) * 2).tocsr(), reach


def _way_to(end: int, before: IntArray) -> list[int]:
    way = [end]
    while before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return way[::-1]


def _centred(way: FloatArray, tree: cKDTree, points: FloatArray, reach: float) -> FloatArray:
    """Each point of a way moved to the middle of the voxels around it."""
    return np.stack([points[near].mean(axis=0) for near in tree.query_ball_point(way, 1.5 * reach)])
