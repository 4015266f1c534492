"""Statistics of an ensemble against scipy, published examples and numbers worked by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.stats

from azygos.ground.units import ML
from azygos.plan.outcome import Member, OutletVolume, PlanResult
from azygos.plan.statistics import (
    ANY,
    ANY_VEIN,
    CANAL,
    amounts,
    by_rest,
    cases,
    chance,
    chance_by_route,
    detectable_difference,
    drivers,
    failures,
    fill_probability,
    mcnemar,
    newcombe,
    over_time,
    paired,
    paired_mean,
    spread,
    wilson,
)
from azygos.spine import Draw, Rest, Route, Vertebra

SHAPE = (4, 3, 2)


def make_draw(k: int) -> Draw:
    """A draw whose fields mostly stand still; the vein radius rises with k."""
    still = dict.fromkeys(Draw.__dataclass_fields__, 1)
    return Draw(**{**still, "field_seed": k, "vein_radius_factor": 0.5 + 0.1 * k, "air_fraction": 0.01 * (k * 7 % 10)})


def make_member(k: int, volumes_ml: dict[Route, float], **changes: object) -> Member:
    rests = {Route.BASIVERTEBRAL: Rest.CANAL, Route.END_PLATE: Rest.DISC}
    outlets = tuple(
        OutletVolume(
            name=f"{route} 1",
            route=route,
            rest=rests.get(route, Rest.PARAVERTEBRAL),
            volume=volume * ML,
            viscosity=400.0,
            has_set=False,
        )
        for route, volume in volumes_ml.items()
    )
    values: dict[str, object] = {
        "alternative": 0,
        "index": k,
        "level": "T12",
        "draw": make_draw(k),
        "injected": 4.0 * ML,
        "planned": 4.0 * ML,
        "fill_share": 0.2,
        "symmetry": 0.6,
        "outlets": outlets,
        "times": [0.0, 10.0, 20.0],
        "plunger_pressure": [0.0, 1e6, 5e5],
        "tip_pressure": [0.0, 2e4, 1e4],
        "sensor_pressure": [0.0, 1e3, 2e3],
        "leaked": [0.0, 0.0, sum(volumes_ml.values()) * ML],
        "fill": np.full(SHAPE, 0.5 if k % 2 else 0.1),
        "peak_temperature": 330.0,
        "stopped": "as planned",
        "seconds": 0.5,
        "account_gap": 1e-9,
    }
    return Member(**{**values, **changes})


def make_vertebra(level: str = "T12") -> Vertebra:
    return Vertebra(
        level=level,
        origin=np.zeros(3),
        axes=np.eye(3),
        spacing=1e-3,
        inside=np.ones(SHAPE, bool),
        bone_fraction=np.full(SHAPE, 0.2),
        cleft=np.zeros(SHAPE, bool),
    )


def make_result(members: list[Member], levels: tuple[str, ...] = ("T12",)) -> PlanResult:
    return PlanResult(
        version="0",
        seed=0,
        draws=1 + max(m.index for m in members),
        alternatives=("as planned", "wait"),
        vertebrae=tuple(make_vertebra(level) for level in levels),
        needle_lines=tuple(() for _ in levels),
        members=tuple(members),
        visible_leak=0.02 * ML,
        assumptions=(),
        plan_toml="",
    )


@pytest.mark.parametrize(("k", "n"), [(0, 32), (7, 32), (16, 32), (32, 32), (1, 3), (199, 500)])
def test_wilson_agrees_with_scipy(k: int, n: int) -> None:
    theirs = scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
    ours = wilson(k, n)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert ours.value == k / n


def test_no_draws_leave_a_chance_wide_open() -> None:
    nothing = chance([], bool)
    assert math.isnan(nothing.value)
    assert (nothing.low, nothing.high) == (0.0, 1.0)
    assert math.isnan(spread([]).value)


def test_newcombe_gives_his_own_table() -> None:
    """Newcombe 1998, table III, method 10: 36, 12, 2, 0 of 50 gives 0.0569 to 0.3404."""
    after = np.repeat([True, True, False, False], [36, 12, 2, 0])
    before = np.repeat([True, False, True, False], [36, 12, 2, 0])
    found = newcombe(before, after)
    assert found.value == pytest.approx(0.20)
    assert (found.low, found.high) == pytest.approx((0.0569, 0.3404), abs=5e-5)


def test_newcombe_without_change_still_has_a_width() -> None:
    same = np.repeat([True, False], [9, 23])
    found = newcombe(same, same)
    assert found.value == 0.0
    assert found.low == pytest.approx(-found.high)
    assert 0.05 < found.high < 0.10


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (5, 0), (6, 0), (2, 9), (8, 8)])
def test_mcnemar_is_the_binomial_test(gained: int, lost: int) -> None:
    expected = scipy.stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert mcnemar(gained, lost) == pytest.approx(expected)


def test_random_subset_interval_by_hand() -> None:
    """Six differences: 63 subset means cut the line into 64 pieces; one piece is left out at each end.

    The smallest subset mean is the smallest difference, the largest the largest.
    """
    differences = np.array([1.0, 4.0, 2.0, 8.0, 3.0, 9.0])
    found = paired_mean(differences)
    assert (found.value, found.low, found.high) == (4.5, 1.0, 9.0)
    means = sorted(np.mean(s) for r in range(1, 9) for s in itertools.combinations(np.arange(8.0) ** 2, r))
    found = paired_mean(np.arange(8.0) ** 2)
    assert (found.low, found.high) == pytest.approx((means[5], means[-6]))


def test_random_subset_interval_nears_students_for_normal_differences(rng: np.random.Generator) -> None:
    differences = rng.normal(0.3, 1.0, 200)
    student = scipy.stats.ttest_1samp(differences, 0.0).confidence_interval()
    found = paired_mean(differences)
    assert (found.low, found.high) == pytest.approx((student.low, student.high), abs=0.02)


@pytest.mark.parametrize(("differing", "noise"), [(0, True), (4, True), (5, True), (6, False), (9, False)])
def test_rare_differences_need_six_of_a_sign(differing: int, noise: bool) -> None:
    differences = np.zeros(32)
    differences[:differing] = 1.0 + 0.1 * np.arange(differing)
    found = paired_mean(differences)
    assert (found.low <= 0.0) is noise


def test_too_few_draws_bound_nothing() -> None:
    found = paired_mean(np.array([1.0, 1.1, 0.9]))
    assert (found.low, found.high) == (-math.inf, math.inf)


def test_detectable_difference_has_that_power() -> None:
    """With 32 draws six must change: 80 % power where P(Binomial(32, p) >= 6) = 0.8."""
    share = detectable_difference(32)
    assert scipy.stats.binom.cdf(5, 32, share) == pytest.approx(0.2)
    assert detectable_difference(200) < share
    assert math.isnan(detectable_difference(5))


def test_routes_groups_and_places_count_draws() -> None:
    members = [make_member(k, {Route.BASIVERTEBRAL: 0.1 * k, Route.END_PLATE: 0.015}) for k in range(10)]
    rows = {row.name: row for row in chance_by_route(make_result(members))}
    basivertebral = rows["basivertebral vein"]
    assert (basivertebral.leaking, basivertebral.n) == (9, 10)
    assert basivertebral.chance.value == 0.9
    assert basivertebral.volume.value == pytest.approx(0.5 * ML)
    assert rows["end-plate gap"].leaking == 0  # 0.015 mL is less than can be seen
    assert math.isnan(rows["end-plate gap"].volume.value)
    assert rows[ANY].leaking == rows[CANAL].leaking == rows[ANY_VEIN].leaking == 9
    places = {row.name: row.leaking for row in by_rest(make_result(members))}
    assert places["spinal canal"] == 9
    assert places["disc"] == 0


def test_failed_members_are_left_out_and_counted() -> None:
    sentence = "pressure did not settle"
    members = [make_member(k, {Route.SEGMENTAL: 0.3}, failed=sentence if k < 3 else None) for k in range(8)]
    result = make_result(members)
    assert [case.index for case in cases(result)] == [3, 4, 5, 6, 7]
    assert chance_by_route(result)[-1].n == 5
    assert [(f.level, f.sentence, f.count) for f in failures(result)] == [("T12", sentence, 3)]


def test_several_vertebrae_count_apart_and_together() -> None:
    upper = [make_member(k, {Route.SEGMENTAL: 0.1 if k == 0 else 0.0}) for k in range(4)]
    lower = [
        make_member(k, {Route.CORTICAL: 0.2 if k < 2 else 0.0}, level="L1", failed="no" if k == 3 else None)
        for k in range(4)
    ]
    result = make_result(upper + lower, ("T12", "L1"))
    assert [chance_by_route(result, level=level)[-1].leaking for level in ("T12", "L1", None)] == [1, 2, 2]
    assert [chance_by_route(result, level=level)[-1].n for level in ("T12", "L1", None)] == [4, 3, 3]
    assert amounts(result)["leaked volume"].high == pytest.approx(0.29 * ML)  # 0.3, 0.2, 0 mL: the 95th of 100


def test_drivers_find_the_one_that_drives() -> None:
    members = [make_member(k, {Route.BASIVERTEBRAL: 0.0 if k < 6 else 0.05 * k}) for k in range(24)]
    found = [d for d in drivers(make_result(members)) if d.outcome == "leaked volume"]
    assert [d.field for d in found] == [
        "vein_radius_factor",
        "air_fraction",
    ]  # the rest stand still, a seed is no field
    x = [m.draw.vein_radius_factor for m in members]
    y = [m.leaked_volume for m in members]
    assert found[0].rho.value == pytest.approx(scipy.stats.spearmanr(x, y).statistic)
    assert found[0].beyond_noise
    assert not found[1].beyond_noise
    assert found[0].rho.low < found[0].rho.value < found[0].rho.high
    assert {d.outcome for d in drivers(make_result(members))} == {"leaked volume", "basivertebral vein"}


def test_noise_level_keeps_the_false_alarm_of_all_fields_at_one_in_twenty(rng: np.random.Generator) -> None:
    alarms = 0
    for _ in range(60):
        members = [make_member(k, {Route.SEGMENTAL: float(v)}) for k, v in enumerate(rng.uniform(size=16))]
        alarms += any(d.beyond_noise for d in drivers(make_result(members)) if d.outcome == "leaked volume")
    assert alarms <= 9  # expected 3


def test_nothing_leaked_so_nothing_drove_it() -> None:
    assert drivers(make_result([make_member(k, {Route.SEGMENTAL: 0.0}) for k in range(8)])) == []


def test_paired_differences_use_the_same_draws() -> None:
    plan = [make_member(k, {Route.SEGMENTAL: 0.5 if k < 12 else 0.0}) for k in range(20)]
    other = [
        make_member(k, {Route.SEGMENTAL: 0.1 if k < 2 else 0.0}, alternative=1, failed="no" if k == 19 else None)
        for k in range(20)
    ]
    found = {d.quantity: d for d in paired(make_result(plan + other), 1)}
    any_leak = found["chance of any leak"]
    assert any_leak.n == 19
    assert any_leak.difference == pytest.approx(-10 / 19)
    assert not any_leak.within_noise
    volume = found["leaked volume"]
    assert volume.difference == pytest.approx((0.2 - 6.0) / 19 * ML)
    assert not volume.within_noise
    assert found["fill share"].within_noise
    assert (found["fill share"].low, found["fill share"].high) == (0.0, 0.0)
    assert found["chance of a leak into the canal"].within_noise


def test_fill_probability_is_the_share_of_draws() -> None:
    members = [make_member(k, {}) for k in range(5)]
    probability = fill_probability(make_result(members))
    assert probability.shape == SHAPE
    assert np.all(probability == np.float32(0.4))
    assert np.all(fill_probability(make_result(members), threshold=0.05) == 1.0)


def test_bands_over_time() -> None:
    members = [make_member(k, {Route.SEGMENTAL: 0.1 * k}) for k in range(5)]
    pressure = over_time(make_result(members), "plunger_pressure", "T12")
    assert pressure.times[-1] == 20.0
    assert pressure.median.max() == pytest.approx(1e6, rel=0.01)
    leaked = over_time(make_result(members), "leaked", "T12", hold=True)
    assert leaked.median[-1] == pytest.approx(0.2 * ML)
    assert over_time(make_result(members), "leaked", "L5").times.size == 0
