"""All rooms in order, with leaks made by hand: accounts close and answers are finite, whatever comes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from azygos.circulation import FIELDS
from azygos.ground.errors import AccountError
from azygos.ground.parcels import Account
from azygos.ground.units import ML
from azygos.heart import Exit
from azygos.journey import Afterwards, Journey, Laws, Patient, Treated, draw_patient, follow
from azygos.journey.follow import close_accounts
from azygos.lungs import LungLaws
from azygos.spine import Cement, Fat, Leak, Rest, Route
from azygos.spine.cement import mix_cement
from azygos.spine.drawing import draw_uncertain
from azygos.spine.injection import Injection
from azygos.spine.virtual import draw_vertebra
from azygos.veins import Entry, VeinLaws

LEVEL = "T9"
GOT_UP = 15_000.0


@pytest.fixture(scope="module")
def patient() -> Patient:
    return draw_patient(11)


@pytest.fixture(scope="module")
def cement() -> Cement:
    return mix_cement("generic_medium_viscosity", draw_uncertain(np.random.default_rng(4)))


def make_leak(volume: float, *, route: Route = Route.BASIVERTEBRAL, age: float = 240.0, lasts: float = 60.0) -> Leak:
    """A leak at an even flow."""
    times = np.linspace(0.0, lasts, 31)
    even = np.full(31, 1.0)
    flow = np.where(times > 0.0, volume / lasts, 0.0)
    return Leak(
        outlet="by hand", level=LEVEL, route=route, rest=Rest.PARAVERTEBRAL, times=times, flow=flow, age=age + times,
        temperature=300.0 * even, viscosity=200.0 * even, volume=float(flow[1:].sum() * (times[1] - times[0])),
        plug_length=0.0, radius=1.5e-3,
    )  # fmt: skip


def make_treated(leaks: tuple[Leak, ...], cement: Cement, injected: float) -> Treated:
    """A vertebra of which only leaks and accounts matter."""
    vertebra = draw_vertebra(LEVEL, np.random.default_rng(1), spacing=3e-3)
    times, nothing = np.linspace(0.0, 60.0, 31), np.zeros(31)
    leaked = sum(leak.volume for leak in leaks)
    mass = cement.density_paste
    still = np.zeros(vertebra.inside.shape, dtype=np.float32)
    injection = Injection(
        level=LEVEL, times=times, injected=np.linspace(0.0, injected, 31), leaked=np.linspace(0.0, leaked, 31),
        plunger_pressure=nothing, tip_pressure=nothing, sensor_pressure=nothing, fill=still, fill_time=still,
        temperature=still, age=still, leaks=leaks, stopped="as planned", peak_temperature=310.0, steps=1, iterations=1,
        account=Account(
            room="spine", received=injected * mass, kept=(injected - leaked) * mass, passed_on=leaked * mass
        ),
    )  # fmt: skip
    fat = Fat(level=LEVEL, times=times, flow=np.full(31, 0.2 * ML / 60.0))
    return Treated(vertebra=vertebra, injection=injection, fat=fat, begins=0.0, centre=np.zeros(3))


def run(patient: Patient, cement: Cement, *leaks: Leak, injected: float = 8.0 * ML, **changes) -> Journey:
    treated = make_treated(leaks, cement, injected)
    entries = [Entry(leak=leak, begins=0.0, side="right", tube=0.0) for leak in leaks if leak.route.vascular]
    laws = changes.pop("laws", None)
    return follow(patient, [treated], entries, cement, Afterwards(rises=GOT_UP, **changes), laws=laws)


def require_whole(journey: Journey) -> None:
    """Accounts close from needle to lung, and every number of the response is one."""
    whole = journey.accounts[-1]
    assert abs(whole.gap) <= 1e-6 * whole.received
    for response in (journey.acute, *(branch.response for branch in journey.branches)):
        for name in FIELDS:
            assert np.all(np.isfinite(getattr(response, name))), name
    times = [event.time for event in journey.events]
    assert times == sorted(times)


def test_without_a_leak_nothing_happens(patient, cement):
    journey = run(patient, cement)
    require_whole(journey)
    assert journey.arrivals.pieces == journey.departures.pieces == journey.lodgings.lodged == ()
    assert journey.planned.course.clot.max() == 0.0
    assert journey.died is None


def test_a_leak_beside_the_veins_stays_beside_the_bone(patient, cement):
    journey = run(patient, cement, make_leak(0.5 * ML, route=Route.CORTICAL))
    require_whole(journey)
    beside = next(a for a in journey.accounts if a.room == "beside the bone")
    assert beside.kept == pytest.approx(0.5 * ML * cement.density_paste, rel=1e-9)
    assert journey.arrivals.account.received == 0.0


@pytest.mark.parametrize("volume", [1e-15, 1e-12, 1e-9, 0.02 * ML, 0.5 * ML, 3.0 * ML])
@pytest.mark.parametrize("age", [30.0, 300.0, 700.0])
def test_dust_cords_and_floods_are_followed_to_the_end(patient, cement, volume, age):
    require_whole(run(patient, cement, make_leak(volume, age=age)))


def test_everything_leaks(patient, cement):
    journey = run(patient, cement, make_leak(8.0 * ML), injected=8.0 * ML)
    require_whole(journey)
    assert journey.arrivals.account.received == pytest.approx(8.0 * ML * cement.density_paste, rel=1e-9)


def test_several_mouths_of_one_level(patient, cement):
    leaks = (
        make_leak(0.2 * ML),
        make_leak(0.3 * ML, route=Route.ANTERIOR_EXTERNAL),
        make_leak(0.1 * ML, route=Route.SEGMENTAL),
    )
    require_whole(run(patient, cement, *leaks))


def test_every_mechanism_off_alone_still_closes(patient, cement):
    for name in ("hardening", "attachment", "thins", "gravity", "friction", "valves"):
        laws = Laws(veins=VeinLaws(**{name: False}))
        require_whole(run(patient, cement, make_leak(0.8 * ML), laws=laws))
    require_whole(run(patient, cement, make_leak(0.8 * ML, age=60.0), laws=Laws(lungs=LungLaws(moulding=False))))


def test_nothing_hangs_on_a_vertebra_when_attachment_is_off(patient, cement):
    journey = run(patient, cement, make_leak(1.5 * ML, age=300.0), laws=Laws(veins=VeinLaws(attachment=False)))
    assert not any(piece.attached for piece in journey.arrivals.pieces)
    assert all(passage.exit is not Exit.BRIDGES for passage in journey.departures.passages)


def test_nothing_arrives_set_without_hardening(patient, cement):
    journey = run(patient, cement, make_leak(1.5 * ML, age=300.0), laws=Laws(veins=VeinLaws(hardening=False)))
    assert not any(piece.state.value == "set" for piece in journey.arrivals.pieces)


def test_the_course_without_clot_stands_beside_the_course_with_it(patient, cement):
    journey = run(patient, cement, make_leak(1.0 * ML, age=60.0), clot="grows")
    assert [branch.name for branch in journey.branches] == ["as planned", "without clot"]
    if journey.lodgings.lodged:
        assert journey.planned.course.clot.max() > 0.0
    assert journey.branches[1].course.clot.max() == 0.0


def test_a_lost_drop_between_two_rooms_is_found(patient, cement):
    journey = run(patient, cement, make_leak(1.0 * ML, age=60.0))
    whole = journey.arrivals.account
    short = Account(
        room="veins",
        received=0.999 * whole.received,
        kept=whole.kept - 1e-3 * whole.received,
        passed_on=whole.passed_on,
    )
    with pytest.raises(
        AccountError, match=r"^spine passed on \d+\.\d{9} g of cement, but veins received \d+\.\d{9} g$"
    ):
        close_accounts(journey.treated, replace(journey.arrivals, account=short), journey.departures, journey.lodgings)


def test_two_vertebrae_may_be_followed_at_once(patient, cement):
    first = make_treated((make_leak(0.4 * ML),), cement, 4.0 * ML)
    entries = [Entry(leak=first.injection.leaks[0], begins=0.0, side="left", tube=0.0)]
    entries.append(Entry(leak=make_leak(0.4 * ML), begins=180.0, side="right", tube=0.0))
    second = make_treated((entries[1].leak,), cement, 4.0 * ML)
    later = replace(second, begins=180.0)
    journey = follow(patient, [first, later], entries, cement, Afterwards(rises=GOT_UP))
    require_whole(journey)
    assert len([a for a in journey.accounts if a.room == "spine"]) == 2
