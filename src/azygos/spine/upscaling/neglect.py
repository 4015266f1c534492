"""Shear-thinning left out: one viscosity at every speed."""

from __future__ import annotations

from azygos.spine.rheology import capped_viscosity

REFERENCE_RATE = 1.0  # at which consistencies are quoted: then the viscosity is m [s^-1]


def effective_viscosity(
    speed: float, *, permeability: float, porosity: float, consistency: float, index: float, plateau_rate: float
) -> float:
    r"""Viscosity of the cement at one inverse second, whatever its speed.

    To see what shear-thinning does, compare with this:

    .. math:: \mu = \mu(1\,\mathrm{s}^{-1})

    Parameters
    ----------
    speed, permeability, porosity : float
        Not used; the answers share one signature.
    consistency, index, plateau_rate : float
        As in :func:`azygos.spine.rheology.capped_viscosity` [Pa s^n, -, s^-1].

    Returns
    -------
    viscosity : float
        [Pa s].

    Notes
    -----
    One inverse second is found about 8 mm from the tip at 3 mL/min.

    References
    ----------
    None; a choice.

    Examples
    --------
    >>> round(effective_viscosity(1e-4, permeability=1e-8, porosity=0.85, consistency=100.0, index=0.5,
    ...                           plateau_rate=1e-4), 6)
    100.0
    """
    return capped_viscosity(REFERENCE_RATE, consistency=consistency, index=index, plateau_rate=plateau_rate)
