"""Pores as a bundle of equal straight tubes: closed form, exact for a power law. The default."""

from __future__ import annotations

from azygos.spine.rheology import capped_viscosity, equivalent_rate_factor


def pore_radius(*, permeability: float, porosity: float) -> float:
    r"""Radius of the tubes of a bundle that has a bone's permeability and porosity.

    .. math:: R_p = \sqrt{8K/\phi}

    Parameters
    ----------
    permeability : float
        :math:`K` [m^2].
    porosity : float
        :math:`\phi` [-].

    Returns
    -------
    radius : float
        [m].

    Notes
    -----
    Straight tubes along the flow, tortuosity 1. For a typical vertebra about 0.3 mm, a
    little under half of the distance between trabeculae.

    References
    ----------
    Poiseuille's and Darcy's laws, equated.

    Examples
    --------
    >>> round(pore_radius(permeability=1e-8, porosity=0.85) * 1e3, 3)
    0.307
    """
    radius: float = (8.0 * permeability / porosity) ** 0.5  # not math.sqrt, so that pint may pass
    return radius


def pore_rate(speed: float, *, permeability: float, porosity: float) -> float:
    r"""Newtonian wall shear rate in the pores.

    Near the needle's tip cement is sheared a hundred times faster than at its front, and is
    thinner accordingly:

    .. math:: \dot\gamma = \frac{4|u|}{\phi R_p} = \frac{\sqrt2\,|u|}{\sqrt{K\phi}}

    Parameters
    ----------
    speed : float
        :math:`u`, Darcy's filter velocity [m s^-1], of either sign.
    permeability : float
        :math:`K` [m^2].
    porosity : float
        :math:`\phi` [-].

    Returns
    -------
    shear_rate : float
        [s^-1].

    Notes
    -----
    The factor sqrt 2 belongs to straight tubes; fits to rock and packed beds range from 1.4 to 6.

    References
    ----------
    Hirasaki & Pope (1974), doi:10.2118/4026-PA; Cannella, Huh & Seright (1988), doi:10.2118/18089-MS.

    Examples
    --------
    3 mL/min, 10 mm from the tip:

    >>> import math
    >>> round(pore_rate(5e-8 / (4 * math.pi * 0.01**2), permeability=1e-8, porosity=0.85), 2)
    0.61
    """
    rate: float = 2.0**0.5 * abs(speed) / (permeability * porosity) ** 0.5
    return rate


def effective_viscosity(
    speed: float, *, permeability: float, porosity: float, consistency: float, index: float, plateau_rate: float
) -> float:
    r"""Viscosity that makes Darcy's law right for a shear-thinning cement.

    .. math:: \mu_e = \mu\!\left(f(n)\,\frac{\sqrt2\,|u|}{\sqrt{K\phi}}\right)

    which for a power law is
    :math:`m\left(\tfrac{3n+1}{4n}\right)^n\left(\sqrt2|u|/\sqrt{K\phi}\right)^{n-1}`.

    Parameters
    ----------
    speed : float
        :math:`u`, filter velocity [m s^-1], of either sign.
    permeability, porosity : float
        :math:`K` [m^2], :math:`\phi` [-].
    consistency, index, plateau_rate : float
        As in :func:`azygos.spine.rheology.capped_viscosity` [Pa s^n, -, s^-1].

    Returns
    -------
    viscosity : float
        [Pa s].

    Notes
    -----
    Exact in both limits of the capped viscosity, within 1 % of ``momentum`` in the knee
    (index 0.2 or more), so nothing is gained by tabulating that one.

    References
    ----------
    physics.md section 1.4.

    Examples
    --------
    >>> bone = dict(permeability=1e-8, porosity=0.85)
    >>> round(effective_viscosity(1e-4, consistency=100.0, index=0.5, plateau_rate=1e-6, **bone), 3)
    90.272
    """
    rate = equivalent_rate_factor(index) * pore_rate(speed, permeability=permeability, porosity=porosity)
    return capped_viscosity(rate, consistency=consistency, index=index, plateau_rate=plateau_rate)
