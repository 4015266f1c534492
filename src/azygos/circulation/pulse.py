"""The early pulse of marrow fat: how much lies in the lungs' vessels at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.spine import Fat
from azygos.values import circulation as v


def fat_in_lungs(
    fats: Sequence[Fat],
    times: FloatArray,
    *,
    delay: float = v.FAT_DELAY.number,
    half_time: float = v.FAT_HALF_TIME.number,
) -> FloatArray:
    r"""Volume of marrow fat in the lungs' vessels.

    Fat that cement pushes out of bone arrives within seconds, before any cement, and leaves within minutes:

    .. math:: \frac{dV}{dt} = q(t-\tau) - \frac{\ln 2}{T}\,V

    Parameters
    ----------
    fats : sequence of Fat
        From each vertebra.
    times : ndarray, shape (n,)
        In any order [s].
    delay : float
        :math:`\tau`, vertebra to lungs [s].
    half_time : float
        :math:`T` [s].

    Returns
    -------
    volume : ndarray, shape (n,)
        [m^3].

    Notes
    -----
    Exact for flows that change linearly between their times. Delay and half-time are assumed; the half-time is
    calibrated on sheep.

    References
    ----------
    Aebli et al. (2002), PMID 11880830 (abstract), for the size of both.

    Examples
    --------
    One millilitre in a second, seen as it arrives and one half-time later:

    >>> fat = Fat(level="L1", times=np.array([0.0, 1.0]), flow=np.array([1e-6, 1e-6]))
    >>> volume = fat_in_lungs([fat], np.array([0.0, 7.0, 67.0]), delay=6.0, half_time=60.0)
    >>> [round(float(x) * 1e6, 3) for x in volume]
    [0.0, 0.994, 0.497]
    """
    at = np.asarray(times, dtype=np.float64)
    total = np.zeros(at.shape)
    for fat in fats:
        if len(fat.times) > 1:
            total += _one(fat, at - delay, math.log(2.0) / half_time)
    return np.maximum(total, 0.0)


def _one(fat: Fat, at: FloatArray, rate: float) -> FloatArray:
    """What is left of one vertebra's fat at times counted from its arrival."""
    t, q = fat.times, fat.flow
    held = np.zeros(len(t))
    for i in range(1, len(t)):
        held[i] = _advance(held[i - 1], t[i] - t[i - 1], q[i - 1], q[i], rate)
    place = np.clip(np.searchsorted(t, at, side="right") - 1, 0, len(t) - 1)
    found = np.zeros(at.shape)
    for j in np.flatnonzero(at > t[0]):
        i, step = int(place[j]), float(at[j] - t[place[j]])
        if i == len(t) - 1:
            found[j] = held[i] * math.exp(-rate * step)
        else:
            flow = q[i] + (q[i + 1] - q[i]) * step / (t[i + 1] - t[i])
            found[j] = _advance(held[i], step, q[i], flow, rate)
    return found


def _advance(held: float, step: float, first: float, last: float, rate: float) -> float:
    """Volume after a step in which the inflow goes from `first` to `last` in a straight line."""
    if step <= 0.0:
        return held
    left = math.exp(-rate * step)
    slope = (last - first) / step
    even = -math.expm1(-rate * step) / rate
    return held * left + first * even + slope * (step - even) / rate
