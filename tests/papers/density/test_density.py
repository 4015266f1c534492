"""Denser bone. It would have failed if the odds ratio of any leak, osteoporotic over denser, lay outside 0.286 to
0.744 or above one."""

from __future__ import annotations

import numpy as np
import pytest

from papers.clinical import with_bone
from papers.patients import body
from papers.stored import check_member, check_stored, check_summary


def test_what_is_stored_is_explained():
    check_stored("density")
    check_summary("density")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("density")


def test_a_body_takes_the_mean_it_is_given():
    vertebra = body(1, 2, ("L1",), fracture=None, cleft=False)
    dense = with_bone(vertebra, 0.15)
    assert dense.bone_fraction[vertebra.inside].mean() == pytest.approx(0.15, rel=0.05)
    assert np.array_equal(dense.inside, vertebra.inside)
