r"""Shares of weighted patients, with their 95 % intervals.

Patient :math:`i` counts :math:`w_i`. A share is :math:`\hat p = \sum w_i x_i / \sum w_i`, and its variance

.. math:: V = \frac{(1-\hat p)^2 \sum w_i^2 x_i + \hat p^2 \sum w_i^2 (1-x_i)}{(\sum w_i)^2}

is that of :math:`m = \hat p(1-\hat p)/V` plain patients. Wilson's interval is taken for :math:`m`. With few events,
:math:`\sum w_i^2 x_i` says little, so the mean weight of those with the event is drawn towards the usual one,
:math:`\sum w_i^2/\sum w_i`, as if one more event had been seen. All of this falls back to Wilson's interval for the
number of patients where all weights are alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.plan.statistics import wilson

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
