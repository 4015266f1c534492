"""The longest stiff cord that makes a turn."""

from __future__ import annotations

import math

from scipy.optimize import minimize_scalar


def longest_rod(first: float, second: float, turn: float, *, thickness: float) -> float:
    r"""Length of the longest stiff rod that passes from one straight tube into another.

    Set cement does not bend, so a long cord stays where the arteries turn. While it slides around the inner
    corner it touches the outer wall of both tubes, at an angle :math:`\varphi` to the first:

    .. math:: L = \min_{0<\varphi<\theta}\left[\frac{D_1-d\cos\varphi}{\sin\varphi}
        + \frac{D_2-d\cos(\theta-\varphi)}{\sin(\theta-\varphi)}\right]

    Parameters
    ----------
    first, second : float
        Bores :math:`D_1, D_2` [m].
    turn : float
        Angle :math:`\theta` between the two directions [rad], 0 to pi.
    thickness : float
        :math:`d` of the rod [m].

    Returns
    -------
    length : float
        [m]; infinite for no turn, 0 for a rod too thick for either tube.

    Notes
    -----
    Exact in the plane of the bend for sharp corners and long straight tubes; a rounded corner lets more through,
    a thick round rod in round tubes a little less. The minimum is found numerically; for equal tubes it lies at
    half the turn. Arteries give way, cords a little too: both are left out.

    References
    ----------
    The ladder around a corner; any calculus text. Derived with thickness and any angle in the test.

    Examples
    --------
    A 2 mm cord around a right angle from 10 mm into 10 mm, in mm:

    >>> round(longest_rod(10e-3, 10e-3, math.pi / 2, thickness=2e-3) * 1e3, 2)
    24.28
    """
    if thickness > min(first, second):
        return 0.0
    if turn <= 1e-9:
        return math.inf

    def room(angle: float) -> float:
        onward = turn - angle
        return (first - thickness * math.cos(angle)) / math.sin(angle) + (
            second - thickness * math.cos(onward)
        ) / math.sin(onward)

    found = minimize_scalar(room, bounds=(1e-6 * turn, (1.0 - 1e-6) * turn), method="bounded", options={"xatol": 1e-7})
    return float(found.fun)


def surely_turns(length: float, first: float, second: float, *, thickness: float) -> bool:
    r"""Whether a rod is so short that it makes any turn, which spares the search for the longest one.

    .. math:: L \le \sqrt{D_1^2-d^2} + \sqrt{D_2^2-d^2}

    Parameters
    ----------
    length, first, second, thickness : float
        As in :func:`longest_rod` [m].

    Notes
    -----
    Each bracket of :func:`longest_rod` is at least its root here.

    References
    ----------
    :func:`longest_rod`.

    Examples
    --------
    >>> surely_turns(15e-3, 10e-3, 10e-3, thickness=2e-3), surely_turns(30e-3, 10e-3, 10e-3, thickness=2e-3)
    (True, False)
    """
    if thickness > min(first, second):
        return False
    return length <= math.sqrt(first**2 - thickness**2) + math.sqrt(second**2 - thickness**2)
