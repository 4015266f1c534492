"""The ensemble: the same draws for all alternatives and any number of workers; sessions that fail, stop and resume."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from azygos.plan.ensemble import run_plan
from azygos.plan.outcome import Member
from azygos.plan.plan_file import PlanFile, parse_plan
from azygos.plan.session import ALREADY_SET, OWN_OF_A_VERTEBRA, POINTS_KEPT, Physics
from azygos.spine import Draw, Vertebra

Failing = Callable[[Callable[[int], bool], Physics], Physics]


def same(one: Member, other: Member) -> bool:
    """Equal in everything but the time it took."""
    numbers = all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("times", "plunger_pressure", "tip_pressure", "sensor_pressure", "leaked", "fill")
    )
    plain = all(
        getattr(one, name) == getattr(other, name)
        for name in Member.__dataclass_fields__
        if name not in ("times", "plunger_pressure", "tip_pressure", "sensor_pressure", "leaked", "fill", "seconds")
        and name != "outlets"
    )
    return numbers and plain and repr(one.outlets) == repr(other.outlets)


@pytest.fixture
def members(a_plan: PlanFile, t12: Vertebra, stand_ins: Physics) -> list[Member]:
    return run_plan(a_plan, [t12], seed=7, draws=3, workers=0, physics=stand_ins)


def test_members_come_by_alternative_draw_and_vertebra(members: list[Member]) -> None:
    assert [(m.alternative, m.index, m.level) for m in members] == [(a, k, "T12") for a in range(2) for k in range(3)]


def test_every_alternative_sees_the_same_draws(members: list[Member]) -> None:
    assert [m.draw for m in members[:3]] == [m.draw for m in members[3:]]
    assert len({m.draw.field_seed for m in members}) == 3


def test_a_draw_does_not_depend_on_how_many_there_are(
    members: list[Member], a_plan: PlanFile, t12: Vertebra, stand_ins: Physics
) -> None:
    more = run_plan(a_plan, [t12], seed=7, draws=5, workers=0, physics=stand_ins)
    assert all(same(one, other) for one, other in zip(members[:3], more[:3], strict=True))


def test_series_are_thinned_but_keep_their_end_and_their_peak(members: list[Member]) -> None:
    member = members[0]
    assert len(member.times) <= POINTS_KEPT
    assert member.times[-1] == pytest.approx(90.0)
    assert member.plunger_pressure.max() == 1e6


def test_what_landed_is_taken_up_and_not_done_again(
    members: list[Member], a_plan: PlanFile, t12: Vertebra, stand_ins: Physics, failing: Failing, tmp_path: Path
) -> None:
    def interrupted(count: int) -> bool:
        if count == 4:
            raise KeyboardInterrupt
        return False

    stops = failing(interrupted, stand_ins)
    with pytest.raises(KeyboardInterrupt):
        run_plan(a_plan, [t12], seed=7, draws=3, workers=0, landing=tmp_path, physics=stops)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "0-00000.npz",
        "0-00001.npz",
        "1-00000.npz",
        "1-00001.npz",
    ]

    done: list[tuple[int, int]] = []
    again = run_plan(
        a_plan,
        [t12],
        seed=7,
        draws=3,
        workers=0,
        landing=tmp_path,
        physics=stand_ins,
        progress=lambda n, of: done.append((n, of)),
    )
    assert done == [(4, 6), (5, 6), (6, 6)]
    assert all(same(one, other) for one, other in zip(members, again, strict=True))


@pytest.mark.parametrize("left", [b"", b"PK\x03\x04 half a file"])
def test_a_damaged_session_is_done_again(
    left: bytes, members: list[Member], a_plan: PlanFile, t12: Vertebra, stand_ins: Physics, tmp_path: Path
) -> None:
    run_plan(a_plan, [t12], seed=7, draws=2, workers=0, landing=tmp_path, physics=stand_ins)
    (tmp_path / "1-00001.npz").write_bytes(left)
    again = run_plan(a_plan, [t12], seed=7, draws=3, workers=0, landing=tmp_path, physics=stand_ins)
    assert all(same(one, other) for one, other in zip(members, again, strict=True))


def test_a_draw_that_does_not_converge_is_kept_with_its_sentence(
    a_plan: PlanFile, t12: Vertebra, stand_ins: Physics, failing: Failing
) -> None:
    physics = failing(lambda count: count == 2, stand_ins)
    members = run_plan(a_plan, [t12], seed=7, draws=3, workers=0, physics=physics)
    assert [m.failed for m in members] == [
        None,
        "the pressure solve stopped at step 3 with residual 1e-2; last good time 4.0 s.",
        *[None] * 4,
    ]


TWO = """
[[vertebra]]
level = "T12"
portions = [{ volume_ml = 2.0, rate_ml_min = 2.0 }]
[[vertebra]]
level = "L1"
portions = [{ volume_ml = 2.0, rate_ml_min = 2.0 }]
[cement]
name = "generic_high_viscosity"
age_at_start_min = 4.0
"""


def test_vertebrae_share_the_patient_and_the_day_but_not_their_veins(
    t12: Vertebra, l1: Vertebra, stand_ins: Physics
) -> None:
    first, second = run_plan(parse_plan(TWO), [t12, l1], seed=7, draws=1, workers=0, physics=stand_ins)
    shared = [name for name in Draw.__dataclass_fields__ if name not in OWN_OF_A_VERTEBRA]
    assert [getattr(first.draw, name) for name in shared] == [getattr(second.draw, name) for name in shared]
    assert first.draw.field_seed != second.draw.field_seed


def test_the_cement_ages_from_one_vertebra_to_the_next(t12: Vertebra, l1: Vertebra, stand_ins: Physics) -> None:
    """60 s of injection and 120 s of change-over after 240 s: the stand-in leaks in inverse proportion to age."""
    first, second = run_plan(parse_plan(TWO), [t12, l1], seed=7, draws=1, workers=0, physics=stand_ins)
    assert first.leaked_volume / first.draw.operator_chance == pytest.approx(0.6e-6)
    assert second.leaked_volume / second.draw.operator_chance == pytest.approx(0.6e-6 * 240 / 420)


def test_cement_that_has_set_is_run_and_nothing_flows(t12: Vertebra, stand_ins: Physics) -> None:
    plan = parse_plan(
        TWO.split('[[vertebra]]\nlevel = "L1"')[0] + "[cement]" + TWO.split("[cement]")[1].replace("4.0", "20.0")
    )
    members = run_plan(plan, [t12], seed=7, draws=2, workers=0, physics=stand_ins)
    assert [(m.stopped, m.injected, m.failed) for m in members] == [(ALREADY_SET, 0.0, None)] * 2
