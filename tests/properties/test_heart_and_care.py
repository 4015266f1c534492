"""Whatever arrives: the heart's account closes, every piece is somewhere, and the course stays finite."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_heart import BODY, OUTPUT, a_piece, arrivals_of
from plain_lungs import TREE, departures_of, effect_of, lodged_in, lodgings_of

from azygos.care import CLOTS, TREATMENTS, Care, draw_care, follow_course
from azygos.heart import Exit, HeartLaws, draw_heart, pass_heart

seeds = st.integers(0, 2**32 - 1)
sizes = st.tuples(st.floats(1e-5, 0.6), st.floats(1e-5, 8e-3), st.floats(0.0, 5000.0), st.booleans())
laws = st.builds(
    HeartLaws, perforation=st.booleans(), breaking=st.booleans(), foramen=st.booleans(), bending=st.booleans()
)


def pieces_of(sizes):
    return [
        a_piece(length, width, age=age, attached=attached, name=f"L2-{k}", time=float(k))
        for k, (length, width, age, attached) in enumerate(sizes)
    ]


@settings(max_examples=60, deadline=None)
@given(seed=seeds, sizes=st.lists(sizes, max_size=6), laws=laws)
def test_every_piece_is_somewhere(seed, sizes, laws):
    heart = draw_heart(BODY, np.random.default_rng(seed))
    arrivals = arrivals_of(*pieces_of(sizes))
    departures = pass_heart(heart, arrivals, output=OUTPUT, laws=laws)
    assert abs(departures.account.gap) <= 1e-9 * max(departures.account.received, 1e-12)
    assert len(departures.passages) >= len(arrivals.pieces)
    assert [piece.time for piece in departures.pieces] == sorted(piece.time for piece in departures.pieces)
    assert len({track.piece for track in departures.tracks}) >= len(arrivals.pieces)
    for passage in departures.passages:
        assert 0.0 <= passage.volume_left <= passage.piece.volume * (1.0 + 1e-12)
        assert (passage.pierces_at is not None) == (passage.exit is Exit.PERFORATES)
    for track in departures.tracks:
        assert np.isfinite(track.points).all()
        assert np.isfinite(track.times).all()


@settings(max_examples=30, deadline=None)
@given(seed=seeds, sizes=st.lists(sizes, min_size=1, max_size=4))
def test_what_is_switched_off_does_not_happen(seed, sizes):
    heart = draw_heart(BODY, np.random.default_rng(seed), foramen=True)
    off = HeartLaws(perforation=False, breaking=False, foramen=False)
    departures = pass_heart(heart, arrivals_of(*pieces_of(sizes)), output=OUTPUT, laws=off)
    assert not {passage.exit for passage in departures.passages} & {Exit.PERFORATES, Exit.CROSSES}
    assert len(departures.passages) == len(sizes)
    assert departures.effusion is None


@pytest.mark.parametrize("attached", [False, True])
def test_a_hundred_pieces_and_a_cord_of_sixty_centimetres(attached):
    cord = a_piece(0.6, 3e-3, age=300.0, attached=attached)
    dust = [a_piece(1e-4, 1e-4, name=f"dust-{k}", time=200.0 + k) for k in range(99)]
    departures = pass_heart(draw_heart(BODY, np.random.default_rng(1)), arrivals_of(cord, *dust), output=OUTPUT)
    assert len(departures.passages) == (101 if attached else 100)  # the stream tears what is still soft at the ring
    assert abs(departures.account.gap) < 1e-12


lodgings = st.lists(
    st.tuples(st.integers(0, 15), st.floats(0.0, 1.0), st.floats(0.0, 3e7), st.floats(1e-4, 0.3)), max_size=5
)
cares = st.lists(
    st.builds(
        Care,
        kind=st.sampled_from(TREATMENTS),
        day=st.one_of(st.none(), st.floats(0.0, 300.0)),
        days=st.floats(0.0, 200.0),
    ),
    max_size=4,
)


def course_of(seed, lodged, cares, clot, *, removal=True, days=(0, 1, 7, 30, 365)):
    held = lodgings_of(
        *[lodged_in(vessel, closed=c, time=t, name=f"p{k}") for k, (vessel, c, t, _) in enumerate(lodged)]
    )
    return held, follow_course(
        cares,
        [(7.0, "ct"), (30.0, "ct angiography"), (30.0, "film"), (30.0, "echo"), (30.0, "clinic")],
        clot=clot,
        draw=draw_care(np.random.default_rng(seed)),
        lodgings=held,
        departures=departures_of("h"),
        arrivals=arrivals_of(),
        lungs=TREE,
        effect=effect_of(held),
        removal=removal,
        days=days,
    )


@settings(max_examples=60, deadline=None)
@given(seed=seeds, lodged=lodgings, cares=cares, clot=st.sampled_from(CLOTS), removal=st.booleans())
def test_a_course_stays_within_bounds(seed, lodged, cares, clot, removal):
    held, course = course_of(seed, lodged, cares, clot, removal=removal)
    there = sum(one.piece.volume for one in held.lodged) + math.pi / 4 * 9e-6 * 0.07
    assert np.isfinite(course.clot).all()
    assert (course.clot >= 0.0).all()
    assert ((course.clot_closed >= 0.0) & (course.clot_closed <= 1.0)).all()
    assert (np.diff(course.chance_of_symptoms) >= 0.0).all()
    assert 0.0 <= course.removed_volume <= there * (1.0 + 1e-12)
    assert len(course.visits) == 5
    if not removal:
        assert course.removed_volume == 0.0
    if clot == "none":
        assert not course.clot.any()


@settings(max_examples=30, deadline=None)
@given(seed=seeds, lodged=lodgings, day=st.floats(0.5, 364.0))
def test_one_more_day_to_tell_changes_no_other(seed, lodged, day):
    """Symptoms and drugs apart, whose day is one of those told."""
    _, few = course_of(seed, lodged, [], "slow")
    _, more = course_of(seed, lodged, [], "slow", days=(0, 1, 7, 30, 365, day))
    shared = np.isin(more.days, few.days)
    assert np.allclose(more.clot[shared], few.clot, rtol=1e-9, atol=1e-30)
