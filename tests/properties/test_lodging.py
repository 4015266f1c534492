"""What must hold for any pieces in any lungs: closed accounts, finite answers, shares within bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_lungs import BODY, CEMENT, departures, piece

from azygos.lungs import BLOCKAGES, LungLaws, draw_lungs, lodge
from azygos.spine import State

FEW = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
LUNGS = [draw_lungs(BODY, np.random.default_rng(seed)) for seed in range(3)]

shapes = st.tuples(st.floats(-5.0, -2.2), st.floats(-5.0, -0.5))  # ln10 of diameter and length [m]
pieces = st.lists(
    st.builds(
        lambda shape, state, attached, part: {
            "diameter": 10.0 ** shape[0], "length": 10.0 ** shape[1], "state": state, "attached": attached, "part": part
        },
        shapes, st.sampled_from(list(State)), st.sampled_from([False, False, False, True]), st.floats(0.0, 1.0),
    ),
    max_size=12,
)  # fmt: skip
laws = st.builds(
    LungLaws, moulding=st.booleans(), gravity=st.booleans(), inertia=st.booleans(), bending=st.booleans(),
    interaction=st.booleans(), blockage=st.sampled_from(sorted(BLOCKAGES)),
)  # fmt: skip
SPAN = {State.PASTE: (0.0, 0.75), State.GEL: (0.75, 1.0), State.SET: (1.0, 5.0)}


def made(facts, number):
    low, high = SPAN[facts["state"]]
    age = (low + (high - low) * facts["part"]) * CEMENT.setting_age
    rest = {key: value for key, value in facts.items() if key != "part"}
    return piece(f"L2-{number}", time=float(number), age=age, **rest)


@FEW
@given(
    facts=pieces, law=laws, which=st.integers(0, 2), output=st.sampled_from([0.0, 1e-7, 5e-5, 1.5e-4]),
    posture=st.sampled_from(["prone", "supine", "upright"]),
)  # fmt: skip
def test_accounts_close_and_answers_are_finite(facts, law, which, output, posture):
    own = [made(one, number) for number, one in enumerate(facts)]
    found = lodge(LUNGS[which], departures(*own), output=output, posture=posture, laws=law)
    n = len(LUNGS[which].parent)
    assert abs(found.account.gap) <= 1e-6 * max(found.account.received, 1e-12)
    assert len(found.lodged) == len(found.obstructions) == len(found.tracks) == len(own)
    for lodging, obstruction, track in zip(found.lodged, found.obstructions, found.tracks, strict=True):
        assert lodging.time > lodging.piece.time
        assert all(0 <= vessel < n for vessel in lodging.vessels)
        assert all(0.0 < share <= 1.0 for share in lodging.closed)
        assert 0.0 <= lodging.behind <= lodging.piece.volume * (1.0 + 1e-9)
        assert 0.0 <= obstruction.flow_lost <= 1.0
        assert obstruction.resistance_ratio >= 1.0 - 1e-12
        assert np.all(np.isfinite(obstruction.flow))
        assert 0.0 <= obstruction.qanadli <= 100.0
        assert 0 <= obstruction.miller <= 34
        assert 0.0 <= obstruction.area_fraction <= 1.0
        assert np.all(np.isfinite(track.points))
        assert sum(obstruction.segments) == pytest.approx(float(obstruction.resistance_ratio < math.inf), abs=1e-9)
    assert [one.time for one in found.lodged] == sorted(one.time for one in found.lodged)
    ratios = [obstruction.resistance_ratio for obstruction in found.obstructions]
    assert ratios == sorted(ratios)


@FEW
@given(facts=pieces.filter(bool), which=st.integers(0, 2))
def test_the_first_pieces_do_not_know_of_later_ones(facts, which):
    own = [made(one, number) for number, one in enumerate(facts)]
    whole = lodge(LUNGS[which], departures(*own), output=8e-5)
    part = lodge(LUNGS[which], departures(*own[:-1]), output=8e-5)
    first = [one for one in whole.lodged if one.piece.name != own[-1].name]
    assert [(one.piece.name, one.vessels) for one in part.lodged] == [(one.piece.name, one.vessels) for one in first]


@pytest.mark.parametrize("state", list(State))
def test_one_cord_as_long_as_an_arm_and_two_hundred_pieces(state):
    huge = piece(diameter=5e-3, length=0.3, state=state)
    found = lodge(LUNGS[0], departures(huge), output=8e-5)
    assert found.obstructions[0].flow_lost > 0.0
    many = [piece(f"L2-{k}", diameter=2e-3, length=20e-3, state=state, time=float(k)) for k in range(200)]
    found = lodge(LUNGS[0], departures(*many), output=8e-5)
    assert abs(found.account.gap) <= 1e-6 * found.account.received
    assert found.butscheidt == 3
    assert not math.isnan(found.obstructions[-1].resistance_ratio)
