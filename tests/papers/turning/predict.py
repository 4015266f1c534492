"""The longest set cord that turns through a drawn right heart. Bending, walls and stream act; nothing breaks it."""

from __future__ import annotations

import math

from azygos.circulation import Load, respond
from azygos.ground.errors import AzygosError
from azygos.ground.parcels import Account
from azygos.ground.units import MM
from azygos.heart import Exit, Heart, HeartLaws, pass_heart
from azygos.journey import draw_patient
from azygos.spine import Cement, Route, State
from azygos.spine.cement import mix_cement
from azygos.values.marrow import BODY_TEMPERATURE
from azygos.veins import Arrivals, Piece
from papers.counting import spread
from papers.patients import draw_member, own_rng
from papers.run import JOURNEY
from papers.treated import CEMENTS

SEED, MEMBERS = 4060, 200
ROOMS = JOURNEY
LABEL = "by criterion, beside each verdict"
GIVEN = {"cord": "straight, stiff, longer than about 4 to 6 cm"}
NOT_GIVEN = {
    "width": "3 mm, everywhere alike",
    "state": "set through and through, not attached",
    "cement": "low, medium or high viscosity",
    "heart, output": "as `azygos journey` draws them, lying prone",
    "breaking, piercing, foramen ovale": "left out: whether the cord turns whole is asked",
}
WIDTH = 3.0 * MM
SHORTEST, LONGEST = 4.0 * MM, 500.0 * MM
STEPS = 16
WHOLE = HeartLaws(breaking=False, perforation=False, foramen=False)


def member(seed: int, k: int) -> dict:
    """One heart."""
    rng = own_rng(seed, k)
    cement = mix_cement(CEMENTS[int(rng.integers(len(CEMENTS)))], draw_member(seed, k))
    try:
        patient = draw_patient(int(rng.integers(2**31)))
        output = float(respond(patient.circuit, [Load(time=0.0, posture="prone")]).cardiac_output[0])
    except AzygosError:
        return {"member": k, "longest_mm": None}
    return {"member": k, "longest_mm": longest(patient.heart, cement, output) / MM}


def longest(heart: Heart, cement: Cement, output: float) -> float:
    """Length of the longest cord that passes whole [m]."""
    if not passes(heart, cement, output, SHORTEST):
        return 0.0
    short, long = SHORTEST, LONGEST
    for _ in range(STEPS):
        middle = 0.5 * (short + long)
        short, long = (middle, long) if passes(heart, cement, output, middle) else (short, middle)
    return short


def passes(heart: Heart, cement: Cement, output: float, length: float) -> bool:
    """Whether a set cord of one length reaches the lungs."""
    (passage,) = pass_heart(heart, arrival(cement, length), output=output, laws=WHOLE).passages
    return passage.exit is Exit.PASSES


def arrival(cement: Cement, length: float) -> Arrivals:
    """One set cord at the lower cavo-atrial junction."""
    volume = math.pi / 4.0 * WIDTH**2 * length
    cord = Piece(
        name="L1-1",
        level="L1",
        route=Route.SEGMENTAL,
        volume=volume,
        length=length,
        diameter=WIDTH,
        thickest=WIDTH,
        thinnest=WIDTH,
        age=10.0 * cement.setting_age,
        temperature=BODY_TEMPERATURE.number,
        state=State.SET,
        time=0.0,
        attached=False,
        path=("inferior vena cava",),
        cause="drag",
    )
    mass = volume * cement.density_paste
    account = Account(room="veins", received=mass, kept=0.0, passed_on=mass)
    return Arrivals(cement=cement, pieces=(cord,), remnants=(), tracks=(), account=account)


def summarise(members: list[dict]) -> dict:
    """The longest cord over all hearts."""
    lengths = [m["longest_mm"] for m in members if m["longest_mm"] is not None]
    return {
        "longest_mm": spread(lengths),
        "members": len(lengths),
        "unfinished": len(members) - len(lengths),
    }
