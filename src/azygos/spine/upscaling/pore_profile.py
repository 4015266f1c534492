"""Flow of a capped (Carreau) cement in one round pore, with the profile across it integrated.

Everything is divided by the plateau's own scales, so that one number in (the wall rate that a
Newtonian fluid of the same flow would have, over the plateau rate) and the index tell all.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq

from azygos.ground.errors import DidNotConverge, require
from azygos.ground.parcels import FloatArray

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


def _across_the_pore(strain: float, index: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shear rate, stress and the weights of an integral over stress, from the axis to the wall.

    With rate = sinh s the stress is sinh s cosh(s)^(n-1), and all integrands are smooth in s.
    """
    s = 0.5 * strain * (_NODES + 1.0)
    sinh, cosh = np.sinh(s), np.cosh(s)
    stress = sinh * cosh ** (index - 1.0)
    slope = cosh ** (index - 2.0) * (cosh**2 + (index - 1.0) * sinh**2)
    return sinh, stress, 0.5 * strain * _WEIGHTS * slope


def _wall_stress(strain: float, index: float) -> float:
    return float(math.sinh(strain) * math.cosh(strain) ** (index - 1.0))


def _newtonian_rate(strain: float, index: float) -> float:
    """4 v / R over the plateau rate, from the mean speed v = (1/R^2) times the integral of rate r^2 dr."""
    rate, stress, weights = _across_the_pore(strain, index)
    return float(4.0 * np.sum(weights * stress**2 * rate)) / _wall_stress(strain, index) ** 3


def _strain_at(rate: float, index: float) -> float:
    """The asinh of the true wall rate that goes with a Newtonian wall rate, both over the plateau rate."""
    require(rate > 0.0, f"the flow's shear rate over the plateau rate must be positive, not {rate:g}")
    low, high = math.asinh(0.5 * rate), math.asinh(rate * (3.0 * index + 1.0) / (2.0 * index) + 1.0)
    try:
        return float(brentq(lambda strain: _newtonian_rate(strain, index) - rate, low, high, xtol=1e-13))
    except ValueError as reason:
        raise DidNotConverge(
            f"no wall shear rate between {math.sinh(low):g} and {math.sinh(high):g} plateau rates gives the flow "
            f"({rate:g} plateau rates, index {index:g}); check the cement's index"
        ) from reason


def resistance_share(rate: float, index: float) -> float:
    r"""Viscosity that explains the pressure loss in a pore, over the plateau's viscosity.

    .. math:: \frac{\mu_r}{\mu_0} = \frac{\tau_w R}{4\bar v\,\mu_0}

    Parameters
    ----------
    rate : float
        :math:`4\bar v/(R\dot\gamma_p)`, positive [-].
    index : float
        [-].

    Returns
    -------
    share : float
        [-], 1 at rest.

    Examples
    --------
    >>> round(resistance_share(1e-6, 0.5), 6), round(resistance_share(5.0, 1.0), 6)
    (1.0, 1.0)
    """
    return _wall_stress(_strain_at(rate, index), index) / rate


def area_average_share(rate: float, index: float) -> float:
    r"""Mean of the viscosity over a pore's cross-section, over the plateau's viscosity.

    .. math:: \frac{\langle\mu\rangle}{\mu_0} = \frac{2}{\mu_0R^2}\int_0^R\mu\,r\,dr

    Parameters
    ----------
    rate, index : float
        As in :func:`resistance_share` [-].

    Returns
    -------
    share : float
        [-], 1 at rest.

    Examples
    --------
    >>> round(area_average_share(1e-6, 0.5), 6), round(area_average_share(5.0, 1.0), 6)
    (1.0, 1.0)
    """
    strain = _strain_at(rate, index)
    shear, stress, weights = _across_the_pore(strain, index)
    viscosity = stress / shear
    return float(2.0 * np.sum(weights * viscosity * stress)) / _wall_stress(strain, index) ** 2
