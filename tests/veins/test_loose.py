"""Loose pieces on their way when the patient gets up, against exact times of sliding."""

from __future__ import annotations

import math

import numpy as np
import pytest
from veins_bench import BODY, bare_law, hanging

from azygos.veins import draw_veins
from azygos.veins.cord import Parted
from azygos.veins.loose import let_drift
from azygos.veins.way import Way
from azygos.veins.width import thread

PRONE = draw_veins(BODY, np.random.default_rng(0))
LENGTH, AREA, SPARE, RADIUS, RISES = 0.03, math.pi * 1e-6, 600.0, 4e-3, 7200.0


def downward(shear: float) -> Way:
    """One vein that runs towards the feet: level for who lies, steep for who stands."""
    return Way(
        names=("inferior vena cava at L2",),
        edges=(0,),
        end=np.array([0.4]),
        radius=np.array([RADIUS]),
        shear=np.array([shear]),
        normal=np.array([1.0]),
        along=np.array([0.0]),
        points=np.array([[0.0, 0.0, 0.0], [0.0, 0.0, -0.4]]),
        junction=0.4,
    )


def slid(*, shear: float, parted_at: float, friction: float = 0.0):
    law = bare_law(spare=SPARE, friction=True, blood=4e-3)
    law[26] = friction
    piece = Parted(time=parted_at, state=hanging(5, length=LENGTH, area=AREA), cause="neck")
    return let_drift(piece, downward(shear), PRONE, law, rises=RISES)


def speeds(shear: float) -> tuple[float, float]:
    """Lying and standing."""
    force, resistance = thread.pull(1e-3, tube_radius=RADIUS, shear_rate=shear, viscosity=4e-3, film=5e-6)
    return force / resistance, (force + SPARE * AREA) / resistance


def test_a_piece_that_creeps_is_looked_at_again_when_the_patient_gets_up():
    lying, standing = speeds(0.1)
    assert 0.0 < lying * RISES < 0.2 < 0.4 - LENGTH
    found = slid(shear=0.1, parted_at=100.0)
    gone = lying * (RISES - 100.0)
    assert found.arrives
    assert found.cause == "neck"
    assert found.time == pytest.approx(RISES + (0.4 - LENGTH - gone) / standing, rel=1e-9)
    assert found.lines[:, -1][found.times == RISES] == pytest.approx(LENGTH + gone, rel=1e-9)


def test_a_piece_that_comes_off_after_getting_up_slides_as_in_who_stands():
    found = slid(shear=0.1, parted_at=8000.0)
    assert found.time == pytest.approx(8000.0 + (0.4 - LENGTH) / speeds(0.1)[1], rel=1e-9)


def test_a_piece_that_lay_still_moves_because_the_patient_gets_up():
    found = slid(shear=0.1, parted_at=100.0, friction=0.3)
    assert found.arrives
    assert found.cause == "getting up"
    assert found.time == pytest.approx(RISES + (0.4 - LENGTH) / speeds(0.1)[1], rel=1e-9)
    assert set(found.lines[:, -1][found.times <= RISES]) == {LENGTH}


def test_a_quick_piece_is_gone_before():
    found = slid(shear=60.0, parted_at=100.0)
    assert found.time == pytest.approx(100.0 + (0.4 - LENGTH) / speeds(60.0)[0], rel=1e-9)
    assert found.time < RISES
