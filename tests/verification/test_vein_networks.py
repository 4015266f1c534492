"""Tube networks by hand.

Series: 1/G = 1/G1 + 1/G2. Parallel: G = G1 + G2. Wheatstone's bridge in balance (G1/G2 = G3/G4): no flow through the
bridge whatever it conducts. Out of balance, with unit conductances but one arm of 2, Kirchhoff's equations

    node a: 2 (p - a) = (a - 0) + (a - b),   node b: (p - b) = (b - 0) + (b - a),   2 (p - a) + (p - b) = 1

give a = 7/13, b = 6/13, p = 11/13 and 1/13 through the bridge from a to b; a valve that lets only b to a
through leaves two arms in series side by side: p = 1 / (2/3 + 1/2) = 6/7, a = 4/7, b = 3/7.
"""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.tubes import poiseuille_conductance
from azygos.veins.network import imbalance, solve_network


def solved(edges, inflow, sink, one_way=None, leak=1e-12):
    tail, head, g = (np.array(column) for column in zip(*edges, strict=True))
    valves = np.zeros(len(edges), bool) if one_way is None else np.array(one_way)
    return solve_network(tail, head, g.astype(float), np.array(inflow, float), sink=sink, one_way=valves, leak=leak), (
        tail,
        head,
    )


def test_two_tubes_in_a_row():
    g1, g2 = poiseuille_conductance(1e-3, 0.02, viscosity=4e-3), poiseuille_conductance(2e-3, 0.05, viscosity=4e-3)
    q = 2e-7
    (p, flow, _), _ = solved([(0, 1, g1), (1, 2, g2)], [q, 0.0, 0.0], 2)
    assert p[0] == pytest.approx(q / g1 + q / g2, rel=1e-12)
    assert flow == pytest.approx([q, q], rel=1e-12)


def test_two_tubes_side_by_side_share_by_the_fourth_power():
    g1, g2 = poiseuille_conductance(1e-3, 0.02, viscosity=4e-3), poiseuille_conductance(2e-3, 0.02, viscosity=4e-3)
    (p, flow, _), _ = solved([(0, 1, g1), (0, 1, g2)], [1e-7, 0.0], 1)
    assert flow[1] / flow[0] == pytest.approx(16.0, rel=1e-12)
    assert p[0] == pytest.approx(1e-7 / (g1 + g2), rel=1e-12)


def test_a_balanced_bridge_carries_nothing():
    (_, flow, _), _ = solved([(0, 1, 1.0), (0, 2, 2.0), (1, 3, 3.0), (2, 3, 6.0), (1, 2, 5.0)], [1.0, 0, 0, 0], 3)
    assert abs(flow[4]) < 1e-14


BRIDGE = [(0, 1, 2.0), (0, 2, 1.0), (1, 3, 1.0), (2, 3, 1.0), (2, 1, 1.0)]


def test_a_bridge_out_of_balance():
    (p, flow, _), _ = solved(BRIDGE, [1.0, 0, 0, 0], 3)
    assert p == pytest.approx([11 / 13, 7 / 13, 6 / 13, 0.0], abs=1e-12)
    assert flow[4] == pytest.approx(-1 / 13, rel=1e-12)


def test_a_valve_in_the_bridge_shuts_against_the_flow():
    (p, flow, shut), _ = solved(BRIDGE, [1.0, 0, 0, 0], 3, one_way=[False] * 4 + [True])
    assert shut.tolist() == [False] * 4 + [True]
    assert p == pytest.approx([6 / 7, 4 / 7, 3 / 7, 0.0], abs=1e-9)
    assert abs(flow[4]) < 1e-11


def test_what_enters_leaves_even_where_conductances_differ_a_million_fold(rng):
    n = 60
    edges = [(k, k + 1, 10.0 ** rng.uniform(-6, 6)) for k in range(n - 1)]
    edges += [(int(a), int(b), 10.0 ** rng.uniform(-6, 6)) for a, b in rng.integers(0, n, (80, 2)) if a != b]
    inflow = rng.random(n)
    (_, flow, _), (tail, head) = solved(edges, inflow, n - 1, one_way=rng.random(len(edges)) < 0.3, leak=0.05)
    assert imbalance(tail, head, flow, inflow, sink=n - 1) < 1e-10
