"""The longest rod that turns from one passage into another."""

from __future__ import annotations

import math

import numpy as np


def longest_rod(width_in: float, width_out: float, *, turn: float, thickness: float = 0.0) -> float:
    r"""Length of the longest straight rod that can be carried round a corner.

    A cord that has set cannot bend: whether it goes on from the atrium into the ventricle, or from there into the
    outflow tract, is a matter of geometry:

    .. math:: L = \min_{0<\alpha<\tau}\left[\frac{w_1-d\,c_+(\alpha)}{\sin\alpha}
        + \frac{w_2-d\,c_+(\tau-\alpha)}{\sin(\tau-\alpha)}\right],\qquad c_+=\max(\cos,0)

    Parameters
    ----------
    width_in, width_out : float
        :math:`w_1, w_2` of the two passages [m], positive.
    turn : float
        :math:`\tau` between their directions [rad], at most :math:`\pi`; 0 or less is no turn.
    thickness : float
        :math:`d` of the rod [m].

    Returns
    -------
    length : float
        [m]; inf where there is nothing to turn, 0 where the rod is too thick for one of the passages.

    Notes
    -----
    Two straight passages in one plane, walls that do not give way, the inner corner sharp. The minimum is taken
    over 4001 angles, which is exact to one part in a million.

    References
    ----------
    The ladder round a corner: for a right angle and a thin rod :math:`(w_1^{2/3}+w_2^{2/3})^{3/2}`.

    Examples
    --------
    >>> round(longest_rod(0.03, 0.03, turn=math.pi / 2), 4), round((2 * 0.03 ** (2 / 3)) ** 1.5, 4)
    (0.0849, 0.0849)
    >>> longest_rod(0.03, 0.03, turn=0.0)
    inf
    """
    if thickness >= min(width_in, width_out):
        return 0.0
    if turn <= 1e-6:
        return math.inf
    alpha = turn * np.arange(1, 4002) / 4002.0
    beta = turn - alpha
    first = (width_in - thickness * np.maximum(np.cos(alpha), 0.0)) / np.sin(alpha)
    second = (width_out - thickness * np.maximum(np.cos(beta), 0.0)) / np.sin(beta)
    return float(np.min(first + second))


def chord(length: float, turn: float) -> float:
    r"""Straight distance between the ends of a cord that is bent evenly.

    .. math:: c = L\,\frac{\sin(\varphi/2)}{\varphi/2}

    Parameters
    ----------
    length : float
        :math:`L` along the cord [m].
    turn : float
        :math:`\varphi` between its ends' directions [rad], not negative.

    Returns
    -------
    chord : float
        [m].

    Notes
    -----
    An arc of a circle.

    References
    ----------
    Geometry of the circle.

    Examples
    --------
    >>> round(chord(math.pi, math.pi), 6), chord(2.0, 0.0)
    (2.0, 2.0)
    """
    half = 0.5 * turn
    return length * (math.sin(half) / half if half > 1e-6 else 1.0)
