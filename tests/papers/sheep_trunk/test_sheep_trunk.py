"""Krebs 2007, sheep. It would have failed if the median rise of pressure lay outside 4.5 to 18 %."""

from __future__ import annotations

import pytest

from azygos.ground.units import ML, MM
from azygos.journey import draw_patient
from azygos.spine.cement import mix_cement
from papers.patients import draw_member
from papers.sheep_trunk.predict import SEED, Shot, at_the_valve, shoot
from papers.stored import check_member, check_stored, check_summary

SHOT = Shot(pieces=4, width=3 * MM, duration=20.0, age=200.0, temperature=295.0)


@pytest.fixture(scope="module")
def cement():
    return mix_cement("generic_low_viscosity", draw_member(SEED, 0))


def test_what_is_stored_is_explained():
    check_stored("sheep_trunk")
    check_summary("sheep_trunk")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("sheep_trunk")


def test_all_pieces_together_are_two_millilitres(cement):
    given = at_the_valve(cement, SHOT)
    assert sum(piece.volume for piece in given.pieces) == pytest.approx(2.0 * ML)
    assert given.account.passed_on == pytest.approx(2.0 * ML * cement.density_paste)
    assert [piece.time for piece in given.pieces] == [5.0, 10.0, 15.0, 20.0]


def test_what_closes_arteries_raises_their_pressure(cement):
    found = shoot(draw_patient(1), cement, SHOT)
    assert 0.0 < found["flow_lost"] < 1.0
    assert found["rise_percent"] > 0.0
