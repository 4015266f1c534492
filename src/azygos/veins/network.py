"""Blood in a network of veins: pressures and flows from conductances, inflows and valves."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.linalg import lapack
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from azygos.ground.errors import DidNotConverge, require
from azygos.ground.parcels import BoolArray, FloatArray, IntArray

MOST_ROUNDS = 100  # of opening and shutting valves


def solve_network(
    tail: IntArray,
    head: IntArray,
    conductance: FloatArray,
    inflow: FloatArray,
    *,
    sink: int,
    one_way: BoolArray,
    leak: float,
    shut: BoolArray | None = None,
) -> tuple[FloatArray, FloatArray, BoolArray]:
    r"""Pressure of every place and flow of every vein.

    What enters a place leaves it, and each vein is a Poiseuille tube whose valve, if it has one, shuts against
    flow from its head to its tail:

    .. math:: \sum_j g_{ij}\,(p_i-p_j) = q_i, \qquad
        g_{ij} = \begin{cases}G_{ij} & \text{open}\\ \lambda\,G_{ij} & \text{shut}\end{cases}

    Parameters
    ----------
    tail, head : ndarray of int, shape (n_veins,)
        Places at both ends.
    conductance : ndarray, shape (n_veins,)
        :math:`G` [m^3 s^-1 Pa^-1].
    inflow : ndarray, shape (n_places,)
        :math:`q` that enters from tissue [m^3 s^-1]; what the sink would get is ignored.
    sink : int
        Place at pressure 0 through which all leaves.
    one_way : ndarray of bool, shape (n_veins,)
        Veins with a valve.
    leak : float
        :math:`\lambda` of a shut valve [-], positive.
    shut : ndarray of bool, shape (n_veins,), optional
        Valves to begin with as shut; a good guess saves rounds, the answer is the same.

    Returns
    -------
    pressure : ndarray, shape (n_places,)
        Above the sink's [Pa].
    flow : ndarray, shape (n_veins,)
        From tail to head [m^3 s^-1].
    shut : ndarray of bool, shape (n_veins,)
        Valves that are shut.

    Raises
    ------
    DidNotConverge
        If the valves never agree with the flow.

    Notes
    -----
    The set of shut valves is renewed from the pressures until it stays as it is; with passive valves there is one
    answer, the minimum of a convex energy.

    References
    ----------
    Kirchhoff's laws.

    Examples
    --------
    Two places in a row, conductance 2 and 1:

    >>> p, q, _ = solve_network(np.array([0, 1]), np.array([1, 2]), np.array([2.0, 1.0]), np.array([1.0, 0.0, 0.0]),
    ...                         sink=2, one_way=np.zeros(2, bool), leak=1.0)
    >>> p.round(12).tolist(), q.round(12).tolist()
    ([1.5, 1.0, 0.0], [1.0, 1.0])
    """
    require(leak > 0.0, f"a valve's leak of {leak:g} is not possible; write a small positive share")
    shut = np.zeros(len(tail), dtype=bool) if shut is None else shut
    for _ in range(MOST_ROUNDS):
        pressure, flow = _linear(tail, head, np.where(shut, leak * conductance, conductance), inflow, sink)
        against = one_way & (flow < 0.0)
        if np.array_equal(against, shut):
            return pressure, flow, shut
        shut = against
    raise DidNotConverge(f"the veins' valves did not come to rest in {MOST_ROUNDS} rounds")


def _linear(
    tail: IntArray, head: IntArray, g: FloatArray, inflow: FloatArray, sink: int
) -> tuple[FloatArray, FloatArray]:
    """Pressures and flows of tubes without valves, by a banded Cholesky factor."""
    n = len(inflow)
    order, width = _band(tail.tobytes(), head.tobytes(), n)
    a, b = order[tail], order[head]
    inner = (tail != sink) & (head != sink)
    low, high = np.minimum(a, b)[inner], np.maximum(a, b)[inner]
    band = np.zeros((width + 1, n))
    band -= np.bincount((high - low) * n + low, g[inner], (width + 1) * n).reshape(width + 1, n)
    band[0] += np.bincount(a, g, n) + np.bincount(b, g, n)
    factor, failed = lapack.dpbtrf(band, lower=1)
    require(failed == 0, "a place in the veins has no way to the right atrium", DidNotConverge)
    pressure, lost = np.zeros(n), inflow
    for _ in range(3):  # the cavae conduct a million times better than the smallest veins
        right = np.empty(n)
        right[order] = lost
        right[order[sink]] = 0.0
        pressure = pressure + lapack.dpbtrs(factor, right, lower=1)[0][order]
        lost = inflow - _net_outflow(tail, head, g * (pressure[tail] - pressure[head]), n)
    return pressure, g * (pressure[tail] - pressure[head])


@lru_cache(maxsize=64)
def _band(tail: bytes, head: bytes, n: int) -> tuple[IntArray, int]:
    """Place of each node in an order that keeps neighbours near each other, and how near."""
    a, b = np.frombuffer(tail, dtype=np.int64), np.frombuffer(head, dtype=np.int64)
    joined = csr_array((np.ones(2 * len(a)), (np.concatenate((a, b)), np.concatenate((b, a)))), shape=(n, n))
    order = np.empty(n, dtype=np.int64)
    order[reverse_cuthill_mckee(joined, symmetric_mode=True)] = np.arange(n)
    return order, int(np.abs(order[a] - order[b]).max())


def _net_outflow(tail: IntArray, head: IntArray, flow: FloatArray, n: int) -> FloatArray:
    return np.asarray(np.bincount(tail, flow, n) - np.bincount(head, flow, n), dtype=np.float64)


def imbalance(tail: IntArray, head: IntArray, flow: FloatArray, inflow: FloatArray, *, sink: int) -> float:
    """Largest difference between what enters and leaves a place, over all inflow [-].

    Examples
    --------
    >>> imbalance(np.array([0]), np.array([1]), np.array([1.0]), np.array([1.0, 0.0]), sink=1)
    0.0
    """
    gap = np.abs(inflow - _net_outflow(tail, head, flow, len(inflow)))
    gap[sink] = 0.0
    return float(gap.max() / max(float(np.abs(inflow).sum()), 1e-300))
