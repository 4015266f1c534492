"""Each law of bending, turning and wall once with units, and once with bare SI numbers."""

from __future__ import annotations

import inspect
import math

import pint
import pytest

from azygos.care.clot import balance
from azygos.ground import beams
from azygos.heart import pericardium, wall

U = pint.UnitRegistry()
LOAD, LENGTH, STIFFNESS = 0.5 * U.N / U.m, 6.0 * U.cm, 2e-3 * U.N * U.m**2

LAWS = [
    (beams.second_moment, (2.0 * U.mm,), {}, U.m**4),
    (beams.cantilever_deflection, (LOAD, LENGTH), {"stiffness": STIFFNESS}, U.m),
    (beams.cantilever_slope, (LOAD, LENGTH), {"stiffness": STIFFNESS}, U.dimensionless),
    (beams.supported_moment, (LOAD, LENGTH), {}, U.N * U.m),
    (beams.supported_turn, (LOAD, LENGTH), {"stiffness": STIFFNESS}, U.dimensionless),
    (beams.buckling_load, (LENGTH,), {"stiffness": STIFFNESS}, U.N),
]


@pytest.mark.parametrize(("law", "places", "names", "unit"), LAWS, ids=[law[0].__name__ for law in LAWS])
def test_dimension_and_value(law, places, names, unit):
    found = U.Quantity(law(*places, **names))
    assert found.check(U.get_dimensionality(unit))
    bare = law(
        *(p.to_base_units().magnitude for p in places), **{n: q.to_base_units().magnitude for n, q in names.items()}
    )
    assert math.isclose(found.to_base_units().magnitude, bare, rel_tol=1e-12)


def test_every_beam_law_is_here():
    known = {law[0] for law in LAWS}
    assert {f for _, f in inspect.getmembers(beams, inspect.isfunction)} == known


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_laws_with_roots_and_exponentials_scale_as_their_dimensions_say(scale):
    """A metre, second or kilogram of another length changes the number as its unit does, and nothing else."""
    flow = wall.hole_flow(1000.0, 1e-6, discharge=0.6, density=1050.0)
    # lengths in units of 1/scale m: pressure and density change by scale^-1 and scale^-3, area by scale^2
    other = wall.hole_flow(1000.0 / scale, 1e-6 * scale**2, discharge=0.6, density=1050.0 / scale**3)
    assert other == pytest.approx(flow * scale**3, rel=1e-12)
    clot = balance.clot_after(1e-7, 5.0, growth=2e-8, lysis=0.1)
    assert balance.clot_after(1e-7, 5.0 * scale, growth=2e-8 / scale, lysis=0.1 / scale) == pytest.approx(
        clot, rel=1e-12
    )
    sac = {"free": 1e-4, "full": 2e-4, "stiffness": 3e4}
    wider = {"free": 1e-4 * scale**3, "full": 2e-4 * scale**3, "stiffness": 3e4 / scale**3}
    there = pericardium.bled(2e4, rate=1e-8, **sac)
    assert pericardium.bled(2e4, rate=1e-8 * scale**3, **wider) == pytest.approx(there * scale**3, rel=1e-12)
    full = pericardium.equal_volume(1e3, free=1e-4, scale=60.0, stiffness=3e4)
    other = pericardium.equal_volume(1e3 * scale, free=1e-4 * scale, scale=60.0 * scale, stiffness=3e4 / scale)
    assert other == pytest.approx(full * scale, rel=1e-12)
    assert wall.beats_to_failure(0.5 * scale, strength=scale, loss=0.1) == pytest.approx(1e5, rel=1e-9)
