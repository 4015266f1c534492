"""Cement, leaks, bodies and bare numbers for the tests of the veins."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from azygos.ground.body import Body
from azygos.spine import Cement, Leak, Rest, Route
from azygos.spine.cement import mix_cement
from azygos.veins import Entry

BODY = Body(sex="female", age=72.0, height=1.62, mass=64.0)


def cement(name: str = "generic_low_viscosity") -> Cement:
    """The mean batch of a cement."""
    draw = SimpleNamespace(
        cement_consistency_factor=1.0,
        cement_e_folding_factor=1.0,
        cement_index_shift=0.0,
        cement_batch=1.0,
        activation_early=62e3,
        activation_late=49e3,
    )
    return mix_cement(name, draw)


def entry(
    volume: float,
    *,
    level: str = "L2",
    route: Route = Route.ANTERIOR_EXTERNAL,
    side: str = "right",
    seconds: float = 60.0,
    begins: float = 0.0,
    age: float = 250.0,
    radius: float = 0.5e-3,
    plug: float = 8e-3,
    outlet: str = "front 1",
) -> Entry:
    """A leak at a constant flow [m^3, s, s at 25 C, m]."""
    times = np.linspace(0.0, seconds, 13)
    return Entry(
        leak=Leak(
            outlet=outlet,
            level=level,
            route=route,
            rest=Rest.PARAVERTEBRAL,
            times=times,
            flow=np.concatenate(([0.0], np.full(12, volume / seconds))),
            age=age + times,
            temperature=np.full(13, 300.0),
            viscosity=np.full(13, 100.0),
            volume=volume,
            plug_length=plug,
            radius=radius,
        ),
        begins=begins,
        side=side,
        tube=plug,
    )


def bare_law(
    *, viscosity: float = 200.0, spare: float = 0.0, gravity: bool = True, friction: bool = False, blood: float = 1e-12
) -> np.ndarray:
    """Numbers of a Newtonian paste that never ages, sets or parts, in blood that does not pull."""
    law = np.ones(30)
    law[0], law[1] = blood, 5e-6
    law[2], law[3], law[4], law[5], law[6] = viscosity, 0.0, 1e30, 1.0, 1.0
    law[7], law[8] = 1e30, 1e30
    law[9] = law[10] = 5e3
    law[13], law[14] = 310.15, 5.783 * 1.1e-7
    law[15], law[16], law[17], law[18], law[19], law[20] = 1e12, 1e12, 1e30, 2e30, 1.0, 1.0
    law[21] = law[22] = spare
    law[23], law[24], law[25], law[26] = float(gravity), float(friction), 1.0, 0.3
    law[27], law[28], law[29] = 1e-9, 0.0, 0.2e-3
    return law


def one_vein(radius: float = 5e-3, *, shear: float = 0.0, along: float = 0.0) -> tuple[np.ndarray, ...]:
    """A way of one long vein: ends, radius, shear rate, share of weight across and along."""
    across = np.sqrt(max(1.0 - along**2, 0.0))
    return tuple(np.array([x]) for x in (10.0, radius, shear, across, along))


def hanging(n: int, *, length: float, area: float) -> np.ndarray:
    """State of a uniform thread of n elements, from its head to its root; without room for more, so none is halved."""
    state = np.zeros((4, n + 1))
    state[0, : n + 1] = np.linspace(length, 0.0, n + 1)
    state[1, :n] = area * length / n
    state[3, :n] = 310.15
    return state


NO_FEED = (np.array([0.0, 1.0]), np.array([0.0]), np.array([0.0]), np.array([310.15]))


def advanced(state: np.ndarray, n: int, until: list[float], way: tuple, law: np.ndarray, mode: int = 0) -> np.ndarray:
    """Run the compiled loop from 0 through the given times; returns the clock."""
    from azygos.veins import kernels

    clock = np.array([0.0, float(n), 1.0, -1.0, -1.0, 0.0])
    work, speed = np.zeros((4, state.shape[1])), np.zeros(state.shape[1])
    for time in until:
        status = kernels.advance(time, 1e-6, 1e3, *NO_FEED, *way, law, mode, work, speed, state, clock)
        assert status == kernels.RUNS
    return clock
