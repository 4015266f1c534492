"""Fat raises the lungs' resistance in proportion to its volume for each kilogram of body (assumed)."""

from __future__ import annotations


def fat_ratio(fat: float, *, mass: float, scale: float) -> float:
    r"""Resistance of the lungs with fat in their arterioles.

    A few millilitres of marrow let pressure fall within half a minute, before any cement lodges:

    .. math:: \frac{R}{R_0} = 1 + \frac{V}{m\,v}

    Parameters
    ----------
    fat : float
        :math:`V`, in the lungs' vessels now [m^3].
    mass : float
        :math:`m`, of the body [kg].
    scale : float
        :math:`v`, fat for each kilogram that adds the resistance once more [m^3 kg^-1].

    Returns
    -------
    ratio : float
        [-].

    Notes
    -----
    Assumed: no curve of resistance against fat was found. The scale is calibrated: its low end is what the sheep's
    fall asks and what drawn patients bear in a routine session, so neither can test it. Mechanical blockage and
    constriction are not told apart; gases therefore ask the arterioles' closed share instead.

    References
    ----------
    Aebli et al. (2002), PMID 11880830 (abstract), for the size.

    Examples
    --------
    >>> round(fat_ratio(3e-6, mass=60.0, scale=1.6667e-8), 2)
    4.0
    """
    return 1.0 + fat / (mass * scale)
