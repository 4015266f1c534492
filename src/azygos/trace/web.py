"""Vertebrae, cement and roads as one graph of nodes and costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from azygos.ground.findings import Piece
from azygos.ground.parcels import FloatArray, IntArray, Parcel
from azygos.trace.anatomy import Anatomy
from azygos.trace.oriented import Oriented
from azygos.trace.roads import Ground, box_around, lay_out
from azygos.trace.strands import STAGE_OF_SITE, TOUCHING_MM, Line, find_lines
from azygos.values.joining import SEEN_COST, WEAKEST_ROAD

REACH_MM = 25.0  # from a piece's line to the road that it lies on
NOTHING = 1e-6  # cost of a change of stage: above zero, so that the graph keeps the edge

Edges = tuple[IntArray, FloatArray]  # (n, 2) from and to, (n,) cost


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source(Parcel):
    """One vertebra that holds cement, as the beginning of ways."""

    level: str
    piece: int  # the piece that fills most of it
    centre_mm: FloatArray  # shape (3,), of the cement in its body
    points_mm: FloatArray  # shape (n, 3), of the cement in its body from which ways may begin

    def __post_init__(self) -> None:
        self.seal("centre_mm", "points_mm")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Web(Parcel):
    """All nodes (vertebrae first, then points on lines, then voxels) and the costs between them."""

    points_mm: FloatArray  # shape (n, 3)
    piece: IntArray  # shape (n,), piece number, 0 off cement
    site: npt.NDArray[np.str_]  # shape (n,)
    costs: csr_array  # directed, from row to column
    seen: frozenset[tuple[int, int]]  # edges along cement, the lower node first
    middle_mm: float  # where the body's right half ends, to the left [mm]

    def __post_init__(self) -> None:
        self.seal("points_mm")
        self.seal("piece", dtype=np.int64)


def weave(
    pieces: Sequence[Piece], clouds: Sequence[FloatArray], sources: Sequence[Source], anatomy: Anatomy, scan: Oriented
) -> Web:
    """Put vertebrae, cement and roads into one graph; `clouds` are the voxels (n, 3) [mm] of each piece."""
    filled = cKDTree(np.concatenate([source.points_mm for source in sources])) if sources else None
    lines = find_lines(pieces, clouds, anatomy, filled)
    farthest = max((STAGE_OF_SITE.get(site, 0) for line in lines for site in line.sites), default=0)
    grounds: Mapping[int, Ground] = {}
    if sources and lines:
        known = np.concatenate([*(line.points_mm for line in lines), *(source.points_mm for source in sources)])
        grounds = lay_out(anatomy, scan, box_around(anatomy, known, farthest), farthest)
    by_number = {piece.number: cloud for piece, cloud in zip(pieces, clouds, strict=True)}
    return _bind(sources, lines, by_number, grounds, anatomy)


def _bind(
    sources: Sequence[Source], lines: Sequence[Line], clouds: Mapping[int, FloatArray], grounds: Mapping[int, Ground],
    anatomy: Anatomy,
) -> Web:  # fmt: skip
    cells = {stage: anatomy.affine_mm[:3, :3] @ ground.cells.T for stage, ground in grounds.items()}
    blocks = [
        *(source.centre_mm[None, :] for source in sources),
        *(line.points_mm for line in lines),
        *(cell.T + anatomy.affine_mm[:3, 3] for cell in cells.values()),
    ]
    points = np.concatenate([*blocks, np.zeros((0, 3))])
    first_line = len(sources)
    first_cell = first_line + sum(len(line.points_mm) for line in lines)
    starts = dict(zip(grounds, first_cell + np.cumsum([0, *(len(g.cells) for g in grounds.values())]), strict=False))
    near = np.array(["vertebral_body"] * first_line + [name for line in lines for name in line.sites], "<U32")
    site = np.concatenate([near, *(np.array(ground.sites)[ground.site] for ground in grounds.values())])
    piece = np.zeros(len(points), dtype=np.int64)
    piece[first_line:first_cell] = [line.piece for line in lines for _ in line.sites]
    along, seen = _along_lines(lines, points, site, first_line)
    edges = [
        along,
        _between_pieces(points, piece, range(first_line, first_cell)),
        *_through(grounds, starts, anatomy),
        *_onto_roads(points, site, range(first_line, first_cell), grounds, starts, anatomy),
        *_out_of_bone(sources, points, first_line, first_cell, grounds, starts, anatomy),
        *_touching(sources, points, piece, clouds),
    ]
    costs = _matrix(edges, len(points))
    return Web(points_mm=points, piece=piece, site=site, costs=costs, seen=seen, middle_mm=_middle(anatomy))


def _middle(anatomy: Anatomy) -> float:
    if anatomy.spine is not None:
        return float(anatomy.spine.line_mm[:, 0].mean())
    return float(anatomy.affine_mm[0] @ [*(0.5 * (edge - 1) for edge in anatomy.regions.shape), 1.0])


def _matrix(edges: Sequence[Edges], n: int) -> csr_array:
    ends = np.concatenate([pair for pair, _ in edges])
    cost = np.maximum(np.concatenate([value for _, value in edges]), NOTHING)
    cheapest = np.lexsort((cost, ends[:, 1], ends[:, 0]))  # of parallel edges, which a sparse matrix would add up
    ends, cost = ends[cheapest], cost[cheapest]
    first = np.append(True, np.any(ends[1:] != ends[:-1], axis=1)) if len(ends) else np.zeros(0, dtype=bool)
    return coo_array((cost[first], ends[first].T), shape=(n, n)).tocsr()


def _both(pairs: IntArray, cost: FloatArray) -> Edges:
    return np.concatenate([pairs, pairs[:, ::-1]]), np.tile(cost, 2)


def _along_lines(
    lines: Sequence[Line], points: FloatArray, site: npt.NDArray[np.str_], first: int
) -> tuple[Edges, frozenset[tuple[int, int]]]:
    """From each point of a line to the next and back, but not from the heart back into a vein; and along branches."""
    pairs: list[tuple[int, int]] = []
    drawn: dict[int, list[int]] = {}
    for line in lines:
        here = list(range(first, first + len(line.points_mm)))
        before = drawn.setdefault(line.piece, [])
        if before:
            gap = np.linalg.norm(points[before] - points[here[0]], axis=1)
            pairs.append((before[int(np.argmin(gap))], here[0]))
        pairs += pairwise(here)
        before += here
        first += len(here)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    length = np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1)
    both, cost = _both(ends, SEEN_COST.number * length)
    after_heart = np.array([STAGE_OF_SITE.get(name, 0) >= 2 for name in site], dtype=bool)
    downstream = ~after_heart[both[:, 0]] | after_heart[both[:, 1]]
    return (both[downstream], cost[downstream]), frozenset(pairs)


def _between_pieces(points: FloatArray, piece: IntArray, nodes: range) -> Edges:
    """From one piece straight to the next where they all but touch."""
    lines = points[nodes.start : nodes.stop]
    if not len(lines):
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    pairs = cKDTree(lines).query_pairs(TOUCHING_MM, output_type="ndarray").reshape(-1, 2) + nodes.start
    pairs = pairs[piece[pairs[:, 0]] != piece[pairs[:, 1]]]
    return _both(pairs, np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1))


def _through(grounds: Mapping[int, Ground], starts: Mapping[int, int], anatomy: Anatomy) -> Iterator[Edges]:
    """From each passable voxel to its neighbours, and into the next stage where its vessel begins."""
    shape = np.array(anatomy.regions.shape) + 2
    before: npt.NDArray[np.int64] | None = None
    for stage, ground in grounds.items():
        number = np.full(shape, -1, dtype=np.int64)
        at = ground.cells + 1
        number[tuple(at.T)] = np.arange(len(at))
        for step in [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, -1, 0), (1, 0, 1), (1, 0, -1),
                     (0, 1, 1), (0, 1, -1), (1, 1, 1), (1, 1, -1), (1, -1, 1), (1, -1, -1)]:  # fmt: skip
            other = number[tuple((at + step).T)]
            here = np.flatnonzero(other >= 0)
            pairs = np.column_stack([here, other[here]])
            pairs = pairs[np.abs(ground.cava[pairs[:, 0]] - ground.cava[pairs[:, 1]]) < 2]
            length = float(np.linalg.norm(anatomy.affine_mm[:3, :3] @ np.array(step)))
            yield _both(pairs + starts[stage], 0.5 * length * ground.cost[pairs].sum(axis=1))
        if before is not None:
            inner = np.flatnonzero(ground.entry & (before[tuple(at.T)] >= 0))
            yield np.column_stack([before[tuple(at[inner].T)], inner + starts[stage]]), np.full(len(inner), NOTHING)
        before = np.where(number >= 0, number + starts[stage], -1)


def _onto_roads(
    points: FloatArray, site: npt.NDArray[np.str_], nodes: range, grounds: Mapping[int, Ground],
    starts: Mapping[int, int], anatomy: Anatomy,
) -> Iterator[Edges]:  # fmt: skip
    """From each point on cement to the road around it and back; off the road, at the cost of the weakest."""
    stages = np.array([STAGE_OF_SITE.get(name, 0) for name in site[nodes.start : nodes.stop]], dtype=np.int64)
    near = 1.5 * float(np.linalg.norm(anatomy.affine_mm[:3, :3], axis=0).max())
    for stage, ground in grounds.items():
        mine = np.arange(nodes.start, nodes.stop)[stages == stage]
        if not len(mine):
            continue
        length, cell = cKDTree(points[starts[stage] : starts[stage] + len(ground.cells)]).query(
            points[mine], k=8, distance_upper_bound=REACH_MM
        )
        good = np.isfinite(length) & ((length <= near) | (np.arange(8) == 0))
        pairs = np.column_stack([np.broadcast_to(mine[:, None], good.shape)[good], cell[good] + starts[stage]])
        far = np.maximum(length[good] - near, 0.0) * (1.0 + 1.0 / WEAKEST_ROAD.number)
        yield _both(pairs, length[good] + far)


def _out_of_bone(
    sources: Sequence[Source], points: FloatArray, first_line: int, first_cell: int, grounds: Mapping[int, Ground],
    starts: Mapping[int, int], anatomy: Anatomy,
) -> Iterator[Edges]:  # fmt: skip
    """From a vertebra to the voxels and the lines that touch the cement in its body: what is seen costs little."""
    touch = float(np.linalg.norm(anatomy.affine_mm[:3, :3], axis=0).max())
    spine = np.arange(starts[0], starts[0] + len(grounds[0].cells)) if 0 in grounds else np.zeros(0, dtype=np.int64)
    candidates = np.concatenate([np.arange(first_line, first_cell), spine])
    for number, source in enumerate(sources):
        if not len(candidates):
            return
        gap = cKDTree(source.points_mm).query(points[candidates], distance_upper_bound=touch)[0]
        reached = candidates[np.isfinite(gap)]
        length = np.linalg.norm(points[reached] - source.centre_mm, axis=1)
        yield np.column_stack([np.full(len(reached), number), reached]), SEEN_COST.number * length


def _touching(
    sources: Sequence[Source], points: FloatArray, piece: IntArray, clouds: Mapping[int, FloatArray]
) -> Iterator[Edges]:
    """From a vertebra straight to a thick piece whose surface all but touches its cement, however far its line is."""
    for number, source in enumerate(sources):
        filled = cKDTree(source.points_mm)
        for own in np.unique(piece[piece > 0]).tolist():
            gap = filled.query(clouds[own], distance_upper_bound=TOUCHING_MM)[0]
            at = int(np.argmin(gap))
            if 0.0 < gap[at] <= TOUCHING_MM:
                mine = np.flatnonzero(piece == own)
                away = np.linalg.norm(points[mine] - clouds[own][at], axis=1)
                yield np.array([[number, mine[np.argmin(away)]]]), np.array([float(away.min()) + gap[at]])
