"""The pulmonary arteries of one patient: a tree from the trunk to arteries of 0.8 mm, with the bed below lumped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.body import Body
from azygos.ground.errors import AzygosError, require
from azygos.ground.parcels import FloatArray, IntArray, Parcel
from azygos.ground.vessels import Vessels
from azygos.lungs.kernels import network
from azygos.lungs.names import ARTERIES, LOBES, SEGMENTS, artery_name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lungs(Parcel):
    """The arteries of both lungs, each a straight tube; a parent stands before its daughters, the trunk first."""

    body: Body
    volume: float  # of both lungs with their blood, as they were filled with arteries [m^3]
    exponent: float  # of diameter in flow below the segmental arteries, drawn [-]
    output: float  # cardiac output at rest, for which `vessels` shows flows [m^3 s^-1]
    salt: int  # chances at forks come from it and the piece's name
    parent: IntArray  # shape (n,), -1 for the trunk
    ends: FloatArray  # shape (n, 2, 3), LPS [m]
    diameter: FloatArray  # shape (n,) [m]
    order: IntArray  # shape (n,), Strahler order by Huang's limits of diameter; 16 for the trunk
    named: IntArray  # shape (n,), place in names.ARTERIES of the last artery with a name on the way to it
    beyond: IntArray  # shape (n,), branchings beyond that one
    resistance: FloatArray  # shape (n,), of the artery itself to blood [Pa s m^-3]
    bed: FloatArray  # shape (n,), conductance of what hangs at its end below 0.8 mm, veins included [m^3 s^-1 Pa^-1]
    share: FloatArray  # shape (n,), of the lungs' blood that its territory was meant to get [-]

    def __post_init__(self) -> None:
        self.seal("ends", "diameter", "resistance", "bed", "share")
        self.seal("parent", "order", "named", "beyond", dtype=np.int64)
        n = len(self.parent)
        require(n > 0 and self.parent[0] == -1, "an arterial tree begins with a trunk, whose parent is -1", AzygosError)
        inner = self.parent[1:]
        require(
            bool(np.all((inner >= 0) & (inner < np.arange(1, n)))),
            "an arterial tree has a loop or a gap: each parent must stand before its daughters",
            AzygosError,
        )
        require(
            bool(np.all(self.diameter > 0.0) and np.all(self.resistance > 0.0) and np.all(self.bed >= 0.0)),
            "an arterial tree needs positive diameters and resistances, and no negative bed",
            AzygosError,
        )
        require(bool(np.any(self.bed > 0.0)), "an arterial tree leads nowhere: no artery has a bed", AzygosError)

    @property
    def length(self) -> FloatArray:
        """Of each artery [m], shape (n,)."""
        return np.asarray(np.linalg.norm(self.ends[:, 1] - self.ends[:, 0], axis=1))

    @property
    def segment(self) -> IntArray:
        """Place of each artery's segment in ``SEGMENTS``, -1 above the segmental arteries; shape (n,)."""
        places = [SEGMENTS.index(artery.segment) if artery.segment else -1 for artery in ARTERIES]
        return np.array(places, dtype=np.int64)[self.named]

    @property
    def side(self) -> tuple[str, ...]:
        """ "right", "left" or "" for the trunk, of each artery."""
        return tuple(ARTERIES[at].side for at in self.named)

    @property
    def lobe(self) -> tuple[str, ...]:
        """Of each artery, "" above the lobes."""
        return tuple(ARTERIES[at].lobe for at in self.named)

    @property
    def vessels(self) -> Vessels:
        """The arteries for pictures and files, with the flows of a resting patient without cement."""
        n = len(self.parent)
        total, beyond, flow = np.empty(n), np.empty(n), np.empty(n)
        network.solve(self.parent, 1.0 / self.resistance, self.bed, self.output, total, beyond, flow)
        return Vessels(
            room="lungs",
            names=tuple(self.name(i) for i in range(n)),
            ends=self.ends,
            diameter=self.diameter,
            flow=flow,
            order=self.order,
        )

    def name(self, artery: int) -> str:
        """Name of an artery, as a radiologist writes it."""
        return artery_name(int(self.named[artery]), int(self.beyond[artery]))

    def daughters(self, artery: int) -> tuple[int, ...]:
        """Arteries that spring from its end."""
        return tuple(int(at) for at in np.flatnonzero(self.parent == artery))

    def path(self, artery: int) -> tuple[int, ...]:
        """All arteries from the trunk to this one, both included."""
        way = [artery]
        while self.parent[way[-1]] >= 0:
            way.append(int(self.parent[way[-1]]))
        return tuple(reversed(way))


@dataclass(frozen=True, slots=True)
class Summary:
    """The elements of one Strahler order: arteries of one order in a row count as one."""

    order: int
    count: int
    diameter: float  # mean [m]
    diameter_sd: float  # [m]
    length: float  # mean [m]


def by_order(lungs: Lungs) -> tuple[Summary, ...]:
    """Diameter, length and count of the tree's elements by Strahler order, to lay beside Huang's table.

    Examples
    --------
    >>> import numpy as np
    >>> from azygos.lungs.draw import draw_lungs
    >>> body = Body(sex="male", age=60.0, height=1.7, mass=75.0)
    >>> top = by_order(draw_lungs(body, np.random.default_rng(1)))[-1]
    >>> top.order, top.count
    (16, 1)
    """
    n = len(lungs.parent)
    element = np.arange(n)
    heir = np.full(n, -1)  # the widest daughter of the same order carries the element on
    for i in np.argsort(lungs.diameter, kind="stable"):
        parent = lungs.parent[i]
        if parent >= 0 and lungs.order[parent] == lungs.order[i]:
            heir[parent] = i
    for i in range(1, n):
        if heir[lungs.parent[i]] == i:
            element[i] = element[lungs.parent[i]]
    length, found = lungs.length, []
    for order in range(int(lungs.order.min()), int(lungs.order.max()) + 1):
        members = np.flatnonzero(lungs.order == order)
        if len(members):
            count = len(np.unique(element[members]))
            weight = length[members] / length[members].sum()
            mean = float(weight @ lungs.diameter[members])
            spread = float(np.sqrt(weight @ (lungs.diameter[members] - mean) ** 2))
            found.append(Summary(order, count, mean, spread, float(length[members].sum()) / count))
    return tuple(found)


__all__ = ["LOBES", "SEGMENTS", "Lungs", "Summary", "by_order"]
