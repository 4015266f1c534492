"""One patient's heart and vessels as a closed loop, with all that was drawn for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.circulation import kernels as k
from azygos.circulation.reflexes import beat_period, resistance_factor
from azygos.circulation.steady import Steady
from azygos.ground.body import Body
from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray, Parcel

POSTURES = ("prone", "supine", "upright")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Circuit(Parcel):
    """The closed loop at rest, lying on the back, and how it answers."""

    body: Body
    parameters: FloatArray  # of the loop, in the order of ``kernels`` [SI]
    baseline: Steady  # at rest, supine
    blood_volume: float  # all blood [m^3]
    exponent: float  # of the lungs' bed [-]
    failure_limit: float  # resistance ratio at which the right ventricle begins to fail [-]
    failure_steepness: float  # [-]
    reflex_period: float  # gain of the baroreflex on the beat [s Pa^-1]
    reflex_resistance: float  # on systemic resistance [Pa^-1]
    reflex_veins: float  # on the veins' unstressed volume [m^3 Pa^-1]
    shortest_beat: float  # [s]
    pooled_prone: float  # blood held back, prone [m^3]
    pooled_upright: float  # blood held back, upright [m^3]
    fat_scale: float  # fat for each kilogram that adds the lungs' resistance once more [m^3 kg^-1]
    dead_space: float  # alveolar, at rest [-]
    ventilation_shift: float  # share of ventilation that leaves units without flow [-]
    shunt: float  # venous admixture at rest [-]
    overflow_shunt: float  # share of diverted flow that finds too little air [-]
    breathing_reserve: float  # most ventilation over that at rest [-]
    haemoglobin: float  # [kg m^-3]
    oxygen_demand: float  # at standard conditions [m^3 s^-1]
    lowest_output: float  # that is survived [m^3 s^-1]
    lowest_pressure: float  # mean arterial, that is survived [Pa]
    endures: float  # time below such a bound [s]

    def __post_init__(self) -> None:
        self.seal("parameters")
        require(self.parameters.shape == (k.N_PARAMETERS,), "a circuit needs one number for each parameter")
        require(bool(np.all(np.isfinite(self.parameters))), "a circuit's parameters must be finite")
        require(self.failure_limit > 1.0, "a right ventricle that fails at rest is none to follow")

    @property
    def set_point(self) -> float:
        """Mean arterial pressure that the reflex holds [Pa]."""
        return self.baseline["arterial_pressure"]

    @property
    def stressed_volume(self) -> float:
        """Blood that stretches its vessels [m^3]: what the loop holds."""
        return float(np.sum(self.baseline.state[:6]))

    def pooled(self, posture: str) -> float:
        """Blood that a posture holds back [m^3].

        Raises
        ------
        InputError
            If no posture has that name.
        """
        held = {"prone": self.pooled_prone, "supine": 0.0, "upright": self.pooled_upright}
        if posture not in held:
            raise InputError(f"posture {posture!r} is not known. Known: {', '.join(POSTURES)}.")
        return held[posture]

    def under(self, *, ratio: float, contractility: float, pooled: float, effusion: float, error: float) -> FloatArray:
        """Parameters of a beat under a load and the reflex's answer to `error`."""
        p = self.parameters.copy()
        p[k.PUL_R] *= ratio
        p[k.RV_E] *= contractility
        p[k.EFFUSION] = effusion
        rest = float(p[k.PERIOD])
        p[k.PERIOD] = beat_period(error, rest=rest, gain=self.reflex_period, fastest=self.shortest_beat)
        p[k.WIDTH] *= rest / p[k.PERIOD]  # systole shortens with the square root of the beat
        p[k.SYS_R] *= resistance_factor(error, gain=self.reflex_resistance)
        p[k.VC_VD] = pooled + self.reflex_veins * error
        return p
