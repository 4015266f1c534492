r"""Means of weighted patients with their 95 % intervals, though most may be zero and a few large.

The mean is :math:`\sum w_i x_i / \sum w_i`, with the variance of its scores :math:`z_i = w_i(x_i - \bar x)`. Student's
interval misses a skewed mean on one side, at worst one time in six; Hall's cubic transformation of the same statistic,

.. math:: T = \frac{3}{k}\left[\left(1 + k\left(t - \frac{k}{6}\right)\right)^{1/3} - 1\right], \qquad
   k = \frac{\gamma}{\sqrt n},

with :math:`\gamma` the skewness of the scores, mends that, but is too bold where the skewness is luck. The wider of
both is taken at either end. Few patients with hardly an event remain beyond either.

References
----------
Hall, J R Stat Soc B 54 (1992) 221.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.parcels import FloatArray, Parcel
from azygos.plan.statistics import CONFIDENCE
from azygos.trial.analysis.shares import NOTHING, Interval

ALIKE = 1e-12  # of the largest value: less is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle(Parcel):
    """A mean, how far it may be off, and from how many plain patients."""

    value: float
    low: float
    high: float
    error: float  # standard error; NaN, as the ends are, where all values are alike
    effective: float


def middle(values: FloatArray, weights: FloatArray) -> Middle:
    """Weighted mean of two values or more, the wider of Student's and Hall's ends."""
    total = float(weights.sum())
    value = float((weights * values).sum()) / total
    effective = total**2 / float(np.square(weights).sum())
    if np.ptp(values) <= ALIKE * float(np.abs(values).max()):
        return Middle(value=value, low=math.nan, high=math.nan, error=math.nan, effective=effective)
    scores = weights * (values - value)
    spread = float(np.square(scores).sum()) / total**2
    error = math.sqrt(spread * effective / max(effective - 1.0, 0.5))
    t = student(CONFIDENCE, effective)
    lean = float((scores**3).mean() / np.square(scores).mean() ** 1.5) / math.sqrt(values.size)
    low, high = max(t, _hall(t, lean)), min(-t, _hall(-t, lean))
    return Middle(value=value, low=value - low * error, high=value - high * error, error=error, effective=effective)


def student(confidence: float, effective: float) -> float:
    """Half width of Student's interval in standard errors."""
    from scipy.stats import t

    return float(t.ppf(0.5 + 0.5 * confidence, max(effective - 1.0, 1.0)))


def _hall(t: float, lean: float) -> float:
    """Hall's transformation back: where the statistic lies of which `t` is the normal one."""
    if abs(lean) < 1e-9:
        return t
    return 3.0 / lean * (float(np.cbrt(1.0 + lean * (t - lean / 6.0))) - 1.0)


def mean(values: FloatArray, weights: FloatArray) -> Interval:
    """Mean over weighted patients; values that are no numbers are left out.

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
    found = middle(values, weights)
    low = max(0.0, found.low) if values.min() >= 0.0 and math.isfinite(found.low) else found.low
    return Interval(value=found.value, low=low, high=found.high, effective=found.effective)
