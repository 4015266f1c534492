r"""Shares and means of weighted patients, with their 95 % intervals.

Patient :math:`i` counts :math:`w_i`. A share is :math:`\hat p = \sum w_i x_i / \sum w_i`, and its variance

.. math:: V = \frac{(1-\hat p)^2 \sum w_i^2 x_i + \hat p^2 \sum w_i^2 (1-x_i)}{(\sum w_i)^2}

is that of :math:`m = \hat p(1-\hat p)/V` plain patients. Wilson's interval is taken for :math:`m`. With few events,
:math:`\sum w_i^2 x_i` says little, so the mean weight of those with the event is drawn towards the usual one,
:math:`\sum w_i^2/\sum w_i`, as if one more event had been seen. All of this falls back to Wilson's interval for the
number of patients where all weights are alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.plan.statistics import CONFIDENCE, wilson

PSEUDO_EVENTS = 1.0  # of the usual weight, in the mean weight of those with the event


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Parcel):
    """A number with its 95 % interval, and how many plain patients would tell as much."""

    value: float
    low: float
    high: float
    effective: float


NOTHING = Interval(value=math.nan, low=math.nan, high=math.nan, effective=0.0)


def share(events: BoolArray, weights: FloatArray) -> Interval:
    """Share of weighted patients with an event.

    Parameters
    ----------
    events : array of bool
        Shape (n,).
    weights : array
        Shape (n,), how much each patient counts.

    Returns
    -------
    interval : Interval
        Wilson's, for effective counts.

    Examples
    --------
    >>> found = share(np.arange(32) < 7, np.ones(32))
    >>> f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f}) of {found.effective:.0f}"
    '0.219 (0.110 to 0.388) of 32'
    """
    if events.size == 0:
        return Interval(value=math.nan, low=0.0, high=1.0, effective=0.0)
    total = float(weights.sum())
    value = float(weights[events].sum()) / total
    with_event, without = mean_weight(events, weights), mean_weight(~events, weights)
    effective = total / ((1.0 - value) * with_event + value * without)
    chance = wilson(value * effective, effective)
    return Interval(value=value, low=max(0.0, chance.low), high=min(1.0, chance.high), effective=effective)


def mean_weight(events: BoolArray, weights: FloatArray) -> float:
    """Mean weight of those with an event, each counted by its weight, drawn towards the usual weight."""
    usual = float(np.square(weights).sum() / weights.sum())
    squares, plain = float(np.square(weights[events]).sum()), float(weights[events].sum())
    added = PSEUDO_EVENTS * float(weights.mean())
    return (squares + added * usual) / (plain + added)


def mean(values: FloatArray, weights: FloatArray) -> Interval:
    """Mean over weighted patients with Student's interval; values that are no numbers are left out.

    Where no value is negative the interval stops at zero; where all are alike there is none.

    Examples
    --------
    >>> found = mean(np.array([1.0, 2.0, 3.0]), np.ones(3))
    >>> f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
    '2.00 (0.00 to 4.48)'
    """
    known = np.isfinite(values)
    values, weights = values[known], weights[known]
    if values.size < 2:
        return replace(NOTHING, value=float(values[0]), effective=1.0) if values.size else NOTHING
    value, error, effective = mean_and_error(values, weights)
    if error <= 0.0:
        return Interval(value=value, low=math.nan, high=math.nan, effective=effective)
    half = student(CONFIDENCE, effective) * error
    low = value - half if values.min() < 0.0 else max(0.0, value - half)
    return Interval(value=value, low=low, high=value + half, effective=effective)


def mean_and_error(values: FloatArray, weights: FloatArray) -> tuple[float, float, float]:
    """Weighted mean, its standard error and Kish's effective number of patients."""
    total, squares = float(weights.sum()), float(np.square(weights).sum())
    value = float((weights * values).sum()) / total
    effective = total**2 / squares
    spread = float(np.square(weights * (values - value)).sum()) / total**2
    return value, math.sqrt(spread * effective / max(effective - 1.0, 0.5)), effective


def student(confidence: float, effective: float) -> float:
    """Half width of Student's interval in standard errors."""
    from scipy.stats import t

    return float(t.ppf(0.5 + 0.5 * confidence, max(effective - 1.0, 1.0)))
