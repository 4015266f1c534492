"""How cement resists being sheared, and what that costs in a round tube.

Bone cement thins when sheared and thickens as it ages. These laws say how much, for the
few numbers by which :class:`azygos.spine.treatment.Cement` knows a cement. Floats in,
float out; `azygos.spine.kernels` repeats them in compiled form.
"""

from __future__ import annotations

import math


def consistency_at(age: float, *, consistency: float, reference_age: float, e_folding: float) -> float:
    r"""Consistency of a cement that has reached an age.

    The paste thickens about e-fold every one to two minutes, so half a minute's wait
    changes the pressure that the hand feels:

    .. math:: m(\xi) = m_0 \exp\frac{\xi - \xi_0}{\tau}

    Parameters
    ----------
    age : float
        Reduced time :math:`\xi` since mixing [s at 25 C].
    consistency : float
        :math:`m_0` at the reference age [Pa s^n].
    reference_age : float
        :math:`\xi_0` [s at 25 C].
    e_folding : float
        :math:`\tau` [s at 25 C], positive.

    Returns
    -------
    consistency : float
        :math:`m` [Pa s^n].

    Notes
    -----
    One exponential serves liquid and paste; the last minutes before setting are steeper in
    most oscillatory curves, and no product's curve is known to us. A set cement does not
    flow whatever this says: see :func:`viscosity`.

    References
    ----------
    The form is assumed; the anchors are in ``azygos.values.cements``.

    Examples
    --------
    >>> round(consistency_at(417.0, consistency=100.0, reference_age=300.0, e_folding=117.0), 2)
    271.83
    """
    return consistency * math.exp((age - reference_age) / e_folding)


def index_at(age: float, *, index_fresh: float, index_doughy: float, setting_age: float) -> float:
    r"""Power-law index of a cement that has reached an age.

    Dough thins more under shear than liquid does, so the needle, where the shear is
    high, gains on the bone as the cement ages:

    .. math:: n(\xi) = n_f + (n_d - n_f)\,\min(\max(\xi/\xi_s, 0), 1)

    Parameters
    ----------
    age : float
        Reduced time :math:`\xi` since mixing [s at 25 C].
    index_fresh, index_doughy : float
        :math:`n_f` at mixing and :math:`n_d` at setting [-].
    setting_age : float
        :math:`\xi_s` [s at 25 C], positive.

    Returns
    -------
    index : float
        :math:`n` [-].

    Notes
    -----
    A straight line between two assumed ends: only that the index falls is known.

    References
    ----------
    Ferracane & Greener (1981) for moderate shear-thinning; the line is assumed.

    Examples
    --------
    >>> round(index_at(300.0, index_fresh=0.8, index_doughy=0.4, setting_age=600.0), 6)
    0.6
    """
    return index_fresh + (index_doughy - index_fresh) * min(max(age / setting_age, 0.0), 1.0)


def capped_viscosity(shear_rate: float, *, consistency: float, index: float, plateau_rate: float) -> float:
    r"""Viscosity of a power-law fluid whose thinning starts at a plateau (Carreau).

    A pure power law would make resting cement infinitely thick, and averages over a pore
    diverge for an index below 1/3. Real paste has a plateau:

    .. math:: \mu = m\,(\dot\gamma^2 + \dot\gamma_p^2)^{(n-1)/2}

    This is Carreau's law with :math:`\mu_0 = m\dot\gamma_p^{n-1}`,
    :math:`\lambda = 1/\dot\gamma_p` and :math:`\mu_\infty = 0`.

    Parameters
    ----------
    shear_rate : float
        :math:`\dot\gamma` [s^-1], not negative.
    consistency, index : float
        :math:`m` [Pa s^n] and :math:`n` [-], 0 < n <= 1.
    plateau_rate : float
        :math:`\dot\gamma_p` [s^-1]; positive if `shear_rate` may be 0.

    Returns
    -------
    viscosity : float
        :math:`\mu` [Pa s].

    Notes
    -----
    Far above the plateau rate it is the power law; at that rate it lies a factor
    :math:`2^{(1-n)/2}` under it; it never exceeds the plateau. Elasticity and wall slip,
    which trouble rheometers, are left out.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 8.3.

    Examples
    --------
    >>> round(capped_viscosity(0.0, consistency=100.0, index=0.5, plateau_rate=0.01), 6)
    1000.0
    >>> round(capped_viscosity(25.0, consistency=100.0, index=0.5, plateau_rate=0.01), 4)
    20.0
    """
    # Pythagoras without math.hypot, so that the dimension test can pass quantities
    thinned: float = (shear_rate**2 + plateau_rate**2) ** (0.5 * (index - 1.0))
    return consistency * thinned


def viscosity(
    age: float,
    shear_rate: float,
    *,
    consistency: float,
    reference_age: float,
    e_folding: float,
    index_fresh: float,
    index_doughy: float,
    plateau_rate: float,
    setting_age: float,
) -> float:
    r"""Viscosity of a cement at an age and a shear rate.

    Joins the three laws above it; what does not flow any more is infinitely viscous:

    .. math:: \mu(\xi,\dot\gamma) =
        \begin{cases} m(\xi)\,(\dot\gamma^2+\dot\gamma_p^2)^{(n(\xi)-1)/2} & \xi < \xi_s \\
        \infty & \xi \ge \xi_s \end{cases}

    Parameters
    ----------
    age : float
        Reduced time since mixing [s at 25 C].
    shear_rate : float
        [s^-1], not negative.
    consistency, reference_age, e_folding : float
        As in :func:`consistency_at` [Pa s^n, s at 25 C, s at 25 C].
    index_fresh, index_doughy : float
        As in :func:`index_at` [-].
    plateau_rate : float
        As in :func:`capped_viscosity` [s^-1].
    setting_age : float
        Reduced time at which it stops flowing [s at 25 C].

    Returns
    -------
    viscosity : float
        [Pa s]; ``inf`` once set.

    Notes
    -----
    Temperature acts through the age alone (see ``ageing``): that warm paste of the same
    cure is thinner is left out, as no source gives it.

    References
    ----------
    See the laws that it joins.

    Examples
    --------
    >>> paste = dict(consistency=100.0, reference_age=300.0, e_folding=117.0, index_fresh=0.5,
    ...              index_doughy=0.5, plateau_rate=0.01, setting_age=780.0)
    >>> round(viscosity(300.0, 25.0, **paste), 4)
    20.0
    >>> viscosity(780.0, 25.0, **paste)
    inf
    """
    if age >= setting_age:
        return math.inf
    return capped_viscosity(
        shear_rate,
        consistency=consistency_at(age, consistency=consistency, reference_age=reference_age, e_folding=e_folding),
        index=index_at(age, index_fresh=index_fresh, index_doughy=index_doughy, setting_age=setting_age),
        plateau_rate=plateau_rate,
    )


def power_law_flow(pressure_drop: float, radius: float, length: float, *, consistency: float, index: float) -> float:
    r"""Flow of a power-law fluid through a straight round tube.

    Fresh cement thins when sheared; a vein that it fills is a tube, so this
    tells how fast a given pressure pushes it on:

    .. math:: Q = \frac{\pi R^3 n}{3n+1}\left(\frac{R\,\Delta p}{2mL}\right)^{1/n}

    Parameters
    ----------
    pressure_drop : float
        Inlet minus outlet [Pa], not negative.
    radius, length : float
        Of the lumen [m], positive.
    consistency, index : float
        :math:`m` [Pa s^n] and :math:`n` [-] in :math:`\tau = m\dot\gamma^n`; 1 is Newtonian.

    Returns
    -------
    flow : float
        Volume per time [m^3 s^-1].

    Notes
    -----
    Holds for slow steady flow far from the inlet, a rigid wall, no slip and no yield stress.
    Below the plateau rate it flatters the flow resistance: use :func:`apparent_viscosity`.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 8.3.

    Examples
    --------
    With ``index=1`` it is Poiseuille's law (1 kPa over 5 cm, radius 1 mm, 100 Pa s):

    >>> from azygos.ground.units import MINUTE, ML
    >>> flow = power_law_flow(1e3, 1e-3, 0.05, consistency=100.0, index=1.0)
    >>> round(flow / (ML / MINUTE), 5)
    0.00471
    """
    shear = radius * pressure_drop / (2.0 * length * consistency)
    wall_rate: float = shear ** (1.0 / index)
    return math.pi * radius**3 * index / (3.0 * index + 1.0) * wall_rate


def power_law_pressure(flow: float, radius: float, length: float, *, consistency: float, index: float) -> float:
    r"""Pressure that a power-law fluid loses in a straight round tube.

    The inverse of :func:`power_law_flow`; in the clinic nearly all pressure of the hand
    is lost so, in the cannula:

    .. math:: \Delta p = \frac{2mL}{R}\left(\frac{(3n+1)\,Q}{n\pi R^3}\right)^{n}

    Parameters
    ----------
    flow : float
        Volume per time [m^3 s^-1], not negative.
    radius, length : float
        Of the lumen [m], positive.
    consistency, index : float
        :math:`m` [Pa s^n] and :math:`n` [-]; 1 is Newtonian.

    Returns
    -------
    pressure_drop : float
        [Pa].

    Notes
    -----
    As for :func:`power_law_flow`.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 8.3.

    Examples
    --------
    3 mL/min of 100 Pa s through 12 cm of an 11-gauge cannula, in kPa:

    >>> from azygos.ground.units import MINUTE, ML
    >>> round(power_law_pressure(3 * ML / MINUTE, 1.194e-3, 0.12, consistency=100.0, index=1.0) / 1e3)
    752
    """
    wall_rate = (3.0 * index + 1.0) * flow / (index * math.pi * radius**3)
    wall_stress: float = consistency * wall_rate**index
    return 2.0 * wall_stress * length / radius


def wall_shear_rate(flow: float, radius: float, *, index: float) -> float:
    r"""Shear rate at the wall of a round tube (Weissenberg and Rabinowitsch).

    Tells which part of a viscosity curve a needle or a vein uses:

    .. math:: \dot\gamma_w = \frac{3n+1}{4n}\,\frac{4Q}{\pi R^3}

    Parameters
    ----------
    flow : float
        [m^3 s^-1].
    radius : float
        Of the lumen [m].
    index : float
        :math:`n` [-].

    Returns
    -------
    shear_rate : float
        [s^-1].

    Notes
    -----
    Exact for a power law.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 8.3.

    Examples
    --------
    >>> round(wall_shear_rate(5e-8, 1.194e-3, index=1.0), 1)
    37.4
    """
    return (3.0 * index + 1.0) / (4.0 * index) * 4.0 * flow / (math.pi * radius**3)


def equivalent_rate_factor(index: float) -> float:
    r"""Where in a tube the local viscosity is the tube's viscosity, as a share of the Newtonian wall rate.

    A shear-thinning fluid in a round tube loses as much pressure as a Newtonian one whose
    viscosity is read from the curve at the rate :math:`f\,4Q/\pi R^3`, with

    .. math:: f(n) = \left(\frac{3n+1}{4n}\right)^{n/(n-1)}, \qquad f(1) = e^{-1/4}

    Parameters
    ----------
    index : float
        :math:`n` [-], 0 < n.

    Returns
    -------
    factor : float
        :math:`f` [-], from 1 at small n to 0.779 at n = 1.

    Notes
    -----
    Exact for a power law: insert it into :math:`\mu=m\dot\gamma^{n-1}` and Poiseuille's law
    to get :func:`power_law_pressure`. The same factor serves tubes and the tube bundle of
    pores, so that a capped viscosity is right at both ends of the curve.

    References
    ----------
    Cannella, Huh & Seright (1988), doi:10.2118/18089-MS, for the form in porous media.

    Examples
    --------
    >>> round(equivalent_rate_factor(0.5), 4), round(equivalent_rate_factor(1.0), 4)
    (0.8, 0.7788)
    """
    if abs(index - 1.0) < 1e-8:
        return math.exp(-0.25)
    return math.exp(index / (index - 1.0) * math.log1p((1.0 - index) / (4.0 * index)))


def apparent_viscosity(flow: float, radius: float, *, consistency: float, index: float, plateau_rate: float) -> float:
    r"""Viscosity that a capped cement shows in a round tube.

    Put into Poiseuille's law it gives the pressure, also where the plug in a vein has
    almost stopped and the power law would overstate its resistance:

    .. math:: \mu_a = \mu\!\left(f(n)\,\frac{4|Q|}{\pi R^3}\right)

    Parameters
    ----------
    flow : float
        [m^3 s^-1], of either sign.
    radius : float
        Of the lumen [m].
    consistency, index, plateau_rate : float
        As in :func:`capped_viscosity` [Pa s^n, -, s^-1].

    Returns
    -------
    viscosity : float
        [Pa s].

    Notes
    -----
    Exact for the power law and for the plateau; in the knee between them within 1 % of
    the integrated profile for an index of 0.2 or more (tested).

    References
    ----------
    :func:`equivalent_rate_factor`.

    Examples
    --------
    >>> round(apparent_viscosity(5e-8, 1.194e-3, consistency=100.0, index=1.0, plateau_rate=0.1), 6)
    100.0
    """
    rate = equivalent_rate_factor(index) * 4.0 * abs(flow) / (math.pi * radius**3)
    return capped_viscosity(rate, consistency=consistency, index=index, plateau_rate=plateau_rate)


def tube_resistance(radius: float, length: float, *, viscosity: float) -> float:
    r"""Resistance of a round tube to a Newtonian fluid (Poiseuille).

    The fourth power of the radius rules what leaks: a vein of half the radius lets
    through a sixteenth:

    .. math:: \frac{\Delta p}{Q} = \frac{8\mu L}{\pi R^4}

    Parameters
    ----------
    radius, length : float
        Of the lumen [m].
    viscosity : float
        :math:`\mu` [Pa s]; for a shear-thinning fluid :func:`apparent_viscosity`.

    Returns
    -------
    resistance : float
        [Pa s m^-3].

    Notes
    -----
    Slow steady flow, rigid wall, no slip.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 2.3.

    Examples
    --------
    >>> round(tube_resistance(1e-3, 0.01, viscosity=100.0) / 1e12, 3)
    2.546
    """
    return 8.0 * viscosity * length / (math.pi * radius**4)
