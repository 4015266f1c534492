"""Draw one patient's pulmonary arteries."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.body import Body
from azygos.ground.errors import AzygosError, require
from azygos.ground.parcels import FloatArray, IntArray
from azygos.lungs.kernels import growth
from azygos.lungs.names import ARTERIES, LOBES, SEGMENTS
from azygos.lungs.shape import Territory, fill_lungs
from azygos.lungs.table import ArterialTable
from azygos.lungs.tree import Lungs
from azygos.values import lungs as v
from azygos.values.body import CARDIAC_INDEX
from azygos.values.landmarks import PLACES

POINTS = 40_000  # that fill both lungs; the smallest arteries of the bushiest draw own about four of them
MOST_ARTERIES = 40_000
MOST_JITTER = 150_000


@dataclass(frozen=True, slots=True)
class _Chances:
    """All numbers that one patient takes, in an order that nothing else changes."""

    size: float  # of trunk and main arteries together, standard normal, as all without a note
    trunk: float
    right: float
    left: float
    right_share: float
    lobes: FloatArray
    filled: float  # uniform
    exponent: float  # uniform
    segmental: float  # uniform
    downstream: float  # uniform
    widths: FloatArray  # of the named arteries
    lengths: FloatArray
    salt: int
    jitter: FloatArray  # (n, 3), uniform
    forks: FloatArray  # (n, 2), uniform
    scatter: FloatArray  # (n,)


def _chances(rng: np.random.Generator) -> _Chances:
    normal = np.clip(rng.standard_normal(10), -2.5, 2.5)
    uniform = rng.random(4)
    return _Chances(
        size=normal[0], trunk=normal[1], right=normal[2], left=normal[3], right_share=normal[4], lobes=normal[5:],
        filled=uniform[0], exponent=uniform[1], segmental=uniform[2], downstream=uniform[3],
        widths=np.clip(rng.standard_normal(len(ARTERIES)), -2.5, 2.5),
        lengths=np.clip(rng.standard_normal(len(ARTERIES)), -2.5, 2.5),
        salt=int(rng.integers(2**62)),
        jitter=rng.random((MOST_JITTER, 3), dtype=np.float32),  # type: ignore[arg-type]
        forks=rng.random((MOST_ARTERIES, 2)),
        scatter=np.clip(rng.standard_normal(MOST_ARTERIES), -2.5, 2.5),
    )  # fmt: skip


def draw_lungs(body: Body, rng: np.random.Generator, *, table: ArterialTable | None = None) -> Lungs:
    """Draw the pulmonary arteries of a patient.

    The two lungs are filled with points, each the middle of a little lung. The named arteries run to their
    segments; from there on each fork splits its points by a plane and sends a daughter towards each part, until
    arteries are thinner than 0.8 mm. What hangs below those is lumped.

    Parameters
    ----------
    body : Body
        Sex, height and mass set calibres and volumes.
    rng : numpy.random.Generator
        Always used for the same count of numbers, whatever the body.
    table : ArterialTable, optional
        Arteries of the user's own, as :func:`azygos.lungs.read_tree` gives them; None: grown.

    Returns
    -------
    lungs : Lungs
        Grown, some 3,000 to 20,000 arteries.

    Examples
    --------
    >>> body = Body(sex="female", age=72.0, height=1.60, mass=62.0)
    >>> lungs = draw_lungs(body, np.random.default_rng(1))
    >>> lungs.name(0), round(float(lungs.diameter.min()) * 1e3, 1)
    ('pulmonary trunk', 0.8)
    """
    chances = _chances(rng)
    shares = _lobe_shares(chances)
    low, high = v.FILLED_SHARE.low or 0.0, v.FILLED_SHARE.high or 1.0
    volume = float((low + (high - low) * chances.filled) * total_capacity(body))
    territory = fill_lungs(volume, body.scale, shares, POINTS, chances.jitter)  # type: ignore[arg-type]
    flow = _point_flow(territory, chances)
    whole, single = v.WHOLE_TREE_EXPONENT.number, v.MURRAY_EXPONENT.number
    exponent = float(whole + (single - whole) * chances.exponent)
    tree = _grow(body, territory, flow, exponent, chances) if table is None else _given(table, exponent)
    return Lungs(
        body=body, volume=volume, exponent=exponent, output=CARDIAC_INDEX.number * body.surface, salt=chances.salt,
        parent=tree.parent, ends=tree.ends, diameter=tree.diameter, order=strahler_order(tree.diameter),
        named=tree.named, beyond=tree.beyond, share=tree.share,
        resistance=_resistance(tree), bed=tree.bed * _lumped_conductance(body, chances.downstream),
    )  # fmt: skip


def total_capacity(body: Body) -> float:
    """Volume of air in the lungs after the deepest breath [m^3], by height and sex.

    Examples
    --------
    >>> round(total_capacity(Body(sex="male", age=60.0, height=1.70, mass=75.0)) * 1e3, 2)
    6.5
    """
    return v.CAPACITY_SLOPE[body.sex].number * body.height - v.CAPACITY_OFFSET[body.sex].number


def strahler_order(diameter: FloatArray) -> IntArray:
    """Order by Huang's limits of diameter, midway between one mean plus its SD and the next mean less its SD.

    The trunk, the widest of all, is order 16, one above the table.

    Examples
    --------
    >>> strahler_order(np.array([25e-3, 14e-3, 4e-3, 0.85e-3])).tolist()
    [16, 15, 13, 9]
    """
    limits = [
        0.5 * (a.diameter.number + a.diameter_sd.number + b.diameter.number - b.diameter_sd.number)
        for a, b in zip(v.ORDERS[:-1], v.ORDERS[1:], strict=True)
    ]
    order = 1 + np.searchsorted(limits, diameter)
    order[0] = v.ORDERS[-1].order + 1
    return np.asarray(order, dtype=np.int64)


def _lobe_shares(chances: _Chances) -> dict[str, float]:
    shares = {
        lobe: v.LOBE_SHARE[lobe].number + chance * v.LOBE_SHARE_SD[lobe].number
        for lobe, chance in zip(LOBES, chances.lobes, strict=True)
    }
    total = sum(shares.values())
    return {lobe: share / total for lobe, share in shares.items()}


def _point_flow(territory: Territory, chances: _Chances) -> FloatArray:
    """Share of the blood of each point: even within each lung, the right one's as drawn."""
    right = territory.segment < 10
    share = v.RIGHT_SHARE.number + chances.right_share * v.RIGHT_SHARE_SD.number
    return np.asarray(np.where(right, share / right.sum(), (1.0 - share) / (~right).sum()))


@dataclass(slots=True)
class _Tree:
    """The columns of a tree while it grows."""

    parent: IntArray
    named: IntArray
    beyond: IntArray
    ends: FloatArray
    diameter: FloatArray
    share: FloatArray
    bed: FloatArray  # share of the blood that leaves it below 0.8 mm [-]


def _grow(body: Body, territory: Territory, flow: FloatArray, exponent: float, chances: _Chances) -> _Tree:
    n = len(ARTERIES)
    index = np.argsort(territory.segment, kind="stable")
    bounds = np.searchsorted(territory.segment[index], np.arange(len(SEGMENTS) + 1))
    low, high = np.zeros(MOST_ARTERIES, np.int64), np.zeros(MOST_ARTERIES, np.int64)
    low[n - 20 : n], high[n - 20 : n] = bounds[:-1], bounds[1:]
    tree = _Tree(
        np.full(MOST_ARTERIES, -1), np.zeros(MOST_ARTERIES, np.int64), np.zeros(MOST_ARTERIES, np.int64),
        np.zeros((MOST_ARTERIES, 2, 3)), np.zeros(MOST_ARTERIES), np.zeros(MOST_ARTERIES), np.zeros(MOST_ARTERIES),
    )  # fmt: skip
    tree.parent[:n] = [artery.parent for artery in ARTERIES]
    tree.named[:n] = np.arange(n)
    _name_shares(tree, flow, territory)
    _name_widths(tree, body, chances)
    _name_places(tree, body, territory, chances)
    count = growth.grow(
        territory.points, flow, n, exponent, v.SMALLEST_ARTERY.number, v.TOWARDS_CENTROID.number,
        math.cos(math.radians(v.LARGEST_TURN.number)), v.SMALLEST_MINOR_SHARE.number, chances.forks,
        np.exp(v.DIAMETER_SCATTER.number * chances.scatter), index, low, high, tree.parent, tree.named, tree.beyond,
        tree.ends, tree.diameter, tree.share, tree.bed,
    )  # fmt: skip
    require(count > 0, f"a tree of more than {MOST_ARTERIES} arteries was drawn", AzygosError)
    return _Tree(*(getattr(tree, name)[:count] for name in _Tree.__slots__))


def _given(table: ArterialTable, exponent: float) -> _Tree:
    """The user's arteries; each end feeds its lumped bed in proportion to a power of its width."""
    n = len(table.parent)
    ending = np.ones(n, dtype=bool)
    ending[table.parent[1:]] = False
    weight = np.where(ending, table.diameter**exponent, 0.0)
    bed = weight / weight.sum()
    share = bed.copy()
    for i in range(n - 1, 0, -1):
        share[table.parent[i]] += share[i]
    return _Tree(
        table.parent.copy(), table.named.copy(), table.beyond.copy(), table.ends.copy(), table.diameter.copy(), share,
        bed,
    )  # fmt: skip


def _name_shares(tree: _Tree, flow: FloatArray, territory: Territory) -> None:
    of_segment = np.bincount(territory.segment, weights=flow, minlength=len(SEGMENTS))
    for i, artery in enumerate(ARTERIES):
        tree.share[i] = sum(of_segment[SEGMENTS.index(segment)] for segment in artery.beyond)


def _name_widths(tree: _Tree, body: Body, chances: _Chances) -> None:
    """Trunk and main arteries as measured; from them to the segments on a straight line in ln diameter over ln flow."""
    sex, shared = body.sex, v.SHARED_SIZE.number
    measured = (
        (v.TRUNK_DIAMETER, v.TRUNK_DIAMETER_SD, chances.trunk), (v.RIGHT_DIAMETER, v.RIGHT_DIAMETER_SD, chances.right),
        (v.LEFT_DIAMETER, v.LEFT_DIAMETER_SD, chances.left),
    )  # fmt: skip
    for i, (mean, sd, own) in enumerate(measured):
        tree.diameter[i] = mean[sex].number + sd[sex].number * _mixed(chances.size, own, shared)
    low, high = v.SEGMENTAL_DIAMETER.low or 0.0, v.SEGMENTAL_DIAMETER.high or 0.0
    size = tree.diameter[0] / v.TRUNK_DIAMETER[sex].number
    segmental = size * (low + (high - low) * chances.segmental)
    for i, artery in enumerate(ARTERIES[3:], start=3):
        main = 1 if artery.side == "right" else 2
        slope = math.log(tree.diameter[main] / segmental) / math.log(tree.share[main] * len(SEGMENTS))
        width = segmental * (tree.share[i] * len(SEGMENTS)) ** slope
        scatter = math.exp(v.SEGMENTAL_SCATTER.number * chances.widths[i])
        tree.diameter[i] = min(width * scatter, tree.diameter[artery.parent])


def _mixed(common: float, own: float, shared: float) -> float:
    """A standard normal number that shares a part of its variance with others, within 2.5 SD."""
    return max(-2.5, min(2.5, math.sqrt(shared) * common + math.sqrt(1.0 - shared) * own))


def _name_places(tree: _Tree, body: Body, territory: Territory, chances: _Chances) -> None:
    ends = {1: "right hilum", 2: "left hilum"}
    lengths = {"interlobar": v.INTERLOBAR_LENGTH, "lobar": v.LOBAR_LENGTH, "segmental": v.SEGMENTAL_LENGTH}
    tree.ends[0] = _place("pulmonary valve", body), _place("pulmonary bifurcation", body)
    middles = np.array([territory.points[territory.segment == k].mean(axis=0) for k in range(len(SEGMENTS))])
    for i, artery in enumerate(ARTERIES[1:], start=1):
        start = tree.ends[artery.parent, 1]
        tree.ends[i, 0] = start
        if i in ends:
            tree.ends[i, 1] = _place(ends[i], body)
            continue
        way = np.mean([middles[SEGMENTS.index(segment)] for segment in artery.beyond], axis=0) - start
        far = float(np.linalg.norm(way))
        drawn = lengths[artery.kind].number * body.scale * math.exp(v.LENGTH_SCATTER.number * chances.lengths[i])
        tree.ends[i, 1] = start + way / far * min(drawn, 0.7 * far)


def _place(name: str, body: Body) -> FloatArray:
    return body.scale * np.array([at.number for at in PLACES[name]])


def _resistance(tree: _Tree) -> FloatArray:
    """Poiseuille's, with the blood's apparent viscosity in large arteries [Pa s m^-3]."""
    length = np.linalg.norm(tree.ends[:, 1] - tree.ends[:, 0], axis=1)
    return np.asarray(128.0 * v.ORDERS[-1].viscosity.number * length / (math.pi * tree.diameter**4))


def _lumped_conductance(body: Body, chance: float) -> float:
    """Of all that lies below 0.8 mm, arteries, capillaries and veins, of both lungs [m^3 s^-1 Pa^-1]."""
    table = {
        o.diameter.number: 128.0 * o.viscosity.number * o.length.number
        / (math.pi * o.diameter.number**4 * o.count.number)
        for o in v.ORDERS
    }  # fmt: skip
    below = sum(r for diameter, r in table.items() if diameter < v.SMALLEST_ARTERY.number)
    low, high = v.DOWNSTREAM_RATIO.low or 1.0, v.DOWNSTREAM_RATIO.high or 1.0
    downstream = low * (high / low) ** chance * sum(table.values())
    return float(body.surface / v.REFERENCE_SURFACE.number / (below + downstream))
