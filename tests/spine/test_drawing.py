"""Draws: in their ranges, the same for the same seed, and the bone that they make."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azygos.ground.errors import InputError
from azygos.ground.units import ML
from azygos.spine.draw import Draw
from azygos.spine.drawing import draw_bone, draw_stratified, draw_uncertain, press_balloon
from azygos.spine.virtual import draw_vertebra
from azygos.values.uncertainty import UNCERTAIN


def test_every_field_of_a_draw_has_its_value() -> None:
    assert {field.name for field in dataclasses.fields(Draw)} == {"field_seed", *UNCERTAIN}


@given(seed=st.integers(0, 2**64 - 1))
@settings(max_examples=50, deadline=None)
def test_draws_lie_in_their_ranges(seed: int) -> None:
    draw = draw_uncertain(np.random.default_rng(seed))
    for name, uncertain in UNCERTAIN.items():
        drawn = getattr(draw, name)
        low, high = uncertain.low, uncertain.high
        if uncertain.distribution == "log-normal":  # low and high are the middle 95 %; cut at three sd
            reach = (high / low) ** (3.0 / 3.92)
            low, high = uncertain.value.number / reach, uncertain.value.number * reach
        assert low * (1 - 1e-12) <= drawn <= high * (1 + 1e-12), name
    assert draw == draw_uncertain(np.random.default_rng(seed))


def test_permeability_spreads_as_its_sources_do() -> None:
    drawn = np.array([d.permeability_median for d in draw_stratified(1, 2000)])
    assert np.median(drawn) == pytest.approx(1e-8, rel=0.1)
    assert np.mean((drawn > 2.7e-9) & (drawn < 3.7e-8)) == pytest.approx(0.95, abs=0.02)


@given(seed=st.integers(0, 2**32), n=st.integers(1, 6), more=st.integers(0, 6))
@settings(max_examples=25, deadline=None)
def test_member_k_is_the_same_whatever_n(seed: int, n: int, more: int) -> None:
    assert draw_stratified(seed, n + more)[:n] == draw_stratified(seed, n)


def test_members_differ() -> None:
    members = draw_stratified(0, 8)
    assert len({m.field_seed for m in members}) == 8


def test_refuses_no_draws() -> None:
    with pytest.raises(InputError) as refused:
        draw_stratified(1, 0)
    assert str(refused.value) == "an ensemble of 0 draws is empty; ask for at least 1"


def test_bone_is_the_same_for_the_same_draw() -> None:
    body = draw_vertebra("L1", np.random.default_rng(1), fracture="wedge")
    draw = draw_uncertain(np.random.default_rng(2))
    first, second = draw_bone(body, draw), draw_bone(body, draw)
    assert np.array_equal(first.permeability, second.permeability)
    assert [o.name for o in first.outlets] == [o.name for o in second.outlets]
    other = draw_bone(body, dataclasses.replace(draw, field_seed=draw.field_seed ^ 1))
    assert not np.array_equal(first.permeability, other.permeability)


def test_cavities_are_open_and_bone_is_not() -> None:
    body = draw_vertebra("L1", np.random.default_rng(1), fracture="wedge", cleft=True)
    draw = draw_uncertain(np.random.default_rng(2))
    bone = draw_bone(body, draw)
    assert np.all(bone.cavity[body.cleft])
    assert np.all(bone.porosity[bone.cavity] == 1.0)
    assert np.all(bone.permeability[bone.cavity] == min(100.0 * draw.permeability_median, 1e-6))
    solid = body.inside & ~bone.cavity
    assert np.allclose(bone.porosity[solid], 1.0 - body.bone_fraction[solid])
    assert not bone.permeability[~body.inside].any()


def test_a_balloon_of_four_millilitres_presses_a_tenth_to_a_quarter() -> None:
    """cautions.md: BV/TV 0.10 becomes 0.23 and K a quarter."""
    body = draw_vertebra("L3", np.random.default_rng(1), sex="male", spacing=5e-4)
    even = dataclasses.replace(body, bone_fraction=np.where(body.inside, 0.10, 0.0))
    void, bone = press_balloon(even, 4 * ML, np.zeros(3))
    rim = (bone > 0.1001) & body.inside
    assert void.sum() * body.spacing**3 == pytest.approx(4 * ML, rel=0.01)
    assert bone[rim].mean() == pytest.approx(0.235, abs=0.01)
    assert bone.sum() == pytest.approx(even.bone_fraction.sum(), rel=1e-9)
    draw = draw_uncertain(np.random.default_rng(2))
    plain, pressed = draw_bone(even, draw), draw_bone(even, draw, balloon=4 * ML, balloon_centre=np.zeros(3))
    ring = rim & ~plain.cavity & ~pressed.cavity
    ratio = pressed.permeability[ring] / plain.permeability[ring]
    assert ratio.mean() == pytest.approx(0.26, abs=0.03)
    assert np.all(pressed.cavity[void])


def test_refuses_a_balloon_that_does_not_fit() -> None:
    body = draw_vertebra("T4", np.random.default_rng(1), sex="female")
    with pytest.raises(InputError) as refused:
        draw_bone(body, draw_uncertain(np.random.default_rng(2)), balloon=6 * ML)
    assert str(refused.value) == (
        f"a balloon of 6.0 mL does not fit a body of {body.volume / ML:.1f} mL; take less than half"
    )
