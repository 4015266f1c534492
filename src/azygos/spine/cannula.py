"""The cannula: where nearly all of the hand's pressure is lost, and where cement waits.

Bone sees kilopascals, the syringe megapascals. A model that leaves the cannula out cannot
be compared with any measured force.
"""

from __future__ import annotations

import math

from azygos.spine.rheology import apparent_viscosity, tube_resistance


def cannula_pressure(
    flow: float, radius: float, length: float, *, consistency: float, index: float, plateau_rate: float
) -> float:
    r"""Pressure lost in a cannula of one bore.

    .. math:: \Delta p = \frac{8\mu_a(Q) L}{\pi R^4}\,Q

    Parameters
    ----------
    flow : float
        [m^3 s^-1].
    radius, length : float
        Of the bore [m].
    consistency, index, plateau_rate : float
        Of the cement that fills it [Pa s^n, -, s^-1].

    Returns
    -------
    pressure_drop : float
        [Pa], of the sign of the flow.

    Notes
    -----
    One cement of one age throughout. Inlet loss and slip at the steel are left out; slip,
    which paste shows, would lower the pressure.

    References
    ----------
    :func:`azygos.spine.rheology.apparent_viscosity`.

    Examples
    --------
    3 mL/min of 100 Pa s through 12 cm of 13, 11, 10 and 8 gauge, in kPa:

    >>> fluid = dict(consistency=100.0, index=1.0, plateau_rate=0.1)
    >>> [round(cannula_pressure(5e-8, r * 1e-3, 0.12, **fluid) / 1e3) for r in (0.9015, 1.194, 1.3463, 1.715)]
    [2313, 752, 465, 177]
    """
    mu = apparent_viscosity(flow, radius, consistency=consistency, index=index, plateau_rate=plateau_rate)
    return tube_resistance(radius, length, viscosity=mu) * flow


def stepped_cannula_pressure(
    flow: float,
    *,
    proximal_radius: float,
    proximal_length: float,
    distal_radius: float,
    distal_length: float,
    consistency: float,
    index: float,
    plateau_rate: float,
) -> float:
    r"""Pressure lost in a cannula that is wide outside the bone and narrow within it.

    Only the last centimetres must fit a pedicle. Doubling the bore of the rest cuts the
    pressure by 63 %:

    .. math:: \Delta p = \Delta p(R_1, L_1) + \Delta p(R_2, L_2)

    Parameters
    ----------
    flow : float
        [m^3 s^-1].
    proximal_radius, proximal_length : float
        Of the wide part, at the syringe [m].
    distal_radius, distal_length : float
        Of the narrow part, in the bone [m].
    consistency, index, plateau_rate : float
        Of the cement [Pa s^n, -, s^-1].

    Returns
    -------
    pressure_drop : float
        [Pa].

    Notes
    -----
    The loss at the step is left out: inertia plays no part and the converging stretch is
    about one diameter long. The abstract tells the gain but not where the step lies; for a
    Newtonian fluid 63 % puts it at 67 % of the length.

    References
    ----------
    Baroud & Steffen (2005), doi:10.1007/s00586-004-0822-1 (abstract).

    Examples
    --------
    >>> fluid = dict(consistency=100.0, index=1.0, plateau_rate=0.1)
    >>> new = stepped_cannula_pressure(6.67e-8, proximal_radius=2.388e-3, proximal_length=0.672 * 0.12,
    ...     distal_radius=1.194e-3, distal_length=0.328 * 0.12, **fluid)
    >>> round(1 - new / cannula_pressure(6.67e-8, 1.194e-3, 0.12, **fluid), 2)
    0.63
    """
    return cannula_pressure(
        flow, proximal_radius, proximal_length, consistency=consistency, index=index, plateau_rate=plateau_rate
    ) + cannula_pressure(
        flow, distal_radius, distal_length, consistency=consistency, index=index, plateau_rate=plateau_rate
    )


def cannula_volume(radius: float, length: float) -> float:
    r"""Cement that a cannula holds.

    It stays behind when the syringe is empty, and a stylet can still push it in:

    .. math:: V = \pi R^2 L

    Parameters
    ----------
    radius, length : float
        Of the bore [m].

    Returns
    -------
    volume : float
        [m^3].

    Notes
    -----
    The bore alone, without hub and connectors.

    References
    ----------
    Geometry.

    Examples
    --------
    >>> round(cannula_volume(1.194e-3, 0.12) * 1e6, 2)
    0.54
    """
    return math.pi * radius**2 * length
