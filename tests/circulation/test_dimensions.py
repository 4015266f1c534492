"""Each law that takes bare numbers once with quantities: what comes out has the dimension that its docstring says."""

from __future__ import annotations

import pint
import pytest

from azygos.circulation import gases, reflexes
from azygos.circulation.failure import contractility
from azygos.circulation.fat import resistance as fat_resistance
from azygos.circulation.resistance import constricted

U = pint.UnitRegistry()
NONE = U.dimensionless
LAWS = [
    (constricted.bed_ratio, (0.3 * NONE,), {"exponent": 1.2}, NONE),
    (fat_resistance.fat_ratio, (3.0 * U.mL,), {"mass": 60.0 * U.kg, "scale": 0.01 * U.mL / U.kg}, NONE),
    (contractility, (2.0 * NONE,), {"limit": 3.0 * NONE, "steepness": 1.5}, NONE),
    (gases.alveolar_dead_space, (0.3 * NONE,), {"rest": 0.1 * NONE, "shift": 0.1 * NONE}, NONE),
    (gases.venous_admixture, (0.3 * NONE,), {"rest": 0.1 * NONE, "overflow": 0.1 * NONE}, NONE),
    (
        gases.arterial_content,
        (0.2 * NONE,),
        {"admixture": 0.1 * NONE, "demand": 200.0 * U.mL / U.min, "output": 5.0 * U.L / U.min},
        NONE,
    ),
    (
        reflexes.beat_period,
        (-10.0 * U.mmHg,),
        {"rest": 0.85 * U.s, "gain": 0.021 * U.s / U.mmHg, "fastest": 0.4 * U.s},
        U.s,
    ),
    (reflexes.resistance_factor, (-10.0 * U.mmHg,), {"gain": 0.034 / U.mmHg}, NONE),
]


@pytest.mark.parametrize(("law", "arguments", "named", "unit"), LAWS, ids=lambda x: getattr(x, "__name__", ""))
def test_a_law_has_its_dimension(law, arguments, named, unit):
    assert (U.Quantity(law(*arguments, **named)) / unit).check("[]")
