"""Arterial trees of a few tubes, pieces and parcels for tests of the lungs."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np

from azygos.ground.body import Body
from azygos.ground.parcels import Account
from azygos.heart import Departures
from azygos.lungs import Lungs
from azygos.spine import Route, State
from azygos.spine.cement import mix_cement
from azygos.veins import Piece

BODY = Body(sex="female", age=70.0, height=1.6, mass=64.0)
CEMENT = mix_cement(
    "generic_high_viscosity",
    SimpleNamespace(
        cement_consistency_factor=1.0, cement_e_folding_factor=1.0, cement_index_shift=0.0, cement_batch=1.0,
        activation_early=60e3, activation_late=44.4e3,
    ),
)  # fmt: skip
AGE = {State.PASTE: 0.4, State.GEL: 0.85, State.SET: 1.2}  # over the setting age


def tree(parent, diameter, length, bed, directions=None) -> Lungs:
    """A tree of straight tubes with the viscosity of 4 mPa s; all run down unless told otherwise."""
    n = len(parent)
    along = np.array([(0.0, 0.0, -1.0)] * n if directions is None else directions, dtype=float)
    along = along / np.linalg.norm(along, axis=1)[:, None]
    ends, beyond = np.zeros((n, 2, 3)), np.zeros(n, dtype=np.int64)
    for i, above in enumerate(parent):
        ends[i, 0] = ends[above, 1] if above >= 0 else 0.0
        ends[i, 1] = ends[i, 0] + along[i] * length[i]
        beyond[i] = beyond[above] + 1 if above >= 0 else 0
    diameter, length = np.asarray(diameter, dtype=float), np.asarray(length, dtype=float)
    return Lungs(
        body=BODY, volume=3e-3, exponent=2.6, output=8e-5, salt=1, parent=np.asarray(parent), ends=ends,
        diameter=diameter, order=np.full(n, 12), named=np.zeros(n, dtype=np.int64), beyond=beyond,
        resistance=128.0 * 4e-3 * length / (math.pi * diameter**4), bed=np.asarray(bed, dtype=float),
        share=np.ones(n),
    )  # fmt: skip


def piece(name="L2-1", *, diameter=2e-3, length=20e-3, state=State.SET, time=10.0, attached=False, **other) -> Piece:
    """A cylinder of cement that passes the valve."""
    facts = {
        "name": name, "level": "L2", "route": Route.SEGMENTAL, "volume": math.pi / 4.0 * diameter**2 * length,
        "length": length, "diameter": diameter, "thickest": diameter, "thinnest": diameter,
        "age": AGE[state] * CEMENT.setting_age, "temperature": 310.15, "state": state, "time": time,
        "attached": attached, "path": ("azygos",), "cause": "attached" if attached else "drag",
    }  # fmt: skip
    return Piece(**{**facts, **other})


def departures(*pieces: Piece, cement=CEMENT) -> Departures:
    """What the heart would hand on."""
    mass = cement.density_paste * sum(one.volume for one in pieces)
    account = Account(room="heart", received=mass, kept=0.0, passed_on=mass)
    return Departures(cement=cement, pieces=pieces, passages=(), effusion=None, tracks=(), account=account)
