"""The course after the session: clot, symptoms, treatments and their order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from plain_heart import arrivals_of
from plain_lungs import (
    BEYOND,
    DAY,
    LOBAR,
    SEGMENTAL,
    TREE,
    a_draw,
    departures_of,
    effect_of,
    lodged_in,
    lodgings_of,
)

from azygos.care import DRAINED, Care, follow_course
from azygos.ground.errors import InputError
from azygos.heart import Effusion

AREA = math.pi * 3e-3 * 0.02  # bare side of the test's pieces [m^2]


def course(*lodged, cares=(), looks=(), clot="none", heart=None, draw=None, dies_above=2.0, effect=None, **more):
    lodgings = lodgings_of(*lodged)
    return follow_course(
        cares,
        looks,
        clot=clot,
        draw=draw or a_draw(),
        lodgings=lodgings,
        departures=heart or departures_of(),
        arrivals=arrivals_of(),
        lungs=TREE,
        effect=effect or effect_of(lodgings, dies_above=dies_above, starts=more.get("starts", 0.0)),
        **more,
    )


def test_without_cement_nothing_happens():
    quiet = course(clot="grows", cares=[Care(kind="anticoagulation", day=None, days=90.0)], looks=[(7.0, "ct")])
    assert not quiet.clot.any()
    assert not quiet.chance_of_symptoms.any()
    assert (quiet.symptoms_day, quiet.events, quiet.cement_removed) == (None, (), ())
    assert (quiet.visits[0].sees, quiet.visits[0].misses) == ((), ())
    assert quiet.days[-1] == 365.0


def test_clot_follows_its_exponential_whatever_the_days():
    lodging = lodged_in(SEGMENTAL)
    few = course(lodging, clot="slow", days=[0.0, 30.0])
    many = course(lodging, clot="slow", days=np.linspace(0.0, 30.0, 61))
    k = 1.78 * 0.04
    assert few.clot[-1] == pytest.approx(1e-5 * AREA * (1.0 - math.exp(-30.0 * k)) / k, rel=1e-12)
    assert many.clot[-1] == pytest.approx(few.clot[-1], rel=1e-12)


def test_order_of_days_looks_and_treatments_does_not_matter():
    pieces = (lodged_in(LOBAR), lodged_in(BEYOND, name="L2-2"))
    cares = [Care(kind="lysis", day=3.0), Care(kind="anticoagulation", day=1.0, days=20.0)]
    looks = [(14.0, "ct"), (7.0, "echo"), (7.0, "ct")]
    forth = course(*pieces, clot="grows", cares=cares, looks=looks, days=[0.0, 5.0, 40.0])
    back = course(*pieces, clot="grows", cares=cares[::-1], looks=looks[::-1], days=[40.0, 5.0, 0.0])
    assert np.array_equal(forth.clot, back.clot)
    assert forth.events == back.events
    assert forth.visits == back.visits


def test_anticoagulation_slows_growth_and_lysis_hastens_the_end_of_clot():
    lodging = lodged_in(SEGMENTAL)
    plain = course(lodging, clot="slow", days=[0.0, 10.0]).clot[-1]
    slowed = course(lodging, clot="slow", days=[0.0, 10.0], cares=[Care(kind="anticoagulation", day=0.0)]).clot[-1]
    lysed = course(lodging, clot="slow", days=[0.0, 10.0], cares=[Care(kind="lysis", day=9.0)]).clot[-1]
    assert slowed == pytest.approx(0.5 * plain, rel=1e-12)
    assert lysed < 0.75 * plain


def test_watching_changes_nothing():
    lodging = lodged_in(SEGMENTAL)
    watched = course(lodging, clot="grows", cares=[Care(kind="watching", day=0.0)])
    assert np.array_equal(watched.clot, course(lodging, clot="grows").clot)
    assert watched.events[0].what == "The patient is watched."


def test_free_cement_gathers_less_clot_than_wedged_cement():
    free, wedged = (course(lodged_in(SEGMENTAL, closed=c), clot="slow", days=[0.0, 9.0]).clot[-1] for c in (0.25, 1.0))
    assert free == pytest.approx(0.25 * wedged, rel=1e-12)


def test_clot_fills_the_arteries_that_hold_cement_then_those_that_feed_them():
    """0.2 mm a day on 189 mm2 fill the 0.475 mL of a segmental artery that is half open, then its lobar artery."""
    early = course(lodged_in(SEGMENTAL, closed=0.5), clot="grows", days=[0.0, 5.0], draw=a_draw(lysis=0.0))
    lumen = math.pi / 4 * 5.5e-3**2 * 0.02
    assert early.clot_closed[-1, SEGMENTAL] == pytest.approx(2e-4 * AREA * 0.5 * 5.0 / lumen, rel=1e-12)
    assert early.clot_closed[-1, LOBAR] == 0.0
    late = course(lodged_in(SEGMENTAL, closed=0.5), clot="grows", days=[0.0, 60.0], draw=a_draw(lysis=0.0))
    beyond = 2e-4 * AREA * 0.5 * 60.0 - 0.5 * lumen
    assert late.clot_closed[-1, SEGMENTAL] == pytest.approx(0.5, rel=1e-12)
    assert late.clot_closed[-1, LOBAR] == pytest.approx(beyond / (math.pi / 4 * 0.01**2 * 0.025), rel=1e-12)


def test_clot_stops_at_the_trunk():
    huge = course(lodged_in(SEGMENTAL), clot="grows", draw=a_draw(growth_fast=1.0, lysis=0.0))
    reach = [3, 1, 0]
    assert huge.clot[-1] == pytest.approx(sum(math.pi / 4 * TREE.diameter[i] ** 2 * TREE.length[i] for i in reach))
    assert huge.clot_closed.max() == 1.0


def test_symptoms_come_when_their_chance_reaches_the_reserve():
    piece = lodged_in(LOBAR)
    strong, weak = course(piece, draw=a_draw(reserve=0.999)), course(piece, draw=a_draw(reserve=0.3))
    assert strong.symptoms_day is None
    assert weak.symptoms_day == 0.0
    assert weak.symptoms == ("breathlessness",)
    assert np.array_equal(strong.chance_of_symptoms, weak.chance_of_symptoms)


def test_what_waits_for_symptoms_begins_with_them():
    cares = [Care(kind="embolectomy", day=None), Care(kind="anticoagulation", day=None, days=90.0)]
    treated = course(lodged_in(LOBAR), clot="grows", cares=cares, draw=a_draw(reserve=0.3))
    assert treated.cement_removed == ("L2-1",)
    assert [event.time for event in treated.events] == [0.0, 0.0, 0.0]
    assert 90.0 in treated.days
    untreated = course(lodged_in(LOBAR), cares=cares, draw=a_draw(reserve=0.999))
    assert untreated.cement_removed == ()


def test_clot_that_grows_brings_symptoms_later():
    slow = course(lodged_in(SEGMENTAL, name="a"), lodged_in(8, name="b"), clot="grows", draw=a_draw(reserve=0.9))
    assert slow.symptoms_day is not None
    assert slow.symptoms_day > 1.0
    assert course(lodged_in(SEGMENTAL, name="a"), lodged_in(8, name="b"), draw=a_draw(reserve=0.9)).symptoms_day is None


def test_embolectomy_takes_central_cement_and_its_clot_and_leaves_the_rest():
    central, peripheral = lodged_in(LOBAR, SEGMENTAL, name="a"), lodged_in(BEYOND, name="b")
    cares = [Care(kind="embolectomy", day=10.0)]
    open_heart = course(central, peripheral, clot="slow", cares=cares, heart=departures_of("c"))
    assert open_heart.cement_removed == ("c", "a")
    expected = central.piece.volume + math.pi / 4 * 9e-6 * 0.07
    assert open_heart.removed_volume == pytest.approx(expected, rel=1e-12)
    at = int(np.searchsorted(open_heart.days, 10.0))
    before = course(central, peripheral, clot="slow", heart=departures_of("c"))
    assert open_heart.clot[at] == pytest.approx(course(peripheral, clot="slow").clot[at], rel=1e-12)
    assert open_heart.clot[at] < before.clot[at]
    assert open_heart.events[-1].what.startswith("Embolectomy takes out 0.64 mL of cement and ")


def test_without_removal_everything_else_stays_as_it_was():
    cares = [Care(kind="embolectomy", day=10.0), Care(kind="anticoagulation", day=2.0, days=30.0)]
    kept = course(lodged_in(LOBAR), clot="slow", cares=cares, removal=False)
    plain = course(lodged_in(LOBAR), clot="slow", cares=cares[1:])
    assert kept.cement_removed == ()
    assert np.array_equal(kept.clot, plain.clot)


def test_a_cord_that_breaks_leaves_what_lies_beyond_reach():
    """Half of the cord lies in a lobar artery; 0.4 of that stays, and all in the segmental one."""
    cord = lodged_in(LOBAR, SEGMENTAL)
    broken = course(cord, cares=[Care(kind="catheter", day=1.0)], draw=a_draw(snaps=np.zeros(64)))
    volumes = math.pi / 4 * TREE.diameter**2 * TREE.length
    near = volumes[LOBAR] / (volumes[LOBAR] + volumes[SEGMENTAL])
    assert broken.cement_removed == ()
    assert broken.removed_volume == pytest.approx(0.6 * near * cord.piece.volume, rel=1e-12)
    stays = (1.0 - near) * cord.piece.volume * 1e6
    assert broken.events[-1].what.endswith(
        f"; a part of L2-1 stays. Cement beyond the lobar arteries stays: {stays:.2f} mL."
    )


def test_each_removal_is_told_with_its_day_and_what_it_took():
    early, late = lodged_in(LOBAR, name="a"), lodged_in(LOBAR, name="b", time=100.0 * DAY)
    cares = [Care(kind="embolectomy", day=200.0), Care(kind="catheter", day=10.0)]
    told = course(early, late, clot="grows", cares=cares, draw=a_draw(reserve=0.999))
    assert [(one.day, one.kind, one.pieces) for one in told.removals] == [
        (10.0, "catheter", ("a",)),
        (200.0, "embolectomy", ("b",)),
    ]
    assert [one.volume for one in told.removals] == pytest.approx([early.piece.volume, late.piece.volume])
    assert told.removed_volume == sum(one.volume for one in told.removals)
    taken = [event.what for event in told.events if "takes out" in event.what]
    assert not any("stays" in what for what in taken)


def test_the_most_clot_counts_what_was_there_before_a_removal():
    cares = [Care(kind="embolectomy", day=10.0)]
    told = course(lodged_in(LOBAR), clot="grows", cares=cares, days=[0.0, 5.0, 30.0])
    untaken = course(lodged_in(LOBAR), clot="grows", days=[0.0, 5.0, 10.0])
    assert told.most_clot == (10.0, pytest.approx(float(untaken.clot[-1]), rel=1e-12))
    assert float(told.clot.max()) < told.most_clot[1]


def test_cement_beyond_reach_is_left():
    left = course(lodged_in(BEYOND), cares=[Care(kind="catheter", day=1.0)])
    assert left.removed_volume == 0.0
    assert left.events[0].what == "Catheter: nothing lies within its reach."


def test_what_arrives_later_gathers_clot_from_then_on():
    late = course(lodged_in(SEGMENTAL, time=20.0 * DAY), clot="slow", days=[0.0, 19.0, 30.0])
    k = 1.78 * 0.04
    assert late.clot[1] == 0.0
    assert late.clot[-1] == pytest.approx(1e-5 * AREA * (1.0 - math.exp(-10.0 * k)) / k, rel=1e-12)


def test_death_ends_the_course():
    ended = course(lodged_in(LOBAR), dies_above=0.3)
    assert list(ended.days) == [0.0]
    assert ended.events[-1].what == "The model's patient dies: right heart failure."


def test_a_pierced_wall_is_felt():
    heart = departures_of("a", pierces_at=6.5 * DAY)
    felt = course(heart=heart, draw=a_draw(reserve=0.5))
    assert felt.symptoms_day == 7.0
    assert felt.symptoms == ("chest pain",)


def bleeding(*, pierces_at=2.0 * DAY):
    """A cord pierces the wall after two days; 10 mL an hour, 60 at most."""
    effusion = Effusion(begins=pierces_at, rate=10e-6 / 3600.0, most=60e-6)
    return departures_of("a", pierces_at=pierces_at, effusion=effusion)


def test_an_embolectomy_drains_the_pericardium_for_good():
    effect = effect_of(lodgings_of())
    cares = [Care(kind="embolectomy", day=3.0)]
    looks = [(2.5, "echo"), (3.0, "echo"), (7.0, "echo")]
    drained = course(heart=bleeding(), cares=cares, looks=looks, effect=effect)
    assert drained.drained_at == 3.0 * DAY
    assert drained.cement_removed == ("a",)
    before, at, after = (visit.sees for visit in drained.visits)
    assert before[-1] == "Blood in the pericardium, 60 mL."
    assert not any("pericardium" in seen for seen in (*at, *after))
    assert drained.events[-1].what == ("The pericardium is drained of 60 mL of blood, and the heart's wall is closed.")
    assert {day for day, gone in effect.calls[1:] if DRAINED in gone} == {d for d, _ in effect.calls if d >= 3.0}


def test_a_catheter_leaves_the_blood_where_it_is():
    caught = course(heart=bleeding(), cares=[Care(kind="catheter", day=3.0)], looks=[(7.0, "ct")])
    assert caught.cement_removed == ("a",)
    assert caught.drained_at is None
    assert "Blood in the pericardium, 60 mL." in caught.visits[0].sees


def test_without_removal_nothing_is_drained():
    kept = course(heart=bleeding(), cares=[Care(kind="embolectomy", day=3.0)], removal=False)
    assert kept.drained_at is None


@pytest.mark.parametrize("kind", ["embolectomy", "catheter"])
def test_a_cord_that_is_out_pierces_nothing(kind):
    averted = course(heart=bleeding(), cares=[Care(kind=kind, day=1.0)], looks=[(7.0, "ct")])
    assert averted.drained_at == 1.0 * DAY
    assert averted.symptoms_day is None
    assert averted.visits[0].sees == ()
    assert [event.what.split()[0] for event in averted.events] == [kind.capitalize()]
    felt = course(heart=bleeding(), draw=a_draw(reserve=0.3))
    assert (felt.symptoms_day, felt.symptoms) == (2.0, ("chest pain",))


def test_a_cord_of_which_a_part_stays_still_pierces():
    partly = course(heart=bleeding(), cares=[Care(kind="embolectomy", day=1.0)], draw=a_draw(snaps=np.zeros(64)))
    assert partly.drained_at is None


def test_the_usual_patient_has_neither_cement_nor_blood_in_the_pericardium():
    lodged = lodged_in(LOBAR, name="b")
    effect = effect_of(lodgings_of(lodged))
    course(lodged, heart=bleeding(pierces_at=0.0), effect=effect)
    (first_day, gone), (second_day, there) = effect.calls[:2]
    assert (first_day, second_day) == (0.0, 0.0)
    assert gone == {"a", "b", DRAINED}
    assert there == frozenset()


def test_day_0_is_the_end_of_the_session():
    """What came by 1800 s is there; what comes ten minutes later is on the next day that is told."""
    pieces = [lodged_in(LOBAR, name="a", time=1790.0), lodged_in(4, name="b", time=2400.0)]
    looks = [(0.0, "ct"), (0.25, "ct")]
    told = course(*pieces, looks=looks, starts=1800.0, draw=a_draw(reserve=0.999), days=[0.0, 0.25])
    assert [visit.sees[0].split(" of")[0] for visit in told.visits] == ["1 piece", "2 pieces"]
    assert told.chance_of_symptoms[0] < told.chance_of_symptoms[1]
    taken = course(*pieces, cares=[Care(kind="embolectomy", day=0.0)], starts=1800.0)
    assert taken.cement_removed == ("a",)
    assert taken.events[0].time == 1800.0
    felt = course(*pieces, starts=1800.0, draw=a_draw(reserve=0.1))
    assert (felt.symptoms_day, felt.events[0].time) == (0.0, 1800.0)


def test_clot_grows_from_the_end_of_the_session_on():
    lodging = lodged_in(SEGMENTAL, time=100.0)
    k = 1.78 * 0.04
    told = course(lodging, clot="slow", starts=0.5 * DAY, days=[0.0, 0.25, 30.0])
    assert list(told.clot[:2]) == [0.0, 0.0]
    assert told.clot[-1] == pytest.approx(1e-5 * AREA * (1.0 - math.exp(-29.5 * k)) / k, rel=1e-12)


def test_a_course_that_starts_nowhere_is_refused():
    with pytest.raises(InputError) as error:
        course(starts=-1.0)
    assert str(error.value) == "a course cannot start -1 s after the first portion"


def test_a_treatment_before_the_injection_is_refused():
    with pytest.raises(InputError) as error:
        Care(kind="embolectomy", day=-1.0)
    assert str(error.value) == "embolectomy on day -1 lies before the injection"


def test_unknown_names_are_refused():
    with pytest.raises(InputError) as error:
        course(looks=[(1.0, "xray")])
    assert str(error.value) == "one cannot look with 'xray'. Known: ct, ct angiography, film, echo, clinic."
    with pytest.raises(InputError) as error:
        course(clot="grow")
    assert str(error.value) == "no answer for clot is called 'grow'. Did you mean 'grows'? Known: none, slow, grows."
