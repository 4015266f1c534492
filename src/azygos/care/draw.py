"""What differs from patient to patient after the session, drawn before it runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import FloatArray, Parcel
from azygos.values import care as v

CHANCES = 64  # piece k takes chance k, and after the last the first again


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CareDraw(Parcel):
    """Rates and chances of one patient. SI units."""

    growth_slow: float  # of clot on wedged cement, per bare surface, under the answer "slow" [m/s]
    growth_fast: float  # under the answer "grows" [m/s]
    lysis: float  # by the body [s^-1]
    lysis_by_drug: float  # besides [s^-1]
    anticoagulation: float  # share by which it slows growth [-]
    heart_stasis: float  # about cement in the heart, 0 free flow to 1 wedged [-]
    reserve: float  # uniform 0..1: symptoms come when their chance reaches it [-]
    snaps: FloatArray  # shape (CHANCES,), uniform 0..1: a cord breaks in hand if below the chance for it
    leaves: FloatArray  # shape (CHANCES,), share that a broken cord leaves [-]
    seen: FloatArray  # shape (CHANCES,), uniform 0..1: a film shows a piece if below its share

    def __post_init__(self) -> None:
        self.seal("snaps", "leaves", "seen")


def draw_care(rng: np.random.Generator) -> CareDraw:
    """Draw one patient's rates and chances.

    Parameters
    ----------
    rng : numpy.random.Generator
        Read once for each name of ``values/care.py`` in its order, then for the chances.

    Returns
    -------
    draw : CareDraw

    Examples
    --------
    >>> draw = draw_care(np.random.default_rng(0))
    >>> draw.growth_slow < draw.growth_fast or draw.growth_slow < 1.2e-9
    True
    """
    drawn = {name: uncertain.at(float(rng.random())) for name, uncertain in v.DRAWN.items()}
    reserve = float(rng.random())
    snaps, leaves, seen = rng.random((3, CHANCES))
    low, high = v.SNAP_LEAVES.low or 0.0, v.SNAP_LEAVES.high or 1.0
    return CareDraw(**drawn, reserve=reserve, snaps=snaps, leaves=low + (high - low) * leaves, seen=seen)
