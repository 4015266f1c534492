"""The rooms in order, on one page: from cement in the veins to a year later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from azygos.care import DRAINED, Care, Effect, follow_course
from azygos.circulation import CirculationLaws, Load, Response, fat_in_lungs, respond
from azygos.ground.errors import AccountError, require
from azygos.ground.parcels import Account, FloatArray, Parcel
from azygos.heart import Departures, HeartLaws, pass_heart
from azygos.journey.events import tell_events
from azygos.journey.outcome import Branch, Journey, Treated, death_in
from azygos.journey.patient import Patient
from azygos.lungs import Lodgings, LungLaws, Obstruction, lodge, obstruct
from azygos.spine import Cement
from azygos.values.body import SETTLES
from azygos.veins import Arrivals, Entry, VeinLaws, follow_veins

DAY = 86_400.0
REMOVALS = ("embolectomy", "catheter")
ACUTE_END = 3600.0  # after the session's end the course's days take over [s]
PULSE = (0.0, 10.0, 30.0, 60.0, 120.0, 240.0)  # after each quarter of an injection: fat comes and goes [s]
INSTANTS = 24  # of the acute response, beside those before and after each event


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws(Parcel):
    """Which mechanisms act in each room; all do by default."""

    veins: VeinLaws = field(default_factory=VeinLaws)
    heart: HeartLaws = field(default_factory=HeartLaws)
    lungs: LungLaws = field(default_factory=LungLaws)
    circulation: CirculationLaws = field(default_factory=CirculationLaws)


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards(Parcel):
    """What is done after the session."""

    rises: float  # when the patient gets up, in the session's time [s]
    clot: str = "none"
    cares: tuple[Care, ...] = ()
    looks: tuple[tuple[float, str], ...] = ()  # day, and what one looks with


def follow(
    patient: Patient,
    treated: Sequence[Treated],
    entries: Sequence[Entry],
    cement: Cement,
    afterwards: Afterwards,
    *,
    laws: Laws | None = None,
) -> Journey:
    """Follow cement from the veins of the injected vertebrae to the lungs, and what it does for a year.

    Parameters
    ----------
    patient : Patient
        One draw of everything beyond the bone.
    treated : sequence of Treated
        The injected vertebrae, in order.
    entries : sequence of Entry
        Their leaks into veins.
    cement : Cement
        The batch.
    afterwards : Afterwards
        Clot, treatments, looks.
    laws : Laws, optional
        Which mechanisms act.

    Returns
    -------
    journey : Journey

    Raises
    ------
    AccountError
        If cement is lost between the needle and the lung.
    """
    laws = laws or Laws()
    at_rest = respond(patient.circuit, [Load(time=0.0, posture="prone")], laws=laws.circulation)
    output = float(at_rest.cardiac_output[0])
    arrivals = follow_veins(patient.veins, entries, cement, laws=laws.veins, rises=afterwards.rises)
    departures = pass_heart(patient.heart, arrivals, output=output, laws=laws.heart)
    lodgings = lodge(patient.lungs, departures, output=output, posture="prone", rises=afterwards.rises, laws=laws.lungs)
    burden = Burden(patient, departures, lodgings, output, laws)
    acute = respond(patient.circuit, _acute_loads(burden, treated), laws=laws.circulation)
    branches = _branches(burden, arrivals, afterwards, acute)
    return Journey(
        body=patient.body,
        cement=cement,
        treated=tuple(treated),
        vessels=(patient.veins.vessels, patient.heart.vessels, patient.lungs.vessels),
        azygos_share=float(np.mean([patient.veins.azygos_share(t.vertebra.level) for t in treated])),
        arrivals=arrivals,
        departures=departures,
        lodgings=lodgings,
        acute=acute,
        branches=branches,
        accounts=close_accounts(treated, arrivals, departures, lodgings),
        events=tell_events(
            treated,
            entries,
            arrivals,
            departures,
            lodgings,
            branches[0].course,
            afterwards.rises,
            death_in(acute, branches[0].response),
        ),
        tracks=(*arrivals.tracks, *departures.tracks, *lodgings.tracks),
    )


# What lies in heart and lungs, at any time -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Burden:
    """Cement in heart and lungs as a load on the circulation."""

    patient: Patient
    departures: Departures
    lodgings: Lodgings
    output: float  # at rest [m^3 s^-1]
    laws: Laws

    def closed(self, time: float, removed: frozenset[str] = frozenset()) -> FloatArray:
        """Share of each artery's area that cement takes at a time, without the pieces that were taken out."""
        shares = np.zeros(len(self.patient.lungs.diameter))
        for lodging in self.lodgings.lodged:
            if lodging.time <= time and lodging.piece.name not in removed:
                np.add.at(shares, np.array(lodging.vessels), np.array(lodging.closed))
        return np.minimum(shares, 1.0)

    def obstruction(self, closed: FloatArray) -> Obstruction:
        """What closed arteries mean for flow."""
        return obstruct(self.patient.lungs, closed, self.output, laws=self.laws.lungs)

    def load(self, time: float, obstruction: Obstruction, *, fat: float = 0.0, posture: str = "supine") -> Load:
        """What the circulation bears at a time."""
        effusion = self.departures.effusion
        return Load(
            time=time,
            resistance_ratio=obstruction.resistance_ratio,
            flow_lost=obstruction.flow_lost,
            fat=fat,
            effusion=effusion.volume(time) if effusion else 0.0,
            posture=posture,
        )


def session_end(treated: Sequence[Treated]) -> float:
    """When the last injection is done [s]."""
    return max(t.begins + float(t.injection.times[-1]) for t in treated)


def _acute_loads(burden: Burden, treated: Sequence[Treated]) -> list[Load]:
    """Loads from the first instant to an hour after the session, denser where something happens."""
    end = session_end(treated)
    times = _acute_times(burden, treated, end)
    fat = fat_in_lungs([t.fat for t in treated], times)
    free = burden.obstruction(np.zeros(len(burden.patient.lungs.diameter)))
    landed = np.array([lodging.time for lodging in burden.lodgings.lodged])
    loads = []
    for time, oil in zip(times, fat, strict=True):
        count = int(np.count_nonzero(landed <= time))
        obstruction = burden.lodgings.obstructions[count - 1] if count else free
        posture = "prone" if time < end + SETTLES.number else "supine"
        loads.append(burden.load(float(time), obstruction, fat=float(oil), posture=posture))
    return loads


def _acute_times(burden: Burden, treated: Sequence[Treated], end: float) -> FloatArray:
    last = end + ACUTE_END
    pushes = [t.begins + share * float(t.injection.times[-1]) for t in treated for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    pulses = [time + after for time in pushes for after in PULSE]
    events = [lodging.time for lodging in burden.lodgings.lodged]
    effusion = burden.departures.effusion
    if effusion is not None:
        events.append(effusion.begins)
    around = [t + dt for t in events for dt in (-1e-3, 0.0, 30.0)]
    even = [0.0, *np.geomspace(1.0, last, INSTANTS).tolist()]
    return np.unique(np.clip([*even, *pulses, *around], 0.0, last).round(3))


# The year afterwards -----------------------------------------------------------------------------------------------


def _branches(burden: Burden, arrivals: Arrivals, afterwards: Afterwards, acute: Response) -> tuple[Branch, ...]:
    """The case as planned, and beside it the same without removal and without clot."""
    chosen = [("as planned", afterwards.clot, True)]
    if any(care.kind in REMOVALS for care in afterwards.cares):
        chosen.append(("without removal", afterwards.clot, False))
    if afterwards.clot != "none":
        chosen.append(("without clot", "none", True))
    return tuple(
        _branch(name, burden, arrivals, afterwards, acute, clot=clot, removal=removal) for name, clot, removal in chosen
    )


def _branch(
    name: str,
    burden: Burden,
    arrivals: Arrivals,
    afterwards: Afterwards,
    acute: Response,
    *,
    clot: str,
    removal: bool,
) -> Branch:
    patient, laws = burden.patient, burden.laws
    found: dict[float, tuple[Obstruction, Load]] = {}
    start = float(acute.times[-1]) - ACUTE_END

    def effect(day: float, clotted: FloatArray, removed: frozenset[str]) -> Effect:
        time = max(day * DAY, start)
        cement = burden.closed(time, removed)
        obstruction = burden.obstruction(1.0 - (1.0 - cement) * (1.0 - clotted))
        load = burden.load(time, obstruction)
        if DRAINED in removed:
            load = replace(load, effusion=0.0)
        found[day] = (obstruction, load)
        answer = respond(patient.circuit, [load], laws=laws.circulation)
        return Effect(
            flow_lost=obstruction.flow_lost,
            pulmonary_pressure=float(answer.pulmonary_pressure[0]),
            right_atrial_pressure=float(answer.right_atrial_pressure[0]),
            cardiac_output=float(answer.cardiac_output[0]),
            saturation=float(answer.saturation[0]),
            dead_space=float(answer.dead_space[0]),
            alive=answer.died is None and acute.died is None,
            cause=answer.cause or acute.cause,
        )

    course = follow_course(
        afterwards.cares,
        afterwards.looks,
        clot=clot,
        draw=patient.care,
        lodgings=burden.lodgings,
        departures=burden.departures,
        arrivals=arrivals,
        lungs=patient.lungs,
        effect=effect,
        removal=removal,
        starts=start,
    )
    told = [found[float(day)] for day in course.days]
    response = respond(patient.circuit, [load for _, load in told], laws=laws.circulation)
    return Branch(name=name, course=course, obstructions=tuple(o for o, _ in told), response=response)


# Accounts ----------------------------------------------------------------------------------------------------------


def close_accounts(
    treated: Sequence[Treated], arrivals: Arrivals, departures: Departures, lodgings: Lodgings
) -> tuple[Account, ...]:
    """Every room's account, what lies outside the veins, and the sum from needle to lung."""
    spine = [t.injection.account for t in treated]
    density = arrivals.cement.density_paste
    outside = sum(leak.volume * density for t in treated for leak in t.injection.leaks if not leak.route.vascular)
    tissue = Account(room="beside the bone", received=outside, kept=outside, passed_on=0.0)
    rooms = (arrivals.account, departures.account, lodgings.account)
    handed = sum(a.passed_on for a in spine) - outside
    for giver, given, taker in (
        ("spine", handed, arrivals.account),
        ("veins", arrivals.account.passed_on, departures.account),
        ("heart", departures.account.passed_on, lodgings.account),
    ):
        lost = abs(given - taker.received)
        require(
            lost <= 1e-6 * max(given, 1e-12),
            f"{giver} passed on {given * 1e3:.9f} g of cement, but {taker.room} received {taker.received * 1e3:.9f} g",
            AccountError,
        )
    whole = Account(
        room="needle to lung",
        received=sum(a.received for a in spine),
        kept=sum(a.kept for a in spine) + tissue.kept + sum(a.kept for a in rooms),
        passed_on=0.0,
        removed=sum(a.removed for a in rooms),
    )
    return (*spine, tissue, *rooms, whole)
