"""From paste to stone: in which state cement is, how stiff and how strong, at an age.

Cement in a vein bends, thins, parts or breaks by its state. No bench study of cement that sets in flowing
blood was found, so what lies between paste and set cement is assumed, and drawn by the factors given here.
"""

from __future__ import annotations

import math
from enum import StrEnum

from azygos.spine.treatment import Cement
from azygos.values import hardening as v


class State(StrEnum):
    """What cement does when it is pushed: flows, gives, or breaks."""

    PASTE = "paste"
    GEL = "gel"
    SET = "set"


def state_of(cement: Cement, age: float) -> State:
    """State of a cement at a reduced age [s at 25 C].

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> cement = SimpleNamespace(setting_age=800.0)
    >>> [state_of(cement, age).value for age in (100.0, 700.0, 900.0)]
    ['paste', 'gel', 'set']
    """
    if age >= cement.setting_age:
        return State.SET
    return State.GEL if age >= v.GEL_SHARE.number * cement.setting_age else State.PASTE


def hardness(cement: Cement, age: float) -> float:
    r"""How far towards its final strength cement is, from 0 (paste) to 1 (hard).

    .. math:: h = \operatorname{clip}\frac{\xi-g\,\xi_s}{(f-g)\,\xi_s}

    with :math:`\xi_s` the setting age, :math:`g` where gel begins and :math:`f` where strength is full.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> cement = SimpleNamespace(setting_age=800.0)
    >>> hardness(cement, 100.0), hardness(cement, 4000.0)
    (0.0, 1.0)
    """
    begins, ends = v.GEL_SHARE.number * cement.setting_age, v.FULL_SHARE.number * cement.setting_age
    return min(max((age - begins) / (ends - begins), 0.0), 1.0)


def modulus(cement: Cement, age: float) -> float:
    """Young's modulus while cement hardens, 0 for paste [Pa]: the final one times the square of hardness."""
    return v.MODULUS.number * hardness(cement, age) ** 2


def strength(cement: Cement, age: float, *, factor: float = 1.0) -> float:
    r"""Tension at which a cord of cement parts [Pa].

    Paste holds together by a cohesion that grows as it thickens; from the gel on, the strength of the solid
    takes over:

    .. math:: \sigma = k\,\sigma_0\left(\frac{\sigma_g}{\sigma_0}\right)^{\xi/(g\,\xi_s)} + h\,\sigma_s

    Parameters
    ----------
    cement : Cement
        The batch.
    age : float
        :math:`\xi` [s at 25 C].
    factor : float
        :math:`k` on the paste's cohesion, drawn [-].

    Returns
    -------
    strength : float
        [Pa].

    Notes
    -----
    The solid's strength is that in bending (60-75 MPa seen); in tension it is less, and blood in the mix
    weakens it. The exponent stops growing where gel begins.

    References
    ----------
    ISO 5833 and reports of 60 to 75 MPa for set cement; the paste's cohesion is assumed.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> cement = SimpleNamespace(setting_age=800.0)
    >>> strength(cement, 0.0) < strength(cement, 500.0) < strength(cement, 900.0)
    True
    """
    share = min(age / (v.GEL_SHARE.number * cement.setting_age), 1.0)
    cohesion: float = v.COHESION_FRESH.number * (v.COHESION_GEL.number / v.COHESION_FRESH.number) ** share
    return factor * cohesion + hardness(cement, age) * v.STRENGTH.number


def breaking_moment(diameter: float, *, strength: float) -> float:
    r"""Moment that breaks a round cord in bending.

    .. math:: M = \sigma\,\frac{\pi d^3}{32}

    Parameters
    ----------
    diameter : float
        :math:`d` [m].
    strength : float
        :math:`\sigma` [Pa].

    Returns
    -------
    moment : float
        [N m].

    Notes
    -----
    Linear elastic until it breaks, a full round section without pores.

    References
    ----------
    Gere & Goodno, Mechanics of Materials, 8th ed. (2013), ch. 5.

    Examples
    --------
    A set 2 mm cord of 50 MPa:

    >>> round(breaking_moment(2e-3, strength=50e6), 3)
    0.039
    """
    return strength * math.pi * diameter**3 / 32.0
