r"""A strategy against the reference in the same patients.

Shares: only patients in whom the strategies part carry the difference
:math:`\hat\Delta = \hat p_{10} - \hat p_{01}`. Its interval is Tango's, the values that a score test does not refuse,

.. math:: \frac{|b - c - n\Delta|}{\sqrt{n\,(2\tilde q + \Delta(1-\Delta))}} \le 1.96, \qquad
   \tilde q = \frac{\sqrt{B^2 - 8nC} - B}{4n}

with :math:`B = -b - c + (2n - b + c)\Delta` and :math:`C = -c\,\Delta(1-\Delta)`. Weighted patients enter as effective
counts :math:`n`, :math:`b = n\hat p_{10}`, :math:`c = n\hat p_{01}`: :math:`n` is the number of plain pairs of the same
variance (see :mod:`azygos.trial.analysis.shares`).

References
----------
Tango, Stat Med 17 (1998) 891. Bonett & Price, Stat Med 25 (2006) 3039 (ratio).
Fagerland et al., Stat Med 33 (2014) 2850.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.plan.statistics import CONFIDENCE, Z
from azygos.trial.analysis.means import middle, student
from azygos.trial.analysis.shares import mean_weight

POWER = 0.8
Z_POWER = 0.8416212335729143  # normal quantile of the power
RULE_OF_THREE = 3.0  # events that may have been missed where none was seen, 95 %
RATIO_ERROR = 1e-4  # of the ends of a ratio of means
LARGEST_RATIO = 1e6  # over the ratio itself: beyond it there is no end


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts(Parcel):
    """Paired outcomes as effective counts."""

    n: float
    both: float
    only_strategy: float
    only_reference: float

    @property
    def difference(self) -> float:
        """Of the two shares."""
        return (self.only_strategy - self.only_reference) / self.n

    @property
    def discordant(self) -> float:
        """Share of pairs in which the two differ."""
        return (self.only_strategy + self.only_reference) / self.n


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Parcel):
    """A paired difference and ratio with their 95 % intervals."""

    value: float
    low: float
    high: float
    detectable: float
    ratio: float
    ratio_low: float
    ratio_high: float
    variance: float  # of the difference, for a test between groups; NaN if unknown
    adjusted: float  # the difference that goes with that variance


UNKNOWN = Gap(
    value=math.nan,
    low=math.nan,
    high=math.nan,
    detectable=math.nan,
    ratio=math.nan,
    ratio_low=math.nan,
    ratio_high=math.nan,
    variance=math.nan,
    adjusted=math.nan,
)


# ---------------------------------------------------------------------------------------------
# Shares


def share_gap(strategy: BoolArray, reference: BoolArray, weights: FloatArray) -> Gap:
    """Difference and ratio of two shares in the same patients.

    Parameters
    ----------
    strategy, reference : array of bool
        Shape (n,): who had the event under each.
    weights : array
        Shape (n,).

    Examples
    --------
    >>> old = np.arange(50) < 15
    >>> new = (np.arange(50) >= 13) & (np.arange(50) < 27)
    >>> found = share_gap(new, old, np.ones(50))
    >>> f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
    '-0.02 (-0.21 to 0.18)'
    """
    if strategy.size == 0:
        return UNKNOWN
    counts = effective_counts(strategy, reference, weights)
    low, high = tango(counts)
    ratio = ratio_of_shares(counts)
    adjusted, variance = adjusted_difference(counts)
    return Gap(
        value=counts.difference,
        low=low,
        high=high,
        detectable=detectable_share(counts),
        ratio=ratio[0],
        ratio_low=ratio[1],
        ratio_high=ratio[2],
        variance=variance,
        adjusted=adjusted,
    )


def effective_counts(strategy: BoolArray, reference: BoolArray, weights: FloatArray) -> Counts:
    """Paired events of weighted patients as those of so many plain ones."""
    total = float(weights.sum())
    more, less = strategy & ~reference, reference & ~strategy
    gained, lost, both = (float(weights[which].sum()) / total for which in (more, less, strategy & reference))
    parted, apart = more | less, gained + lost
    heavy, usual = mean_weight(parted, weights), mean_weight(~parted, weights)
    difference = gained - lost
    plain = apart - difference**2
    spread = (apart - 2.0 * difference**2 + apart * difference**2) * heavy + (1.0 - apart) * difference**2 * usual
    n = total * plain / spread if plain > 0.0 else total / heavy
    return Counts(n=n, both=n * both, only_strategy=n * gained, only_reference=n * lost)


def tango(counts: Counts) -> tuple[float, float]:
    """Tango's score interval for the difference of two paired shares."""
    from scipy.optimize import brentq

    value, edge = counts.difference, 1.0 - 1e-12
    low, high = -1.0, 1.0
    if value > -edge and _score(counts, -edge) > Z:
        low = float(brentq(lambda d: _score(counts, d) - Z, -edge, value))
    if value < edge and _score(counts, edge) < -Z:
        high = float(brentq(lambda d: _score(counts, d) + Z, value, edge))
    return low, high


def _score(counts: Counts, difference: float) -> float:
    """How many standard errors the data lie above a difference, were it the true one."""
    n, b, c = counts.n, counts.only_strategy, counts.only_reference
    middle = -b - c + (2.0 * n - b + c) * difference
    end = -c * difference * (1.0 - difference)
    q = (math.sqrt(max(middle**2 - 8.0 * n * end, 0.0)) - middle) / (4.0 * n)
    variance = n * (2.0 * q + difference * (1.0 - difference))
    return (b - c - n * difference) / math.sqrt(variance) if variance > 0.0 else 0.0


def ratio_of_shares(counts: Counts) -> tuple[float, float, float]:
    """Ratio of two paired shares with Bonett and Price's hybrid of two Wilson intervals; NaN without a reference."""
    first, second = counts.both + counts.only_strategy, counts.both + counts.only_reference
    any_event = counts.both + counts.only_strategy + counts.only_reference
    if any_event <= 0.0:
        return math.nan, 0.0, math.inf
    joint = math.sqrt((counts.only_strategy + counts.only_reference + 2.0) / ((first + 1.0) * (second + 1.0)))
    alone = [math.sqrt((1.0 - (x + 1.0) / (any_event + 2.0)) / (x + 1.0)) for x in (first, second)]
    z = Z * joint / sum(alone)
    (low_1, high_1), (low_2, high_2) = (_wilson_at(z, x, any_event) for x in (first, second))
    ratio = first / second if second > 0.0 else math.nan
    return ratio, low_1 / high_2, high_1 / low_2 if low_2 > 0.0 else math.inf


def _wilson_at(z: float, events: float, n: float) -> tuple[float, float]:
    middle = 2.0 * events + z**2
    half = z * math.sqrt(z**2 + 4.0 * events * max(0.0, 1.0 - events / n))
    low = 0.0 if events <= 0.0 else max(0.0, middle - half)
    return low / (2.0 * (n + z**2)), (middle + half) / (2.0 * (n + z**2))


def adjusted_difference(counts: Counts) -> tuple[float, float]:
    """Difference and variance after one more pair parted each way: a variance that is never zero.

    References
    ----------
    Bonett & Price, J Educ Behav Stat 37 (2012) 479.
    """
    n = counts.n + 2.0
    gained, lost = (counts.only_strategy + 1.0) / n, (counts.only_reference + 1.0) / n
    return gained - lost, (gained + lost - (gained - lost) ** 2) / n


def detectable_share(counts: Counts) -> float:
    r"""The smallest difference in share that as many pairs show with 80 % power at 5 %, two-sided.

    Solves :math:`\delta\sqrt n = z_{0.975}\sqrt\psi + z_{0.8}\sqrt{\psi - \delta^2}`. The discordant share :math:`\psi`
    is the observed one, but no less than :math:`3/n`, what may be there when none was seen (rule of three), nor than
    :math:`\delta` itself. NaN where even certainty would not show.

    Examples
    --------
    >>> f"{detectable_share(Counts(n=1000.0, both=0.0, only_strategy=20.0, only_reference=40.0)):.3f}"
    '0.022'
    """
    from scipy.optimize import brentq

    observed = max(counts.discordant, RULE_OF_THREE / counts.n)

    def excess(delta: float) -> float:
        apart = min(1.0, max(observed, delta))
        return delta * math.sqrt(counts.n) - Z * math.sqrt(apart) - Z_POWER * math.sqrt(max(0.0, apart - delta**2))

    return float(brentq(excess, 0.0, 1.0)) if excess(1.0) > 0.0 else math.nan


# ---------------------------------------------------------------------------------------------
# Means


def mean_gap(strategy: FloatArray, reference: FloatArray, weights: FloatArray) -> Gap:
    """Difference and ratio of two means in the same patients, from the paired differences.

    The ratio's interval is that of its logarithm by the first-order (delta) method, with the pairs' covariance.

    Examples
    --------
    >>> found = mean_gap(np.array([1.0, 2.0, 4.0]), np.array([2.0, 4.0, 7.0]), np.ones(3))
    >>> f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
    '-2.00 (-4.48 to 0.48)'
    """
    known = np.isfinite(strategy) & np.isfinite(reference)
    x, y, w = strategy[known], reference[known], weights[known]
    if x.size < 2:
        return UNKNOWN
    found = middle(x - y, w)
    ratio = _ratio_of_means(x, y, w)
    return Gap(
        value=found.value,
        low=found.low,
        high=found.high,
        detectable=(student(CONFIDENCE, found.effective) + student(2.0 * POWER - 1.0, found.effective)) * found.error,
        ratio=ratio[0],
        ratio_low=ratio[1],
        ratio_high=ratio[2],
        variance=found.error**2,
        adjusted=found.value,
    )


def _ratio_of_means(x: FloatArray, y: FloatArray, w: FloatArray) -> tuple[float, float, float]:
    above, below = (float((w * values).sum() / w.sum()) for values in (x, y))
    if above <= 0.0 or below <= 0.0:
        return (above / below if below > 0.0 else math.nan), math.nan, math.nan
    ratio = above / below
    if math.isnan(middle(x - ratio * y, w).error):  # one is the other's multiple in everybody
        return ratio, math.nan, math.nan
    return ratio, _least_ratio(x, y, w, ratio), _most_ratio(x, y, w, ratio)


def _least_ratio(x: FloatArray, y: FloatArray, w: FloatArray, ratio: float) -> float:
    """The smallest ratio r at which the interval of the mean of x - r y still holds zero."""
    from scipy.optimize import brentq

    if not middle(x, w).low > 0.0:
        return 0.0
    return float(brentq(lambda r: middle(x - r * y, w).low, 0.0, ratio, rtol=RATIO_ERROR))


def _most_ratio(x: FloatArray, y: FloatArray, w: FloatArray, ratio: float) -> float:
    """The largest, or inf where the reference's own mean may be nothing."""
    from scipy.optimize import brentq

    if not middle(-y, w).high < 0.0:
        return math.inf
    end = 2.0 * ratio
    while not middle(x - end * y, w).high < 0.0:
        if end > LARGEST_RATIO * ratio:
            return math.inf
        end *= 2.0
    return float(brentq(lambda r: middle(x - r * y, w).high, ratio, end, rtol=RATIO_ERROR))
