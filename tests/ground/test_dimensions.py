"""Each law once with quantities that carry units: what comes out has the dimension that its docstring says.

Running code has no unit objects. The two constants with a dimension are swapped for quantities here.
"""

from __future__ import annotations

import inspect
import math

import pint
import pytest

from azygos.ground import units
from azygos.spine import ageing, cannula, rheology, settling, syringe, well
from azygos.spine.upscaling import eberhard2019, momentum, neglect, tube_bundle

U = pint.UnitRegistry()
INDEX = 0.5

M = 2.0 * U.mm
LENGTH = 12.0 * U.cm
FLOW = 3.0 * U.mL / U.min
PRESSURE = 1.5 * U.MPa
MU = 100.0 * U.Pa * U.s
K = 1e-8 * U.m**2
RATE = 2.0 / U.s
AGE = 300.0 * U.s
KELVIN = U.Quantity(310.0, U.kelvin)
DENSITY = 1273.0 * U.kg / U.m**3
DIFFUSIVITY = 1.1e-7 * U.m**2 / U.s
CONSISTENCY = 100.0 * U.Pa * U.s**INDEX

POWER = {"consistency": CONSISTENCY, "index": INDEX}
CAPPED = {**POWER, "plateau_rate": 0.1 / U.s}
THICKENING = {"consistency": CONSISTENCY, "reference_age": 195.0 * U.s, "e_folding": 117.0 * U.s}
THINNING = {"index_fresh": INDEX, "index_doughy": INDEX, "setting_age": 780.0 * U.s}
ENERGY = 44.4 * U.kJ / U.mol
CURE = {"paste_age": 240.0 * U.s, "activation_early": ENERGY, "activation_late": ENERGY, "batch": 1.0}
HISTORY = {
    "store_temperature": U.Quantity(277.0, U.kelvin),
    "time_out": 10.0 * U.min,
    "room_temperature": U.Quantity(294.0, U.kelvin),
    "time_since_mixing": 4.0 * U.min,
    "pack_time_constant": 20.0 * U.min,
    "mixed_time_constant": 5.0 * U.min,
}
AIR = {"volume": 10.0 * U.mL, "air_fraction": 0.05}
BONE = {"permeability": K, "viscosity": MU}
PORES = {"permeability": K, "porosity": 0.85}
FAR = {"mouth_distance": 5.0 * U.mm, "front_radius": 10.0 * U.mm, "permeability": K}
DENSITIES = {"density_paste": DENSITY, "density_set": 1.07 * DENSITY}
CONDUCTANCE = U.m**3 / U.s / U.Pa

LAWS = [
    (rheology.consistency_at, (AGE,), THICKENING, U.Pa * U.s**INDEX),
    (rheology.index_at, (AGE,), THINNING, U.dimensionless),
    (rheology.capped_viscosity, (RATE,), CAPPED, U.Pa * U.s),
    (rheology.viscosity, (AGE, RATE), {**THICKENING, **THINNING, "plateau_rate": 0.1 / U.s}, U.Pa * U.s),
    (rheology.power_law_flow, (PRESSURE, M, LENGTH), POWER, U.m**3 / U.s),
    (rheology.power_law_pressure, (FLOW, M, LENGTH), POWER, U.Pa),
    (rheology.wall_shear_rate, (FLOW, M), {"index": INDEX}, 1 / U.s),
    (rheology.equivalent_rate_factor, (INDEX,), {}, U.dimensionless),
    (rheology.apparent_viscosity, (FLOW, M), CAPPED, U.Pa * U.s),
    (rheology.tube_resistance, (M, LENGTH), {"viscosity": MU}, U.Pa * U.s / U.m**3),
    (ageing.arrhenius_factor, (KELVIN,), {"activation": ENERGY}, U.dimensionless),
    (ageing.ageing_rate, (AGE, KELVIN), CURE, U.dimensionless),
    (ageing.aged, (100.0 * U.s, 5.0 * U.min, KELVIN), CURE, U.s),
    (ageing.relaxed_temperature, (KELVIN, KELVIN), {"elapsed": AGE, "time_constant": AGE}, U.kelvin),
    (ageing.temperature_at_start, (), HISTORY, U.kelvin),
    (cannula.cannula_pressure, (FLOW, M, LENGTH), CAPPED, U.Pa),
    (
        cannula.stepped_cannula_pressure,
        (FLOW,),
        {"proximal_radius": 2 * M, "proximal_length": LENGTH, "distal_radius": M, "distal_length": LENGTH, **CAPPED},
        U.Pa,
    ),
    (cannula.cannula_volume, (M, LENGTH), {}, U.m**3),
    (syringe.air_volume, (PRESSURE,), AIR, U.m**3),
    (syringe.stored_volume, (PRESSURE,), AIR, U.m**3),
    (syringe.pressure_of_stored, (0.2 * U.mL,), AIR, U.Pa),
    (syringe.compliance, (PRESSURE,), AIR, U.m**3 / U.Pa),
    (well.mouth_conductance, (M,), BONE, CONDUCTANCE),
    (well.disc_mouth_conductance, (M,), BONE, CONDUCTANCE),
    (well.plug_resistance, (M, LENGTH), {"viscosity": MU}, U.Pa * U.s / U.m**3),
    (well.power_law_plug_resistance, (FLOW, M, LENGTH), POWER, U.Pa * U.s / U.m**3),
    (well.captured_share, (M,), {**FAR, "plug_length": 4.0 * U.mm}, U.dimensionless),
    (
        well.captured_share_yielding_marrow,
        (M,),
        {**FAR, "marrow_yield": 2.0 * U.kPa, "viscosity": MU, "flow": FLOW},
        U.dimensionless,
    ),
    (well.compliant_conductance_factor, (PRESSURE,), {"area_compliance": 1e-4 / U.Pa}, U.dimensionless),
    (well.cell_radius, (M,), {}, U.m),
    (well.well_conductance, (M,), {"cell_radius": 2 * M, "half_space": True, **BONE}, CONDUCTANCE),
    (settling.plug_warming_time, (M,), {"diffusivity": DIFFUSIVITY}, U.s),
    (
        settling.warming_ball_temperature,
        (M, AGE),
        {"radius": 2 * M, "diffusivity": DIFFUSIVITY, "start": KELVIN, "surroundings": KELVIN},
        U.kelvin,
    ),
    (settling.set_volume, (2.0 * U.mL,), DENSITIES, U.m**3),
    (settling.shrinkage, (), DENSITIES, U.dimensionless),
    (tube_bundle.pore_radius, (), PORES, U.m),
    (tube_bundle.pore_rate, (1e-4 * U.m / U.s,), PORES, 1 / U.s),
    (tube_bundle.effective_viscosity, (1e-4 * U.m / U.s,), {**PORES, **CAPPED}, U.Pa * U.s),
    (momentum.effective_viscosity, (1e-4 * U.m / U.s,), {**PORES, **CAPPED}, U.Pa * U.s),
    (eberhard2019.effective_viscosity, (1e-4 * U.m / U.s,), {**PORES, **CAPPED}, U.Pa * U.s),
]
NOT_CALLED = {
    "age_at_start": "a quadrature; its integrand, ageing_rate, is",
    "lattice_green": "pure numbers",
    "anisotropic_cell_radius": "pure numbers times lengths; cell_radius is",
    "neglect.effective_viscosity": "its reference rate is one inverse second",
}
IDS = [f"{law.__module__.rsplit('.', 1)[-1]}.{law.__name__}" for law, *_ in LAWS]


@pytest.fixture(autouse=True)
def _constants_with_units(monkeypatch):
    monkeypatch.setattr(ageing, "GAS_CONSTANT", units.GAS_CONSTANT * U.J / U.mol / U.kelvin)
    monkeypatch.setattr(ageing, "REFERENCE_TEMPERATURE", U.Quantity(ageing.REFERENCE_TEMPERATURE, U.kelvin))
    monkeypatch.setattr(syringe, "ATMOSPHERE", units.ATMOSPHERE * U.Pa)


def bare(thing):
    """The same number in SI without its unit."""
    return thing.to_base_units().magnitude if isinstance(thing, pint.Quantity) else thing


@pytest.mark.parametrize(("law", "places", "names", "unit"), LAWS, ids=IDS)
def test_dimension(law, places, names, unit):
    assert U.Quantity(law(*places, **names)).check(U.get_dimensionality(unit))


@pytest.mark.parametrize(("law", "places", "names", "unit"), LAWS, ids=IDS)
def test_bare_numbers_are_si(law, places, names, unit, monkeypatch):
    """With any unit or with bare SI numbers, the answer is the same."""
    with_units = U.Quantity(law(*places, **names)).to_base_units().magnitude
    monkeypatch.undo()
    without = law(*(bare(x) for x in places), **{name: bare(x) for name, x in names.items()})
    assert math.isclose(with_units, without, rel_tol=1e-9)


def test_every_law_is_here():
    called = set(IDS)
    for module in (rheology, ageing, cannula, syringe, well, settling, tube_bundle, momentum, eberhard2019, neglect):
        short = module.__name__.rsplit(".", 1)[-1]
        for name, thing in inspect.getmembers(module, inspect.isfunction):
            if thing.__module__ == module.__name__ and not name.startswith("_"):
                known = f"{short}.{name}" in called or name in NOT_CALLED or f"{short}.{name}" in NOT_CALLED
                assert known, f"{short}.{name} is not checked for its dimension"
