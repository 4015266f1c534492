"""The arterial baroreflex: what heart rate, systemic resistance and venous tone answer to a wrong pressure."""

from __future__ import annotations

import math

from azygos.values import circulation as v


def felt_error(pressure: float, *, set_point: float) -> float:
    r"""Pressure error as the reflex feels it.

    The reflex is blind to more than a few tens of mmHg, so it cannot hold pressure in collapse:

    .. math:: e = s\,\arctan\frac{p-p_0}{s}

    Parameters
    ----------
    pressure, set_point : float
        :math:`p`, :math:`p_0`, mean arterial [Pa].

    Returns
    -------
    error : float
        :math:`e`, negative when pressure is low [Pa].

    Notes
    -----
    A steady law: the reflex takes 5 to 30 s to act, less than what is followed here.

    References
    ----------
    CVSim (Heldt et al. 2010, PMC3178445); s as recalled.

    Examples
    --------
    >>> felt_error(12e3, set_point=12e3)
    0.0
    >>> round(felt_error(8e3, set_point=12e3))
    -2473
    """
    scale = v.REFLEX_SATURATION.number
    return scale * math.atan((pressure - set_point) / scale)


def beat_period(error: float, *, rest: float, gain: float, fastest: float) -> float:
    r"""Length of a beat under a felt error.

    .. math:: T = T_0 + g\,e \quad(e>0), \qquad T = T_0 - (T_0-T_m)\tanh\frac{-g\,e}{T_0-T_m} \quad(e<0)

    Parameters
    ----------
    error : float
        :math:`e` [Pa].
    rest, fastest : float
        :math:`T_0` and :math:`T_m`, the beat at rest and the shortest [s].
    gain : float
        :math:`g` [s Pa^-1].

    Returns
    -------
    period : float
        [s].

    Notes
    -----
    The bound keeps the heart below its fastest rate; CVSim has none.

    References
    ----------
    CVSim (Heldt et al. 2010, PMC3178445), gains; the bound is assumed.

    Examples
    --------
    >>> beat_period(0.0, rest=0.85, gain=1e-4, fastest=0.4)
    0.85
    >>> 0.4 < beat_period(-3000.0, rest=0.85, gain=1e-4, fastest=0.4) < 0.6
    True
    """
    if error >= 0.0:
        return rest + gain * error
    room = rest - fastest
    return rest - room * math.tanh(-gain * error / room)


def resistance_factor(error: float, *, gain: float) -> float:
    r"""Factor on systemic resistance under a felt error, at least 0.3 [-].

    .. math:: \frac{R}{R_0} = \max(0.3,\ 1 - g\,e)

    Parameters
    ----------
    error : float
        :math:`e` [Pa].
    gain : float
        :math:`g` [Pa^-1].

    Returns
    -------
    factor : float
        [-].

    Notes
    -----
    Between three and four per cent for each mmHg in the young.

    References
    ----------
    CVSim (Heldt et al. 2010, PMC3178445), gains; the bound is assumed.

    Examples
    --------
    >>> round(resistance_factor(-1000.0, gain=2.5e-4), 2)
    1.25
    """
    return max(0.3, 1.0 - gain * error)


def gain_at_age(age: float) -> float:
    r"""Share of the young's reflex that is left at an age [-].

    .. math:: \max(0.2,\ 1 - a\,(t-t_0)^+)

    Parameters
    ----------
    age : float
        :math:`t` [years].

    Returns
    -------
    share : float
        [-].

    Notes
    -----
    The heart's part fades more than the vessels' do; one share serves both.

    References
    ----------
    Assumed, see ``values/circulation.py``.

    Examples
    --------
    >>> gain_at_age(25.0), gain_at_age(80.0)
    (1.0, 0.5)
    """
    return max(0.2, 1.0 - v.REFLEX_FADES.number * max(0.0, age - v.REFLEX_YOUNG.number))
