"""Whatever leaks into whichever veins: the account closes and all is finite."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from veins_bench import BODY, cement, entry

from azygos.spine import Route
from azygos.veins import VeinLaws, draw_veins, follow_veins

VASCULAR = st.sampled_from([Route.ANTERIOR_EXTERNAL, Route.SEGMENTAL, Route.BASIVERTEBRAL])
LAWS = st.builds(
    VeinLaws,
    hardening=st.booleans(),
    attachment=st.booleans(),
    thins=st.booleans(),
    gravity=st.booleans(),
    friction=st.booleans(),
    valves=st.booleans(),
    width=st.sampled_from(["thread", "continuity", "cast"]),
)
ENTRY = st.builds(
    lambda exponent, level, route, side, seconds, age, radius: entry(
        10.0**exponent, level=level, route=route, side=side, seconds=seconds, age=age, radius=radius
    ),
    st.floats(-12.0, -5.3),
    st.sampled_from(["T4", "T9", "T12", "L1", "L3", "L5"]),
    VASCULAR,
    st.sampled_from(["left", "right"]),
    st.floats(1.0, 300.0),
    st.floats(0.0, 1100.0),
    st.floats(0.1e-3, 2.5e-3),
)


@settings(max_examples=60, deadline=None)
@given(entries=st.lists(ENTRY, max_size=4), laws=LAWS, seed=st.integers(0, 50), factor=st.floats(0.1, 3.0))
def test_all_cement_is_found_again(entries, laws, seed, factor):
    veins = draw_veins(BODY, np.random.default_rng(seed), radius_factor=factor)
    arrivals = follow_veins(veins, entries, cement(), laws=laws)
    volume = sum(e.leak.volume for e in entries)
    found = sum(p.volume for p in arrivals.pieces) + sum(r.volume for r in arrivals.remnants)
    assert found == pytest.approx(volume, rel=1e-8, abs=1e-18)
    for part in (*arrivals.pieces, *arrivals.remnants):
        assert 0.0 < part.volume < math.inf
        assert 0.0 < part.length < math.inf
