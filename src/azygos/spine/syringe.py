"""Air in the syringe is a spring: it takes cement in while the hand pushes and gives it back after.

So cement runs on after the operator has stopped.
"""

from __future__ import annotations

from azygos.ground.units import ATMOSPHERE


def air_volume(pressure: float, *, volume: float, air_fraction: float) -> float:
    r"""Volume of the trapped air under pressure (Boyle).

    .. math:: V_a(p) = f V \,\frac{p_0}{p_0+p}

    Parameters
    ----------
    pressure : float
        In the syringe above ambient [Pa], above -1 atm.
    volume : float
        :math:`V`, cement and air, at ambient pressure [m^3].
    air_fraction : float
        :math:`f`, share of air in it [-].

    Returns
    -------
    air : float
        [m^3].

    Notes
    -----
    Slow enough for the air to keep its temperature. Bubbles that leave with the cement,
    stretch of barrel and tubing, and dissolving air are left out.

    References
    ----------
    Boyle's law.

    Examples
    --------
    >>> round(air_volume(101_325.0, volume=10e-6, air_fraction=0.1) * 1e6, 6)
    0.5
    """
    return air_fraction * volume * ATMOSPHERE / (ATMOSPHERE + pressure)


def stored_volume(pressure: float, *, volume: float, air_fraction: float) -> float:
    r"""Cement that the squeezed air will push out once the hand lets go.

    .. math:: V_s(p) = f V\,\frac{p}{p_0+p}

    Parameters
    ----------
    pressure : float
        In the syringe above ambient [Pa].
    volume, air_fraction : float
        As in :func:`air_volume` [m^3, -].

    Returns
    -------
    stored : float
        [m^3].

    Notes
    -----
    An upper bound on the run-on: part of it stays if the cement sets first or the
    needle's end meets pressure.

    References
    ----------
    Boyle's law.

    Examples
    --------
    2 and 10 % of air in 10 mL at the mean clinical peak of 1.7 MPa, in mL:

    >>> [round(stored_volume(1.7e6, volume=10e-6, air_fraction=f) * 1e6, 2) for f in (0.02, 0.10)]
    [0.19, 0.94]
    """
    return air_fraction * volume * pressure / (ATMOSPHERE + pressure)


def pressure_of_stored(stored: float, *, volume: float, air_fraction: float) -> float:
    r"""Pressure in the syringe when its air has taken in some cement.

    The inverse of :func:`stored_volume`:

    .. math:: p = p_0\,\frac{V_s}{fV - V_s}

    Parameters
    ----------
    stored : float
        :math:`V_s` [m^3], less than all the air.
    volume, air_fraction : float
        As in :func:`air_volume` [m^3, -].

    Returns
    -------
    pressure : float
        Above ambient [Pa].

    Notes
    -----
    As for :func:`air_volume`.

    References
    ----------
    Boyle's law.

    Examples
    --------
    >>> round(pressure_of_stored(0.5e-6, volume=10e-6, air_fraction=0.1))
    101325
    """
    return ATMOSPHERE * stored / (air_fraction * volume - stored)


def compliance(pressure: float, *, volume: float, air_fraction: float) -> float:
    r"""Cement taken in per further pressure.

    .. math:: C(p) = \frac{dV_s}{dp} = f V\,\frac{p_0}{(p_0+p)^2}

    Parameters
    ----------
    pressure : float
        In the syringe above ambient [Pa].
    volume, air_fraction : float
        As in :func:`air_volume` [m^3, -].

    Returns
    -------
    compliance : float
        [m^3 Pa^-1].

    Notes
    -----
    With the cannula's resistance it makes a time constant: at 1.7 MPa a syringe of 10 mL with
    5 % of air before an 11-gauge cannula of 100 Pa s relaxes within a fraction of a second, but
    near ambient pressure it takes a minute and more: the last of the stored cement comes late.

    References
    ----------
    Boyle's law.

    Examples
    --------
    >>> round(compliance(0.0, volume=10e-6, air_fraction=0.1) * 101_325 * 1e6, 6)
    1.0
    """
    return air_fraction * volume * ATMOSPHERE / (ATMOSPHERE + pressure) ** 2
