"""Small grids on which exact solutions are known."""

from __future__ import annotations

import itertools

import numpy as np

from azygos.spine.flow import Flow
from azygos.spine.kernels import transport


class Ball:
    """An octant of a ball (or a quarter of a disc, or a bar) of one medium, fed at the corner, held at 0 on the rim.

    `dimensions` 3, 2 or 1 chooses ball, disc or bar; lengths in units of the cell edge `h`.
    The source is spread over the cells within `r0`; cells beyond `radius` take no part.
    """

    def __init__(self, n: int, *, dimensions: int = 3, h: float = 1.0, permeability: float = 1.0, r0: float = 0.0):
        self.n, self.h, self.dimensions = n, h, dimensions
        shape = tuple(n if axis < dimensions else 1 for axis in range(3))
        centres = [(np.arange(m) + 0.5) * h if m > 1 else np.zeros(1) for m in shape]
        x, y, z = np.meshgrid(*centres, indexing="ij")
        self.r = np.sqrt(x**2 + y**2 + z**2)
        self.radius = n * h
        self.mask = self.r <= self.radius
        self.flow = Flow(shape, self.mask)
        self.k = self.flow.field(np.where(self.mask, permeability, 0.0))
        self.pore = self.flow.field(h**3)
        self.pore[self.pore == 0.0] = h**3
        self.share = {1: 1.0, 2: 0.25, 3: 0.125}[dimensions]
        feed = (self.r <= max(r0, float(self.r.min()) * 1.001)) & self.mask
        self.source = self.flow.field(feed / feed.sum())
        self.conductivity = np.zeros(self.flow.s.shape)
        rim = self.mask & (self.r > self.radius - 1.5 * h)
        self.rim = self.flow.field(rim) > 0.0
        self.rim_reach = np.maximum(self.flow.field(np.where(rim, self.radius - self.r, 1.0)), 1e-3 * h)

    def conductances(self, cement_viscosity, marrow_viscosity: float, *, sharp: bool, anisotropy: float = 1.0) -> None:
        flow = self.flow
        mu = np.broadcast_to(np.asarray(cement_viscosity, dtype=float), flow.s.size)
        transport.mobility(
            self.k.ravel(), flow.s.ravel(), np.ascontiguousarray(mu), marrow_viscosity, sharp, self.conductivity.ravel()
        )
        transport.faces(self.conductivity, anisotropy, self.h, flow.tx, flow.ty, flow.tz)
        area = self.h**2 * self.rim_weight()
        flow.sink[...] = np.where(self.rim, self.conductivity * area / (self.rim_reach + 0.25 * self.h), 0.0)

    def rim_weight(self) -> float:
        """Outer surface over the rim cells' own faces, so that the rim's conductance does not depend on the stairs."""
        if self.dimensions == 1:
            return 1.0
        surface = 4.0 * np.pi * self.radius**2 if self.dimensions == 3 else 2.0 * np.pi * self.radius * self.h
        return float(self.share * surface / (self.rim.sum() * self.h**2))

    def inject(self, rate: float, duration: float, *, steps: int, n_sub: int, ratio: float) -> np.ndarray:
        """Saturation after `duration`, cement `ratio` times as viscous as the marrow (1)."""
        flow = self.flow
        none = np.zeros((0, 1))
        flow.active = np.flatnonzero(self.source.ravel() > 0.0).astype(np.int32)
        for dt in np.diff(duration * np.linspace(0.0, 1.0, steps + 1) ** 1.5):
            self.conductances(ratio, 1.0, sharp=False)
            flow.push[...] = rate * self.source
            flow.solve(1e-6 * rate, most=2000)
            flow.carry(
                dt, n_sub, source=rate * self.source, sink_open=np.maximum(flow.sink * flow.p, 0.0),
                sink_marrow=np.zeros_like(flow.sink), pore=self.pore, ratio=np.full(flow.s.shape, ratio),
                tracer=none, tracer_source=np.zeros(0), heat=np.zeros(0),
            )  # fmt: skip
        return flow.inner(flow.s)


def orders(errors: list[float]) -> list[float]:
    """Order of convergence between successive errors on grids that halve."""
    return [float(np.log2(a / b)) for a, b in itertools.pairwise(errors)]


class Block:
    """A box of cubes whose cells can be held at a known pressure, so that a body of any shape may stand for infinity.

    `centres` are the cells' middles along each axis [m]; one array for each of three axes, equally spaced.
    """

    HARD = 1e4  # conductance of a held cell to its pressure, over that of the best face

    def __init__(self, *centres: np.ndarray, h: float):
        self.h = h
        self.x, self.y, self.z = np.meshgrid(*centres, indexing="ij")
        self.flow = Flow(self.x.shape)
        self.conductivity = self.flow.field(1.0)

    def conduct(self, mobility: np.ndarray | float, *, anisotropy: float = 1.0) -> None:
        """Set each cell's permeability over viscosity [m^2 / (Pa s)] and from it the faces; nothing is held."""
        self.conductivity = self.flow.field(mobility)
        transport.faces(self.conductivity, anisotropy, self.h, self.flow.tx, self.flow.ty, self.flow.tz)
        self.flow.sink[...] = 0.0
        self.flow.push[...] = 0.0

    def hold(self, where: np.ndarray, pressure: np.ndarray) -> None:
        """Hold cells at a pressure [Pa]."""
        flow = self.flow
        hard = self.HARD * max(float(flow.tx.max()), float(flow.ty.max()), float(flow.tz.max()))
        flow.inner(flow.sink)[where] += hard
        flow.inner(flow.push)[where] += hard * pressure[where]
        flow.inner(flow.p)[where] = pressure[where]

    def feed(self, where: np.ndarray, rate: float) -> None:
        """Share a flow [m^3 s^-1] among cells."""
        self.flow.inner(self.flow.push)[where] += rate / np.count_nonzero(where)

    def solve(self, tolerance: float) -> np.ndarray:
        self.flow.solve(tolerance, most=2000)
        return self.flow.inner(self.flow.p)


def ball_share(h: float, radius: float, *centres: np.ndarray, fine: int = 6) -> np.ndarray:
    """Share of each cell that lies in a ball about the origin (a disc or a slab with fewer axes)."""
    offsets = ((np.arange(fine) + 0.5) / fine - 0.5) * h
    subs = [(c[:, None] + offsets).ravel() ** 2 for c in centres]
    r2 = subs[0]
    for s in subs[1:]:
        r2 = r2[..., None] + s
    inside = (r2 < radius**2).astype(float)
    for axis, c in enumerate(centres):
        n = c.size
        inside = inside.reshape((*inside.shape[:axis], n, fine, *inside.shape[axis + 1 :])).mean(axis=axis + 1)
    return inside
