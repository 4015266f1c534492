"""What a scan explains: the reference group has the same draws in other bodies, and enters nothing but one share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from azygos.ground.units import ML, MM
from azygos.plan.ensemble import run_plan
from azygos.plan.explained import REFERENCE, explain, reference_plan, run_reference, split
from azygos.plan.outcome import Member
from azygos.plan.plan_file import NeedlePlan, PlanFile, parse_plan
from azygos.plan.session import Job, Physics
from azygos.spine import Vertebra

Failing = Callable[[Callable[[int], bool], Physics], Physics]
SEEN = 0.002 * ML


Leaking = Callable[[Iterable[float]], list[Member]]


@pytest.fixture(scope="module")
def leaking(a_plan: PlanFile, t12: Vertebra, stand_ins: Physics) -> Leaking:
    """Members whose only outlet let the given volumes [mL] out."""
    member = run_plan(a_plan, [t12], seed=1, draws=1, workers=0, physics=stand_ins)[0]

    def make(volumes_ml: Iterable[float]) -> list[Member]:
        return [
            replace(member, index=k, outlets=(replace(member.outlets[0], volume=volume * ML),))
            for k, volume in enumerate(volumes_ml)
        ]

    return make


def test_the_share_is_one_minus_the_ratio_of_variances_of_the_logarithm(leaking: Leaking) -> None:
    """Decades 0, 1, 2, 3 against 0, 2, 4, 6 of the visible leak: half the spread, a quarter of the variance."""
    scanned = leaking([(10.0**k - 1.0) * 0.002 for k in (0, 1, 2, 3)])
    virtual = leaking([(10.0**k - 1.0) * 0.002 for k in (0, 2, 4, 6)])
    told = explain(scanned, virtual, SEEN)
    assert told is not None
    assert (told.share, told.low, told.high, told.draws) == pytest.approx((0.75, 0.75, 0.75, 4), abs=1e-9)


def test_a_scan_that_widens_the_forecast_explains_nothing(leaking: Leaking) -> None:
    wide, narrow = leaking([0.0, 0.1, 1.0, 0.01]), leaking([0.1, 0.11, 0.12, 0.13])
    told = explain(wide, narrow, SEEN)
    assert told is not None
    assert (told.share, told.low) == (0.0, 0.0)


def test_the_interval_covers_the_truth_about_as_often_as_it_says(leaking: Leaking) -> None:
    """Normal logarithms whose variances stand as 0.4 to 1; a bootstrap of 32 draws covers a little too seldom."""
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(60):
        common = rng.standard_normal(32)
        scanned = leaking(0.2 * 10.0 ** (np.sqrt(0.4) * common))
        virtual = leaking(0.2 * 10.0 ** (np.sqrt(0.4) * common + np.sqrt(0.6) * rng.standard_normal(32)))
        told = explain(scanned, virtual, 1e-6 * ML)
        assert told is not None
        hits += told.low <= 0.6 <= told.high
    assert hits >= 48


def test_too_few_draws_or_no_leak_at_all_say_nothing(leaking: Leaking) -> None:
    assert explain(leaking([0.1, 0.2, 0.3]), leaking([0.1, 0.2, 0.4]), SEEN) is None
    assert explain(leaking([0.0] * 8), leaking([0.0] * 8), SEEN) is None
    failed = [replace(member, failed="no") for member in leaking([0.1, 0.2, 0.3, 0.4])]
    assert explain(failed, leaking([0.1, 0.2, 0.3, 0.4]), SEEN) is None


def test_the_reference_group_is_the_same_draws_in_other_bodies(
    a_plan: PlanFile, t12: Vertebra, stand_ins: Physics
) -> None:
    done = run_plan(a_plan, [t12], seed=7, draws=3, references=2, workers=0, physics=stand_ins)
    own, reference = split(done)
    alone = run_plan(a_plan, [t12], seed=7, draws=3, workers=0, physics=stand_ins)
    assert [(m.alternative, m.index, m.injected, m.leaked_volume) for m in own] == [
        (m.alternative, m.index, m.injected, m.leaked_volume) for m in alone
    ]
    assert [(m.alternative, m.index, m.fill.size) for m in reference] == [(REFERENCE, 0, 0), (REFERENCE, 1, 0)]
    assert [m.draw for m in reference] == [m.draw for m in own[:2]]
    assert len({m.fill_share for m in reference}) == 2  # the same volume in bodies of two sizes


def test_the_reference_group_is_taken_up_again_and_counted(
    a_plan: PlanFile, t12: Vertebra, stand_ins: Physics, failing: Failing, tmp_path: Path
) -> None:
    def interrupted(count: int) -> bool:
        if count == 7:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        run_plan(
            a_plan,
            [t12],
            seed=7,
            draws=3,
            references=32,
            workers=0,
            landing=tmp_path,
            physics=failing(interrupted, stand_ins),
        )
    assert sorted(path.name for path in tmp_path.glob("reference*")) == ["reference-00000.npz"]
    counted: list[tuple[int, int]] = []
    run_plan(
        a_plan,
        [t12],
        seed=7,
        draws=3,
        references=32,
        workers=0,
        landing=tmp_path,
        physics=stand_ins,
        progress=lambda n, of: counted.append((n, of)),
    )
    assert counted == [(7, 9), (8, 9), (9, 9)]


def test_a_reference_body_depends_on_seed_and_draw_alone(a_plan: PlanFile, t12: Vertebra, stand_ins: Physics) -> None:
    job = Job(plans=(a_plan,), vertebrae=(t12,), seed=7, physics=stand_ins)
    first, again, other = (run_reference(job, index)[0] for index in (1, 1, 2))
    assert first.fill_share == again.fill_share != other.fill_share


def test_points_of_the_patient_become_a_route_of_the_same_side(t12: Vertebra, stand_ins: Physics) -> None:
    moved = replace(t12, origin=t12.origin + 0.1)  # away from the scanner's middle
    text = """
[[vertebra]]
level = "T12"
needle = [{{ entry_mm = [{x}, 130.0, 100.0], tip_mm = [100.0, 100.0, 100.0], gauge = 13, opening = "side" }}]
portions = [{{ volume_ml = 2.0, rate_ml_min = 2.0 }}]
[cement]
name = "generic_high_viscosity"
age_at_start_min = 4.0
"""
    for x, side in ((80.0, "right"), (125.0, "left")):
        plan = parse_plan(text.format(x=x))
        job = Job(plans=(plan,), vertebrae=(moved,), seed=1, physics=stand_ins)
        (needle,) = reference_plan(job).vertebra[0].needles
        assert (needle.side, needle.gauge, needle.opening, needle.entry_mm) == (side, 13, "side", None)
    assert moved.to_grid(np.array([100.0, 100.0, 100.0]) * MM)[0] > 0.0


def test_a_suggested_route_keeps_the_place_of_its_tip(a_plan: PlanFile, t12: Vertebra, stand_ins: Physics) -> None:
    task = a_plan.vertebra[0].model_copy(update={"needle": (NeedlePlan(side="right", tip_from_front_share=0.5),)})
    job = Job(plans=(a_plan.model_copy(update={"vertebra": (task,)}),), vertebrae=(t12,), seed=1, physics=stand_ins)
    (needle,) = reference_plan(job).vertebra[0].needles
    assert (needle.side, needle.tip_from_front_share) == ("right", 0.5)
