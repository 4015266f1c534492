"""Marrow fat left out of the circulation."""

from __future__ import annotations


def fat_ratio(fat: float, *, mass: float, scale: float) -> float:
    r"""Resistance that fat does not change.

    To see what the early pulse of fat does, compare with this:

    .. math:: \frac{R}{R_0} = 1

    Parameters
    ----------
    fat, mass, scale : float
        Not used; the answers share one signature.

    Returns
    -------
    ratio : float
        [-].

    Notes
    -----
    Holds where no marrow is displaced.

    References
    ----------
    None; a choice.

    Examples
    --------
    >>> fat_ratio(3e-6, mass=60.0, scale=2e-8)
    1.0
    """
    return 1.0


def closed_share(fat: float, *, mass: float) -> float:
    r"""Share of arterioles that fat closes: none.

    To see what fat does to the gases, compare with this:

    .. math:: c = 0

    Parameters
    ----------
    fat, mass : float
        Not used; the answers share one signature.

    Returns
    -------
    share : float
        [-].

    Notes
    -----
    Holds where no marrow is displaced.

    References
    ----------
    None; a choice.

    Examples
    --------
    >>> closed_share(3e-6, mass=60.0)
    0.0
    """
    return 0.0
