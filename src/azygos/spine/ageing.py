"""How old a cement is, in the seconds that it would have needed at 25 C.

Warm cement ages faster. One number, the reduced time since mixing, carries that history:
two portions of equal reduced time are equally far on their way to stone.
"""

from __future__ import annotations

import math

from scipy.integrate import quad
from scipy.optimize import brentq

from azygos.ground.errors import require
from azygos.ground.units import GAS_CONSTANT

REFERENCE_TEMPERATURE = 298.15  # 25 C, the clock of reduced time [K]


def arrhenius_factor(temperature: float, *, activation: float) -> float:
    r"""How many times faster cement ages than at 25 C.

    Packs, rooms and bodies differ by 17 K and more, which halves or doubles the time
    that is left for injecting:

    .. math:: k(T) = \exp\left[-\frac{E_a}{R}\left(\frac1T - \frac1{298.15\,\mathrm K}\right)\right]

    Parameters
    ----------
    temperature : float
        :math:`T` [K].
    activation : float
        :math:`E_a` [J mol^-1].

    Returns
    -------
    factor : float
        Reduced seconds per second [-].

    Notes
    -----
    44.4 kJ/mol reproduces "times halve from 25 to 37 C"; ice-water handling times ask for
    65 to 85 kJ/mol. Sources disagree, so the energy is drawn.

    References
    ----------
    Nicholas et al. (2007), doi:10.1007/s10856-007-0125-2 (abstract).

    Examples
    --------
    >>> round(arrhenius_factor(310.15, activation=44.4e3), 2)
    2.0
    >>> round(1 / arrhenius_factor(293.15, activation=44.4e3), 2)
    1.36
    """
    return math.exp(-activation / GAS_CONSTANT * (1.0 / temperature - 1.0 / REFERENCE_TEMPERATURE))


def ageing_rate(
    age: float,
    temperature: float,
    *,
    paste_age: float,
    activation_early: float,
    activation_late: float,
    batch: float,
) -> float:
    r"""Reduced seconds that pass in one second.

    Early thickening is swelling of the powder, late thickening is curing; they need not
    share one activation energy:

    .. math:: \frac{d\xi}{dt} = b\,\exp\left[-\frac{E(\xi)}{R}\left(\frac1T-\frac1{298.15\,\mathrm K}\right)\right],
        \qquad E = \begin{cases}E_1 & \xi<\xi_p\\E_2 & \xi\ge\xi_p\end{cases}

    Parameters
    ----------
    age : float
        :math:`\xi` [s at 25 C].
    temperature : float
        :math:`T` [K].
    paste_age : float
        :math:`\xi_p` at which curing takes over [s at 25 C].
    activation_early, activation_late : float
        :math:`E_1, E_2` [J mol^-1].
    batch : float
        :math:`b`, 1 is the mean batch [-].

    Returns
    -------
    rate : float
        [-].

    Notes
    -----
    The switch is sudden; the age itself stays continuous.

    References
    ----------
    Hypothermic handling, BMC Musculoskelet Disord 13:198 (2012), doi:10.1186/1471-2474-13-198;
    Nicholas et al. (2007), doi:10.1007/s10856-007-0125-2.

    Examples
    --------
    >>> cure = dict(paste_age=240.0, activation_early=65e3, activation_late=44.4e3, batch=1.0)
    >>> round(ageing_rate(0.0, 310.15, **cure), 2), round(ageing_rate(400.0, 310.15, **cure), 2)
    (2.76, 2.0)
    """
    activation = activation_early if age < paste_age else activation_late
    return batch * arrhenius_factor(temperature, activation=activation)


def aged(
    age: float,
    duration: float,
    temperature: float,
    *,
    paste_age: float,
    activation_early: float,
    activation_late: float,
    batch: float,
) -> float:
    r"""Age after a time at one temperature.

    Exact also where the cement turns from liquid to paste within the step, so that a
    solver's step may be as long as its temperature stands still:

    .. math:: \xi_1 = \begin{cases}\xi_0+k_1 t & \xi_0+k_1t\le\xi_p\\
        \max(\xi_0,\xi_p)+k_2\,(t-t_p) & \text{else}\end{cases},
        \qquad t_p=\max\!\left(0,\frac{\xi_p-\xi_0}{k_1}\right)

    Parameters
    ----------
    age : float
        At the start [s at 25 C].
    duration : float
        :math:`t` [s], not negative.
    temperature : float
        [K], constant meanwhile.
    paste_age, activation_early, activation_late, batch : float
        As in :func:`ageing_rate`.

    Returns
    -------
    age : float
        At the end [s at 25 C].

    Notes
    -----
    Holds for a constant temperature.

    References
    ----------
    :func:`ageing_rate`, integrated.

    Examples
    --------
    A cement that sets in 13 min at 25 C is as old after 6.5 min in the body:

    >>> cure = dict(paste_age=240.0, activation_early=44.4e3, activation_late=44.4e3, batch=1.0)
    >>> round(aged(0.0, 6.5 * 60, 310.15, **cure) / 60, 1)
    13.0
    """
    early = batch * arrhenius_factor(temperature, activation=activation_early)
    late = batch * arrhenius_factor(temperature, activation=activation_late)
    liquid_for = max(0.0 * duration, (paste_age - age) / early)  # 0 with the duration's dimension
    if duration <= liquid_for:
        return age + early * duration
    return max(age, paste_age) + late * (duration - liquid_for)


def relaxed_temperature(start: float, surroundings: float, *, elapsed: float, time_constant: float) -> float:
    r"""Temperature of a pack or a syringe that lies in another temperature.

    Packs need about an hour to take on the temperature of a room; before that the store
    decides how fast the cement cures:

    .. math:: T = T_\infty + (T_0 - T_\infty)\,e^{-t/\tau}

    Parameters
    ----------
    start, surroundings : float
        :math:`T_0, T_\infty` [K].
    elapsed : float
        :math:`t` [s].
    time_constant : float
        :math:`\tau` [s].

    Returns
    -------
    temperature : float
        [K].

    Notes
    -----
    A lumped body. The measured packs lag for the first quarter of an hour and then hurry,
    as a core behind a shell does; one exponential is a coarse fit.

    References
    ----------
    Koh et al. (2015), doi:10.1186/s13018-015-0320-7, for the hour.

    Examples
    --------
    >>> round(relaxed_temperature(277.15, 295.15, elapsed=1200.0, time_constant=1200.0) - 273.15, 2)
    15.38
    """
    return surroundings + (start - surroundings) * math.exp(-elapsed / time_constant)


def temperature_at_start(
    *,
    store_temperature: float,
    time_out: float,
    room_temperature: float,
    time_since_mixing: float,
    pack_time_constant: float,
    mixed_time_constant: float,
) -> float:
    r"""Temperature of the cement when its injection starts.

    First the pack relaxes towards the room, then, faster, the mixed cement does:

    .. math:: T = T_r + (T_s-T_r)\,e^{-t_o/\tau_p}\,e^{-t_m/\tau_m}

    Parameters
    ----------
    store_temperature, room_temperature : float
        :math:`T_s, T_r` [K].
    time_out : float
        :math:`t_o` from leaving the store to mixing [s].
    time_since_mixing : float
        :math:`t_m` [s].
    pack_time_constant, mixed_time_constant : float
        :math:`\tau_p, \tau_m` [s].

    Returns
    -------
    temperature : float
        [K].

    Notes
    -----
    Heat of stirring and of the first curing is left out.

    References
    ----------
    :func:`relaxed_temperature`, twice.

    Examples
    --------
    >>> start = temperature_at_start(store_temperature=277.15, time_out=0.0, room_temperature=295.15,
    ...     time_since_mixing=300.0, pack_time_constant=1200.0, mixed_time_constant=300.0)
    >>> round(start - 273.15, 2)
    15.38
    """
    mixed_at = relaxed_temperature(
        store_temperature, room_temperature, elapsed=time_out, time_constant=pack_time_constant
    )
    return relaxed_temperature(mixed_at, room_temperature, elapsed=time_since_mixing, time_constant=mixed_time_constant)


def age_at_start(
    *,
    store_temperature: float,
    time_out: float,
    room_temperature: float,
    time_since_mixing: float,
    pack_time_constant: float,
    mixed_time_constant: float,
    paste_age: float,
    activation_early: float,
    activation_late: float,
    batch: float,
) -> float:
    r"""Age of the cement when its injection starts.

    A pack from the refrigerator is younger after five minutes than one from the shelf;
    what counts is the store, the minutes out of it, the room and the minutes since mixing:

    .. math:: \xi = \int_0^{t_m} \frac{d\xi}{dt}\bigl(\xi, T(t)\bigr)\,dt

    Parameters
    ----------
    store_temperature, time_out, room_temperature, time_since_mixing : float
        As in :func:`temperature_at_start` [K, s, K, s]; times not negative.
    pack_time_constant, mixed_time_constant : float
        As in :func:`temperature_at_start` [s].
    paste_age, activation_early, activation_late, batch : float
        As in :func:`ageing_rate`.

    Returns
    -------
    age : float
        [s at 25 C].

    Notes
    -----
    No law but a sum: the integral is done by quadrature, the moment at which paste begins
    is found by bisection.

    References
    ----------
    :func:`ageing_rate` along :func:`temperature_at_start`.

    Examples
    --------
    Eight minutes in a room of 20 C, the pack from that room:

    >>> age = age_at_start(store_temperature=293.15, time_out=0.0, room_temperature=293.15,
    ...     time_since_mixing=480.0, pack_time_constant=1200.0, mixed_time_constant=300.0,
    ...     paste_age=240.0, activation_early=44.4e3, activation_late=44.4e3, batch=1.0)
    >>> round(age)
    354
    """
    require(
        time_out >= 0.0 and time_since_mixing >= 0.0,
        f"minutes out of the store ({time_out / 60:g}) and since mixing ({time_since_mixing / 60:g}) "
        "cannot be negative; count both forward in time",
    )

    def speed(time: float, activation: float) -> float:
        temperature = temperature_at_start(
            store_temperature=store_temperature,
            time_out=time_out,
            room_temperature=room_temperature,
            time_since_mixing=time,
            pack_time_constant=pack_time_constant,
            mixed_time_constant=mixed_time_constant,
        )
        return batch * arrhenius_factor(temperature, activation=activation)

    def liquid(time: float) -> float:
        return float(quad(speed, 0.0, time, args=(activation_early,))[0])

    if liquid(time_since_mixing) <= paste_age:
        return liquid(time_since_mixing)
    turns = float(brentq(lambda time: liquid(time) - paste_age, 0.0, time_since_mixing))
    return paste_age + float(quad(speed, turns, time_since_mixing, args=(activation_late,))[0])
