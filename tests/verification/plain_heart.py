"""A heart and arrivals with round numbers, for the tests of this room."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from azygos.ground.body import Body
from azygos.ground.parcels import Account
from azygos.heart import Heart, draw_heart
from azygos.spine import Cement, Route, State, state_of
from azygos.veins import Arrivals, Piece

BODY = Body(sex="female", age=70.0, height=1.70, mass=70.0)
OUTPUT = 5.0 / 6e4  # 5 L/min
CEMENT = Cement(
    name="test", consistency=100.0, reference_age=300.0, e_folding=150.0, index_fresh=0.5, index_doughy=0.3,
    plateau_rate=1e-3, setting_age=800.0, paste_age=240.0, activation_early=60e3, activation_late=44.4e3, batch=1.0,
    density_paste=1500.0, density_set=1600.0, heat_capacity=1500.0, conductivity=0.2, heat_of_setting=1e8,
)  # fmt: skip
PASTE, GEL, SET = 300.0, 640.0, 4000.0


def a_heart(**changes: object) -> Heart:
    """Widths 36, 30, 30, 25 mm, right angles; nothing is left to chance."""
    heart = draw_heart(BODY, np.random.default_rng(3))
    plain = {
        "heart_rate": 1.0, "atrium_width": 0.036, "ring_long": 0.036, "ring_short": 0.030, "ring_shrinks": 0.35,
        "atrium_volume": 50e-6, "ventricle_volume": 110e-6,
        "ventricle_width": 0.033, "ventricle_length": 0.070, "ejection": 0.6, "shortening": 0.3,
        "outflow_width": 0.027, "valve_width": 0.021, "turn_in": math.pi / 2, "turn_out": math.pi / 2,
        "peak_pressure": 3000.0, "wall_contact": 0.3, "wall_strength": 0.7e6, "wall_fatigue": 0.1, "end_on": 0.5,
        "tip_sharpness": 0.5, "cement_strength": 1.0, "cement_fatigue": 0.1, "hole_leaks": 0.01,
        "puncture_exponent": 2.0, "cohesion_factor": 1.0,
        "foramen_open": False, "foramen_width": 0.005, "foramen_share": 0.01,
        "chances": np.full((2, 64), 0.9),
    }  # fmt: skip
    return replace(heart, **(plain | changes))


def a_piece(
    length: float, diameter: float = 3e-3, *, age: float = SET, attached: bool = False, **changes: object
) -> Piece:
    state = state_of(CEMENT, age)
    plain = {
        "name": "L2-1", "level": "L2", "route": Route.SEGMENTAL, "volume": math.pi / 4 * diameter**2 * length,
        "length": length, "diameter": diameter, "thickest": diameter, "thinnest": diameter, "age": age,
        "temperature": 310.15, "state": state, "time": 100.0, "attached": attached,
        "path": ("right lumbar vein L2", "inferior vena cava"), "cause": "attached" if attached else "set and broke",
    }  # fmt: skip
    return Piece(**(plain | changes))


def arrivals_of(*pieces: Piece) -> Arrivals:
    mass = CEMENT.density_paste * sum(piece.volume for piece in pieces)
    account = Account(room="veins", received=mass, kept=0.0, passed_on=mass)
    return Arrivals(cement=CEMENT, pieces=pieces, remnants=(), tracks=(), account=account)


__all__ = ["BODY", "CEMENT", "GEL", "OUTPUT", "PASTE", "SET", "State", "a_heart", "a_piece", "arrivals_of"]
