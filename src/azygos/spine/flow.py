"""Two fluids on a voxel grid: the workspace that solves for pressure and carries cement.

The loops are in :mod:`azygos.spine.kernels`; this is the thin layer that owns their arrays,
checks, calls, and turns a status into an error. Arrays inside have one ghost cell on each
side and are padded so that 2 x 2 x 2 blocks can be joined over several levels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import DidNotConverge
from azygos.ground.parcels import BoolArray, FloatArray, IntArray
from azygos.spine.kernels import pressure, transport

COARSEST = 8  # cells along an edge at which joining stops


def multigrid_shapes(shape: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    """Padded cells along each edge on every level, the finest first.

    Examples
    --------
    >>> multigrid_shapes((30, 18, 34))
    [(32, 20, 36), (16, 10, 18), (8, 5, 9)]
    """
    levels = 0
    while min(shape) / 2**levels > COARSEST:
        levels += 1
    block = 2**levels
    n0, n1, n2 = (block * -(-n // block) for n in shape)
    return [(n0 >> level, n1 >> level, n2 >> level) for level in range(levels + 1)]


def plane_rows(taking_part: BoolArray) -> IntArray:
    """First and last j that takes part in each plane of a padded mask, shape (n_i, 2); (1, 0) in an empty plane."""
    some: BoolArray = np.any(taking_part, axis=2)
    first = np.where(np.any(some, axis=1), some.argmax(axis=1), 1)
    last = np.where(np.any(some, axis=1), some.shape[1] - 1 - some[:, ::-1].argmax(axis=1), 0)
    return np.stack([first, last], axis=1).astype(np.int64)


def joined(taking_part: BoolArray) -> BoolArray:
    """The padded mask of the next coarser level: a block takes part if any of its cells does."""
    n0, n1, n2 = (n // 2 - 1 for n in taking_part.shape)
    blocks = taking_part[1:-1, 1:-1, 1:-1].reshape(n0, 2, n1, 2, n2, 2).any(axis=(1, 3, 5))
    return np.pad(blocks, 1)


def parity(shape: tuple[int, ...]) -> np.ndarray:
    """Two flat planes of zeros and ones: where (j + k) is even, where it is odd."""
    j, k = np.meshgrid(np.arange(shape[1]), np.arange(shape[2]), indexing="ij")
    odd = ((j + k) % 2).ravel()
    return np.stack([1 - odd, odd]).astype(np.float32)


def _ghosted(shape: tuple[int, int, int], dtype: type) -> np.ndarray:
    n0, n1, n2 = shape
    return np.zeros((n0 + 2, n1 + 2, n2 + 2), dtype=dtype)


@dataclass(frozen=True, slots=True)
class Solved:
    """How a pressure solve went."""

    iterations: int
    residual: float  # 2-norm of the flow left unbalanced [m^3 s^-1]


class Flow:
    """Workspace of a two-fluid flow on one grid.

    Parameters
    ----------
    shape : tuple of int
        Cells of the grid itself, without padding.
    mask : ndarray of bool, optional
        Cells that take part; all if not given.

    Attributes
    ----------
    tx, ty, tz : ndarray
        Conductance of the face towards the next cell [m^3 s^-1 Pa^-1].
    sink : ndarray
        Conductance from a cell to what lies outside [m^3 s^-1 Pa^-1].
    push : ndarray
        Flow put into a cell, plus sink times the outside pressure [m^3 s^-1].
    p : ndarray
        Pressure [Pa]; what it holds is the next solve's first guess.
    s : ndarray
        Cement saturation of the pores [-].
    """

    def __init__(self, shape: tuple[int, int, int], mask: BoolArray | None = None) -> None:
        self.shape = shape
        shapes = multigrid_shapes(shape)
        self.padded = shapes[0]
        self.tx, self.ty, self.tz, self.sink, self.push, self.p, self._r, self._d, self._ad = (
            _ghosted(self.padded, np.float64) for _ in range(9)
        )
        self._levels = [tuple(_ghosted(s, np.float32) for s in shapes) for _ in range(8)]
        taking_part = _ghosted(self.padded, np.bool_)
        self.inner(taking_part)[...] = True if mask is None else mask
        self._rows, self._masks = [], []
        for level in self._levels[0]:
            self._rows.append(plane_rows(taking_part))
            self._masks.append(parity(level.shape))
            taking_part = joined(taking_part) if level is not self._levels[0][-1] else taking_part
        self._plane = np.zeros((self.padded[1] + 2) * (self.padded[2] + 2), np.float32)
        self.s = _ghosted(self.padded, np.float64)
        self._s_new = self._d  # free while cement is carried
        self._slot = np.full(self.s.size, -1, np.int32)
        self.active = np.zeros(0, np.int32)
        self._room(4096, 1)

    def _room(self, room: int, n_sub: int) -> None:
        room = min(room, self.s.size)
        self._heap = np.zeros(room, np.int32)
        self._order = np.zeros(room, np.int32)
        self._flows = np.zeros((room, n_sub))
        self._scale = np.zeros(room)
        self._passed = np.zeros(room)
        self._export = np.zeros(room)

    def inner(self, padded: np.ndarray) -> np.ndarray:
        """View of the grid's own cells in a padded array."""
        n0, n1, n2 = self.shape
        return padded[1 : n0 + 1, 1 : n1 + 1, 1 : n2 + 1]

    def field(self, values: FloatArray | float = 0.0) -> np.ndarray:
        """A padded array with `values` in the grid's own cells and zero around them."""
        array = _ghosted(self.padded, np.float64)
        self.inner(array)[...] = values
        return array

    def flat_index(self, cells: np.ndarray) -> np.ndarray:
        """Flat indices into padded arrays of cells given as (n, 3) grid indices."""
        n1, n2 = self.padded[1] + 2, self.padded[2] + 2
        return np.asarray(((cells[:, 0] + 1) * n1 + cells[:, 1] + 1) * n2 + cells[:, 2] + 1, dtype=np.int64)

    def solve(self, tolerance: float, *, most: int = 200, sweeps: int = 2, when: float = 0.0) -> Solved:
        """Solve for the pressure; `tolerance` bounds the 2-norm of the unbalanced flow [m^3 s^-1].

        Raises
        ------
        DidNotConverge
            With the time `when` [s] reached, the residual and the bound.
        """
        largest = max(float(self.tx.max()), float(self.ty.max()), float(self.tz.max()), float(self.sink.max()))
        txs, tys, tzs, sinks, inverses, xs, bs, scratch = self._levels
        if not largest > 0.0:
            raise DidNotConverge(f"pressure at {when:.1f} s: no face lets anything through")
        pressure.prepare(self.tx, self.ty, self.tz, self.sink, 1.0 / largest, txs, tys, tzs, sinks, inverses)
        status, iterations, residual = pressure.solve(
            tuple(self._rows), self.tx, self.ty, self.tz, self.sink, self.push,
            txs, tys, tzs, sinks, inverses, xs, bs, tuple(self._masks), scratch, self._plane,
            self._r, self._d, self._ad, tolerance, most, sweeps, self.p,
        )  # fmt: skip
        if status != pressure.CONVERGED:
            raise DidNotConverge(
                f"pressure at {when:.1f} s: {residual:.2e} m^3/s of the flow is still unbalanced after {iterations} "
                f"iterations, {tolerance:.2e} was asked for"
            )
        return Solved(iterations=int(iterations), residual=float(residual))

    def carry(
        self,
        dt: float,
        n_sub: int,
        *,
        source: np.ndarray,
        sink_open: np.ndarray,
        sink_marrow: np.ndarray,
        pore: np.ndarray,
        ratio: np.ndarray,
        tracer: np.ndarray,
        tracer_source: FloatArray,
        heat: np.ndarray,
        heat_source: float = 0.0,
        heat_pore: np.ndarray | None = None,
        heat_cement: float = 0.0,
        heat_marrow: float = 0.0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Carry cement for `dt` [s] with the pressure that was solved for.

        Returns the visited cells (flat, in order of falling pressure) and the cement that left each of them through
        `sink_open` [m^3]. Saturation, `tracer` and `heat` are updated in place.
        """
        self.active = self.active[np.argsort(-self.p.ravel()[self.active])]
        n_start = self.active.shape[0]
        if self._flows.shape[1] != n_sub:
            self._room(max(4096, 2 * n_start), n_sub)
        new_tracer = tracer.copy()
        new_heat = heat.copy()
        stride_x = (self.padded[1] + 2) * (self.padded[2] + 2)
        while True:
            if self._heap.shape[0] < n_start + 1:
                self._room(2 * n_start + 4096, n_sub)
            status, n_done = transport.carry(
                self.tx.ravel(), self.ty.ravel(), self.tz.ravel(), self.p.ravel(), stride_x, self.padded[2] + 2,
                source.ravel(), sink_open.ravel(), sink_marrow.ravel(), pore.ravel(), ratio.ravel(), self.s.ravel(),
                dt, n_sub, self.active, n_start, self._slot, self._heap, self._flows, self._scale,
                tracer, tracer_source, heat, heat_source, heat if heat_pore is None else heat_pore.ravel(),
                heat_cement, heat_marrow,
                self._s_new.ravel(), self._order, self._passed, self._export, new_tracer, new_heat,
            )  # fmt: skip
            if status != transport.NEEDS_ROOM:
                break
            self._room(2 * self._heap.shape[0], n_sub)
        if status == transport.NO_ROOT:
            raise DidNotConverge("saturation of a cell was not found; shorten the time step")
        visited = self._order[:n_done].copy()
        flat = self.s.ravel()
        flat[visited] = self._s_new.ravel()[visited]
        if tracer.size:
            tracer[:, visited] = new_tracer[:, visited]
        if heat.size:
            heat[visited] = new_heat[visited]
        self.active = visited[flat[visited] > 0.0]
        return visited, self._export[:n_done].copy()
