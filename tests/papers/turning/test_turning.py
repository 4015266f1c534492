"""The longest cord that turns. It would have failed if the median over hearts lay outside 40 to 60 mm."""

from __future__ import annotations

import pytest

from azygos.ground.units import MM
from azygos.journey import draw_patient
from azygos.spine.cement import mix_cement
from papers.patients import draw_member
from papers.stored import check_member, check_stored, check_summary
from papers.turning.predict import SEED, longest, passes

OUTPUT = 8e-5


@pytest.fixture(scope="module")
def heart():
    return draw_patient(1).heart


@pytest.fixture(scope="module")
def cement():
    return mix_cement("generic_medium_viscosity", draw_member(SEED, 0))


def test_what_is_stored_is_explained():
    check_stored("turning")
    check_summary("turning")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("turning")


def test_a_cord_passes_up_to_the_longest_and_no_further(heart, cement):
    most = longest(heart, cement, OUTPUT)
    for share in (0.2, 0.5, 0.9, 0.99):
        assert passes(heart, cement, OUTPUT, share * most)
    for share in (1.01, 1.1, 1.5, 3.0):
        assert not passes(heart, cement, OUTPUT, share * most)
    assert 4 * MM < most < 500 * MM
