"""Fat closes the arterioles that it fills, and no others: the mechanical effect alone (assumed)."""

from __future__ import annotations

import math

from azygos.values.circulation import ARTERIOLE_VOLUME

REFERENCE_MASS = 60.0  # of the body that the arterioles' volume is given for [kg]


def fat_ratio(fat: float, *, mass: float, scale: float) -> float:
    r"""Resistance of the lungs when droplets plug arterioles one by one.

    How much of the pulse of fat needs no constriction to explain it:

    .. math:: \frac{R}{R_0} = \exp\frac{V}{V_a\,m/60\,\mathrm{kg}}

    since droplets find an open arteriole with the chance that one is left: see :func:`closed_share`.

    Parameters
    ----------
    fat : float
        :math:`V`, in the lungs' vessels now [m^3].
    mass : float
        :math:`m`, of the body [kg].
    scale : float
        Not used; the answers share one signature.

    Returns
    -------
    ratio : float
        [-], at most 1e6.

    Notes
    -----
    Assumed: :math:`V_a`, the arterioles' volume, is recalled; no recruitment, no constriction.

    References
    ----------
    Random filling of equal places.

    Examples
    --------
    >>> round(fat_ratio(3e-6, mass=60.0, scale=1.7e-8), 2)
    1.82
    """
    return math.exp(min(_filled(fat, mass), math.log(1e6)))


def closed_share(fat: float, *, mass: float) -> float:
    r"""Share of arterioles that droplets plug.

    Lung behind them is aired but has no blood; more of it than this fat cannot take, whatever constricts:

    .. math:: c = 1 - \exp\left(-\frac{V}{V_a\,m/60\,\mathrm{kg}}\right)

    Parameters
    ----------
    fat : float
        :math:`V`, in the lungs' vessels now [m^3].
    mass : float
        :math:`m`, of the body [kg].

    Returns
    -------
    share : float
        :math:`c` [-].

    Notes
    -----
    Assumed: :math:`V_a` is recalled. Vessels that constrict narrow well and ill aired lung alike.

    References
    ----------
    Random filling of equal places.

    Examples
    --------
    >>> round(closed_share(3e-6, mass=60.0), 2)
    0.45
    """
    return -math.expm1(-_filled(fat, mass))


def _filled(fat: float, mass: float) -> float:
    """Fat over the arterioles' volume [-]."""
    return fat / (ARTERIOLE_VOLUME.number * mass / REFERENCE_MASS)
