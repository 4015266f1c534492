"""Which branch a heavy piece takes at a fork."""

from __future__ import annotations

import math
from functools import partial

from azygos.ground.settling import GRAVITY, drag_across, settling_speed, spare_weight
from azygos.values.marrow import BLOOD_DENSITY, BLOOD_VISCOSITY

DOWN = {"prone": (0.0, -1.0, 0.0), "supine": (0.0, 1.0, 0.0), "upright": (0.0, 0.0, -1.0)}
"""Where gravity points in each posture (LPS: to the left, to the back, to the head)."""
STRONGEST = 50.0  # of the sum of both numbers; beyond it the choice is certain and exp() would overflow


def sinking(diameter: float, length: float, *, density: float) -> float:
    """Speed at which a cylinder of cement sinks broadside in blood [m s^-1]; 0 if it floats.

    Examples
    --------
    A heavy cement's cord of 2 mm by 30 mm, in cm/s:

    >>> round(sinking(2e-3, 30e-3, density=1390.0) * 100, 1)
    7.3
    """
    volume = math.pi / 4.0 * diameter**2 * length
    weight = spare_weight(volume, density=density, fluid_density=BLOOD_DENSITY.number)
    if weight <= 0.0:
        return 0.0
    drag = partial(
        drag_across, radius=0.5 * diameter, length=length, density=BLOOD_DENSITY.number,
        viscosity=BLOOD_VISCOSITY.number,
    )  # fmt: skip
    return settling_speed(weight, drag)


def fall_number(sinking_speed: float, *, length: float, blood_speed: float, bore: float) -> float:
    r"""How many bores a piece sinks while blood carries it through an artery.

    A thick cord reaches the lower wall before the fork and takes the lower branch:

    .. math:: N_g = \frac{w\,L}{U\,D}

    Parameters
    ----------
    sinking_speed : float
        :math:`w` [m s^-1].
    length, bore : float
        :math:`L, D` of the artery [m].
    blood_speed : float
        :math:`U`, mean [m s^-1], positive.

    Returns
    -------
    number : float
        [-].

    Notes
    -----
    Steady mean flow; the pulse and secondary flow, which mix, are left out, so it overstates the bias.

    References
    ----------
    A ratio of two times; no experiment with cement was found.

    Examples
    --------
    >>> round(fall_number(0.1, length=17e-3, blood_speed=0.17, bore=5.5e-3), 2)
    1.82
    """
    return sinking_speed * length / (blood_speed * bore)


def inertia_number(sinking_speed: float, *, density: float, blood_speed: float, bore: float) -> float:
    r"""How many bores a piece runs on while its speed follows that of blood (Stokes number).

    .. math:: N_i = \frac{\tau\,U}{D}, \qquad \tau = \frac{(\rho+\rho_b)\,w}{(\rho-\rho_b)\,g}

    Parameters
    ----------
    sinking_speed : float
        :math:`w` [m s^-1].
    density : float
        :math:`\rho` of the cement [kg m^-3].
    blood_speed, bore : float
        :math:`U` [m s^-1], :math:`D` [m].

    Returns
    -------
    number : float
        [-]; 0 for cement that floats.

    Notes
    -----
    The blood that a cylinder must push aside moves with it, hence the sum of densities.

    References
    ----------
    White, Viscous Fluid Flow, 3rd ed. (2006), for the added mass; the rest is a ratio of two times.

    Examples
    --------
    >>> round(inertia_number(0.1, density=1300.0, blood_speed=0.17, bore=5.5e-3), 2)
    2.96
    """
    spare = density - BLOOD_DENSITY.number
    if spare <= 0.0:
        return 0.0
    return (density + BLOOD_DENSITY.number) * sinking_speed / (spare * GRAVITY) * blood_speed / bore


def branch_weight(flow: float, *, down: float, straight: float, fall: float, inertia: float) -> float:
    r"""Weight of a branch in the choice at a fork.

    A small piece goes where blood goes; a heavy one prefers the lower branch and the straighter one:

    .. math:: w = Q\,\exp\left(N_g\cos\alpha + N_i\cos\beta\right)

    Parameters
    ----------
    flow : float
        :math:`Q` into the branch [m^3 s^-1].
    down, straight : float
        Cosines of the branch's angle to gravity and to the artery before it [-].
    fall, inertia : float
        :math:`N_g, N_i` [-].

    Returns
    -------
    weight : float
        [m^3 s^-1]; only ratios matter.

    Notes
    -----
    Right at both ends: with numbers of 0 the share of flow, with large ones the lower or straighter branch. What
    lies between is assumed; each number is cut at 50. No source gives thick pieces in forks.

    References
    ----------
    None; an assumption.

    Examples
    --------
    >>> branch_weight(1e-6, down=1.0, straight=0.5, fall=0.0, inertia=0.0)
    1e-06
    """
    pull = fall * down + inertia * straight
    return flow * math.exp(max(-STRONGEST, min(STRONGEST, pull)))
