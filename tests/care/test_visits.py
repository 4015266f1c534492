"""What each look shows and misses."""

from __future__ import annotations

import numpy as np
from plain_heart import arrivals_of
from plain_lungs import BEYOND, LOBAR, SEGMENTAL, TREE, a_draw, departures_of, effect_of, lodged_in, lodgings_of

from azygos.care import Care, follow_course
from azygos.veins import Arrivals, Remnant


def visit(means, *lodged, clot="none", heart=None, day=7.0, cares=(), arrivals=None, **draw):
    lodgings = lodgings_of(*lodged)
    course = follow_course(
        cares,
        [(day, means)],
        clot=clot,
        draw=a_draw(**{"reserve": 0.999, **draw}),
        lodgings=lodgings,
        departures=heart or departures_of(),
        arrivals=arrivals or arrivals_of(),
        lungs=TREE,
        effect=effect_of(lodgings),
        days=[0.0, 30.0],
    )
    (found,) = course.visits
    assert (found.day, found.looks_with) == (day, means)
    return found


def with_spike() -> Arrivals:
    plain = arrivals_of()
    spike = Remnant(
        name="L2-1", level="L2", vein="inferior vena cava", volume=1e-7, length=0.02, diameter=2e-3, attached=True
    )
    return Arrivals(cement=plain.cement, pieces=(), remnants=(spike,), tracks=(), account=plain.account)


def test_ct_sees_cement_and_not_clot():
    found = visit("ct", lodged_in(SEGMENTAL), clot="grows")
    assert found.sees == ("1 piece of cement in the lungs' arteries, 0.14 mL in all.",)
    assert found.misses == ("Clot: without contrast it does not stand out from blood.",)


def test_ct_sees_heart_veins_and_effusion():
    found = visit("ct", heart=departures_of("L2-1"), arrivals=with_spike())
    assert found.sees == (
        "Cement in the right heart, 0.49 mL, blurred by its beat.",
        "Cement in veins: inferior vena cava.",
    )


def test_contrast_shows_clot_and_may_hide_cement():
    found = visit("ct angiography", lodged_in(SEGMENTAL, closed=0.5), clot="grows", day=21.0)
    assert found.sees[-1] == "Clot that narrows 1 artery of the lungs."
    assert found.misses[0].startswith("Cement beside contrast may vanish on a soft-tissue window")


def test_a_film_shows_some():
    pieces = [lodged_in(BEYOND + k, name=str(k)) for k in range(4)]
    lucky = np.full(64, 0.9)
    lucky[0] = 0.1
    found = visit("film", *pieces, seen=lucky)
    assert found.sees == ("1 dense line or dot over the lungs.",)
    assert found.misses[0].startswith("3 pieces in the lungs: films show a third to a half")


def test_echo_sees_the_heart_and_not_the_lungs():
    found = visit("echo", lodged_in(LOBAR), heart=departures_of("c"))
    assert found.sees[0].startswith("A bright echo in the right heart: cement")
    assert found.misses == ("1 piece in the lungs: echo sees the heart, not the lungs.",)


def test_the_clinic_sees_complaints_and_no_cement():
    silent, loud = (visit("clinic", lodged_in(LOBAR), reserve=reserve) for reserve in (0.999, 0.1))
    assert silent.sees == ()
    assert loud.sees == ("Complaints: breathlessness.",)
    assert silent.misses == loud.misses == ("All cement: it can neither be felt nor heard.",)


def test_what_was_taken_out_is_not_seen():
    found = visit("ct", lodged_in(LOBAR), cares=[Care(kind="embolectomy", day=1.0)])
    assert (found.sees, found.misses) == ((), ())


def test_what_has_not_broken_off_yet_is_not_seen():
    late = lodged_in(LOBAR, time=20.0 * 86_400.0)
    assert visit("ct", late).sees == ()
