"""Cement against the beating wall: which of the two gives way, and after how many beats."""

from __future__ import annotations

import math

from azygos.ground.beams import buckling_load, second_moment
from azygos.heart.bending import squeeze_moment, stream_load
from azygos.heart.chambers import Heart
from azygos.heart.departures import Effusion
from azygos.heart.pericardium import equal_volume
from azygos.spine import breaking_moment
from azygos.values import heart as v
from azygos.values.circulation import SMITH
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


def stream_pull(heart: Heart, diameter: float, length: float, output: float) -> float:
    """Tension in a cord at the tricuspid ring, by the stream across what hangs beyond it [Pa].

    The ejecting ventricle sweeps no more of it than its own length.
    """
    force = stream_load(heart, diameter, output) * min(length, heart.ventricle_length)
    return force / (math.pi / 4.0 * diameter**2)


def break_after(heart: Heart, diameter: float, length: float) -> float:
    """Time that a set cord bears the squeezing ventricle [s]; inf where it touches one wall only."""
    moment = squeeze_moment(heart, diameter, length)
    strength = breaking_moment(diameter, strength=heart.cement_strength * STRENGTH.number)
    beats = beats_to_failure(moment, strength=strength, loss=heart.cement_fatigue)
    return 0.0 if beats <= 1.0 else beats / heart.heart_rate


def tip_push(heart: Heart, diameter: float, length: float, chamber: str) -> float:
    """Force with which the wall and the end of a set cord that stands between two walls press on each other [N].

    The wall's push along the cord is its share of the chamber's pressure on the chamber's section; a thin cord gives
    way sideways before it pushes that hard, bent between the walls of the chamber and not over all of its length.
    """
    in_atrium = chamber == "right atrium"
    width, far = (
        (heart.atrium_width, heart.atrium_length) if in_atrium else (heart.ventricle_width, heart.ventricle_length)
    )
    pressure = heart.peak_pressure * (v.ATRIAL_SHARE.number if in_atrium else 1.0)
    push = heart.wall_contact * pressure * math.pi / 4.0 * width**2
    most = buckling_load(min(length, far), stiffness=MODULUS.number * second_moment(diameter))
    return min(push, most)


def piercing_force(heart: Heart, diameter: float) -> float:
    r"""Force with which the end of a cord goes through the wall at once [N].

    Force was measured with a catheter; a tip of another width is taken to need
    :math:`F = \sigma\,\tfrac{\pi}{4}D^2\,(d/D)^n` with a drawn power between the tip's rim and its section.
    """
    catheter = v.CATHETER_WIDTH.number
    wider: float = (heart.tip_sharpness * diameter / catheter) ** heart.puncture_exponent
    return heart.wall_strength * math.pi / 4.0 * catheter**2 * wider


def pierce_after(heart: Heart, diameter: float, length: float, chamber: str) -> float:
    """Time that the wall bears the end of a set cord [s]; inf where the cord is too short to reach two walls."""
    width = heart.atrium_width if chamber == "right atrium" else heart.ejecting_width
    if length <= width:
        return math.inf
    push = tip_push(heart, diameter, length, chamber)
    beats = beats_to_failure(push, strength=piercing_force(heart, diameter), loss=heart.wall_fatigue)
    return 0.0 if beats <= 1.0 else beats / heart.heart_rate


def effusion_from(heart: Heart, diameter: float, begins: float, chamber: str) -> Effusion:
    """Bleeding round a cord that has pierced a wall, into a pericardium that presses back.

    The pericardium is Smith's, as large as this heart is. What it takes freely is what a heart that it has pressed
    empty leaves of it: both ventricles then hold no more than what stays in them after a beat.
    """
    share = v.MEAN_PRESSURE_SHARE.number * (v.ATRIAL_SHARE.number if chamber == "right atrium" else 1.0)
    pressure = share * heart.peak_pressure
    larger = heart.ventricle_volume / v.PRESSED_VENTRICLE.number
    emptied = 2.0 * (1.0 - heart.ejection) * heart.ventricle_volume
    free = max(larger * SMITH["V0_pcd"].number - emptied, 0.0)
    stiffness = SMITH["lambda_pcd"].number / larger
    full = equal_volume(pressure, free=free, scale=SMITH["P0_pcd"].number, stiffness=stiffness)
    rate = hole_flow(
        pressure,
        heart.hole_leaks * math.pi / 4.0 * diameter**2,
        discharge=v.ORIFICE.number,
        density=BLOOD_DENSITY.number,
    )
    return Effusion(
        begins=begins, rate=rate, most=min(full, heart.effusion_most), free=free, full=full, stiffness=stiffness
    )
