"""One cord of cement in the veins, as numbers for the compiled loop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import DidNotConverge, require
from azygos.ground.parcels import FloatArray
from azygos.ground.settling import GRAVITY
from azygos.ground.units import GAS_CONSTANT
from azygos.spine import Cement
from azygos.spine.ageing import REFERENCE_TEMPERATURE
from azygos.values import hardening as v
from azygos.values.marrow import BODY_TEMPERATURE
from azygos.veins import kernels
from azygos.veins.feed import Feed
from azygos.veins.laws import VeinLaws
from azygos.veins.veins import Veins
from azygos.veins.way import Way
from azygos.veins.width import WIDTHS

CAPACITY = 320  # elements of a cord; half as many while it grows
FINEST, COARSEST = 0.2e-3, 1e-3  # length of a new element [m]
ROOT = 0.2e-3  # half the longest element at the root once nothing flows: there the tension is highest [m]
CAUSES = {kernels.PARTED_BY_DRAG: "drag on soft cement", kernels.PARTED_AT_NECK: "neck"}
_FIRST_ZERO_SQUARED = 5.783185962946785  # of the Bessel function J0: how fast a cylinder warms


def law_numbers(veins: Veins, cement: Cement, laws: VeinLaws, *, mouth_radius: float) -> FloatArray:
    """What the compiled loop needs to know and what does not change, in its order."""
    assert REFERENCE_TEMPERATURE == 298.15
    blood = veins.blood_density
    return np.array(
        [
            veins.blood_viscosity,  # 0
            veins.film,
            cement.consistency,
            cement.reference_age,
            cement.e_folding,
            cement.index_fresh,  # 5
            cement.index_doughy,
            cement.setting_age,
            cement.paste_age,
            cement.activation_early / GAS_CONSTANT,
            cement.activation_late / GAS_CONSTANT,  # 10
            cement.batch,
            cement.plateau_rate,
            BODY_TEMPERATURE.number,
            _FIRST_ZERO_SQUARED * cement.conductivity / (cement.density_paste * cement.heat_capacity),
            v.COHESION_FRESH.number,  # 15
            v.COHESION_GEL.number,
            v.GEL_SHARE.number * cement.setting_age,
            v.FULL_SHARE.number * cement.setting_age,
            v.STRENGTH.number,
            veins.cohesion_factor,  # 20
            (cement.density_paste - blood) * GRAVITY,
            (cement.density_set - blood) * GRAVITY,
            float(laws.gravity),
            float(laws.friction),
            float(laws.thins),  # 25
            veins.friction,
            min(veins.neck, mouth_radius),
            float(laws.hardening),
            ROOT,
        ]
    )


@dataclass(slots=True)
class Thread:
    """The state of a cord that hangs on its vertebra; the solver's, so it changes."""

    way: Way
    feed: Feed
    law: FloatArray
    mode: int
    state: FloatArray  # rows: place of node, volume, age, temperature of element; from head to root
    clock: FloatArray  # as in azygos.veins.kernels.advance, and the head's age as it passed into the heart
    mouth_radius: float  # of the cord as it begins: no wider than its first vein [m]
    work: FloatArray
    speed: FloatArray

    @classmethod
    def begin(cls, veins: Veins, cement: Cement, laws: VeinLaws, way: Way, feed: Feed) -> Thread:
        """A mouth through which nothing has come yet."""
        start = float(feed.times[0])
        mouth_radius = min(feed.mouth_radius, float(way.radius[0]))
        unstretched = feed.volume / (np.pi * mouth_radius**2)
        spacing = float(np.clip(unstretched / 60.0, FINEST, COARSEST))
        return cls(
            way=way,
            feed=feed,
            law=law_numbers(veins, cement, laws, mouth_radius=mouth_radius),
            mode=WIDTHS[laws.width],
            state=np.zeros((4, CAPACITY)),
            clock=np.array([start, 0.0, spacing, -1.0, -1.0, 0.0, 0.0]),
            mouth_radius=mouth_radius,
            work=np.zeros((4, CAPACITY)),
            speed=np.zeros(CAPACITY),
        )

    @property
    def n(self) -> int:
        """Number of elements."""
        return int(self.clock[1])

    @property
    def time(self) -> float:
        """[s]."""
        return float(self.clock[0])

    def advance(self, until: float) -> str | None:
        """Follow the cord to a time [s], or until it parts; returns why it parted."""
        status = kernels.advance(
            until, np.pi * self.mouth_radius**2, self.way.junction, self.feed.times, self.feed.flow,
            self.feed.age, self.feed.temperature, self.way.end, self.way.radius, self.way.shear, self.way.normal,
            self.way.along, self.law, self.mode, self.work, self.speed, self.state, self.clock,
        )  # fmt: skip
        require(
            status != kernels.TOO_MANY_STEPS,
            f"a cord in the veins took too many steps; the last good time is {self.time:.3g} s",
            DidNotConverge,
        )
        return CAUSES.get(status)

    def cut(self, elements: int) -> FloatArray:
        """Take the first elements off; returns them as rows of nodes, volumes, ages, temperatures."""
        n = self.n
        taken: FloatArray = self.state[:, : elements + 1].copy()
        self.state[:, : n - elements + 1] = self.state[:, elements : n + 1].copy()
        self.speed[: n - elements + 1] = self.speed[elements : n + 1].copy()
        self.clock[1] = n - elements
        self.clock[3] = -1.0
        return taken
