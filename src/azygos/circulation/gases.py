"""Gas exchange beside blocked arteries: dead space, admixture, oxygen in arterial blood."""

from __future__ import annotations

from scipy.optimize import brentq

from azygos.ground.units import MMHG
from azygos.values import circulation as v

HIGHEST_PRESSURE = 1e5  # of oxygen that an inversion looks up to [Pa]


def saturation_at(pressure: float) -> float:
    r"""Share of haemoglobin that carries oxygen at a pressure of oxygen.

    It is flat above 60 mmHg and steep below, so lungs may lose much before the finger's clip shows it:

    .. math:: S = \left(\frac{23400}{p^3+150\,p}+1\right)^{-1}, \quad p \text{ in mmHg}

    Parameters
    ----------
    pressure : float
        :math:`p`, of oxygen [Pa].

    Returns
    -------
    saturation : float
        [-].

    Notes
    -----
    Standard human blood, pH 7.40, 37 C; within 0.0055 of the measured curve.

    References
    ----------
    Severinghaus (1979), doi:10.1152/jappl.1979.46.3.599, eq. 1 (abstract).

    Examples
    --------
    >>> [round(saturation_at(p * MMHG), 3) for p in (0.0, 26.6, 40.0, 60.0, 100.0)]
    [0.0, 0.494, 0.749, 0.906, 0.977]
    """
    p = pressure / MMHG
    cubic, linear = (value.number for value in v.DISSOCIATION)
    return 0.0 if p <= 0.0 else 1.0 / (cubic / (p**3 + linear * p) + 1.0)


def oxygen_content(pressure: float, *, haemoglobin: float) -> float:
    r"""Oxygen in blood, bound and dissolved.

    .. math:: C = c\,H\,S(p) + \alpha\,p

    Parameters
    ----------
    pressure : float
        :math:`p`, of oxygen [Pa].
    haemoglobin : float
        :math:`H` [kg m^-3].

    Returns
    -------
    content : float
        Gas at standard conditions for each volume of blood [-].

    Notes
    -----
    Each gram binds 1.34 mL; carbon monoxide and methaemoglobin are left out.

    References
    ----------
    Textbook formula; numbers in ``values/circulation.py``.

    Examples
    --------
    >>> round(oxygen_content(100.0 * MMHG, haemoglobin=150.0), 3)
    0.2
    """
    bound = v.OXYGEN_CAPACITY.number * haemoglobin * saturation_at(pressure)
    return bound + v.OXYGEN_SOLUBILITY.number * pressure


def oxygen_pressure(content: float, *, haemoglobin: float) -> float:
    r"""Pressure of oxygen in blood of a content: :func:`oxygen_content` backwards [Pa].

    .. math:: C(p) = C

    Parameters
    ----------
    content : float
        :math:`C`, not negative [-].
    haemoglobin : float
        [kg m^-3].

    Returns
    -------
    pressure : float
        [Pa].

    Notes
    -----
    Found by Brent's method; the content rises steadily with pressure.

    References
    ----------
    None needed.

    Examples
    --------
    >>> round(oxygen_pressure(oxygen_content(5e3, haemoglobin=130.0), haemoglobin=130.0), 3)
    5000.0
    """
    if content <= 0.0:
        return 0.0

    def over(pressure: float) -> float:
        return oxygen_content(pressure, haemoglobin=haemoglobin) - content

    return float(brentq(over, 0.0, HIGHEST_PRESSURE, xtol=1e-6))


def alveolar_dead_space(flow_lost: float, *, rest: float, shift: float) -> float:
    r"""Share of alveolar ventilation that meets no blood.

    Air goes on to lung whose artery is closed; the capnograph sees it first:

    .. math:: d = d_0 + (1-d_0)(1-s)\,f

    Parameters
    ----------
    flow_lost : float
        :math:`f`, share of the lungs without blood flow [-].
    rest : float
        :math:`d_0`, before [-].
    shift : float
        :math:`s`, share of that ventilation that moves elsewhere [-].

    Returns
    -------
    dead_space : float
        [-].

    Notes
    -----
    Takes ventilation to be even over the lungs.

    References
    ----------
    Conservation of volume; :math:`d_0` and :math:`s` are assumed.

    Examples
    --------
    >>> round(alveolar_dead_space(0.5, rest=0.1, shift=0.0), 2)
    0.55
    """
    return rest + (1.0 - rest) * (1.0 - shift) * flow_lost


def venous_admixture(flow_lost: float, *, rest: float, overflow: float) -> float:
    r"""Share of output that passes the lungs as if it had met no air.

    Blood that lost its way floods what is open, faster than the air there can serve it:

    .. math:: q = q_0 + (1-q_0)\,k\,f

    Parameters
    ----------
    flow_lost : float
        :math:`f`, share of the lungs without blood flow: what is diverted [-].
    rest : float
        :math:`q_0`, before [-].
    overflow : float
        :math:`k`, share of the diverted flow that finds too little air [-].

    Returns
    -------
    admixture : float
        [-].

    Notes
    -----
    One number for shunt and low ventilation over perfusion together; collapse of lung, oedema and an open foramen
    ovale are in it. :math:`k` is assumed over a wide range.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> round(venous_admixture(0.5, rest=0.04, overflow=0.25), 2)
    0.16
    """
    return rest + (1.0 - rest) * overflow * flow_lost


def alveolar_oxygen(dead_space: float, *, rest: float, reserve: float) -> float:
    r"""Pressure of oxygen in the air that meets blood.

    Breathing grows to hold carbon dioxide, as far as a patient who lies still can:

    .. math:: p_A = p_I - \frac{p_C}{R}, \qquad p_C = p_{C0}\,\max\left(1,\ \frac{1-d_0}{g\,(1-d)}\right)

    Parameters
    ----------
    dead_space, rest : float
        :math:`d` now and :math:`d_0` before [-].
    reserve : float
        :math:`g`, most ventilation over that at rest [-].

    Returns
    -------
    pressure : float
        :math:`p_A` [Pa].

    Notes
    -----
    Room air at sea level. That patients breathe more than they must, and so lower carbon dioxide, is left out.
    Carbon dioxide is held to 100 mmHg.

    References
    ----------
    Alveolar gas equation.

    Examples
    --------
    >>> round(alveolar_oxygen(0.1, rest=0.1, reserve=2.0) / MMHG, 1)
    99.0
    """
    served = max((1.0 - dead_space) * reserve, 1e-6)
    dioxide = v.CARBON_DIOXIDE.number * max(1.0, (1.0 - rest) / served)
    dioxide = min(dioxide, v.MOST_CARBON_DIOXIDE.number)
    return v.INSPIRED_OXYGEN.number - dioxide / v.EXCHANGE_RATIO.number


def arterial_content(capillary: float, *, admixture: float, demand: float, output: float) -> float:
    r"""Oxygen in arterial blood when a share of venous blood is mixed in.

    A falling output leaves less oxygen in venous blood, so the same admixture costs more:

    .. math:: C_a = C_c - \frac{q}{1-q}\,\frac{\dot V}{Q}, \qquad \dot V \le x\,Q\,C_a

    Parameters
    ----------
    capillary : float
        :math:`C_c`, of blood that met air [-].
    admixture : float
        :math:`q` [-].
    demand : float
        :math:`\dot V`, oxygen used [m^3 s^-1].
    output : float
        :math:`Q`, cardiac [m^3 s^-1].

    Returns
    -------
    content : float
        :math:`C_a` [-], positive.

    Notes
    -----
    The body takes at most a share :math:`x` of the oxygen it is given; then it uses less than it needs.

    References
    ----------
    Shunt equation with Fick's principle.

    Examples
    --------
    >>> round(arterial_content(0.2, admixture=0.1, demand=200e-6 / 60.0, output=5e-3 / 60.0), 4)
    0.1956
    >>> round(arterial_content(0.2, admixture=0.1, demand=200e-6 / 60.0, output=1e-9), 4)
    0.1846
    """
    share = admixture / (1.0 - admixture)
    content = capillary - share * demand / output
    starved = capillary / (1.0 + share * v.MOST_EXTRACTION.number)
    return max(content, starved)
