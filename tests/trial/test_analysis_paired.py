"""Shares, differences and ratios against hand results and against the plan's own statistics."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats

from azygos.plan.statistics import wilson
from azygos.trial.analysis.means import mean
from azygos.trial.analysis.paired import Counts, effective_counts, mean_gap, ratio_of_shares, share_gap
from azygos.trial.analysis.shares import share


def pairs(both: int, gained: int, lost: int, neither: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ours = np.repeat([True, True, False, False], [both, gained, lost, neither])
    theirs = np.repeat([True, False, True, False], [both, gained, lost, neither])
    return ours, theirs, np.ones(ours.size)


@pytest.mark.parametrize("events", [0, 1, 7, 31, 32])
def test_plain_patients_have_wilsons_interval(events):
    found, expected = share(np.arange(32) < events, np.ones(32)), wilson(events, 32)
    assert (found.value, found.low, found.high) == pytest.approx((expected.value, expected.low, expected.high))
    assert found.effective == pytest.approx(32.0)


def test_weights_of_another_scale_change_nothing(rng):
    events, other, weights = rng.random(200) < 0.1, rng.random(200) < 0.2, rng.uniform(0.2, 2.0, 200)
    one, ten = share_gap(events, other, weights), share_gap(events, other, 10.0 * weights)
    assert (one.low, one.high, one.ratio_high) == pytest.approx((ten.low, ten.high, ten.ratio_high))
    assert share(events, weights).low == pytest.approx(share(events, 10.0 * weights).low)


def test_a_weight_of_two_counts_twice():
    found = share(np.array([True, False, False]), np.array([2.0, 1.0, 1.0]))
    assert found.value == pytest.approx(0.5)
    assert found.effective < 3.0


def test_nobody_is_no_share():
    found = share(np.zeros(0, dtype=bool), np.zeros(0))
    assert math.isnan(found.value)
    assert (found.low, found.high) == (0.0, 1.0)
    assert math.isnan(share_gap(np.zeros(0, dtype=bool), np.zeros(0, dtype=bool), np.zeros(0)).low)


def evenly(rng: np.random.Generator, middle: float, n: int) -> np.ndarray:
    """Values without any skew."""
    half = rng.normal(0.0, 1.0, n // 2)
    return middle + np.concatenate([half, -half])


def test_the_mean_of_what_is_not_skewed_has_students_interval(rng):
    values = evenly(rng, 3.0, 40)
    expected = scipy.stats.t.interval(0.95, 39, loc=values.mean(), scale=scipy.stats.sem(values))
    found = mean(values, np.ones(40))
    assert (found.low, found.high) == pytest.approx(expected)


def test_a_skewed_mean_reaches_further_to_its_long_side():
    """Nine of ten zero, the tenth one: skewness 8/3, so k = 0.2667 for a hundred, by hand."""
    values = np.repeat([0.0, 1.0], [90, 10])
    found, error, t, k = mean(values, np.ones(100)), 0.3 / math.sqrt(99.0), 1.984217, 0.8 / 3.0
    assert found.high == pytest.approx(0.1 - error * 3.0 / k * (np.cbrt(1.0 - k * (t + k / 6.0)) - 1.0), rel=1e-6)
    assert found.low == pytest.approx(0.1 - error * t, rel=1e-6)  # Hall's end is nearer, so Student's is taken


def test_a_mean_leaves_out_what_is_no_number_and_stops_at_zero():
    found = mean(np.array([0.0, 0.0, 0.0, 1.0, math.nan]), np.ones(5))
    assert found.value == pytest.approx(0.25)
    assert found.low == 0.0


def test_alike_values_have_no_interval():
    assert math.isnan(mean(np.zeros(10), np.ones(10)).high)
    gap = mean_gap(np.ones(10), np.ones(10), np.ones(10))
    assert (gap.value, gap.ratio) == (0.0, 1.0)
    assert math.isnan(gap.low)
    assert math.isnan(gap.detectable)
    assert math.isnan(mean(np.array([2.0]), np.ones(1)).low)


def test_no_parted_pair_leaves_what_the_score_test_cannot_refuse():
    """Without any parted pair Tango's ends are z^2 / (n + z^2) either way."""
    gap = share_gap(*pairs(5, 0, 0, 95))
    end = 1.96**2 / (100.0 + 1.96**2)
    assert (gap.low, gap.high) == pytest.approx((-end, end), rel=1e-4)


def test_the_difference_turns_round_with_the_strategies():
    one, other = share_gap(*pairs(20, 12, 2, 16)), share_gap(*pairs(20, 2, 12, 16))
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
    assert (one.ratio_low, one.ratio_high) == pytest.approx((1.0 / other.ratio_high, 1.0 / other.ratio_low))


@pytest.mark.parametrize("cells", [(0, 0, 5, 0), (0, 5, 0, 0), (5, 0, 0, 0), (0, 0, 0, 1)])
def test_extreme_pairs_stay_within_bounds(cells):
    gap = share_gap(*pairs(*cells))
    assert -1.0 <= gap.low <= gap.value <= gap.high <= 1.0


def test_the_ratio_agrees_with_bonett_and_prices_formula():
    """Worked by hand from their equations for 20 both, 12 and 2 parted: n* = 34, 32 and 22 events."""
    ratio, low, high = ratio_of_shares(Counts(n=50.0, both=20.0, only_strategy=12.0, only_reference=2.0))
    joint = math.sqrt(16.0 / (33.0 * 23.0))
    alone = math.sqrt((1.0 - 33.0 / 36.0) / 33.0) + math.sqrt((1.0 - 23.0 / 36.0) / 23.0)
    z = 1.959964 * joint / alone

    def end(events: float, sign: float) -> float:
        return (2.0 * events + z**2 + sign * z * math.sqrt(z**2 + 4.0 * events * (1.0 - events / 34.0))) / 2.0

    assert ratio == pytest.approx(32.0 / 22.0)
    assert (low, high) == pytest.approx((end(32, -1) / end(22, 1), end(32, 1) / end(22, -1)), rel=1e-6)


def test_there_is_no_ratio_to_nothing():
    gap = share_gap(*pairs(0, 3, 0, 97))
    assert math.isnan(gap.ratio)
    assert math.isinf(gap.ratio_high)
    assert gap.ratio_low > 0.0
    gap = share_gap(*pairs(0, 0, 0, 100))
    assert math.isnan(gap.ratio)
    assert (gap.ratio_low, gap.ratio_high) == (0.0, math.inf)


def test_paired_means_have_students_interval_of_the_differences(rng):
    y = rng.normal(3.0, 1.0, 30)
    x = y + evenly(rng, -1.0, 30)
    expected = scipy.stats.ttest_rel(x, y).confidence_interval(0.95)
    gap = mean_gap(x, y, np.ones(30))
    assert (gap.low, gap.high) == pytest.approx((expected.low, expected.high))


def test_effective_counts_keep_the_shares(rng):
    ours, theirs, weights = rng.random(300) < 0.2, rng.random(300) < 0.1, rng.uniform(0.1, 2.0, 300)
    counts = effective_counts(ours, theirs, weights)
    assert counts.difference == pytest.approx(float((weights * (ours.astype(float) - theirs)).sum() / weights.sum()))
    assert counts.n < 300.0


def test_a_ratio_of_means_agrees_with_its_difference_where_few_have_anything():
    rng = np.random.default_rng(5)
    reference = np.where(rng.random(1000) < 0.07, rng.exponential(1.0, 1000), 0.0)
    strategy = np.where(rng.random(1000) < 0.1, 0.5 * reference, 0.0)
    gap = mean_gap(strategy, reference, np.ones(1000))
    assert gap.high < 0.0
    assert 0.0 <= gap.ratio_low < gap.ratio < gap.ratio_high < 1.0
    at_the_end = mean_gap(strategy, gap.ratio_high * reference, np.ones(1000))
    assert at_the_end.high == pytest.approx(0.0, abs=1e-5)


def test_a_ratio_to_a_mean_that_may_be_nothing_has_no_end():
    reference = np.zeros(200)
    reference[0] = 1e-3
    gap = mean_gap(np.linspace(1.0, 2.0, 200), reference, np.ones(200))
    assert math.isinf(gap.ratio_high)
    assert gap.ratio_low > 1.0


def test_a_ratio_that_is_the_same_in_everybody_has_no_interval():
    volumes = np.array([0.0, 1.0, 2.0])
    gap = mean_gap(volumes, volumes, np.ones(3))
    assert gap.ratio == 1.0
    assert math.isnan(gap.ratio_low)
    assert math.isnan(gap.ratio_high)
