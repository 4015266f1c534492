"""Habib 2010. It would have failed if the four mean leaked masses did not fall in the measured order, if the
largest over the smallest lay outside 2 to 8, if a mass were off by more than an sd, or if the pressure at the
needle changed more than twofold between the thickest and the thinnest group."""

from __future__ import annotations

import numpy as np
import pytest

from papers.run import predictor
from papers.stored import check_member, check_stored, check_summary


def test_what_is_stored_is_explained():
    check_stored("habib")
    check_summary("habib")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("habib")


def test_the_surrogate_has_one_path_at_the_drawn_distance():
    bone, needle, _, drawn = predictor("habib").bench(1, 0)
    (path,) = bone.outlets
    away = np.linalg.norm(bone.vertebra.to_lps(path.mouth) - needle.tip)
    assert away == pytest.approx(drawn["path_distance_mm"] * 1e-3)
    assert np.ptp(bone.permeability) == 0.0
