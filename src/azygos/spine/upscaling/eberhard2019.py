"""Pores as tubes, the viscosity averaged over the pore's cross-section (after Eberhard et al. 2019)."""

from __future__ import annotations

from azygos.spine.upscaling.pore_profile import area_average_share
from azygos.spine.upscaling.tube_bundle import pore_rate


def effective_viscosity(
    speed: float, *, permeability: float, porosity: float, consistency: float, index: float, plateau_rate: float
) -> float:
    r"""Mean viscosity over the cross-section of a pore.

    The averaged viscosity agreed best with Trivedi's injections; this is our reading of
    the abstract:

    .. math:: \langle\mu\rangle = \frac2{R_p^2}\int_0^{R_p}\mu(\dot\gamma(r))\,r\,dr

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
    Not "the same as Eberhard": only the abstract was read, and the pore's size is taken
    from permeability and porosity, where theirs was measured. The slow middle of the pore
    weighs heavily: for a pure power law the mean is 2n/(3n-1) times the wall's viscosity
    and diverges for n <= 1/3; there the plateau decides the answer.

    References
    ----------
    Eberhard et al. (2019), doi:10.3389/fphy.2019.00071 (abstract).

    Examples
    --------
    >>> bone = dict(permeability=1e-8, porosity=0.85)
    >>> round(effective_viscosity(1e-4, consistency=100.0, index=0.5, plateau_rate=1e-4, **bone), 1)
    143.7
    """
    plateau: float = consistency * plateau_rate ** (index - 1.0)
    if speed == 0.0:
        return plateau
    rate = float(pore_rate(speed, permeability=permeability, porosity=porosity) / plateau_rate)
    return plateau * area_average_share(rate, index)
