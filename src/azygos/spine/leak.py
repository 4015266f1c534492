"""Cement that leaves the bone: by which route, where it comes to rest, in what state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel


class Route(StrEnum):
    """The way out of the bone."""

    BASIVERTEBRAL = "basivertebral vein"
    ANTERIOR_EXTERNAL = "anterior external vein"
    SEGMENTAL = "segmental vein"
    CORTICAL = "cortical gap"
    END_PLATE = "end-plate gap"
    NEEDLE_TRACK = "needle track"

    @property
    def vascular(self) -> bool:
        """Whether this way out is a vein."""
        return self in (Route.BASIVERTEBRAL, Route.ANTERIOR_EXTERNAL, Route.SEGMENTAL)


class Rest(StrEnum):
    """Where leaked cement comes to rest; another question than the way out."""

    CANAL = "spinal canal"
    FORAMEN = "intervertebral foramen"
    PARAVERTEBRAL = "paravertebral veins"
    DISC = "disc"
    AZYGOS = "azygos system"
    CAVA = "inferior vena cava"
    SOFT_TISSUE = "soft tissue"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leak(Parcel):
    """Cement entering one outlet of the bone, as a flow over time."""

    outlet: str  # name of the outlet, unique within the vertebra
    level: str
    route: Route
    rest: Rest
    times: FloatArray  # shape (n_times,), since injection began [s], increasing
    flow: FloatArray  # shape (n_times,), cement through the outlet [m^3 s^-1], never negative
    age: FloatArray  # shape (n_times,), reduced time of the cement at the mouth [s at 25 C]
    temperature: FloatArray  # shape (n_times,), at the mouth [K]
    viscosity: FloatArray  # shape (n_times,), at the mouth [Pa s]
    volume: float  # all of it, as paste [m^3]
    plug_length: float  # cement standing in the vein at the end [m]
    radius: float  # of the vein or gap [m]

    def __post_init__(self) -> None:
        self.seal("times", "flow", "age", "temperature", "viscosity")
        require(self.times.shape == self.flow.shape, "a leak needs one flow for each instant")
        require(bool(np.all(self.flow >= 0.0)), "cement cannot flow back into bone")
        require(self.volume >= 0.0, "a leaked volume cannot be negative")
