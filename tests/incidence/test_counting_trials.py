"""Figures of the outcome table: by hand, with empty cells, and with several rows of one patient."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from azygos.trial.columns import COLUMNS, empty_row
from incidence.classes import CLASSES, chance, class_figure, ratio_figure
from incidence.compare import figure_of
from incidence.criteria import criteria
from incidence.made import SHOWN, made_trials
from incidence.measures import COUNTS, share_of
from incidence.outcomes import Outcomes, letter, read_outcomes, route, viscosity
from incidence.ranges import exact_share, odds_ratio, ratio_by_drawing, share
from papers.verdicts import exact_interval


def table(*rows: dict) -> Outcomes:
    """Rows with what is given and nothing else."""
    cement = {"cement": "generic_low_viscosity", "procedure": "vertebroplasty", "levels": 1}
    every = [empty_row() | cement | {"patient": number} | row for number, row in enumerate(rows)]
    return Outcomes(columns={c.name: np.array([row[c.name] for row in every]) for c in COLUMNS}, unfinished=0)


@pytest.fixture(scope="module")
def trials(tmp_path_factory) -> dict[str, Outcomes]:
    return made_trials(tmp_path_factory.mktemp("made"), patients=400)


def test_a_share_of_independent_patients_has_the_exact_range():
    sums = np.array([[1.0, 1.0]] * 14 + [[0.0, 1.0]] * 40)
    found = share(sums, "")
    assert found.middle == pytest.approx(14 / 54)
    assert (found.low, found.high) == pytest.approx(exact_interval(14, 54), abs=0.004)


def test_rows_of_one_patient_that_go_together_count_once():
    once = share(np.array([[1.0, 1.0]] * 14 + [[0.0, 1.0]] * 40), "")
    thrice = share(np.array([[3.0, 3.0]] * 14 + [[0.0, 3.0]] * 40), "")
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high), rel=1e-9)


def test_nobody_among_many_is_not_surely_nobody():
    found = share(np.array([[0.0, 3.0]] * 100), "")
    assert (found.middle, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(exact_share(0.0, 100)[1])
    assert share(np.zeros((5, 2)), "").empty


def test_an_odds_ratio_by_hand():
    rows = table(*[{"cleft": k < 40, "leak_venous": k < 10 or 40 <= k < 70} for k in range(100)])
    found = COUNTS["venous_cleft"](rows)
    assert found.middle == pytest.approx(10.5 * 30.5 / (30.5 * 30.5))
    assert found.told == "10 of 40 against 30 of 60"
    assert found.low < found.middle < found.high


def test_an_empty_cell_makes_a_wide_range_and_two_make_none():
    rows = table(*[{"cleft": k < 40, "leak_venous": k >= 95} for k in range(100)])
    found = COUNTS["venous_cleft"](rows)
    assert found.low < 0.01 * found.middle
    assert found.high > 5.0 * found.middle
    none = table(*[{"cleft": k < 40} for k in range(100)])
    assert COUNTS["venous_cleft"](none).empty


def test_a_ratio_with_rare_events_is_covered():
    rng = np.random.default_rng(1)
    chances, n = (0.06, 0.02), 150
    truth = chances[0] * (1 - chances[1]) / (chances[1] * (1 - chances[0]))
    inside = 0
    for _ in range(100):
        first, second = rng.random(n) < chances[0], rng.random(n) < chances[1]
        cells = np.zeros((2 * n, 4))
        cells[:n, 0], cells[:n, 1], cells[n:, 2], cells[n:, 3] = first, ~first, second, ~second
        if first.any() or second.any():
            found = ratio_by_drawing(cells, odds_ratio, "")
            inside += found.low <= truth <= found.high
    assert 88 <= inside <= 100


def test_levels_and_routes_are_read_as_they_are_written():
    rows = table(
        {"treated_levels": "T7 T8", "route_segmental_vein_ml": 0.02},
        {"treated_levels": "T12 L1", "route_segmental_vein_ml": 0.0199},
        {"treated_levels": "L1", "cement": "generic_high_viscosity", "route_segmental_vein_ml": math.nan},
    )
    assert letter(rows, "T").tolist() == [True, False, False]
    assert letter(rows, "L").tolist() == [False, False, True]
    assert route(rows, "segmental_vein").tolist() == [True, False, False]
    assert viscosity(rows, "low").tolist() == [True, True, False]


def test_a_falling_band_does_not_rise():
    def told(events: tuple[int, int, int]) -> float:
        rows = [
            {"injected_ml": ml, "embolus_ct": k < n, "symptomatic_14d": True}
            for ml, n in zip((2.0, 5.0, 9.0), events, strict=True)
            for k in range(200)
        ]
        return COUNTS["symptomatic_by_volume"](table(*rows)).middle

    assert told((2, 10, 40)) > 1.0
    assert told((2, 1, 40)) < 1.0
    assert math.isnan(told((0, 0, 0)))


def test_osteoporosis_is_the_sources_share_of_the_bones():
    rows = table(*[{"bone_fraction": 0.05 + 0.001 * k, "leak_any": k % 2 == 0} for k in range(374)])
    assert COUNTS["any_density"](rows).told.split(" against ")[0].endswith("of 282")


def test_classes_are_swept_and_mixed_by_procedure(trials):
    rows = trials["practice"]
    film = class_figure(rows, CLASSES["film"], ["PVP"])
    assert film.middle == pytest.approx(SHOWN["film"] * _share(rows, "vertebroplasty"), rel=1e-6)
    half = class_figure(rows, CLASSES["film"], ["PVP+PKP"])
    kyphoplasty = class_figure(rows, CLASSES["film"], ["PKP"])
    assert half.middle == pytest.approx((film.middle + kyphoplasty.middle) / 2.0)
    both = class_figure(rows, CLASSES["film"], ["PVP", "PKP"])
    assert both.middle == pytest.approx(half.middle)
    assert film.low < 0.5 * film.middle  # the low form's lower end
    assert film.high > 1.5 * film.middle


def _share(rows: Outcomes, procedure: str) -> float:
    return float(rows["embolus_ct"][rows["procedure"] == procedure].mean())


def test_an_embolus_with_symptoms_is_found_without_a_picture():
    rows = table({"embolus_ct": True, "symptomatic_14d": True, "seen_fluoroscopy_mid": 0.1})
    assert chance(rows, "clinical", "mid").tolist() == [1.0]


def test_the_ratio_of_classes_is_what_was_put_in(trials):
    rows, procedures = trials["practice"], {"planned_ct": ["PVP"], "film": ["PVP"]}
    found = ratio_figure(rows, CLASSES["planned_ct"], CLASSES["film"], procedures)
    assert found.middle == pytest.approx(SHOWN["planned_ct"] / SHOWN["film"], rel=0.02)
    assert found.low < found.middle / 1.4
    assert found.high > found.middle * 1.9


def test_every_criterion_is_counted_and_what_was_put_in_comes_out(trials):
    figures = {one.id: figure_of(one, trials[one.trial]) for one in criteria()}
    for name, one in figures.items():
        assert one.empty or one.low <= one.middle <= one.high, name
    found = {name: one.middle for name, one in figures.items()}
    assert found["F4"] > 1.0
    assert found["V1"] < 1.0
    assert found["N5"] == pytest.approx(SHOWN["fluoroscopy"] / SHOWN["planned_ct"], rel=0.1)


def test_weighted_patients_are_refused(tmp_path: Path):
    from trial.made import made_table

    made_table(tmp_path / "outcomes.parquet", patients=20, importance=True)
    with pytest.raises(SystemExit, match="drawn by importance"):
        read_outcomes(tmp_path)


def test_a_share_among_some():
    rows = table({"heart_any": True, "embolus_ct": True}, {"heart_any": True}, {})
    assert share_of(rows, rows["embolus_ct"], rows["heart_any"]).middle == 0.5
