"""From a load to the few numbers that the steady state depends on."""

from __future__ import annotations

import math

from azygos.circulation.choices import CirculationLaws
from azygos.circulation.circuit import Circuit
from azygos.circulation.fat import closing_named, fat_named
from azygos.circulation.resistance import resistance_named
from azygos.circulation.response import Load


def lung_ratio(load: Load, circuit: Circuit, laws: CirculationLaws) -> float:
    r"""Resistance of the lungs over that at rest, infinite if all is closed [-].

    .. math:: \frac{R}{R_0} = \frac{\varphi}{(1-f)^n}

    The share of flow lost at the same pressure, :math:`f`, drives the bed by the chosen answer (here the default).
    It counts narrowed and closed branches alike, so the tree's own ratio, :math:`1/(1-f)`, adds nothing and is not
    asked, unless it is infinite. Fat multiplies by :math:`\varphi`.
    """
    if not math.isfinite(load.resistance_ratio):
        return math.inf
    bed = resistance_named(laws.resistance)(_lost(load), exponent=circuit.exponent)
    return bed * fat_named(laws.fat)(load.fat, mass=circuit.body.mass, scale=circuit.fat_scale)


def flow_without_way(load: Load, circuit: Circuit, laws: CirculationLaws) -> float:
    """Share of the lungs without blood flow [-]: what gas exchange feels.

    Cement and clot take their share of flow, fat the arterioles that it fills of what is left. Fat's whole effect on
    resistance says nothing here: arterioles that constrict everywhere leave no lung without blood.
    """
    return 1.0 - (1.0 - _lost(load)) * (1.0 - closing_named(laws.fat)(load.fat, mass=circuit.body.mass))


def _lost(load: Load) -> float:
    """Share of flow lost to cement and clot, within 0 and 1 [-]."""
    return min(max(load.flow_lost, 0.0), 1.0)
