"""Krebs 2007: 2 mL of PMMA into the pulmonary trunk of sheep, and the mean pressure there a minute later.

The lungs are drawn as a person's of a sheep's weight: azygos has no sheep.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.circulation import Load, respond
from azygos.ground.errors import AzygosError
from azygos.ground.parcels import Account
from azygos.ground.units import CELSIUS_ZERO, MINUTE, ML, MM
from azygos.heart import Departures
from azygos.journey import Patient, Wishes, draw_patient
from azygos.lungs import Lodgings, lodge, obstruct
from azygos.spine import Cement, Route, state_of
from azygos.spine.cement import mix_cement, state_at_start
from azygos.veins import Piece
from papers.counting import spread
from papers.patients import ROOM, draw_member, own_rng
from papers.run import JOURNEY

SEED, MEMBERS = 2007, 40
ROOMS = JOURNEY
LABEL = "by criterion, beside each verdict"
GIVEN = {"volume": "2.0 mL of PMMA into the pulmonary trunk", "measured": "mean pulmonary pressure at 1 min"}
NOT_GIVEN = {
    "animal": "a person of 50 to 70 kg, else as `azygos journey` draws one; prone",
    "cement": "low or medium viscosity, 3 to 6 min after mixing at 21 C",
    "shape": "one to ten pieces of paste, alike, 2 to 6 mm wide",
    "duration": "evenly over 10 to 60 s; the minute counts from its end",
}
CEMENTS = ("generic_low_viscosity", "generic_medium_viscosity")
VOLUME = 2.0 * ML


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """How the cement is given."""

    pieces: int
    width: float  # [m]
    duration: float  # [s]
    age: float  # reduced time [s at 25 C]
    temperature: float  # [K]


def member(seed: int, k: int) -> dict:
    """One animal."""
    rng = own_rng(seed, k)
    drawn = {
        "cement": CEMENTS[int(rng.integers(len(CEMENTS)))],
        "minutes": float(rng.uniform(3.0, 6.0)),
        "pieces": int(rng.integers(1, 11)),
        "width_mm": float(rng.uniform(2.0, 6.0)),
        "duration_s": float(rng.uniform(10.0, 60.0)),
        "mass_kg": float(rng.uniform(50.0, 70.0)),
    }
    try:
        patient = draw_patient(int(rng.integers(2**31)), Wishes(mass=drawn["mass_kg"]))
        cement = mix_cement(drawn["cement"], draw_member(seed, k))
        return {"member": k, **drawn, "finished": True, **shoot(patient, cement, shot_of(cement, drawn))}
    except AzygosError:
        return {"member": k, **drawn, "finished": False}


def shot_of(cement: Cement, drawn: dict) -> Shot:
    """The drawn shot, its cement aged by the clock."""
    age, temperature = state_at_start(
        cement,
        store_temperature=ROOM,
        time_out=60.0 * MINUTE,
        room_temperature=21.0 + CELSIUS_ZERO,
        time_since_mixing=drawn["minutes"] * MINUTE,
    )
    return Shot(
        pieces=drawn["pieces"],
        width=drawn["width_mm"] * MM,
        duration=drawn["duration_s"],
        age=age,
        temperature=temperature,
    )


def shoot(patient: Patient, cement: Cement, shot: Shot) -> dict:
    """Pressure before the cement and a minute after it."""
    rest = Load(time=0.0, posture="prone")
    output = float(respond(patient.circuit, [rest]).cardiac_output[0])
    lodgings = lodge(patient.lungs, at_the_valve(cement, shot), output=output, posture="prone")
    then = shot.duration + MINUTE
    obstruction = obstruct(patient.lungs, closed_at(lodgings, then, len(patient.lungs.diameter)), output)
    after = Load(
        time=then,
        resistance_ratio=obstruction.resistance_ratio,
        flow_lost=obstruction.flow_lost,
        posture="prone",
    )
    before, later = (float(pressure) for pressure in respond(patient.circuit, [rest, after]).pulmonary_pressure)
    return {"flow_lost": obstruction.flow_lost, "rise_percent": 100.0 * (later / before - 1.0)}


def closed_at(lodgings: Lodgings, time: float, arteries: int) -> np.ndarray:
    """Share of each artery's area that is closed at a time."""
    landed = [o for one, o in zip(lodgings.lodged, lodgings.obstructions, strict=True) if one.time <= time]
    return landed[-1].closed if landed else np.zeros(arteries)


def at_the_valve(cement: Cement, shot: Shot) -> Departures:
    """The pieces as if the heart had handed them on."""
    each = VOLUME / shot.pieces
    length = each / (math.pi / 4.0 * shot.width**2)
    times = np.linspace(0.0, shot.duration, shot.pieces + 1)[1:]
    pieces = tuple(
        Piece(
            name=f"L1-{number}",
            level="L1",
            route=Route.SEGMENTAL,
            volume=each,
            length=length,
            diameter=shot.width,
            thickest=shot.width,
            thinnest=shot.width,
            age=shot.age,
            temperature=shot.temperature,
            state=state_of(cement, shot.age),
            time=float(time),
            attached=False,
            path=("pulmonary trunk",),
            cause="injected there",
        )
        for number, time in enumerate(times, start=1)
    )
    mass = VOLUME * cement.density_paste
    account = Account(room="heart", received=mass, kept=0.0, passed_on=mass)
    return Departures(cement=cement, pieces=pieces, passages=(), effusion=None, tracks=(), account=account)


def summarise(members: list[dict]) -> dict:
    """The rise over all animals."""
    done = [m for m in members if m["finished"]]
    return {
        "rise_percent": spread([m["rise_percent"] for m in done]),
        "flow_lost": spread([m["flow_lost"] for m in done]),
        "members": len(done),
        "unfinished": len(members) - len(done),
    }
