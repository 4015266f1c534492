"""Columns of a row: hand results on made-up journeys, the case's own result by another way, and sums that close."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from few_patients import THIN, THREE_LEVELS, WITH_A_FEW, WITH_EMBOLI, few
from made_journey import ARTERIES, INJECTED, JOURNEYS, make_journey, make_leak

from azygos.case import CaseResult, draw_case, follow_drawn
from azygos.case.tables import result_table
from azygos.ground.units import MM
from azygos.spine import Rest, Route
from azygos.trial.columns import rest_column, route_column
from azygos.trial.outcome import row_of
from azygos.trial.population import draw_virtual
from azygos.trial.strategy import case_of
from azygos.values.circulation import FAT_DELAY, FAT_HALF_TIME

TRIAL = few()
STRATEGY = TRIAL.named(THIN)


@pytest.fixture(scope="module")
def somebody():
    patient = draw_virtual(TRIAL, 0)
    return patient, draw_case(case_of(patient, STRATEGY), spacing_mm=3.0)


@pytest.fixture(scope="module")
def row_from(somebody):
    patient, drawn = somebody
    return lambda journey: row_of(patient, STRATEGY, drawn, journey)


# By hand ----------------------------------------------------------------------------------------------------------


def with_widths(journey, *widths_mm):
    lodged = tuple(replace(one, width=mm * MM) for one, mm in zip(journey.lodgings.lodged, widths_mm, strict=True))
    return replace(journey, lodgings=replace(journey.lodgings, lodged=lodged))


def test_the_articles_patient_by_hand(row_from, somebody):
    row = row_from(with_widths(JOURNEYS["article"](), 2.4, 1.2, 3.6))
    near = {
        "injected_ml": INJECTED, "fill_ml": 4.0 - 0.805, "leaked_ml": 0.805, "leaked_share": 0.805 / 4.0,
        "fill_share": 3.195e-6 / somebody[1].bones[0].volume,
        "route_segmental_vein_ml": 0.695, "route_end_plate_gap_ml": 0.11, "route_basivertebral_vein_ml": 0.0,
        "rest_inferior_vena_cava_ml": 0.695, "rest_disc_ml": 0.11, "rest_spinal_canal_ml": 0.0,
        "sensor_kpa": 10.0, "plunger_mpa": 1.0, "veins_ml": 0.27, "heart_ml": 0.2, "crossed_ml": 0.0,
        "lung_ml": 0.225, "lung_thickest_mm": 3.6, "flow_lost": 0.16, "qanadli": 22.4, "symptoms_day": 9.0,
    }  # fmt: skip
    for name, number in near.items():
        assert row[name] == pytest.approx(number, rel=1e-9, abs=1e-12), name
    exact = {
        "levels_injected": 1, "stopped_early": 0, "leak_any": True, "leak_venous": True, "leak_disc": True,
        "leak_canal": False, "lung_pieces": 3, "emboli_ct": 2, "embolus_ct": True, "cord": True, "butscheidt": 1,
        "azygos_seen": False, "cava_seen": False, "heart_any": True, "symptomatic_14d": True, "symptomatic": True,
        "died": False, "cause": "", "failed": "", "strategy": THIN, "patient": 0,
    }  # fmt: skip
    assert {name: row[name] for name in exact} == exact
    assert math.isnan(row["died_day"])


def test_the_articles_patient_is_seen_by_hand(row_from):
    row = row_from(with_widths(JOURNEYS["article"](), 2.0, 1.0, 4.0))
    shown = [1.0 / (1.0 + (2.0 / mm) ** (1.0 / 0.33)) for mm in (2.0, 1.0, 4.0)]
    assert row["seen_film_mid"] == pytest.approx(0.41 * (1.0 - np.prod(1.0 - np.array(shown))), rel=1e-12)
    assert row["seen_film_low"] < row["seen_film_mid"] < row["seen_film_high"] < row["seen_planned_ct_high"]


def test_a_journey_without_a_leak_is_zero_everywhere_beyond(row_from):
    row = row_from(JOURNEYS["no leak"]())
    for name in ("leaked_ml", "leaked_share", "veins_ml", "heart_ml", "lung_ml", "lung_thickest_mm", "flow_lost"):
        assert row[name] == 0.0, name
    seen = {name: value for name, value in row.items() if name.startswith("seen_")}
    assert len(seen) == 12
    assert set(seen.values()) == {0.0}
    assert not any(row[name] for name in ("leak_any", "embolus_ct", "central", "cord", "heart_any", "symptomatic"))


@pytest.mark.parametrize(
    ("route", "rest", "columns"),
    [
        (Route.CORTICAL, Rest.CANAL, {"leak_any", "leak_canal"}),
        (Route.END_PLATE, Rest.DISC, {"leak_any", "leak_disc"}),
        (Route.CORTICAL, Rest.SOFT_TISSUE, {"leak_any"}),
    ],
)
def test_a_leak_counts_from_two_hundredths_of_a_millilitre_by_one_way_out(row_from, route, rest, columns):
    flags = ("leak_any", "leak_venous", "leak_canal", "leak_disc")
    counted = row_from(make_journey((make_leak(route, rest, 0.02),)))
    assert {name for name in flags if counted[name]} == columns
    two_small = row_from(make_journey((make_leak(route, rest, 0.0199), make_leak(route, rest, 0.0199))))
    assert not any(two_small[name] for name in flags)
    assert two_small[route_column(route)] == two_small[rest_column(rest)] == pytest.approx(0.0398, rel=1e-12)


def test_fat_by_hand(row_from):
    """An even flow of 0.5 mL in 180 s that leaves with its half-time, at the instants that are told."""
    journey = JOURNEYS["no leak"]()
    rate, since = math.log(2.0) / FAT_HALF_TIME.number, journey.acute.times - FAT_DELAY.number
    inflow = np.clip(since, 0.0, 180.0)
    held = 0.5 / 180.0 / rate * (1.0 - np.exp(-rate * inflow)) * np.exp(-rate * np.maximum(since - 180.0, 0.0))
    assert row_from(journey)["fat_ml"] == pytest.approx(held.max(), rel=1e-9)


def test_pressures_are_extremes_of_the_acute_response(row_from):
    journey = JOURNEYS["article"]()
    row = row_from(journey)
    load = (np.asarray(journey.acute.pulmonary_pressure) / 133.322387415 - 15.0) / 34.0
    assert row["pulmonary_mmhg"] == pytest.approx(15.0 + 34.0 * load.max(), rel=1e-9)
    assert row["arterial_fall_mmhg"] == pytest.approx(30.0 * (load.max() - load[0]), rel=1e-9)


def test_who_died_has_no_symptoms_later(row_from):
    row = row_from(JOURNEYS["death"]())
    assert (row["died"], row["died_day"]) == (True, pytest.approx(1500.0 / 86400.0))
    assert row["cause"] == "the right ventricle could not fill the left"
    assert not row["symptomatic"]
    late = JOURNEYS["article"]()
    late = replace(late, acute=replace(late.acute, died=3600.0, cause="too little blood flowed"))
    row = row_from(late)  # symptoms would come on day 9
    assert (row["symptomatic_14d"], row["symptomatic"], math.isnan(row["symptoms_day"])) == (False, False, True)


def test_central_is_cement_that_ct_shows_above_the_segments(row_from):
    journey = with_widths(JOURNEYS["article"](), 2.0, 1.0, 4.0)
    names = tuple("right main pulmonary artery" if n == "right pulmonary artery" else n for n in ARTERIES.names)
    renamed = replace(journey, vessels=(*journey.vessels[:-1], replace(ARTERIES, names=names)))
    assert row_from(renamed)["central"]
    thin = [replace(one, visible=False) for one in renamed.lodgings.lodged]
    assert not row_from(replace(renamed, lodgings=replace(renamed.lodgings, lodged=tuple(thin))))["central"]


def test_cement_left_in_veins_is_seen_by_its_place_and_thickness(row_from):
    journey = JOURNEYS["veins"]()
    (left,) = journey.arrivals.remnants

    def lies_in(vein, diameter_mm):
        remnant = replace(left, vein=vein, diameter=diameter_mm * MM)
        row = row_from(replace(journey, arrivals=replace(journey.arrivals, remnants=(remnant,))))
        return row["azygos_seen"], row["cava_seen"]

    assert lies_in("hemiazygos vein at T9", 1.5) == (True, False)
    assert lies_in("azygos arch", 1.49) == (False, False)
    assert lies_in("superior vena cava", 2.0) == lies_in("inferior vena cava at L2", 2.0) == (False, True)
    assert lies_in("right segmental vein L2", 4.0) == (False, False)


# Two ways ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[WITH_EMBOLI, WITH_A_FEW, THREE_LEVELS])
def two_ways(request):
    patient = draw_virtual(TRIAL, request.param)
    case = case_of(patient, STRATEGY)
    drawn = draw_case(case, spacing_mm=3.0)
    journey = follow_drawn(case, drawn)
    result = CaseResult(
        version="0", name="case", seed=patient.seed, case_toml=case.toml(), journey=journey, assumptions=()
    )
    return row_of(patient, STRATEGY, drawn, journey), result_table(result)


def test_a_row_says_what_the_cases_own_result_says(two_ways):
    row, table = two_ways
    places = {one["place"]: one["ml"] for one in table["account"]["places"]}
    leaks = [leak for one in table["vertebrae"] for leak in one["leaks"]]
    lungs = [part for part in table["parts"] if part["room"] == "lungs"]
    acute, planned = table["acute"], table["branches"][0]
    alone = table["lungs"]["cement_alone"] or {"flow_lost_percent": 0.0, "qanadli_percent": 0.0}
    arterial = acute["arterial_pressure_mean_mmhg"]
    near = {
        "injected_ml": table["account"]["injected_ml"],
        "fill_ml": places["in the bone"],
        "veins_ml": places["in the veins"],
        "heart_ml": places["in the right heart"],
        "crossed_ml": places["elsewhere, by another door of the heart"],
        "lung_ml": places["in the lungs’ arteries"],
        "leaked_ml": sum(leak["volume_ml"] for leak in leaks),
        "flow_lost": alone["flow_lost_percent"] / 100.0,
        "qanadli": alone["qanadli_percent"],
        "pulmonary_mmhg": acute["pulmonary_pressure_mean_mmhg"]["most"],
        "arterial_fall_mmhg": arterial["first"] - arterial["least"],
        "azygos_share": table["patient"]["azygos_share_percent"] / 100.0,
        "age_years": table["patient"]["age_years"],
    }
    for name, number in near.items():
        assert row[name] == pytest.approx(number, rel=2e-5, abs=2e-5), name
    assert row["lung_pieces"] == len(lungs) == table["lungs"]["lodged"]
    assert row["emboli_ct"] == sum(part["visible_on_ct"] for part in lungs)
    assert row["cord"] == any(part["attached"] for part in lungs)
    assert row["butscheidt"] == table["lungs"]["butscheidt_grade"]
    assert row["treated_levels"].split() == [one["level"] for one in table["vertebrae"]]
    assert row["died"] == (table["died"] is not None)
    assert row["symptomatic"] == (planned["symptoms_day"] is not None)
    assert row["leak_any"] == any(leak["volume_ml"] >= 0.02 for leak in leaks)
    for route in Route:
        by_route = sum(leak["volume_ml"] for leak in leaks if leak["route"] == route.value)
        assert row[route_column(route)] == pytest.approx(by_route, rel=2e-5, abs=2e-5)


def test_sums_close_from_needle_to_lung(two_ways):
    row, _ = two_ways
    whole = row["injected_ml"]
    assert abs(whole - row["fill_ml"] - row["leaked_ml"]) < 1e-6 * whole
    assert sum(row[route_column(route)] for route in Route) == pytest.approx(row["leaked_ml"], rel=1e-12)
    assert sum(row[rest_column(rest)] for rest in Rest) == pytest.approx(row["leaked_ml"], rel=1e-12)
    by_veins = sum(row[route_column(route)] for route in Route if route.vascular)
    beyond = row["veins_ml"] + row["heart_ml"] + row["crossed_ml"] + row["lung_ml"]
    assert abs(by_veins - beyond) < 1e-6 * whole
    assert row["lung_thickest_mm"] == 0.0 or row["lung_pieces"] > 0
    assert row["embolus_ct"] == (row["lung_thickest_mm"] >= 1.5)
