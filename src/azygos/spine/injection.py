"""Cement through bone: one injection, from the plunger to the leaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.parcels import Account, FloatArray, Parcel
from azygos.spine.leak import Leak
from azygos.spine.vertebra import Vertebra


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Injection(Parcel):
    """What one injection of one vertebra did, in one draw."""

    level: str
    times: FloatArray  # shape (n_times,), since the first portion began [s], increasing
    injected: FloatArray  # shape (n_times,), through the needle tips until then [m^3 of paste]
    leaked: FloatArray  # shape (n_times,), out of the bone until then [m^3 of paste]
    plunger_pressure: FloatArray  # shape (n_times,), in the syringe [Pa]
    tip_pressure: FloatArray  # shape (n_times,), at the needle tip [Pa]
    sensor_pressure: FloatArray  # shape (n_times,), at the sensor's place in bone [Pa]
    fill: npt.NDArray[np.float32]  # shape of the grid: cement per volume of voxel at the end, as paste [-]
    fill_time: npt.NDArray[np.float32]  # shape of the grid: when half the pores were cement, inf if never [s]
    temperature: npt.NDArray[np.float32]  # shape of the grid, at the end [K]
    age: npt.NDArray[np.float32]  # shape of the grid, reduced time of the cement there, nan where none [s at 25 C]
    leaks: tuple[Leak, ...]  # one for each outlet, in the bone's order, volume 0 where nothing left
    account: Account
    stopped: str  # "as planned", "leak seen", "cement set in the needle" or "pressure ceiling reached, portion cut"
    peak_temperature: float  # anywhere, while watched [K]
    steps: int  # pressure solves
    iterations: int  # of the linear solver, all together

    def __post_init__(self) -> None:
        self.seal("times", "injected", "leaked", "plunger_pressure", "tip_pressure", "sensor_pressure")
        self.seal("fill", "fill_time", "temperature", "age", dtype=np.float32)
        require(bool(np.all(np.diff(self.times) > 0.0)), "an injection's times must increase")

    def leaked_volume(self) -> float:
        """Cement that left the bone, as paste [m^3]."""
        return float(sum(leak.volume for leak in self.leaks))


def symmetry(fill: npt.NDArray[np.float32], vertebra: Vertebra) -> float:
    """Smaller over larger share of cement left and right of the body's mid-plane, 1 is even [-]."""
    inside = np.argwhere(vertebra.inside)
    middle = 0.5 * (inside[:, 0].min() + inside[:, 0].max())
    left = float(fill[np.arange(fill.shape[0]) > middle].sum())
    right = float(fill[np.arange(fill.shape[0]) < middle].sum())
    larger = max(left, right)
    return min(left, right) / larger if larger > 0.0 else 1.0
