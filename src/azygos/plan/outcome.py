"""What an ensemble of injections gave: one record for each draw, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.volume import Volume
from azygos.spine import Draw, Rest, Route, Vertebra


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletVolume(Parcel):
    """What left by one outlet in one draw."""

    name: str
    route: Route
    rest: Rest
    volume: float  # as paste [m^3]
    viscosity: float  # of the last cement to pass the mouth [Pa s], nan if none passed
    has_set: bool  # that cement had set by the end
    mouth: tuple[float, float, float] | None = None  # fractional cell indices of the vertebra's grid


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Member(Parcel):
    """One draw of one alternative, for one vertebra."""

    alternative: int  # 0 is the plan itself
    index: int  # of the draw, from 0; the same index is the same draw in every alternative
    level: str
    draw: Draw
    injected: float  # [m^3 of paste]
    planned: float  # [m^3 of paste]
    fill_share: float  # cement in bone over the body's volume [-]
    symmetry: float  # smaller over larger half [-]
    outlets: tuple[OutletVolume, ...]
    times: FloatArray  # shape (n_times,) [s]
    plunger_pressure: FloatArray  # [Pa]
    tip_pressure: FloatArray  # [Pa]
    sensor_pressure: FloatArray  # [Pa]
    leaked: FloatArray  # until then [m^3 of paste]
    fill: npt.NDArray[np.float32]  # on the vertebra's grid: cement per voxel volume [-]
    peak_temperature: float  # [K]
    stopped: str
    seconds: float  # computing time
    account_gap: float  # share of the cement's mass unaccounted for [-]
    steps: int = 0  # pressure solves
    iterations: int = 0  # of the linear solver, all together
    failed: str | None = None  # the solver's sentence, if this draw did not finish

    def __post_init__(self) -> None:
        self.seal("times", "plunger_pressure", "tip_pressure", "sensor_pressure", "leaked")
        self.seal("fill", dtype=np.float32)

    @property
    def leaked_volume(self) -> float:
        """All that left the bone [m^3 of paste]."""
        return sum(outlet.volume for outlet in self.outlets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption(Parcel):
    """One number that went in, for the reader: what, how much, from where."""

    name: str  # its place in the code, or that of its group
    value: str  # with its unit and range, as text
    source: str  # a reference or "assumed"
    note: str = ""
    plain: str = ""  # what a reader calls it
    drawn: bool = False  # whether each draw has its own
    here: str = ""  # the range that the draws of this run took


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanResult(Parcel):
    """A whole run of ``azygos plan``."""

    version: str
    seed: int
    draws: int
    alternatives: tuple[str, ...]  # names, the first is the plan itself
    vertebrae: tuple[Vertebra, ...]
    needle_lines: tuple[
        tuple[FloatArray, ...], ...
    ]  # for each vertebra, for each needle: (2, 3) entry and tip, LPS [m]
    members: tuple[Member, ...]
    visible_leak: float  # a route counts as leaking from this volume on [m^3]
    assumptions: tuple[Assumption, ...]
    plan_toml: str
    volume: Volume | None = None  # the CT, if there was one
    notes: tuple[str, ...] = ()  # repairs of the scan, warnings, what was left out
    spread_explained: float | None = None  # share of the spread of log(leaked volume) that this scan explains [-]
    spread_explained_interval: tuple[float, float] | None = None  # 95 %, over draws
    spread_draws: int = 0  # that this share was told from
