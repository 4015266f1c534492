"""What a journey found, room by room."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.care import Course, Event
from azygos.circulation import Response
from azygos.ground.body import Body
from azygos.ground.parcels import Account, FloatArray, Parcel
from azygos.ground.track import Track
from azygos.ground.vessels import Vessels
from azygos.heart import Departures
from azygos.lungs import Lodgings, Obstruction
from azygos.spine import Cement, Fat, Vertebra
from azygos.spine.injection import Injection
from azygos.veins import Arrivals


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Treated(Parcel):
    """One vertebra that was injected."""

    vertebra: Vertebra
    injection: Injection
    fat: Fat
    begins: float  # of its injection, in the session's time [s]
    centre: FloatArray  # shape (3,), of the body in the patient's frame, LPS [m]

    def __post_init__(self) -> None:
        self.seal("centre")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Branch(Parcel):
    """The course after the session under one choice: as planned, without removal, without clot."""

    name: str  # "as planned", "without removal", "without treatment", "without clot"
    course: Course
    obstructions: tuple[Obstruction, ...]  # one for each of the course's days, cement and clot
    response: Response  # at each of the course's days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Journey(Parcel):
    """One virtual patient, one session, a year."""

    body: Body
    cement: Cement
    treated: tuple[Treated, ...]
    vessels: tuple[Vessels, ...]  # veins, heart and arteries of this patient
    azygos_share: float  # of blood from the treated levels that returns by the azygos, in this draw [-]
    arrivals: Arrivals
    departures: Departures
    lodgings: Lodgings
    acute: Response  # from the first second to the first hours
    branches: tuple[Branch, ...]  # the first is the case as planned
    accounts: tuple[Account, ...]  # spine (one for each vertebra), veins, heart, lungs
    events: tuple[Event, ...]  # of the case as planned, in order of time
    tracks: tuple[Track, ...]

    @property
    def planned(self) -> Branch:
        """The case as it was planned."""
        return self.branches[0]

    @property
    def died(self) -> tuple[float, str] | None:
        """When and why the model's patient died [s], or None."""
        return death_in(self.acute, self.planned.response)


def death_in(*responses: Response) -> tuple[float, str] | None:
    """When and why the model's patient died [s], by the first response that says so."""
    return next(((r.died, r.cause) for r in responses if r.died is not None), None)
