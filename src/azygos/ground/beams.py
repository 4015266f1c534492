"""Straight beams of round section: how far they bend, when they break or buckle."""

from __future__ import annotations

import math


def second_moment(diameter: float) -> float:
    r"""Second moment of area of a round section about a diameter.

    It says how a cord's width turns into stiffness: half as thick bends sixteen times as easily.

    .. math:: I = \frac{\pi d^4}{64}

    Parameters
    ----------
    diameter : float
        :math:`d` [m].

    Returns
    -------
    second_moment : float
        [m^4].

    Notes
    -----
    A full section without pores.

    References
    ----------
    Gere & Goodno, Mechanics of Materials, 8th ed. (2013), app. E.

    Examples
    --------
    >>> f"{second_moment(2e-3):.3e}"
    '7.854e-13'
    """
    return math.pi * diameter**4 / 64.0


def cantilever_deflection(load: float, length: float, *, stiffness: float) -> float:
    r"""How far the free end of a beam held at one end gives way under an even load.

    .. math:: \delta = \frac{f L^4}{8 E I}

    Parameters
    ----------
    load : float
        :math:`f` per length, across the beam [N m^-1].
    length : float
        :math:`L` [m].
    stiffness : float
        :math:`EI` [N m^2], positive.

    Returns
    -------
    deflection : float
        [m].

    Notes
    -----
    Small slopes, linear elastic.

    References
    ----------
    Gere & Goodno, Mechanics of Materials, 8th ed. (2013), app. H, table H-1.

    Examples
    --------
    >>> round(cantilever_deflection(1.0, 0.1, stiffness=1e-3), 5)
    0.0125
    """
    return load * length**4 / (8.0 * stiffness)


def cantilever_slope(load: float, length: float, *, stiffness: float) -> float:
    r"""Angle by which the free end of a beam held at one end turns under an even load.

    A cord held in one stream and swept by another follows the second if this angle reaches that between them:

    .. math:: \theta = \frac{f L^3}{6 E I}

    Parameters
    ----------
    load : float
        :math:`f` per length, across the beam [N m^-1].
    length : float
        :math:`L` [m].
    stiffness : float
        :math:`EI` [N m^2], positive.

    Returns
    -------
    slope : float
        [rad].

    Notes
    -----
    Small slopes, linear elastic; beyond about a radian it tells only that the beam gives way.

    References
    ----------
    Gere & Goodno, Mechanics of Materials, 8th ed. (2013), app. H, table H-1.

    Examples
    --------
    >>> round(cantilever_slope(1.0, 0.1, stiffness=1e-3), 4)
    0.1667
    """
    return load * length**3 / (6.0 * stiffness)


def supported_moment(load: float, length: float) -> float:
    r"""Largest moment in a beam that rests on both ends under an even load.

    .. math:: M = \frac{f L^2}{8}

    Parameters
    ----------
    load : float
        :math:`f` per length [N m^-1].
    length : float
        :math:`L` between the ends [m].

    Returns
    -------
    moment : float
        In the middle [N m].

    Notes
    -----
    Ends free to turn.

    References
    ----------
    Gere & Goodno, Mechanics of Materials, 8th ed. (2013), ch. 4.

    Examples
    --------
    >>> supported_moment(8.0, 0.5)
    0.25
    """
    return load * length**2 / 8.0


def supported_turn(load: float, length: float, *, stiffness: float) -> float:
    r"""Angle between the two ends of a beam that rests on both and gives way under an even load.

    .. math:: \theta = 2\,\frac{f L^3}{24 E I}

    Parameters
    ----------
    load : float
        :math:`f` per length [N m^-1].
    length : float
        :math:`L` between the ends [m].
    stiffness : float
        :math:`EI` [N m^2], positive.

    Returns
    -------
    turn : float
        [rad].

    Notes
    -----
    Small slopes, linear elastic, ends free to turn.

    References
    ----------
    Gere & Goodno, Mechanics of Materials, 8th ed. (2013), app. H, table H-2.

    Examples
    --------
    >>> round(supported_turn(1.0, 0.1, stiffness=1e-3), 4)
    0.0833
    """
    return load * length**3 / (12.0 * stiffness)


def buckling_load(length: float, *, stiffness: float) -> float:
    r"""Force along a slender column, free to turn at both ends, at which it gives way sideways.

    A thin cord cannot push harder than this, however hard it is pressed:

    .. math:: F = \frac{\pi^2 E I}{L^2}

    Parameters
    ----------
    length : float
        :math:`L` [m], positive.
    stiffness : float
        :math:`EI` [N m^2].

    Returns
    -------
    force : float
        [N].

    Notes
    -----
    Slender and straight; a stubby column is crushed before it buckles.

    References
    ----------
    Euler's column; Gere & Goodno, Mechanics of Materials, 8th ed. (2013), ch. 11.

    Examples
    --------
    A set cord of 2 mm and 5 cm, 2.6 GPa:

    >>> round(buckling_load(0.05, stiffness=2.6e9 * second_moment(2e-3)), 1)
    8.1
    """
    return math.pi**2 * stiffness / length**2
