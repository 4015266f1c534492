"""How a cord makes a turn, is squeezed and folds: by its width, its stiffness and the bore it lies in."""

from __future__ import annotations

import math

from scipy.optimize import minimize_scalar

from azygos.ground.beams import buckling_load, second_moment


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
    half the turn. Arteries give way: left out.

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


def squeezed_share(diameter: float, bore: float, *, pressure: float, modulus: float) -> float:
    r"""Share of a tube's section that a soft cord takes when pressure squeezes it lengthwise.

    A gel that has just formed gives way like paste and closes its artery; a stiffer one keeps its width:

    .. math:: c = \min\left[\left(\frac{d}{D}\right)^2 e^{p/E},\ 1\right]

    Parameters
    ----------
    diameter, bore : float
        :math:`d, D` [m].
    pressure : float
        :math:`p` on the cord's ends [Pa].
    modulus : float
        :math:`E` [Pa]; 0 for paste, which gives way altogether.

    Returns
    -------
    share : float
        [-].

    Notes
    -----
    A cylinder that keeps its volume, with a stress in proportion to true strain; free to widen until it meets the
    wall, held straight.

    References
    ----------
    Hencky's elasticity; derived in the test.

    Examples
    --------
    >>> [round(squeezed_share(1e-3, 2e-3, pressure=1e3, modulus=e), 3) for e in (0.0, 1e3, 1e6)]
    [1.0, 0.68, 0.25]
    """
    if diameter >= bore or pressure >= modulus * 2.0 * math.log(bore / diameter):
        return 1.0
    return (diameter / bore) ** 2 * math.exp(pressure / modulus)


def folds(diameter: float, bore: float, *, pressure: float, modulus: float) -> bool:
    r"""Whether pressure on a cord's section folds it up in a tube, strand beside strand.

    Two strands must fit, and the cord between them must buckle into half a circle across the tube:

    .. math:: 2d \le D, \qquad \frac{\pi^2 E I}{\ell^2} \le \frac{\pi d^2}{4}\,p, \qquad \ell = \frac{\pi}{2}\,(D-d)

    Parameters
    ----------
    diameter, bore, pressure, modulus : float
        As in :func:`squeezed_share`.

    Returns
    -------
    folds : bool

    Notes
    -----
    With a round section it says :math:`E \le 4 p\,(D/d-1)^2`. The thrust is assumed to be that which squeezes the
    cord; drag along it, of the same size for a 1 mm cord of 20 cm, is not added.

    References
    ----------
    :func:`azygos.ground.beams.buckling_load`.

    Examples
    --------
    A 1 mm cord in 8 mm, 1 kPa, at 100 kPa and at 1 MPa:

    >>> [folds(1e-3, 8e-3, pressure=1e3, modulus=e) for e in (1e5, 1e6)]
    [True, False]
    """
    if 2.0 * diameter > bore:
        return False
    arc = 0.5 * math.pi * (bore - diameter)
    thrust = 0.25 * math.pi * diameter**2 * pressure
    return buckling_load(arc, stiffness=modulus * second_moment(diameter)) <= thrust
