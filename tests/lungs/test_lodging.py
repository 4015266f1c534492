"""Where pieces stop: small trees in which only one answer is right, and a drawn one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from tiny_lungs import BODY, CEMENT, departures, piece, tree

from azygos.ground.errors import InputError
from azygos.lungs import LungLaws, draw_lungs, lodge
from azygos.lungs.routing import chance
from azygos.spine import State, state_of
from azygos.values.hardening import GEL_SHARE

OUTPUT = 8e-5


@pytest.fixture(scope="module")
def lungs():
    return draw_lungs(BODY, np.random.default_rng(1))


def one_path():
    """Straight on from 20 mm to 1 mm, 20 mm each; the last ends in the bed."""
    return tree([-1, 0, 1, 2, 3], np.array([20, 8, 4, 2, 1]) * 1e-3, [0.02] * 5, [0, 0, 0, 0, 1e-9])


def fork(first=6e-3, second=6e-3, down=((1, 0, -1), (-1, 0, -1)), bed=(1e-9, 1e-9)):
    """One trunk, two daughters."""
    return tree([-1, 0, 0], [20e-3, first, second], [0.05, 0.05, 0.05], [0.0, *bed], [(0, 0, -1), *down])


def only(lungs, one, **other):
    found = lodge(lungs, departures(one), output=OUTPUT, **other)
    assert len(found.lodged) == len(found.obstructions) == len(found.tracks) == 1
    return found.lodged[0]


# --- one path ------------------------------------------------------------------------


@pytest.mark.parametrize(("diameter", "vessel"), [(9e-3, 1), (5e-3, 2), (3e-3, 3), (1.5e-3, 4)])
@pytest.mark.parametrize("state", [State.GEL, State.SET])
def test_in_one_path_a_piece_wedges_in_the_first_artery_that_is_narrower(diameter, vessel, state):
    found = only(one_path(), piece(diameter=diameter, length=10e-3, state=state))
    assert found.vessel == vessel
    assert found.closed[found.vessels.index(vessel)] == 1.0
    assert not found.moulded


def test_a_cord_lies_in_the_arteries_behind_its_head():
    """25 mm long, wedged in the mouth of the fourth: 20 mm in the third and 5 mm in the second."""
    found = only(one_path(), piece(diameter=3e-3, length=25e-3))
    assert found.vessels == (1, 2, 3)
    assert found.closed == pytest.approx(((3 / 8) ** 2, (3 / 4) ** 2, 1.0))


def test_dust_goes_below_the_tree_and_closes_almost_nothing():
    found = lodge(one_path(), departures(piece(diameter=1e-5, length=1e-5)), output=OUTPUT)
    assert found.lodged[0].vessels == (4,)
    assert found.lodged[0].closed[0] == pytest.approx(1e-4)
    assert not found.lodged[0].visible
    assert found.butscheidt == 0
    assert found.obstructions[0].flow_lost < 1e-3


def test_time_of_flight_is_length_over_the_speed_of_blood():
    found = only(one_path(), piece(diameter=3e-3, length=5e-3, time=100.0))
    seconds = sum(0.02 * math.pi / 4.0 * d**2 / OUTPUT for d in (20e-3, 8e-3, 4e-3))
    assert found.time == pytest.approx(100.0 + seconds)


def test_too_thick_for_the_trunk_closes_it():
    found = lodge(one_path(), departures(piece(diameter=25e-3, length=0.05)), output=OUTPUT)
    assert found.lodged[0].vessel == 0
    assert found.obstructions[0].resistance_ratio == math.inf
    assert not found.obstructions[0].flow.any()


def test_without_flow_a_piece_stays_in_the_trunk():
    found = lodge(one_path(), departures(piece(diameter=2e-3)), output=0.0)
    assert found.lodged[0].vessel == 0
    assert found.obstructions[0].resistance_ratio < math.inf


# --- bends -----------------------------------------------------------------------------


def test_a_set_cord_that_cannot_turn_stays_across_the_fork_and_a_soft_gel_turns():
    turn = fork(down=((1, 0, 0), (-1, 0, 0)))
    rod = piece(diameter=2e-3, length=60e-3)
    assert only(turn, rod).vessel == 0
    assert only(turn, rod, laws=LungLaws(bending=False)).vessel > 0
    for share, turns in ((0.755, True), (0.85, False), (0.999, False)):
        gel = piece(diameter=2e-3, length=60e-3, state=State.GEL, age=share * CEMENT.setting_age)
        assert (only(turn, gel).vessel > 0) is turns
        assert only(turn, gel, laws=LungLaws(bending=False)).vessel > 0
    assert only(turn, piece(diameter=2e-3, length=60e-3, state=State.PASTE)).vessel > 0
    assert only(turn, piece(diameter=2e-3, length=20e-3)).vessel > 0


# --- long cords fold ------------------------------------------------------------------


def test_a_cord_longer_than_its_way_folds_behind_its_head_and_a_set_one_sticks_out():
    """70 mm of 3 mm on a way of 60 mm, its head in a mouth of 2 mm: 10 mm more lie in the last 20 mm, of 4 mm bore."""
    gel = only(one_path(), piece(diameter=3e-3, length=70e-3, state=State.GEL))
    assert gel.vessels == (0, 1, 2, 3)
    assert gel.closed == pytest.approx(((3 / 20) ** 2, (3 / 8) ** 2, 1.5 * (3 / 4) ** 2, 1.0), rel=1e-3)
    assert gel.behind == pytest.approx(0.0, abs=1e-18)
    rod = only(one_path(), piece(diameter=3e-3, length=70e-3))
    assert rod.closed == pytest.approx(((3 / 20) ** 2, (3 / 8) ** 2, (3 / 4) ** 2, 1.0))
    assert rod.behind == pytest.approx(math.pi / 4.0 * 9e-6 * 10e-3)


def test_what_finds_no_room_is_told():
    """20 mm each of 20, 8 and 4 mm bore hold 480 times 5 pi mm^3; a cord of 3 mm and 2 m needs more."""
    room = math.pi / 4.0 * (400 + 64 + 16) * 20e-9
    full = only(one_path(), piece(diameter=3e-3, length=2.0, state=State.GEL))
    assert full.closed == (1.0, 1.0, 1.0, 1.0)
    assert full.behind == pytest.approx(math.pi / 4.0 * 9e-6 * 2.0 - room)


def test_folds_take_only_the_room_that_earlier_cement_left():
    """A 3 mm cord lies in all arteries to 4 mm; the next has its head at 4 mm bore and one metre to lay down."""
    lungs = tree([-1, 0, 1, 2], np.array([20, 8, 4, 2]) * 1e-3, [0.02] * 4, [0, 0, 1e-9, 1e-9])
    first = piece("L2-1", diameter=3e-3, length=60e-3)
    second = piece("L2-2", diameter=0.9e-3, length=1.0, time=20.0, state=State.GEL)
    found = lodge(lungs, departures(first, second), output=OUTPUT).lodged[1]
    shares = dict(zip(found.vessels, found.closed, strict=True))
    assert found.piece is second
    assert shares[2] == pytest.approx(1.0 - (3 / 4) ** 2)


def holds(lungs, lodging, volume):
    """Whether the closed shares hold a volume; the artery of the head may be one that it only shuts like a lid."""
    room = math.pi / 4.0 * lungs.diameter**2 * lungs.length
    parts = {at: share * room[at] for at, share in zip(lodging.vessels, lodging.closed, strict=True)}
    behind_the_lid = sum(part for at, part in parts.items() if at != lodging.vessel)
    return pytest.approx(volume, rel=0.02) in (sum(parts.values()), behind_the_lid)


@pytest.mark.parametrize("share", [0.755, 0.8, 0.85, 0.99])
@pytest.mark.parametrize("diameter", [1e-3, 2e-3])
def test_a_gel_lies_in_the_arteries_with_all_of_its_volume(lungs, share, diameter):
    cord = of_volume(0.3e-6, diameter, share)
    for number in range(6):
        found = only(lungs, replace(cord, name=f"L2-{number}"))
        assert found.behind == 0.0
        assert holds(lungs, found, 0.3e-6)


def test_a_long_soft_thread_lies_in_the_arteries_with_all_of_its_volume(lungs):
    """1.0 mm by 382 mm: half of it is longer than its way; held by its vertebra, or not moulded by choice."""
    thread = of_volume(0.3e-6, 1e-3, 0.5)
    held = only(lungs, replace(thread, attached=True, cause="attached"))
    free = only(lungs, thread, laws=LungLaws(moulding=False))
    for found in (held, free):
        assert not found.moulded
        assert holds(lungs, found, 0.3e-6)


def of_volume(volume, diameter, share):
    """A cord of this volume at a share of the setting age."""
    age = share * CEMENT.setting_age
    length = volume / (math.pi / 4.0 * diameter**2)
    return piece(diameter=diameter, length=length, age=age, state=state_of(CEMENT, age))


@pytest.mark.parametrize("diameter", [1e-3, 1.5e-3, 2e-3, 3e-3, 4e-3])
def test_nothing_leaps_where_paste_becomes_gel(lungs, diameter):
    """A tenth of a second before and behind; before, only paste moulded, and a gel of 1 mm closed 20 times less."""
    gels = GEL_SHARE.number * CEMENT.setting_age
    lost = []
    for age in (gels - 0.1, gels + 0.1):
        cord = of_volume(0.3e-6, diameter, age / CEMENT.setting_age)
        runs = [lodge(lungs, departures(replace(cord, name=f"L2-{k}")), output=OUTPUT) for k in range(6)]
        assert {run.lodged[0].piece.state for run in runs} == {State.PASTE if age < gels else State.GEL}
        lost.append([run.obstructions[0].flow_lost for run in runs])
    paste, gel = np.array(lost)
    assert np.all(gel > 0.5 * paste)
    assert np.all(gel < 2.0 * paste)


def test_gel_closes_less_the_stiffer_it_is(lungs):
    """It folds less and turns less: medians from the softest to that about to set."""
    closes = []
    for share in (0.7501, 0.76, 0.8, 0.99):
        cord = of_volume(0.3e-6, 1e-3, share)
        runs = [lodge(lungs, departures(replace(cord, name=f"L2-{k}")), output=OUTPUT) for k in range(8)]
        closes.append(np.median([run.obstructions[0].flow_lost for run in runs]))
    assert closes == sorted(closes, reverse=True)
    assert closes[0] > 10.0 * closes[-1]


# --- the small arteries below the tree ---------------------------------------------------


def test_a_piece_too_thick_for_the_small_arteries_does_not_vanish_in_them():
    """Most of the trunk's blood leaves by small arteries: 0.5 mm goes with it, 0.9 mm goes on."""
    lungs = tree([-1, 0], [20e-3, 6e-3], [0.05, 0.05], [1e-8, 1e-10])
    assert shares(lungs, piece(diameter=0.5e-3, length=1e-3), count=60) < 0.2
    assert shares(lungs, piece(diameter=0.9e-3, length=1e-3), count=60) == 1.0


@pytest.mark.parametrize(("diameter", "moulded"), [(0.7e-3, False), (0.9e-3, True)])
def test_thick_paste_is_moulded_at_the_mouths_of_the_small_arteries(diameter, moulded):
    found = only(one_path(), piece(diameter=diameter, length=5e-3, state=State.PASTE))
    assert found.vessel == 4
    assert found.moulded is moulded


# --- forks --------------------------------------------------------------------------------


def shares(lungs, one, count=400, **other):
    """Share of pieces that take the first daughter, each on its own chance."""
    laws = other.pop("laws", LungLaws())
    pieces = [replace(one, name=f"L2-{k}", time=float(k)) for k in range(count)]
    found = lodge(lungs, departures(*pieces), output=OUTPUT, laws=replace(laws, interaction=False), **other)
    return np.mean([1 in lodging.vessels for lodging in found.lodged])


def test_small_pieces_divide_as_blood_does():
    """About a quarter of the blood goes the first way; 400 pieces, 3 standard errors."""
    lungs = fork(bed=(1e-9, 3e-9))
    ways = [1.0 / (lungs.resistance[1] + 1e9), 1.0 / (lungs.resistance[2] + 1e9 / 3.0)]
    found = shares(lungs, piece(diameter=1e-4, length=1e-4), laws=LungLaws(gravity=False, inertia=False))
    assert found == pytest.approx(ways[0] / sum(ways), abs=3 * math.sqrt(0.25 * 0.75 / 400))


def test_heavy_pieces_take_the_lower_branch_of_their_posture():
    lungs = fork(down=((0, -1, -1), (0, 1, -1)))  # the first daughter points to the front
    heavy = piece(diameter=4e-3, length=10e-3)
    assert shares(lungs, heavy, posture="prone") > 0.8
    assert shares(lungs, heavy, posture="supine") < 0.2
    assert shares(lungs, heavy, posture="upright") == pytest.approx(0.5, abs=0.075)
    assert shares(lungs, heavy, posture="supine", rises=200.0) == pytest.approx(0.3, abs=0.1)
    assert shares(lungs, heavy, posture="prone", laws=LungLaws(gravity=False)) == pytest.approx(0.5, abs=0.075)
    dust = piece(diameter=3e-5, length=3e-5)
    assert shares(lungs, dust, posture="prone") == pytest.approx(0.5, abs=0.075)


def test_heavy_pieces_go_straight_on():
    lungs = fork(down=((0.1, 0, -1), (-1, 0, -0.1)))
    heavy = piece(diameter=4e-3, length=10e-3)
    assert shares(lungs, heavy, laws=LungLaws(gravity=False)) > 0.6
    assert shares(lungs, heavy, laws=LungLaws(gravity=False, inertia=False)) == pytest.approx(0.5, abs=0.075)


def test_chances_belong_to_patient_piece_and_fork_alone():
    """The same piece goes the same way, whatever came before it if that moved no flow."""
    numbers = [chance(3, "L2-1", k) for k in range(4000)]
    assert np.mean(numbers) == pytest.approx(0.5, abs=0.02)
    assert np.var(numbers) == pytest.approx(1 / 12, rel=0.05)
    lungs = fork()
    alone = only(lungs, piece("L2-7", diameter=1e-4, length=1e-4))
    crowd = lodge(
        lungs, departures(*(piece(f"L2-{k}", diameter=1e-4, length=1e-4) for k in range(9))), output=OUTPUT,
        laws=LungLaws(interaction=False),
    )  # fmt: skip
    (same,) = (one for one in crowd.lodged if one.piece.name == "L2-7")
    assert same.vessel == alone.vessel


def test_two_pieces_of_one_name_have_chances_of_their_own():
    lungs = fork()
    same = [piece("L2-1", diameter=1e-4, length=1e-4, time=float(k)) for k in range(30)]
    found = lodge(lungs, departures(*same), output=OUTPUT)
    assert {lodging.vessel for lodging in found.lodged} == {1, 2}


# --- several pieces -------------------------------------------------------------------------


def test_the_second_piece_goes_where_the_first_left_flow():
    """Both daughters are too narrow, so each piece closes one; without interaction both may choose the same."""
    lungs = fork(1e-3, 1e-3)
    for salt in range(6):
        own = draw_with(lungs, salt)
        pair = departures(piece("L2-1", length=5e-3), piece("L2-2", length=5e-3, time=11.0))
        found = lodge(own, pair, output=OUTPUT)
        assert {lodging.vessel for lodging in found.lodged} == {1, 2}
        assert found.obstructions[0].resistance_ratio < found.obstructions[1].resistance_ratio == math.inf
    apart = [lodge(draw_with(lungs, s), pair, output=OUTPUT, laws=LungLaws(interaction=False)) for s in range(12)]
    assert any(found.lodged[0].vessel == found.lodged[1].vessel for found in apart)


def draw_with(lungs, salt):
    kind, (_, values) = type(lungs), lungs.__reduce__()[1]
    return kind(**{**values, "salt": salt})


def test_a_piece_behind_another_does_not_pass_through_it():
    """A 6 mm cord lies on the wall of an 8 mm artery: beside it a 3 mm one does not pass, a 1.5 mm one does."""
    lungs = tree([-1, 0, 1], [20e-3, 8e-3, 5e-3], [0.05, 0.05, 0.05], [0.0, 1e-9, 1e-9])
    first = piece("L2-1", diameter=6e-3, length=20e-3)
    stopped = lodge(lungs, departures(first, piece("L2-2", diameter=3e-3, time=11.0)), output=OUTPUT).lodged[1]
    assert stopped.vessel == 0
    passed = lodge(lungs, departures(first, piece("L2-2", diameter=1.5e-3, time=11.0)), output=OUTPUT).lodged[1]
    assert 1 in passed.vessels


def test_lodgings_come_in_order_of_time_even_if_the_valve_saw_another():
    """A thread drifts on for seconds; 10 ms after it a cord too thick for the trunk stops at once."""
    late, early = piece("L2-1", diameter=1e-4, length=1e-3), piece("L2-2", diameter=25e-3, length=0.05, time=10.01)
    found = lodge(one_path(), departures(late, early), output=OUTPUT)
    assert [one.piece.name for one in found.lodged] == ["L2-2", "L2-1"]
    assert [track.piece for track in found.tracks] == ["L2-2", "L2-1"]
    assert [o.closed[4] for o in found.obstructions] == pytest.approx([0.0, found.lodged[1].closed[-1]])
    with pytest.raises(InputError, match="lodgings must be in order of time"):
        replace(found, lodged=found.lodged[::-1])


# --- paste and bridging cords -----------------------------------------------------------------


def test_paste_moulds_a_branch_and_set_cement_does_not(lungs):
    soft = lodge(lungs, departures(piece(diameter=4e-3, length=60e-3, state=State.PASTE)), output=OUTPUT)
    assert soft.lodged[0].moulded
    assert soft.butscheidt == 3
    assert all(share == 1.0 for share in soft.lodged[0].closed)
    still = LungLaws(moulding=False)
    hard = lodge(lungs, departures(piece(diameter=4e-3, length=60e-3, state=State.PASTE)), output=OUTPUT, laws=still)
    assert not hard.lodged[0].moulded
    assert hard.butscheidt == 1


def test_old_paste_creeps_less_far_than_fresh(lungs):
    """Distance from where it wedged to the farthest tongue, in the picture."""

    def reach(age):
        one = piece(diameter=4e-3, length=60e-3, state=State.PASTE, age=age * CEMENT.setting_age)
        wedged, rests = lodge(lungs, departures(one), output=OUTPUT).tracks[0].points[-2:, -1]
        return float(np.linalg.norm(rests - wedged))

    assert reach(0.2) > 3.0 * reach(0.5) > 3.0 * reach(0.74)


def test_a_bridging_cord_lies_from_the_trunk_as_far_as_it_reaches():
    lungs = one_path()
    held = piece(diameter=1.5e-3, length=50e-3, state=State.PASTE, attached=True)
    found = only(lungs, held)
    assert found.vessels == (0, 1, 2)
    assert found.closed == pytest.approx([(1.5e-3 / d) ** 2 for d in (20e-3, 8e-3, 4e-3)])
    assert not found.moulded
    long = only(lungs, piece(diameter=3e-3, length=0.3, state=State.GEL, attached=True))
    assert long.vessels == (0, 1, 2, 3)


# --- what is handed on -------------------------------------------------------------------------


def test_no_pieces_are_an_empty_answer(lungs):
    found = lodge(lungs, departures(), output=OUTPUT)
    assert found.lodged == found.obstructions == found.tracks == ()
    assert (found.butscheidt, found.account.received, found.account.kept) == (0, 0.0, 0.0)


@pytest.mark.parametrize(("count", "grade"), [(0, 0), (1, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_butscheidt_counts_visible_emboli(lungs, count, grade):
    small = [piece(f"T9-{k}", diameter=0.5e-3, length=2e-3, time=float(k)) for k in range(5)]
    seen = [piece(f"L2-{k}", diameter=2e-3, length=4e-3, time=20.0 + k) for k in range(count)]
    assert lodge(lungs, departures(*small, *seen), output=OUTPUT).butscheidt == grade


def test_tracks_fly_from_the_valve_to_the_resting_place(lungs):
    one = piece(diameter=3e-3, length=10e-3, time=50.0)
    found = lodge(lungs, departures(one), output=OUTPUT)
    track, lodging = found.tracks[0], found.lodged[0]
    assert (track.piece, track.room, track.until) == ("L2-1", "lungs", math.inf)
    assert track.times[0] == 50.0
    assert track.times[-1] == pytest.approx(lodging.time)
    assert track.points.shape == (6, 24, 3)
    assert track.points[0] == pytest.approx(np.broadcast_to(lungs.ends[0, 0], (24, 3)))
    assert track.points[-1, -1] == pytest.approx(lungs.ends[lodging.vessel, 0])
    walked = np.linalg.norm(np.diff(track.points[-1], axis=0), axis=1).sum()
    assert 0.9 * 10e-3 < walked <= 10e-3 * (1 + 1e-9)


def test_a_cast_is_shown_as_wide_as_its_arteries(lungs):
    found = lodge(lungs, departures(piece(diameter=4e-3, length=60e-3, state=State.PASTE)), output=OUTPUT)
    track, held = found.tracks[0], found.lodged[0].vessels
    assert track.times[-1] > found.lodged[0].time
    assert set(np.round(track.diameters[-1], 9)) <= set(np.round(lungs.diameter[list(held)], 9))


def test_places_are_said_in_words(lungs):
    found = only(lungs, piece(diameter=2e-3, length=4e-3))
    assert found.artery == lungs.name(found.vessel)
    assert found.segment in found.artery
    assert found.side in ("right", "left")
    assert found.artery_diameter < 2e-3
    assert found.order in (11, 12)


def test_pieces_lodge_where_the_table_of_orders_lets_us_expect(lungs):
    """1 mm at order 9 to 10, 2 mm at 11 to 12, 4 mm at 13: short set pieces, the middle of forty."""
    for diameter, orders in ((1e-3, (9, 10)), (2e-3, (11, 12)), (4e-3, (12, 13))):
        many = [piece(f"L2-{k}", diameter=diameter, length=3e-3, time=float(k)) for k in range(40)]
        found = lodge(lungs, departures(*many), output=OUTPUT, laws=LungLaws(interaction=False))
        assert orders[0] <= np.median([lodging.order for lodging in found.lodged]) <= orders[1]


def test_the_bed_lost_to_one_rigid_plug_is_of_the_size_derived_from_the_table(lungs):
    """2 mm: 0.11 to 0.39 %, 4 mm: 0.39 to 1.2 % of the bed, one over the table's counts; ours are fewer and larger."""
    for diameter, low, high in ((2e-3, 0.0011, 0.0039), (4e-3, 0.0039, 0.012)):
        many = [piece(f"L2-{k}", diameter=diameter, length=3e-3, time=float(k)) for k in range(30)]
        alone = [lodge(lungs, departures(one), output=OUTPUT).obstructions[0].flow_lost for one in many]
        assert 0.5 * low < np.median(alone) < 3.0 * high


def test_words_that_are_not_known_are_refused(lungs):
    with pytest.raises(InputError) as error:
        lodge(lungs, departures(), output=OUTPUT, posture="sitting")
    assert str(error.value) == "posture is 'sitting'; write 'prone', 'supine' or 'upright'"
    with pytest.raises(InputError, match="time at which the patient gets up is not a number"):
        lodge(lungs, departures(), output=OUTPUT, rises=math.nan)
    with pytest.raises(InputError) as error:
        lodge(lungs, departures(), output=-1.0)
    assert str(error.value) == "an output of -1 m^3/s is not possible; give 0 or more"
