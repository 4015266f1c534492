"""A patient under a strategy is a case file: written out in full, read back, followed alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from azygos.case import draw_case, follow_case
from azygos.case.case_file import parse_case
from azygos.ground.units import ML
from azygos.plan.session import make_treatment, real_physics
from azygos.trial.population import VirtualLevel, VirtualPatient, draw_virtual
from azygos.trial.strategy import case_of, portions, redraw_of
from azygos.trial.trial_file import StrategyTable, parse_trial, trial_template
from azygos.values.population import BALLOON
from azygos.values.uncertainty import UNCERTAIN


def strategy(**changes: object) -> StrategyTable:
    usual = {
        "name": "one",
        "cement": "generic_low_viscosity",
        "age_at_start_min": 5.0,
        "rate_ml_min": 2.0,
        "volume_ml_thoracic": 3.0,
        "volume_ml_lumbar": 4.5,
    }
    return StrategyTable.model_validate(usual | changes)


PATIENT = VirtualPatient(
    index=4,
    seed=77,
    weight=1.0,
    chances=(),
    sex="male",
    age=81.0,
    height=1.72,
    mass=70.0,
    resistance_factor=1.5,
    foramen=True,
    levels=(
        VirtualLevel(level="T12", fracture="wedge", height_lost=0.3, cleft=True, bone_fraction=0.08),
        VirtualLevel(level="L1", fracture="crush", height_lost=0.4, cleft=False, bone_fraction=0.09),
    ),
    fracture_age_days=20.0,
    volume_factor=1.2,
    side="right",
)


def test_all_that_was_drawn_stands_in_the_case() -> None:
    case = case_of(PATIENT, strategy())
    told = case.patient
    assert (told.seed, told.sex, told.age_years, told.height_m, told.mass_kg) == (77, "male", 81.0, 1.72, 70.0)
    assert (told.pulmonary_resistance_factor, told.foramen_ovale) == (1.5, "open")
    first, second = case.vertebra
    assert (first.level, first.fracture, first.height_lost_share, first.cleft) == ("T12", "wedge", 0.3, True)
    assert (second.level, second.bone_fraction, second.cleft) == ("L1", 0.09, False)
    assert case_of(replace(PATIENT, foramen=False), strategy()).patient.foramen_ovale == "closed"


def test_thoracic_bodies_get_their_own_volume_times_the_patients_factor() -> None:
    given = [one.portions[0].volume_ml for one in case_of(PATIENT, strategy()).vertebra]
    assert given == pytest.approx([3.0 * 1.2, 4.5 * 1.2])


def test_what_is_done_stands_in_the_case() -> None:
    done = strategy(
        cement="simplex_p", stops_on_seen_leak=False, gets_up_after_h=24.0, marrow_vented_share=0.3, clot="slow",
        gauge=13, opening="side", tip_from_front_share=0.5, sides="left",
    )  # fmt: skip
    case = case_of(PATIENT, done)
    assert (case.cement.name, case.cement.age_at_start_min) == ("simplex_p", 5.0)
    assert case.operator.stops_on_seen_leak is False
    assert (case.session.gets_up_after_h, case.session.marrow_vented_share) == (24.0, 0.3)
    assert case.course.clot == "slow"
    (needle,) = case.vertebra[0].needles
    assert (needle.side, needle.gauge, needle.opening, needle.tip_from_front_share) == ("left", 13, "side", 0.5)
    assert case.vertebra[0].portions[0].rate_ml_min == 2.0


def test_a_single_needle_comes_from_the_patients_own_side() -> None:
    assert [one.needles[0].side for one in case_of(PATIENT, strategy()).vertebra] == ["right", "right"]


def test_two_needles_share_the_volume() -> None:
    vertebra = case_of(PATIENT, strategy(sides="both")).vertebra[1]
    assert [needle.side for needle in vertebra.needles] == ["left", "right"]
    assert [push.needle for push in vertebra.portions] == [1, 2]
    assert [push.volume_ml for push in vertebra.portions] == pytest.approx([2.7, 2.7])


def test_portions_of_one_size_with_pauses_between_and_the_rest_last() -> None:
    told = portions(3.6, strategy(portion_ml=1.0, pause_s=30.0), needles=1)
    assert [one.get("volume_ml", "wait") for one in told] == [1.0, "wait", 1.0, "wait", 1.0, "wait", pytest.approx(0.6)]
    assert portions(0.8, strategy(portion_ml=1.0), needles=1)[0]["volume_ml"] == 0.8


@pytest.mark.parametrize("volume", [1.99, 2.0, 2.01, 2.04, 2.06, 3.7, 5.2])
@pytest.mark.parametrize("needles", [1, 2])
def test_portions_add_up_to_the_volume(volume: float, needles: int) -> None:
    pushed = [one["volume_ml"] for one in portions(volume, strategy(portion_ml=0.5), needles=needles)]
    assert sum(pushed) == pytest.approx(volume)
    assert min(pushed) >= 0.05


def test_a_kyphoplasty_has_the_usual_balloon_or_the_one_that_is_asked_for() -> None:
    usual = case_of(PATIENT, strategy(procedure="kyphoplasty"))
    assert [one.balloon_ml for one in usual.vertebra] == [BALLOON["thoracic"].number, BALLOON["lumbar"].number]
    asked = case_of(PATIENT, strategy(procedure="kyphoplasty", balloon_ml=1.5))
    assert [one.balloon_ml for one in asked.vertebra] == [1.5, 1.5]


def test_every_case_can_be_written_and_read() -> None:
    trial = parse_trial(trial_template())
    for k in range(40):
        for one in trial.strategy:
            case = case_of(draw_virtual(trial, k), one)
            assert parse_case(case.toml()) == case


# Following --------------------------------------------------------------------------------------------------------


def test_the_case_draws_the_bones_that_the_patient_has() -> None:
    drawn = draw_case(case_of(PATIENT, strategy()), spacing_mm=2.0)
    assert (drawn.body.sex, drawn.body.age) == ("male", 81.0)
    assert [bone.fracture for bone in drawn.bones] == ["wedge", "crush"]
    assert [bool(bone.cleft.any()) for bone in drawn.bones] == [True, False]
    leaner = replace(PATIENT, levels=tuple(replace(one, bone_fraction=0.06) for one in PATIENT.levels))
    other = draw_case(case_of(leaner, strategy()), spacing_mm=2.0)
    for bone, lean, share in zip(drawn.bones, other.bones, (0.06 / 0.08, 0.06 / 0.09), strict=True):
        assert np.array_equal(bone.inside, lean.inside)
        assert lean.bone_fraction.sum() == pytest.approx(share * bone.bone_fraction.sum(), rel=0.02)


def test_a_deeper_loss_makes_a_lower_body() -> None:
    """A wedge's front loses what was asked for; what the body was before is drawn alike."""
    one, deep = (
        draw_case(case_of(replace(PATIENT, levels=(replace(PATIENT.levels[0], height_lost=lost),)), strategy()))
        for lost in (0.2, 0.6)
    )
    front = []
    for drawn in (one, deep):
        (bone,) = drawn.bones
        columns = bone.inside.sum(axis=2)
        middle = columns[columns.shape[0] // 2]
        front.append(middle[np.flatnonzero(middle)[2]] * bone.spacing)
    assert front[1] / front[0] == pytest.approx((1.0 - 0.6) / (1.0 - 0.2), abs=0.12)


def test_the_tip_is_where_the_strategy_says() -> None:
    drawn = draw_case(case_of(PATIENT, strategy()), spacing_mm=2.0)
    bone, physics = drawn.bones[1], real_physics()
    front = []
    for share in (0.3, 0.5):
        case = case_of(PATIENT, strategy(tip_from_front_share=share))
        treatment = make_treatment(physics, case.plan(), case.vertebra[1], bone, drawn.draws[1], 0.0)
        front.append(float(treatment.needles[0].tip[1]))
    depth = np.ptp(bone.to_lps(np.argwhere(bone.inside) * 1.0)[:, 1])
    assert (front[1] - front[0]) / depth == pytest.approx(0.2, abs=0.04)


def test_the_file_of_a_case_gives_the_same_journey() -> None:
    case = case_of(replace(PATIENT, levels=PATIENT.levels[:1]), strategy())
    one, other = (follow_case(read, spacing_mm=3.0) for read in (case, parse_case(case.toml())))
    assert one.treated[0].injection.injected[-1] == other.treated[0].injection.injected[-1]
    assert one.treated[0].injection.injected[-1] / ML <= 3.6 + 1e-9
    assert [leak.volume for leak in one.treated[0].injection.leaks] == [
        leak.volume for leak in other.treated[0].injection.leaks
    ]


def test_importance_pushes_the_patients_veins_and_the_first_foramen_only() -> None:
    pushed = replace(PATIENT, chances=(("vein_radius_factor", 0.99), ("foramen_depth", 0.98)))
    case = case_of(PATIENT, strategy())
    plain, asked = (draw_case(case, spacing_mm=3.0, redraw=redraw_of(one)).draws for one in (PATIENT, pushed))
    wide = UNCERTAIN["vein_radius_factor"].at(0.99)
    assert [one.vein_radius_factor for one in asked] == [wide, wide]
    assert [one.foramen_depth for one in asked] == [UNCERTAIN["foramen_depth"].at(0.98), plain[1].foramen_depth]
    assert [replace(one, vein_radius_factor=wide, foramen_depth=1.0) for one in plain] == [
        replace(one, foramen_depth=1.0) for one in asked
    ]
