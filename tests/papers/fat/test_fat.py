"""Marrow fat. It would have failed if the median fall of arterial pressure at 3 min lay outside 4.5 to 18 mmHg."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.circulation import fat_in_lungs
from azygos.ground.units import ML
from azygos.spine import Fat
from papers.fat.predict import SEED, falls, inject, vented
from papers.stored import check_member, check_stored, check_summary
from papers.treated import session_case


def test_what_is_stored_is_explained():
    check_stored("fat")
    check_summary("fat")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("fat")


def test_what_is_vented_does_not_reach_the_lungs():
    fat = Fat(level="L1", times=np.array([0.0, 60.0]), flow=np.array([2e-8, 2e-8]))
    (left,) = vented([fat], 0.25)
    assert left.volume == pytest.approx(0.75 * 1.2 * ML)
    times = np.array([30.0, 90.0])
    assert fat_in_lungs([left], times) == pytest.approx(0.75 * fat_in_lungs([fat], times))


def test_without_fat_the_pressure_stays_and_more_fat_moves_it_more():
    patient, session = inject(session_case(SEED, 0))
    fats = [one.fat for one in session.treated]
    assert falls(patient, session, vented(fats, 1.0)) == pytest.approx([0.0] * len(fats), abs=1e-9)
    assert abs(falls(patient, session, fats)[0]) > abs(falls(patient, session, vented(fats, 0.5))[0])
