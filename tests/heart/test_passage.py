"""What becomes of cement in the right heart, by its state, length and luck."""

from __future__ import annotations

import math

import numpy as np
import pytest
from plain_heart import BODY, CEMENT, GEL, OUTPUT, PASTE, a_heart, a_piece, arrivals_of

from azygos.ground.body import Body
from azygos.ground.errors import InputError
from azygos.heart import Exit, HeartLaws, draw_heart, pass_heart
from azygos.heart.wall import stream_pull
from azygos.heart.ways import reaches
from azygos.spine import strength

STIFF = 450.0  # paste that the stream does not tear


def ways(*pieces, laws=None, **changes):
    return pass_heart(a_heart(**changes), arrivals_of(*pieces), output=OUTPUT, laws=laws)


def only(*pieces, **changes):
    departures = ways(*pieces, **changes)
    assert len(departures.passages) == 1
    return departures.passages[0]


def test_nothing_arrives_and_nothing_leaves():
    departures = ways()
    assert (departures.pieces, departures.passages, departures.effusion) == ((), (), None)
    assert departures.account.received == 0.0


@pytest.mark.parametrize("length", [1e-4, 0.02, 0.6])
def test_paste_goes_with_the_stream_whatever_its_length(length):
    departures = ways(a_piece(length, min(3e-3, length / 2), age=PASTE))
    assert [passage.exit for passage in departures.passages] == [Exit.PASSES]
    assert departures.pieces[0].time == pytest.approx(100.0 + 160e-6 / OUTPUT, rel=1e-12)
    assert departures.pieces[0].path[-3:] == ("right atrium", "right ventricle", "pulmonary trunk")


def test_without_bending_paste_is_a_rod():
    assert only(a_piece(0.3, age=PASTE), laws=HeartLaws(bending=False)).exit is Exit.STAYS


def test_a_short_set_cord_passes_and_a_long_one_lies_across_the_ring():
    assert only(a_piece(0.03)).exit is Exit.PASSES
    passage = only(a_piece(0.07))
    assert (passage.exit, passage.chamber) == (Exit.STAYS, "right ventricle")
    assert passage.reason == (
        "set, 70 mm long and 3.0 mm wide; it lies across the tricuspid ring, the ejecting ventricle is 60 mm long"
    )


def test_a_set_cord_longer_than_the_first_turn_stays_in_the_atrium():
    passage = only(a_piece(0.12))
    assert (passage.exit, passage.chamber) == (Exit.STAYS, "right atrium")


def test_dust_passes():
    departures = ways(*[a_piece(1e-5, 1e-5, name=f"L2-{k}", time=100.0 + k) for k in range(100)])
    assert {passage.exit for passage in departures.passages} == {Exit.PASSES}
    assert len(departures.pieces) == 100


def test_a_gel_cord_bends_the_less_the_further_it_has_set():
    softest, stiffest = only(a_piece(0.09, 1e-3, age=610.0)), only(a_piece(0.09, 3e-3, age=790.0))
    assert softest.exit is Exit.PASSES
    assert stiffest.exit is Exit.STAYS


def test_a_lump_wider_than_the_ring_stays_in_the_atrium():
    passage = only(a_piece(0.035, 0.032))
    assert (passage.exit, passage.chamber) == (Exit.STAYS, "right atrium")
    assert passage.reason.endswith("; the tricuspid ring is 30 mm wide")


def test_a_soft_attached_cord_bridges_cava_and_pulmonary_artery():
    departures = ways(a_piece(0.15, age=STIFF, attached=True))
    passage, beyond = departures.passages[0], departures.pieces[0]
    assert passage.exit is Exit.BRIDGES
    assert beyond.attached
    assert beyond.length + passage.length_left == pytest.approx(0.15, rel=1e-12)
    assert beyond.volume / beyond.length == pytest.approx(passage.volume_left / passage.length_left, rel=1e-12)


def test_an_attached_cord_that_ends_in_the_ventricle_hangs_there():
    passage = only(a_piece(0.08, age=STIFF, attached=True))
    assert (passage.exit, passage.chamber) == (Exit.STAYS, "right ventricle")
    assert passage.volume_left == pytest.approx(passage.piece.volume, rel=1e-15)


def test_the_stream_tears_a_soft_cord_at_the_ring_and_takes_its_end():
    """At 100 s paste holds 0.7 kPa, at 300 s 3.9 kPa; the stream pulls with 4.7 kPa on 7 cm and more."""
    departures = ways(a_piece(0.15, age=PASTE, attached=True))
    held, gone = departures.passages
    ring = float(reaches(a_heart().inferior)[2])
    assert (held.exit, held.chamber, held.piece.attached) == (Exit.STAYS, "right atrium", True)
    assert held.length_left == pytest.approx(ring, rel=1e-12)
    assert (gone.exit, gone.piece.cause) == (Exit.PASSES, "torn off by the stream in the heart")
    (end,) = departures.pieces
    assert not end.attached
    assert end.length == pytest.approx(0.15 - ring, rel=1e-12)
    assert end.time == pytest.approx(100.0 + 160e-6 / OUTPUT, rel=1e-12)
    assert held.reason.endswith("where the stream pulls with 4.7 kPa and it holds 3.9 kPa; its end tore off at once")
    assert [len(ways(a_piece(0.15, age=PASTE, attached=True), laws=HeartLaws(breaking=False)).passages)] == [1]


@pytest.mark.parametrize("age", [100.0, 300.0, 450.0])
@pytest.mark.parametrize("length", [0.055, 0.08, 0.1, 0.3])
@pytest.mark.parametrize("factor", [0.3, 1.0, 3.0])
def test_a_cord_tears_where_the_pull_exceeds_what_it_holds(age, length, factor):
    heart = a_heart(cohesion_factor=factor)
    beyond = length - float(reaches(heart.inferior)[2])
    torn = stream_pull(heart, 3e-3, beyond, OUTPUT) > strength(CEMENT, age, factor=factor)
    departures = ways(a_piece(length, age=age, attached=True), cohesion_factor=factor)
    assert any(passage.piece.cause.startswith("torn") for passage in departures.passages) == torn
    assert abs(departures.account.gap) < 1e-12


def test_a_set_cord_is_not_torn():
    assert only(a_piece(0.08, 1e-3, attached=True), wall_contact=0.1).piece.attached


def test_a_cord_that_ends_before_the_ring_feels_no_pull():
    assert len(ways(a_piece(0.045, age=0.0, attached=True)).passages) == 1


def test_a_bridging_cord_is_broken_once_it_has_set_and_its_middle_goes_on():
    weak = {"wall_contact": 1.0, "cement_fatigue": 0.13, "cement_strength": 0.5}
    departures = ways(a_piece(0.15, 1e-3, age=550.0, attached=True), **weak)
    ring, valve = (float(reaches(a_heart().inferior)[at]) for at in (2, 4))
    held = departures.passages[0]
    assert (held.exit, held.chamber) == (Exit.STAYS, "right atrium")
    assert held.length_left == pytest.approx(ring, rel=1e-12)
    beyond, *middle = departures.pieces
    assert (beyond.name, beyond.attached) == ("L2-1", True)
    assert beyond.length == pytest.approx(0.15 - valve, rel=1e-12)
    assert {piece.cause for piece in middle} == {"broken by the ventricle"}
    assert sum(piece.length for piece in middle) == pytest.approx(valve - ring, rel=1e-12)
    assert min(piece.time for piece in middle) > beyond.time + 60.0
    assert abs(departures.account.gap) < 1e-12
    whole = ways(a_piece(0.15, 1e-3, age=550.0, attached=True), laws=HeartLaws(breaking=False), **weak)
    assert [passage.exit for passage in whole.passages] == [Exit.BRIDGES]


def test_a_bridging_cord_may_pierce_the_ventricle_it_lies_in():
    departures = ways(a_piece(0.15, age=STIFF, attached=True), chances=np.zeros((2, 64)))
    passage, beyond = departures.passages[0], departures.pieces[0]
    assert (passage.exit, passage.chamber) == (Exit.PERFORATES, "right ventricle")
    assert departures.effusion.begins == passage.pierces_at > 100.0
    assert beyond.attached
    assert beyond.length + passage.length_left == pytest.approx(0.15, rel=1e-12)


def test_cement_in_the_heart_is_what_the_account_keeps():
    departures = ways(a_piece(0.03), a_piece(0.07, name="L2-2"), a_piece(0.15, name="L2-3", age=STIFF, attached=True))
    assert CEMENT.density_paste * departures.in_heart == pytest.approx(departures.account.kept, rel=1e-12)
    assert 0.0 < departures.account.kept < departures.account.received


def test_the_way_from_above_is_not_the_way_from_below():
    above = only(a_piece(0.05, age=PASTE, attached=True, path=("azygos vein", "superior vena cava")))
    below = only(a_piece(0.05, age=PASTE, attached=True))
    assert (above.chamber, below.chamber) == ("right ventricle", "right ventricle")
    assert above.reason != below.reason


def test_an_open_foramen_takes_a_piece_whose_chance_is_below_its_share():
    luck = np.full((2, 64), 0.9)
    luck[0, 1] = 0.005
    pieces = [a_piece(0.01, name=f"L2-{k}", time=100.0 + k) for k in range(3)]
    departures = ways(*pieces, foramen_open=True, chances=luck)
    assert [passage.exit for passage in departures.passages] == [Exit.PASSES, Exit.CROSSES, Exit.PASSES]
    assert departures.account.removed == pytest.approx(CEMENT.density_paste * pieces[1].volume, rel=1e-12)
    closed = ways(*pieces, foramen_open=True, chances=luck, laws=HeartLaws(foramen=False))
    assert closed.account.removed == 0.0


def test_a_rod_longer_than_the_atrium_does_not_cross():
    """The ellipsoid of 50 mL and 36 mm is 74 mm long."""
    assert only(a_piece(0.08), foramen_open=True, chances=np.zeros((2, 64))).exit is not Exit.CROSSES
    assert only(a_piece(0.08, age=PASTE), foramen_open=True, chances=np.zeros((2, 64))).exit is Exit.CROSSES


def test_a_piece_wider_than_the_foramen_does_not_cross():
    assert only(a_piece(0.02, 6e-3), foramen_open=True, chances=np.zeros((2, 64))).exit is Exit.PASSES


def test_a_cord_that_stands_on_the_wall_works_through_it():
    """0.3 of 3 kPa on a base of 33 mm is 0.770 N on a tip of 1.5 mm: 0.436 MPa, of 0.7 that pierce at once."""
    departures = ways(a_piece(0.07), chances=np.zeros((2, 64)))
    passage = departures.passages[0]
    pressure = 0.3 * 3000.0 * 0.033**2 / (0.5 * 3e-3) ** 2
    assert passage.exit is Exit.PERFORATES
    assert passage.pierces_at == pytest.approx(100.0 + 10 ** ((1 - pressure / 0.7e6) / 0.1), rel=1e-9)
    assert departures.effusion.begins == passage.pierces_at
    assert departures.effusion.volume(1e9) == pytest.approx(departures.effusion.most, rel=1e-12)
    assert ways(a_piece(0.07), chances=np.zeros((2, 64)), laws=HeartLaws(perforation=False)).effusion is None


def test_a_thin_long_cord_is_broken_and_its_parts_go_on():
    """1 mm over 7 cm with all of the squeeze: 1.84e-3 N m of 4.91e-3 at 50 MPa."""
    squeezed = {"wall_contact": 1.0, "cement_fatigue": 0.13}
    departures = ways(a_piece(0.07, 1e-3), **squeezed)
    beats = 10 ** ((1 - 3000.0 * 1e-3 * 0.07**2 / 8 / (50e6 * math.pi * 1e-9 / 32)) / 0.13)
    assert [piece.name for piece in departures.pieces] == ["L2-1a", "L2-1b"]
    assert {piece.cause for piece in departures.pieces} == {"broken by the ventricle"}
    assert departures.pieces[0].time == pytest.approx(100.0 + beats + 160e-6 / OUTPUT, rel=1e-9)
    assert only(a_piece(0.07, 1e-3), laws=HeartLaws(breaking=False), **squeezed).exit is Exit.STAYS


def test_the_end_of_an_attached_cord_breaks_off_and_the_rest_stays():
    departures = ways(a_piece(0.085, 1e-3, attached=True), wall_contact=1.0, cement_fatigue=0.13, cement_strength=0.5)
    held, *ends = departures.passages
    assert held.exit is Exit.STAYS
    assert held.piece.attached
    assert {passage.exit for passage in ends} == {Exit.PASSES}
    assert held.length_left + sum(piece.length for piece in departures.pieces) == pytest.approx(0.085, rel=1e-12)


def test_a_heart_that_pumps_nothing_is_refused():
    with pytest.raises(InputError) as error:
        pass_heart(a_heart(), arrivals_of(), output=0.0)
    assert str(error.value) == "a heart that pumps 0 L/min moves no cement; give its output at that time"


def test_tracks_have_24_points_and_end_when_the_piece_leaves():
    departures = ways(a_piece(0.03), a_piece(0.07, name="L2-2"))
    passing, staying = departures.tracks
    assert passing.points.shape == (6, 24, 3)
    assert passing.until == departures.pieces[0].time
    assert staying.until == math.inf
    assert passing.at(passing.until) is None


def test_what_lay_there_before_it_broke_is_shown_until_then():
    departures = ways(a_piece(0.07, 1e-3), wall_contact=1.0, cement_fatigue=0.13)
    whole, first, second = departures.tracks
    assert [track.piece for track in departures.tracks] == ["L2-1", "L2-1a", "L2-1b"]
    assert whole.until == first.times[0] == second.times[0]


def test_hearts_follow_their_body():
    small, large = (
        draw_heart(Body(sex="female", age=70.0, height=h, mass=m), np.random.default_rng(1))
        for h, m in ((1.5, 45.0), (1.9, 110.0))
    )
    assert small.atrium_volume < large.atrium_volume
    assert np.allclose(large.inferior / small.inferior, 1.9 / 1.5, rtol=1e-12)
    assert small.vessels.names == large.vessels.names


def test_open_foramina_are_about_a_quarter_and_fewer_in_the_old():
    def share(age):
        body = Body(sex="male", age=age, height=1.7, mass=70.0)
        return np.mean([draw_heart(body, np.random.default_rng(k)).foramen_open for k in range(2000)])

    assert share(70.0) == pytest.approx(0.254, abs=0.03)
    assert share(90.0) == pytest.approx(0.202, abs=0.03)


def test_the_same_draw_is_the_same_heart():
    one, two = (draw_heart(BODY, np.random.default_rng(5)) for _ in range(2))
    assert one.ventricle_length == two.ventricle_length
    assert np.array_equal(one.chances, two.chances)


def test_gel_that_stays_sets_before_it_is_tired():
    passage = only(a_piece(0.07, age=GEL), chances=np.zeros((2, 64)))
    set_one = only(a_piece(0.07), chances=np.zeros((2, 64)))
    assert passage.pierces_at > set_one.pierces_at


def test_a_closed_foramen_and_an_open_one_can_be_asked_for():
    drawn, opened, shut = (draw_heart(BODY, np.random.default_rng(9), foramen=f) for f in (None, True, False))
    assert opened.foramen_open
    assert not shut.foramen_open
    assert drawn.foramen_width == opened.foramen_width == shut.foramen_width
