"""What is taken out and what stays add up to what was there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_lungs import BEYOND, LOBAR, SEGMENTAL, TREE, a_draw, departures_of, lodged_in, lodgings_of

from azygos.care.hold import hold_of
from azygos.care.removal import take_out


def held(*lodged, heart=(), **draw):
    return hold_of(TREE, a_draw(**draw), 0.0, lodgings_of(*lodged), departures_of(*heart))


def cement_in(hold) -> float:
    return sum(one.volume for one in hold.lodged) + sum(part.volume for part in hold.in_heart)


@given(
    places=st.lists(st.sampled_from([(0,), (LOBAR,), (LOBAR, SEGMENTAL), (SEGMENTAL, BEYOND)]), max_size=4),
    snaps=st.lists(st.sampled_from([0.0, 0.99]), min_size=64, max_size=64),
    kind=st.sampled_from(["embolectomy", "catheter"]),
)
def test_removed_and_left_are_what_was_there(places, snaps, kind):
    hold = held(*[lodged_in(*at, name=f"p{k}") for k, at in enumerate(places)], heart=("h",), snaps=np.array(snaps))
    before = cement_in(hold)
    removed = take_out(hold, kind, 0.0)
    assert removed.volume + cement_in(hold) == pytest.approx(before, rel=1e-12)
    assert not set(removed.whole) & set(removed.broken)


def test_a_second_operation_finds_what_the_first_left_within_reach():
    hold = held(lodged_in(LOBAR), snaps=np.zeros(64))
    first = take_out(hold, "catheter", 0.0)
    assert first.broken == ("L2-1",)
    assert first.beyond == 0.0  # the part that stays lies in a lobar artery
    assert float(hold.remnants()[LOBAR]) == pytest.approx(0.4)
    second = take_out(hold, "catheter", 0.0)
    assert second.volume == pytest.approx(0.4 * first.volume / 0.6 * 0.6, rel=1e-12)


def test_a_bridging_cord_whose_end_is_out_of_reach_stays_in_part():
    hold = held(lodged_in(SEGMENTAL, name="cord"), heart=("cord",))
    removed = take_out(hold, "embolectomy", 0.0)
    assert (removed.whole, removed.broken) == ((), ("cord",))
    assert float(hold.remnants()[SEGMENTAL]) == 1.0
    assert removed.beyond == pytest.approx(hold.lodged[0].volume, rel=1e-12)


def test_clot_that_has_grown_into_central_arteries_is_taken_from_there():
    hold = held(lodged_in(SEGMENTAL))
    hold.lodged[0].clot = 1e-6
    removed = take_out(hold, "embolectomy", 0.0)
    lumen = float(hold.volumes[SEGMENTAL])
    assert removed.clot == pytest.approx(1e-6 - lumen, rel=1e-12)
    assert hold.lodged[0].clot == pytest.approx(lumen, rel=1e-12)
    assert removed.whole == removed.broken == ()


def test_what_has_not_arrived_yet_is_not_taken():
    hold = held(lodged_in(LOBAR, time=5e6))
    assert take_out(hold, "embolectomy", 4e6).volume == 0.0
    assert take_out(hold, "embolectomy", 6e6).whole == ("L2-1",)
