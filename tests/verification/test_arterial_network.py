r"""Flow in arterial trees against resistances added by hand.

Tubes in a row add their resistances, tubes side by side their conductances. A symmetric tree of generations
0 ... n-1, each artery of generation k with resistance r_k, each last one ending in a bed of resistance b, has

    R = sum_k r_k / 2^k + b / 2^(n-1)

and each artery of generation k carries 1 / 2^k of the flow. Closing one of the last arteries leaves its parent with
one daughter: the resistance from that fork on is r_(n-1) + b instead of half of it, and so on up the tree.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from tiny_lungs import tree

from azygos.lungs import LungLaws, obstruct
from azygos.lungs.obstruction import flows

GENERATIONS, BED = 6, 1e9


def symmetric():
    """Generations of equal halves; artery i has daughters 2i+1 and 2i+2."""
    n = 2**GENERATIONS - 1
    generation = np.floor(np.log2(np.arange(n) + 1)).astype(int)
    bed = np.where(generation == GENERATIONS - 1, 1.0 / BED, 0.0)
    return tree((np.arange(n) - 1) // 2, 8e-3 * 0.8**generation, 0.03 * 0.9**generation, bed), generation


def test_a_symmetric_tree_has_the_resistance_added_by_hand():
    lungs, generation = symmetric()
    last = [float(lungs.resistance[generation == k][0]) for k in range(GENERATIONS)]
    by_hand = sum(r / 2**k for k, r in enumerate(last)) + BED / 2 ** (GENERATIONS - 1)
    found = flows(lungs, np.zeros(len(lungs.parent)), 1e-4)
    assert 1.0 / found.conductance == pytest.approx(by_hand, rel=1e-13)
    assert np.allclose(found.flow, 1e-4 / 2.0**generation, rtol=1e-12)


def test_closing_one_last_artery_is_done_by_hand():
    lungs, generation = symmetric()
    r = [float(lungs.resistance[generation == k][0]) for k in range(GENERATIONS)]
    whole = r[-1] + BED  # of an untouched branch from generation k on, going up
    narrow = math.inf  # of the one with the closed artery
    for k in range(GENERATIONS - 2, -1, -1):
        narrow = r[k] + 1.0 / (1.0 / whole + 1.0 / narrow)
        whole = r[k] + whole / 2.0
    closed = np.zeros(len(lungs.parent))
    closed[-1] = 1.0
    found = obstruct(lungs, closed, 1e-4)
    assert found.resistance_ratio == pytest.approx(narrow / whole, rel=1e-12)
    assert found.flow_lost == pytest.approx(1.0 - whole / narrow, rel=1e-10)
    assert found.flow[-1] == 0.0
    assert found.flow[0] == 1e-4


def test_blood_divides_between_unequal_daughters_by_conductance():
    lungs = tree([-1, 0, 0], [5e-3, 4e-3, 3e-3], [0.02, 0.02, 0.03], [2e-9, 3e-9, 1e-9])
    ways = [3e-9 / (1 + 3e-9 * lungs.resistance[1]), 1e-9 / (1 + 1e-9 * lungs.resistance[2]), 2e-9]
    found = flows(lungs, np.zeros(3), 1.0)
    assert found.flow[1:] == pytest.approx(np.array(ways[:2]) / sum(ways), rel=1e-13)
    assert found.bed_flow[0] == pytest.approx(ways[2] / sum(ways), rel=1e-13)
    assert found.bed_flow.sum() == pytest.approx(1.0, rel=1e-13)


def test_a_narrowed_artery_has_its_own_resistance_divided():
    lungs = tree([-1, 0], [5e-3, 2e-3], [0.02, 0.02], [0.0, 1e-9])
    narrowed = obstruct(lungs, np.array([0.0, 0.5]), 1e-5, laws=LungLaws(blockage="area_squared"))
    before = lungs.resistance.sum() + 1e9
    assert narrowed.resistance_ratio == pytest.approx((before + 3.0 * lungs.resistance[1]) / before, rel=1e-12)
