"""Blood that pulls at a cord, and a cord that sinks, against exact or independent results.

In the ring between a cord (radius a, speed v) and a tube (R), u = G (R^2 - r^2) / 4 mu + B ln(r / R) with u(a) = v and
u(R) = 0. The pull on a metre of cord is the shear on its side plus the pressure gradient on its section, 2 pi mu B.

On a wall: w = Im f, f(z) = pi a coth(pi a / z), vanishes on the plane and on the circle |z - i a| = a, and grows as the
height far away, so the pull is the integral of |f'| around the circle.

Beside a wall at a wide gap the two-dimensional potential of a cylinder and its image gives 2 pi mu / ln(2 d / a).
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from scipy.integrate import quad

from azygos.ground import settling, tubes
from azygos.ground.errors import InputError

A, R, MU, G = 1.3e-3, 4.8e-3, 3.7e-3, 95.0


def profile(r: float, v: float) -> float:
    b = (v - G * (R * R - A * A) / (4.0 * MU)) / math.log(A / R)
    return G * (R * R - r * r) / (4.0 * MU) + b * math.log(r / R)


@pytest.mark.parametrize("v", [0.0, 0.02, 0.2])
def test_flow_in_the_ring_is_the_integral_of_the_profile(v):
    integral = quad(lambda r: 2.0 * math.pi * r * profile(r, v), A, R)[0]
    assert tubes.annulus_flow(v, radius=A, tube_radius=R, gradient=G, viscosity=MU) == pytest.approx(integral, rel=1e-9)


@pytest.mark.parametrize("v", [0.0, 0.02, 0.2])
def test_pull_in_the_ring_is_shear_and_pressure(v):
    h = 1e-9
    shear = MU * (profile(A + h, v) - profile(A, v)) / h
    by_hand = 2.0 * math.pi * A * shear + G * math.pi * A * A
    pull = tubes.annulus_drag(v, radius=A, tube_radius=R, gradient=G, viscosity=MU)
    assert pull == pytest.approx(by_hand, rel=1e-4)


def test_a_vanishing_cord_leaves_poiseuilles_flow_and_drifts_as_the_middle():
    flow = math.pi * R**4 * G / (8.0 * MU)
    thin = tubes.annulus_flow(2.0 * flow / (math.pi * R * R), radius=1e-9, tube_radius=R, gradient=G, viscosity=MU)
    assert thin == pytest.approx(flow, rel=1e-6)
    assert tubes.pressure_gradient(flow, R, viscosity=MU) == pytest.approx(G, rel=1e-12)
    assert tubes.shear_rate_at_wall(flow, R) == pytest.approx(G * R / (2.0 * MU), rel=1e-12)


def test_pull_on_a_cord_that_touches_the_wall():
    def rate(angle: float) -> float:
        z = 1j * A + A * np.exp(1j * angle)
        return abs((math.pi * A) ** 2 / (z * z * np.sinh(math.pi * A / z) ** 2)) * A

    around = quad(rate, -math.pi / 2 + 0.15, 1.5 * math.pi - 0.15, limit=400)[0]  # shear dies near the contact
    assert tubes.on_wall_drag(A, shear_rate=60.0, viscosity=MU) == pytest.approx(MU * 60.0 * around, rel=1e-6)


def test_beside_a_wall_near_and_far():
    far = tubes.near_wall_resistance(A, 1000.0 * A, viscosity=MU)
    assert far == pytest.approx(2.0 * math.pi * MU / math.log(2.0 * 1001.0), rel=1e-6)
    near = tubes.near_wall_resistance(A, 1e-6 * A, viscosity=MU)
    assert near == pytest.approx(2.0 * math.pi * MU / math.sqrt(2e-6), rel=1e-6)


CORD = {"radius": 1e-3, "length": 0.03, "density": 1050.0, "viscosity": 4e-3}


@pytest.mark.parametrize("law", [settling.drag_across, settling.drag_along])
def test_drag_bears_the_weight_at_the_settling_speed(law):
    drag = partial(law, **CORD)
    speed = settling.settling_speed(3e-4, drag)
    assert drag(speed) == pytest.approx(3e-4, rel=1e-9)


def test_a_fast_broadside_cylinder_has_the_drag_coefficient_1():
    fast = settling.drag_across(50.0, **CORD)
    area = 2.0 * CORD["radius"] * CORD["length"]
    assert fast / (0.5 * 1050.0 * 50.0**2 * area) == pytest.approx(1.0, abs=0.02)


def test_what_weighs_nothing_stays_and_what_floats_is_refused():
    assert settling.settling_speed(0.0, partial(settling.drag_along, **CORD)) == 0.0
    with pytest.raises(InputError) as error:
        settling.settling_speed(-1e-4, partial(settling.drag_along, **CORD))
    assert str(error.value) == "a spare weight of -0.0001 N floats up; a settling speed needs one that sinks"


def test_orders_of_magnitude_of_a_cord_of_2_by_30_mm():
    """Sinks end on at about 27 cm/s, broadside at about 8 (the project's own earlier estimates)."""
    weight = settling.spare_weight(math.pi * 1e-6 * 0.03, density=1390.0, fluid_density=1050.0)
    assert 0.2 < settling.settling_speed(weight, partial(settling.drag_along, **CORD)) < 0.35
    assert 0.06 < settling.settling_speed(weight, partial(settling.drag_across, **CORD)) < 0.10
