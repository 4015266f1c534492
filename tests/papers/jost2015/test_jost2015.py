"""JOSR 2015;10:20. It would have failed if fewer than nine in ten bodies had the lower pressure with the void, if
the median ratio lay outside 0.12 to 0.47, or if a median pressure were off by more than twofold."""

from __future__ import annotations

import numpy as np
import pytest

from papers.patients import body, bone_of, draw_member, needle_of
from papers.run import predictor
from papers.stored import check_member, check_stored, check_summary


def test_what_is_stored_is_explained():
    check_stored("jost2015")
    check_summary("jost2015")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("jost2015")


def test_the_void_is_seven_tenths_of_the_lesion():
    module = predictor("jost2015")
    draw = draw_member(1, 0)
    vertebra = body(1, 0, ("L1",), fracture="none", cleft=False)
    bone = bone_of(vertebra, draw, needle_of(vertebra))
    full = module.lesion_of(bone, 0.2, 0.1, void=False)
    void = module.lesion_of(bone, 0.2, 0.1, void=True)
    assert not np.any(full.cavity & ~bone.cavity)
    opened = np.count_nonzero((void.porosity == 1.0) & (full.porosity < 1.0)) * vertebra.spacing**3
    assert opened == pytest.approx(0.14 * vertebra.volume, rel=0.05)
