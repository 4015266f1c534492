"""Cement against the beating wall: which of the two gives way, and after how many beats."""

from __future__ import annotations

import math

from azygos.ground.beams import buckling_load, second_moment
from azygos.heart.bending import squeeze_moment
from azygos.heart.chambers import Heart
from azygos.heart.departures import Effusion
from azygos.spine import breaking_moment
from azygos.values import heart as v
from azygos.values.hardening import MODULUS, STRENGTH
from azygos.values.marrow import BLOOD_DENSITY


def beats_to_failure(load: float, *, strength: float, loss: float) -> float:
    r"""After how many beats something tired gives way.

    A load that is borne once may not be borne a hundred thousand times, a day's beats:

    .. math:: N = 10^{(1-F/F_1)/k}, \qquad N = 1 \text{ for } F\ge F_1

    Parameters
    ----------
    load : float
        :math:`F` at each beat, in the unit of the strength.
    strength : float
        :math:`F_1` that fails at once, positive.
    loss : float
        :math:`k`, share of the strength lost with each tenfold of beats [-].

    Returns
    -------
    beats : float
        [-]; inf for no load.

    Notes
    -----
    A straight line over the logarithm of the number, without a limit below which nothing tires.

    References
    ----------
    Woehler's line; for acrylic cements Krause, Mathis & Grimes (1988), doi:10.1002/jbm.820221404. Its slope and
    that of the heart's wall are assumed.

    Examples
    --------
    >>> round(beats_to_failure(0.5, strength=1.0, loss=0.1)), beats_to_failure(2.0, strength=1.0, loss=0.1)
    (100000, 1.0)
    """
    if load <= 0.0:
        return math.inf
    return float(10.0 ** max((1.0 - load / strength) / loss, 0.0))


def hole_flow(pressure: float, area: float, *, discharge: float, density: float) -> float:
    r"""Blood that a hole lets through.

    .. math:: Q = C\,A\,\sqrt{2p/\rho}

    Parameters
    ----------
    pressure : float
        :math:`p` across the hole [Pa], not negative.
    area : float
        :math:`A` that is open [m^2].
    discharge : float
        :math:`C` [-].
    density : float
        :math:`\rho` [kg m^-3].

    Returns
    -------
    flow : float
        [m^3 s^-1].

    Notes
    -----
    A sharp-edged hole, steady; a wall that closes behind the cord lets less through.

    References
    ----------
    Torricelli; White, Fluid Mechanics, 7th ed. (2011), ch. 6.

    Examples
    --------
    >>> round(hole_flow(1000.0, 1e-6, discharge=0.6, density=1050.0) * 1e6, 3)
    0.828
    """
    return discharge * area * math.sqrt(2.0 * pressure / density)


def break_after(heart: Heart, diameter: float, length: float) -> float:
    """Time that a set cord bears the squeezing ventricle [s]; inf where it touches one wall only."""
    moment = squeeze_moment(heart, diameter, length)
    strength = breaking_moment(diameter, strength=heart.cement_strength * STRENGTH.number)
    beats = beats_to_failure(moment, strength=strength, loss=heart.cement_fatigue)
    return 0.0 if beats <= 1.0 else beats / heart.heart_rate


def tip_pressure(heart: Heart, diameter: float, length: float, chamber: str) -> float:
    """Pressure under the end of a set cord that stands between two walls [Pa].

    The wall's push along the cord is its share of the chamber's pressure on the chamber's section; a thin cord gives
    way sideways before it pushes that hard.
    """
    in_atrium = chamber == "right atrium"
    width = heart.atrium_width if in_atrium else heart.ventricle_width
    pressure = heart.peak_pressure * (v.ATRIAL_SHARE.number if in_atrium else 1.0)
    push = heart.wall_contact * pressure * math.pi / 4.0 * width**2
    most = buckling_load(length, stiffness=MODULUS.number * second_moment(diameter))
    return min(push, most) / (math.pi / 4.0 * (heart.tip_sharpness * diameter) ** 2)


def pierce_after(heart: Heart, diameter: float, length: float, chamber: str) -> float:
    """Time that the wall bears the end of a set cord [s]; inf where the cord is too short to reach two walls."""
    width = heart.atrium_width if chamber == "right atrium" else heart.ejecting_width
    if length <= width:
        return math.inf
    pressure = tip_pressure(heart, diameter, length, chamber)
    beats = beats_to_failure(pressure, strength=heart.wall_strength, loss=heart.wall_fatigue)
    return 0.0 if beats <= 1.0 else beats / heart.heart_rate


def effusion_from(heart: Heart, diameter: float, begins: float, chamber: str) -> Effusion:
    """Bleeding round a cord that has pierced a wall."""
    pressure = heart.peak_pressure * (v.ATRIAL_SHARE.number if chamber == "right atrium" else 1.0)
    rate = hole_flow(
        v.MEAN_PRESSURE_SHARE.number * pressure,
        heart.hole_leaks * math.pi / 4.0 * diameter**2,
        discharge=v.ORIFICE.number,
        density=BLOOD_DENSITY.number,
    )
    return Effusion(begins=begins, rate=rate, most=heart.effusion_most)
