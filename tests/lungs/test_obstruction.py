"""Indices and flows of closed arteries, against counts by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.ground.body import Body
from azygos.ground.errors import InputError
from azygos.lungs import SEGMENTS, LungLaws, draw_lungs, obstruct
from azygos.lungs.names import ARTERIES

OUTPUT = 9e-5
PLACE = {artery.name: at for at, artery in enumerate(ARTERIES)}
SEGMENTAL = {artery.segment: at for at, artery in enumerate(ARTERIES) if artery.segment}


@pytest.fixture(scope="module")
def lungs():
    return draw_lungs(Body(sex="male", age=60.0, height=1.7, mass=75.0), np.random.default_rng(1))


def closing(lungs, **shares):
    closed = np.zeros(len(lungs.parent))
    for name, share in shares.items():
        closed[SEGMENTAL.get(name, PLACE.get(name.replace("_", " "), -1))] = share
    return obstruct(lungs, closed, OUTPUT)


def test_nothing_closed_is_nothing_lost(lungs):
    free = closing(lungs)
    assert (free.resistance_ratio, free.flow_lost, free.area_fraction) == (1.0, 0.0, 0.0)
    assert (free.qanadli, free.miller) == (0.0, 0)
    assert sum(free.segments) == pytest.approx(1.0)
    assert free.flow[0] == OUTPUT


def test_everything_closed_stays_finite_but_for_the_ratio(lungs):
    shut = obstruct(lungs, np.ones(len(lungs.parent)), OUTPUT)
    assert shut.resistance_ratio == math.inf
    assert (shut.flow_lost, shut.area_fraction, shut.qanadli, shut.miller) == (1.0, 1.0, 100.0, 34)
    assert not shut.flow.any()
    assert not any(shut.segments)


def test_no_output_is_no_flow_but_the_same_ratio(lungs):
    closed = np.zeros(len(lungs.parent))
    closed[1] = 1.0
    still, moving = obstruct(lungs, closed, 0.0), obstruct(lungs, closed, OUTPUT)
    assert still.resistance_ratio == moving.resistance_ratio
    assert (still.miller, still.qanadli, still.segments) == (moving.miller, moving.qanadli, moving.segments)
    assert not still.flow.any()


def test_qanadli_counts_two_for_a_closed_segment_and_one_for_a_narrowed_one(lungs):
    assert closing(lungs, R1=1.0).qanadli == 5.0
    assert closing(lungs, R1=0.3).qanadli == 2.5
    assert closing(lungs, R1=1.0, L10=0.3).qanadli == 7.5


def test_qanadli_counts_the_segments_beyond_a_proximal_plug(lungs):
    assert closing(lungs, middle_lobe_artery=1.0).qanadli == 10.0
    assert closing(lungs, left_main_pulmonary_artery=1.0).qanadli == 50.0
    assert closing(lungs, pulmonary_trunk=0.2).qanadli == 50.0
    assert closing(lungs, pulmonary_trunk=1.0).qanadli == 100.0


def test_qanadli_counts_one_for_what_lies_beyond_the_segmental_artery_if_ct_shows_it(lungs):
    for low, high, points in ((2e-3, 9e-3, 2.5), (0.0, 1.4e-3, 0.0)):
        closed = np.zeros(len(lungs.parent))
        fit = (lungs.beyond > 0) & (lungs.segment == 4) & (lungs.diameter > low) & (lungs.diameter < high)
        closed[np.flatnonzero(fit)[0]] = 1.0
        assert obstruct(lungs, closed, OUTPUT).qanadli == points


def test_miller_counts_nine_right_and_seven_left_and_eighteen_for_flow(lungs):
    assert closing(lungs, R6=0.3).miller == 1
    assert closing(lungs, L4=0.3, L5=0.3, L1=0.3).miller == 3
    narrowed = {segment: 0.01 for segment in SEGMENTS}  # too little to move flow; wide enough for CT in some
    assert closing(lungs, **{name: 0.2 for name in narrowed}).miller >= 16
    assert closing(lungs, right_main_pulmonary_artery=1.0).miller == 9 + 9
    assert closing(lungs, left_main_pulmonary_artery=1.0).miller == 7 + 9


def test_area_fraction_is_that_of_the_orders_that_hold_something(lungs):
    closed = np.zeros(len(lungs.parent))
    closed[SEGMENTAL["R2"]] = 0.5
    order = lungs.order[SEGMENTAL["R2"]]
    area = lungs.diameter**2
    by_hand = 0.5 * area[SEGMENTAL["R2"]] / area[lungs.order == order].sum()
    assert obstruct(lungs, closed, OUTPUT).area_fraction == pytest.approx(by_hand)


def test_flow_of_a_closed_lung_goes_to_the_other_one(lungs):
    free, shut = closing(lungs), closing(lungs, right_main_pulmonary_artery=1.0)
    assert shut.flow[0] == OUTPUT
    assert shut.flow[1] == 0.0
    assert shut.flow[2] == pytest.approx(OUTPUT)
    assert sum(shut.segments[:10]) == 0.0
    assert shut.flow_lost == pytest.approx(1.0 - 1.0 / shut.resistance_ratio)
    assert shut.flow_lost > 0.8 * free.flow[1] / OUTPUT


def test_more_closed_never_means_less_resistance(lungs, rng):
    closed = np.zeros(len(lungs.parent))
    last = 1.0
    for at in rng.permutation(len(closed))[:40]:
        closed[at] = rng.random()
        now = obstruct(lungs, closed, OUTPUT).resistance_ratio
        assert now >= last - 1e-12
        last = now


def test_laws_of_blockage_keep_their_order(lungs):
    closed = np.zeros(len(lungs.parent))
    closed[1] = closed[2] = 0.6
    found = {
        name: obstruct(lungs, closed, OUTPUT, laws=LungLaws(blockage=name)).flow_lost
        for name in ("annulus", "crescent", "area_squared", "neglect")
    }
    assert found["annulus"] > found["crescent"] > found["area_squared"] > found["neglect"] == 0.0


def test_an_unknown_law_is_refused_with_the_nearest_name():
    with pytest.raises(InputError) as error:
        LungLaws(blockage="cresent")
    assert str(error.value) == (
        "blockage 'cresent' is not known. Did you mean 'crescent'? Known: crescent, annulus, area_squared, neglect."
    )


def test_shares_that_fit_no_tree_are_refused(lungs):
    with pytest.raises(InputError) as error:
        obstruct(lungs, np.zeros(3), OUTPUT)
    assert str(error.value) == f"3 closed shares were given for {len(lungs.parent)} arteries; give one for each"
    with pytest.raises(InputError, match="lies between 0 and 1"):
        obstruct(lungs, np.full(len(lungs.parent), 1.5), OUTPUT)
    with pytest.raises(InputError, match="output of nan"):
        obstruct(lungs, np.zeros(len(lungs.parent)), math.nan)
