"""Bodies with a cleft. It would have failed if the odds ratios lay outside 0.175 to 0.469 (venous) and 1.94 to 5.97
(cortical or disc), or on the wrong side of one."""

from __future__ import annotations

import numpy as np

from papers.patients import body
from papers.stored import check_member, check_stored, check_summary


def test_what_is_stored_is_explained():
    check_stored("cleft")
    check_summary("cleft")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("cleft")


def test_the_arms_are_one_body():
    with_cleft = body(1, 2, ("L1",), fracture=None, cleft=True)
    without = body(1, 2, ("L1",), fracture=None, cleft=False)
    assert with_cleft.cleft.any()
    assert not without.cleft.any()
    assert np.array_equal(with_cleft.inside, without.inside)
