"""How heart and vessels answer blocked arteries: the state at each instant asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Load(Parcel):
    """What the circulation must bear at one instant."""

    time: float  # [s since the session's first portion]
    resistance_ratio: float = 1.0  # of the pulmonary arteries over that before; only an infinite one is asked [-]
    flow_lost: float = 0.0  # share of flow that narrowed and closed arteries lose at the same pressure [-]
    fat: float = 0.0  # marrow fat in the lungs' vessels [m^3]
    effusion: float = 0.0  # in the pericardium [m^3]
    posture: str = "supine"  # "prone", "supine" or "upright"


FIELDS = (
    "heart_rate", "cardiac_output", "pulmonary_pressure", "pulmonary_systolic", "right_atrial_pressure",
    "arterial_pressure", "wedge_pressure", "right_ventricle_filling", "left_ventricle_filling", "right_ejection",
    "coupling", "dead_space", "shunt", "saturation", "oxygen_pressure",
)  # fmt: skip
"""Names of the response's series, in the order of a monitor and then of the blood gases."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Response(Parcel):
    """Pressures, flows and gases over time; one number for each load."""

    times: FloatArray  # shape (n,) [s], increasing
    heart_rate: FloatArray  # [s^-1]
    cardiac_output: FloatArray  # [m^3 s^-1]
    pulmonary_pressure: FloatArray  # mean [Pa]
    pulmonary_systolic: FloatArray  # [Pa]
    right_atrial_pressure: FloatArray  # mean [Pa]
    arterial_pressure: FloatArray  # mean, systemic [Pa]
    wedge_pressure: FloatArray  # mean, pulmonary veins [Pa]
    right_ventricle_filling: FloatArray  # end-diastolic volume [m^3]
    left_ventricle_filling: FloatArray  # [m^3]
    right_ejection: FloatArray  # fraction [-]
    coupling: FloatArray  # Ees over Ea of the right ventricle [-]
    dead_space: FloatArray  # alveolar, share of alveolar ventilation [-]
    shunt: FloatArray  # venous admixture [-]
    saturation: FloatArray  # arterial [-]
    oxygen_pressure: FloatArray  # arterial [Pa]
    died: float | None = None  # when the model's patient dies [s]
    cause: str = ""  # of that

    def __post_init__(self) -> None:
        self.seal("times", *FIELDS)
        for name in FIELDS:
            require(getattr(self, name).shape == self.times.shape, f"a response needs one {name} for each instant")
        require(bool(np.all(np.diff(self.times) > 0.0)), "a response's times must increase")
        require((self.died is None) == (not self.cause), "death has a time and a cause, or neither")
