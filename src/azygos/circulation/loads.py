"""From a load to the few numbers that the steady state depends on."""

from __future__ import annotations

import math

from azygos.circulation.choices import CirculationLaws
from azygos.circulation.circuit import Circuit
from azygos.circulation.fat import fat_named
from azygos.circulation.resistance import resistance_named
from azygos.circulation.response import Load


def lung_ratio(load: Load, circuit: Circuit, laws: CirculationLaws) -> float:
    r"""Resistance of the lungs over that at rest, infinite if all is closed [-].

    .. math:: \frac{R}{R_0} = \left[\frac{1}{(1-f)^n} + a\,\max\left(0,\ \rho-\frac{1}{1-f}\right)\right]\varphi

    The share of flow lost :math:`f` drives the bed by the chosen answer. The tree's own ratio :math:`\rho`
    counts only by what it exceeds :math:`1/(1-f)`, that is, by narrowing that closes no branch, and only
    on the share :math:`a` of the whole resistance that lies in the tree's arteries. Fat multiplies both.
    """
    lost = min(max(load.flow_lost, 0.0), 1.0)
    bed = resistance_named(laws.resistance)(lost, exponent=circuit.exponent)
    if not math.isfinite(bed) or not math.isfinite(load.resistance_ratio):
        return math.inf
    narrowed = circuit.artery_share * max(0.0, load.resistance_ratio - 1.0 / (1.0 - lost))
    return (bed + narrowed) * fat_share(load, circuit, laws)


def fat_share(load: Load, circuit: Circuit, laws: CirculationLaws) -> float:
    """Factor of marrow fat on the lungs' resistance [-]."""
    return fat_named(laws.fat)(load.fat, mass=circuit.body.mass, scale=circuit.fat_scale)


def flow_without_way(load: Load, circuit: Circuit, laws: CirculationLaws) -> float:
    """Share of the lungs without blood flow, to cement, clot and fat together [-]: what gas exchange feels."""
    lost = min(max(load.flow_lost, 0.0), 1.0)
    return 1.0 - (1.0 - lost) / fat_share(load, circuit, laws)
