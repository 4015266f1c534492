"""Blocked lungs. It would have failed if 35 % of flow lost left the pressure as it is, or 68 % took it past 40."""

from __future__ import annotations

import pytest

from azygos.circulation import draw_circuit, respond
from azygos.ground.units import MMHG
from azygos.journey import draw_body, room_rng
from papers.obstruction.predict import MECHANICS, load, lost_until
from papers.stored import check_member, check_stored, check_summary


@pytest.fixture(scope="module")
def circuit():
    return draw_circuit(draw_body(room_rng(1, "body")), room_rng(1, "circulation"))


def test_what_is_stored_is_explained():
    check_stored("obstruction")
    check_summary("obstruction")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("obstruction")


def test_the_share_found_is_the_one_at_which_the_pressure_is_reached(circuit):
    lost = lost_until(circuit, 25.0 * MMHG)
    pressure = respond(circuit, [load(0.0, lost)], laws=MECHANICS).pulmonary_pressure[0] / MMHG
    assert pressure == pytest.approx(25.0, abs=0.05)


def test_a_pressure_that_is_never_reached_asks_for_all_that_was_tried(circuit):
    assert lost_until(circuit, 1000.0 * MMHG) == pytest.approx(0.95, abs=1e-3)
