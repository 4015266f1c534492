"""Pores as tubes, the viscosity taken from the pressure loss: what Darcy's law must see."""

from __future__ import annotations

from azygos.spine.upscaling.pore_profile import resistance_share
from azygos.spine.upscaling.tube_bundle import pore_rate


def effective_viscosity(
    speed: float, *, permeability: float, porosity: float, consistency: float, index: float, plateau_rate: float
) -> float:
    r"""Viscosity that gives the true pressure loss of a capped cement in a bundle of tubes.

    The profile across the pore is integrated, with no short cut in the knee of the curve:

    .. math:: \mu_r = \frac{\tau_w R_p}{4\bar v}, \qquad \bar v = \frac{|u|}{\phi} = \frac1{R_p^2}\int_0^{R_p}
        \dot\gamma\,r^2\,dr

    Parameters
    ----------
    speed : float
        :math:`u`, filter velocity [m s^-1], of either sign.
    permeability, porosity : float
        :math:`K` [m^2], :math:`\phi` [-].
    consistency, index, plateau_rate : float
        As in :func:`azygos.spine.rheology.capped_viscosity` [Pa s^n, -, s^-1]; the plateau rate positive.

    Returns
    -------
    viscosity : float
        [Pa s].

    Notes
    -----
    It needs a root and a quadrature, and differs from the closed form of ``tube_bundle`` by at
    most 1 %: it is here as that one's check.

    References
    ----------
    physics.md section 1.4.

    Examples
    --------
    >>> bone = dict(permeability=1e-8, porosity=0.85)
    >>> round(effective_viscosity(1e-4, consistency=100.0, index=0.5, plateau_rate=1e-4, **bone), 2)
    90.27
    """
    plateau: float = consistency * plateau_rate ** (index - 1.0)
    if speed == 0.0:
        return plateau
    rate = float(pore_rate(speed, permeability=permeability, porosity=porosity) / plateau_rate)
    return plateau * resistance_share(rate, index)
