"""From the plunger to the needle tip: a syringe with some give, a cannula that eats the pressure."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from azygos.spine.outflow import older
from azygos.spine.rheology import equivalent_rate_factor
from azygos.spine.syringe import stored_volume
from azygos.spine.treatment import Cement, Needle, Syringe, Treatment
from azygos.values.injection import CANNULA_WARM_SHARE, CANNULA_WARMING_TIME
from azygos.values.marrow import BODY_TEMPERATURE

SLUGS = 8  # of cement in a cannula


class Cannula:
    """Cement standing in one needle, slug by slug from the hub to the tip."""

    def __init__(self, needle: Needle, treatment: Treatment, age: float) -> None:
        self.needle = needle
        self.slug = math.pi * needle.inner_radius**2 * needle.length / SLUGS
        self.age = np.full(SLUGS, age)
        self.temperature = np.full(SLUGS, treatment.syringe_temperature)
        room = treatment.room_temperature
        self.wall = room + CANNULA_WARM_SHARE.number * (BODY_TEMPERATURE.number - room)

    def grow_older(self, dt: float, cement: Cement) -> None:
        """Warm the cement towards the wall and age it."""
        self.temperature += (self.wall - self.temperature) * -math.expm1(-dt / CANNULA_WARMING_TIME.number)
        self.age = np.array([older(cement, a, dt, t) for a, t in zip(self.age, self.temperature, strict=True)])

    def push(self, volume: float, age: float, temperature: float) -> tuple[float, float]:
        """Move `volume` [m^3] through; returns mean age [s at 25 C] and temperature [K] of what left the tip."""
        if volume <= 0.0:
            return float(self.age[-1]), float(self.temperature[-1])
        ages = np.concatenate([[age], self.age])
        temperatures = np.concatenate([[temperature], self.temperature])
        volumes = np.concatenate([[volume], np.full(SLUGS, self.slug)])
        edges = np.concatenate([[0.0], np.cumsum(volumes)])
        new = np.linspace(0.0, SLUGS * self.slug, SLUGS + 1)
        out_age = self._mean(edges, ages, np.array([edges[-1] - volume, edges[-1]]))[0]
        out_t = self._mean(edges, temperatures, np.array([edges[-1] - volume, edges[-1]]))[0]
        self.age = self._mean(edges, ages, new)
        self.temperature = self._mean(edges, temperatures, new)
        return float(out_age), float(out_t)

    @staticmethod
    def _mean(edges: np.ndarray, values: np.ndarray, windows: np.ndarray) -> np.ndarray:
        """Means of a stepwise function between successive `windows`."""
        integral = np.concatenate([[0.0], np.cumsum(values * np.diff(edges))])
        return np.asarray(np.diff(np.interp(windows, edges, integral)) / np.diff(windows))

    def blocked(self, cement: Cement) -> bool:
        """Whether any of its cement has set."""
        return bool(np.any(self.age >= cement.setting_age))

    def law(self, cement: Cement, thins: bool) -> Callable[[float], float]:
        """Make the function from flow [m^3 s^-1] to pressure lost in this cannula [Pa], as it stands now."""
        a = self.needle.inner_radius
        factor = 8.0 * self.needle.length / SLUGS / (math.pi * a**4)
        exponent = (self.age - cement.reference_age) / cement.e_folding
        m = cement.consistency * np.exp(np.minimum(exponent, 60.0))
        if not thins:
            total = float(m.sum()) * factor
            return lambda flow: total * flow
        share = np.clip(self.age / cement.setting_age, 0.0, 1.0)
        n = cement.index_fresh + (cement.index_doughy - cement.index_fresh) * share
        per_flow = 4.0 / (math.pi * a**3) * np.array([equivalent_rate_factor(float(index)) for index in n])
        plateau = cement.plateau_rate**2

        def pressure(flow: float) -> float:
            return float((m * ((per_flow * flow) ** 2 + plateau) ** (0.5 * (n - 1.0))).sum()) * factor * flow

        return pressure


class Plunger:
    """A syringe's pressure while a plunger moves and its air is squeezed."""

    def __init__(self, syringe: Syringe, gives: bool, limited: bool) -> None:
        self.syringe = syringe
        self.gives = gives and syringe.air_fraction > 0.0
        self.ceiling = syringe.pressure_ceiling if limited else 1e12
        self.pressure = 0.0  # over the outside [Pa]

    def _stored(self, pressure: float) -> float:
        if not self.gives:
            return 0.0
        return stored_volume(max(pressure, 0.0), volume=self.syringe.volume, air_fraction=self.syringe.air_fraction)

    def advance(
        self, rate: float, dt: float, cannula: Cannula, cement: Cement, bone: float, back: float, thins: bool
    ) -> tuple[float, float]:
        """Move on by `dt` [s] with the plunger at `rate`; returns flow at the tip and of the plunger [m^3 s^-1].

        `bone` is the resistance behind the tip [Pa s m^-3], `back` the pressure there without flow [Pa].
        """
        if cannula.blocked(cement):
            self.pressure = min(self.ceiling, 1e9) if rate > 0.0 else self.pressure
            return 0.0, 0.0
        lost = cannula.law(cement, thins)
        was = self._stored(self.pressure)

        def syringe_pressure(flow: float) -> float:
            return lost(flow) + bone * flow + back

        def surplus(flow: float) -> float:
            return was + (rate - flow) * dt - self._stored(syringe_pressure(flow))

        if surplus(0.0) <= 0.0:
            self.pressure = back if self.gives else 0.0
            return 0.0, rate
        flow = _root(surplus, 2.0 * rate + was / dt)
        pressure = syringe_pressure(flow)
        if pressure <= self.ceiling:
            self.pressure = pressure
            return flow, rate
        # the hand cannot push any harder: it follows the cement
        flow = _root(lambda q: self.ceiling - syringe_pressure(q), flow) if self.ceiling > back else 0.0
        self.pressure = self.ceiling
        plunger = flow + (self._stored(self.ceiling) - was) / dt
        return flow, min(max(plunger, 0.0), rate)


def _root(falling: Callable[[float], float], high: float) -> float:
    """Root of a falling function that is positive at 0."""
    while falling(high) > 0.0:
        high *= 2.0
    return float(brentq(falling, 0.0, high, rtol=1e-7, xtol=1e-16))
