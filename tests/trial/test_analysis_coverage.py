"""How often 95 % intervals hold a known truth, and how often the smallest detectable difference is found."""

from __future__ import annotations

import numpy as np
import pytest
from pushed import World, numbers, truth

from azygos.trial.analysis.means import mean
from azygos.trial.analysis.paired import Counts, Z, detectable_share, mean_gap, share_gap, tango
from azygos.trial.analysis.shares import share
from azygos.trial.analysis.subgroups import cochran

TIMES = 600  # a true 95 % gives 93.2 to 96.7 in 19 of 20 such runs
BETWEEN = (0.92, 0.985)
WORLDS = {
    "rare, half shared": (World(-5.0, -6.0, 3.0), 1000),  # 13 pairs that part
    "rare, no difference": (World(-5.0, -5.0, 3.0, own=0.3), 1000),
    "rare, nothing shared": (World(-6.0, -7.0, 4.0, own=1.0), 2000),
    "rare, pushed the wrong way": (World(-5.0, -6.0, -3.0), 1000),
    "very rare, many patients": (World(-8.0, -9.0, 6.0, own=1.0), 5000),
    "some": (World(-3.0, -4.0, 3.0, own=1.0), 1000),
    "common, few patients": (World(-1.0, -2.0, 1.0), 300),
    "common": (World(0.0, -1.0, 2.0, own=1.0), 1000),
}


@pytest.mark.parametrize("importance", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("name", WORLDS)
def test_intervals_of_shares_differences_and_ratios_hold_the_truth(name, importance, rng):
    world, n = WORLDS[name]
    strategy, reference = truth(world)
    held = np.zeros(3)
    for _ in range(TIMES):
        drawn, weights = numbers(rng, n, importance=importance)
        ours, theirs = world.happens(rng, drawn)
        level, gap = share(theirs, weights), share_gap(ours, theirs, weights)
        held += [
            level.low <= reference <= level.high,
            gap.low <= strategy - reference <= gap.high,
            gap.ratio_low <= strategy / reference <= gap.ratio_high,
        ]
    assert np.all((held / TIMES >= BETWEEN[0]) & (held / TIMES <= BETWEEN[1])), held / TIMES


@pytest.mark.parametrize("importance", [False, True], ids=["plain", "weighted"])
def test_intervals_of_means_hold_the_truth_though_most_are_zero(importance, rng):
    """Volumes: nothing in three of four, the rest exponential; the strategy halves what leaks."""
    held = np.zeros(3)
    for _ in range(TIMES):
        drawn, weights = numbers(rng, 600, importance=importance)
        volume = np.where(rng.random(600) < 0.5 * drawn[0], rng.exponential(0.4, 600), 0.0)
        half = 0.5 * volume * rng.uniform(0.5, 1.5, 600)
        level, gap = mean(volume, weights), mean_gap(half, volume, weights)
        held += [level.low <= 0.1 <= level.high, gap.low <= -0.05 <= gap.high, gap.ratio_low <= 0.5 <= gap.ratio_high]
    assert np.all((held / TIMES >= BETWEEN[0]) & (held / TIMES <= BETWEEN[1])), held / TIMES


@pytest.mark.parametrize(("n", "apart"), [(1000, 0.06), (1000, 0.3), (400, 0.1), (2000, 0.01)])
def test_the_smallest_detectable_difference_is_found_four_times_of_five(n, apart, rng):
    counts = Counts(n=float(n), both=0.0, only_strategy=0.5 * apart * n, only_reference=0.5 * apart * n)
    difference = detectable_share(counts)
    found = _power(rng, n, max(apart, difference), difference)
    assert 0.74 <= found <= 0.86, (difference, found)


def test_without_a_parted_pair_the_detectable_difference_is_a_bound_that_would_be_found(rng):
    n = 1000
    difference = detectable_share(Counts(n=float(n), both=50.0, only_strategy=0.0, only_reference=0.0))
    assert 3.0 / n < difference < 10.0 / n  # more than what may have been missed
    assert _power(rng, n, difference, difference) >= 0.8


def _power(rng: np.random.Generator, n: int, apart: float, difference: float) -> float:
    """Share of trials whose interval leaves zero out, where so many pairs part and the shares differ by so much."""
    more, less = 0.5 * (apart + difference), 0.5 * (apart - difference)
    drawn = rng.multinomial(n, [more, max(0.0, less), 1.0 - more - max(0.0, less)], size=2000)
    return float(np.mean([_shows(float(n), float(b), float(c)) for b, c, _ in drawn]))


def _shows(n: float, gained: float, lost: float) -> bool:
    low, high = tango(Counts(n=n, both=0.0, only_strategy=gained, only_reference=lost))
    return low > 0.0 or high < 0.0


def test_the_detectable_difference_of_means_is_found_four_times_of_five(rng):
    found = 0
    for _ in range(TIMES):
        spread = mean_gap(rng.normal(0.0, 1.0, 200), np.zeros(200), np.ones(200)).detectable
        gap = mean_gap(spread + rng.normal(0.0, 1.0, 200), np.zeros(200), np.ones(200))
        found += gap.low > 0.0
    assert 0.74 <= found / TIMES <= 0.86


@pytest.mark.parametrize("events", [0.02, 0.2], ids=["rare", "common"])
def test_groups_that_differ_by_luck_alone_are_called_different_at_most_one_time_in_twenty(events, rng):
    called = 0
    for _ in range(TIMES):
        gaps = []
        for n in (150, 300, 250):
            theirs = rng.random(n) < events
            ours = np.where(rng.random(n) < 0.4, rng.random(n) < events, theirs)
            gaps.append(share_gap(ours, theirs, np.ones(n)))
        called += cochran([gap.adjusted for gap in gaps], [gap.variance for gap in gaps]) <= 0.05
    assert called / TIMES <= 0.07  # rare events make it careful, never bold


def test_the_score_interval_agrees_with_its_own_definition():
    """At either end, the distance in standard errors is the normal quantile."""
    counts = Counts(n=50.0, both=20.0, only_strategy=12.0, only_reference=2.0)
    low, high = tango(counts)
    assert (low, high) == pytest.approx((0.06111, 0.34471), abs=2e-5)
    for edge, sign in ((low, 1.0), (high, -1.0)):
        b, c, n = counts.only_strategy, counts.only_reference, counts.n
        free = np.linspace(1e-6, 0.5, 400_001)  # the nuisance share by brute force: most likely given the difference
        gained, rest = free + edge, 1.0 - 2.0 * free - edge
        kept = (gained > 0.0) & (rest > 0.0)
        free, gained, rest = free[kept], gained[kept], rest[kept]
        q = free[np.argmax(b * np.log(gained) + c * np.log(free) + (n - b - c) * np.log(rest))]
        distance = (b - c - n * edge) / np.sqrt(n * (2.0 * q + edge * (1.0 - edge)))
        assert distance == pytest.approx(sign * Z, abs=2e-3)
