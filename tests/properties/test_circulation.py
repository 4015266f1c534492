"""Whatever lies on the circulation: finite numbers, shares between 0 and 1, blood that only moves."""

from __future__ import annotations

import functools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from azygos.circulation import FIELDS, CirculationLaws, Load, draw_circuit, respond
from azygos.circulation.pulse import fat_in_lungs
from azygos.circulation.respond import steady
from azygos.ground.body import Body
from azygos.spine import Fat

SHARES = ("right_ejection", "dead_space", "shunt", "saturation")


@functools.cache
def circuit(seed: int):
    body = Body(sex="male", age=60.0 + 10.0 * seed, height=1.75, mass=80.0)
    return draw_circuit(body, np.random.default_rng(seed))


LOADS = st.builds(
    Load,
    time=st.just(0.0),
    flow_lost=st.floats(0.0, 1.0),
    resistance_ratio=st.one_of(st.floats(1.0, 1e6), st.just(math.inf)),
    fat=st.floats(0.0, 1e-4),
    posture=st.sampled_from(["prone", "supine", "upright"]),
)
LAWS = st.builds(
    CirculationLaws,
    failure=st.booleans(),
    reflexes=st.booleans(),
    fat=st.sampled_from(["resistance", "arterioles", "neglect"]),
    resistance=st.sampled_from(["constricted", "mechanical", "neglect"]),
)


@settings(max_examples=40, deadline=None)
@given(load=LOADS, laws=LAWS, seed=st.integers(0, 1))
def test_any_load_has_a_finite_answer(load, laws, seed):
    found = respond(circuit(seed), [load], laws=laws)
    for name in FIELDS:
        assert np.all(np.isfinite(getattr(found, name))), name
    for name in SHARES:
        assert 0.0 <= getattr(found, name)[0] <= 1.0, name
    assert found.cardiac_output[0] >= 0.0


@settings(max_examples=10, deadline=None)
@given(lost=st.floats(0.0, 0.8))
def test_blood_is_the_same_under_any_load(lost):
    found = steady(circuit(0), Load(time=0.0, flow_lost=lost, posture="prone"))
    assert abs(np.sum(found.state[:6]) / circuit(0).stressed_volume - 1.0) < 1e-8


@given(
    flows=st.lists(st.floats(0.0, 1e-7), min_size=2, max_size=8),
    at=st.lists(st.floats(-10.0, 1e4), min_size=1, max_size=8),
)
def test_there_is_never_more_fat_than_left_the_bones(flows, at):
    fat = Fat(level="L1", times=np.arange(len(flows)) * 7.0, flow=np.array(flows))
    held = fat_in_lungs([fat], np.array(at))
    assert np.all(held >= 0.0)
    assert np.all(held <= fat.volume * (1.0 + 1e-9) + 1e-18)
