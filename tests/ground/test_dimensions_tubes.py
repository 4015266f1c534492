"""Laws of tubes, settling and cords once with quantities that carry units."""

from __future__ import annotations

import pint
import pytest

from azygos.ground import settling, tubes
from azygos.veins.width import cast, continuity, thread

U = pint.UnitRegistry()
MM, SPEED, FLOW = 1.0 * U.mm, 2.0 * U.cm / U.s, 300.0 * U.mL / U.min
BLOOD = {"viscosity": 4.0 * U.mPa * U.s}
RING = {"radius": MM, "tube_radius": 5.0 * MM, "gradient": 90.0 * U.Pa / U.m, **BLOOD}
CORD = {"radius": MM, "length": 3.0 * U.cm, "density": 1050.0 * U.kg / U.m**3, **BLOOD}
RESISTANCE = U.Pa * U.s

LAWS = [
    (tubes.poiseuille_conductance, (MM, 2.0 * U.cm), BLOOD, U.m**3 / U.s / U.Pa),
    (tubes.shear_rate_at_wall, (FLOW, 5.0 * MM), {}, 1.0 / U.s),
    (tubes.pressure_gradient, (FLOW, 5.0 * MM), BLOOD, U.Pa / U.m),
    (tubes.annulus_resistance, (MM, 5.0 * MM), BLOOD, RESISTANCE),
    (tubes.annulus_drag, (SPEED,), RING, U.N / U.m),
    (tubes.annulus_flow, (SPEED,), RING, U.m**3 / U.s),
    (tubes.near_wall_resistance, (MM, 0.005 * MM), BLOOD, RESISTANCE),
    (tubes.on_wall_drag, (MM,), {"shear_rate": 60.0 / U.s, **BLOOD}, U.N / U.m),
    (continuity.width, (1.0 * U.mL / U.min,), {"speed": SPEED}, U.m),
    (cast.speed, (1.0 * U.mL / U.min,), {"radius": MM}, U.m / U.s),
    (thread.stretched_area, (MM**2, 2.0 * U.s), {"force": 0.1 * U.mN, "viscosity": 200.0 * RESISTANCE}, U.m**2),
]


@pytest.mark.parametrize(("law", "arguments", "named", "unit"), LAWS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_law_has_the_dimension_that_it_says(law, arguments, named, unit, monkeypatch):
    monkeypatch.setattr(tubes.math, "sqrt", lambda quantity: quantity**0.5)
    assert law(*arguments, **named).check((1.0 * unit).dimensionality)


@pytest.mark.parametrize("law", [settling.drag_along, settling.drag_across])
def test_drag_is_a_force(law, monkeypatch):
    monkeypatch.setattr(settling.math, "sqrt", lambda quantity: quantity**0.5)
    speed = U.Quantity(0.1, U.m / U.s)
    assert law(speed, **CORD).check("[force]")


def test_spare_weight_is_a_force(monkeypatch):
    monkeypatch.setattr(settling, "GRAVITY", settling.GRAVITY * U.m / U.s**2)
    density = U.kg / U.m**3
    weight = settling.spare_weight(1.0 * U.mL, density=1300.0 * density, fluid_density=1050.0 * density)
    assert weight.check("[force]")
