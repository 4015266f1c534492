"""Which cement in the lungs is seen: hand results, limits, and the tracer's table that two numbers come from."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

from azygos.ground.errors import InputError
from azygos.trial.visibility import IMAGINGS, chance_any_seen, chance_seen
from azygos.values import visibility as v

TABLE = Path(__file__).parents[2] / "docs/validation/trace_insertion_lung_earlier.csv"


def test_a_piece_of_half_thickness_is_shown_in_half():
    low, middle, high = chance_seen(1.0, "planned ct")
    assert middle == 0.5
    assert low == pytest.approx(1.0 / (1.0 + 1.5 ** (1.0 / 0.33)), rel=1e-12)  # half are shown at 1.5 mm
    assert high == pytest.approx(1.0 / (1.0 + 0.63 ** (1.0 / 0.33)), rel=1e-12)


@pytest.mark.parametrize("looked_with", IMAGINGS)
def test_thicker_pieces_and_more_of_them_are_seen_more(looked_with):
    seen = np.array([chance_seen(mm, looked_with) for mm in (0.0, 0.3, 1.0, 2.0, 5.0, 20.0)])
    assert np.all(seen[0] == 0.0)
    assert np.all(np.diff(seen, axis=0) > 0.0)
    assert np.all(np.diff(seen[1:], axis=1) > 0.0)  # low, middle, high
    assert np.all(np.array(chance_any_seen([1.0, 1.0], looked_with)) > chance_seen(1.0, looked_with))
    assert tuple(chance_any_seen([], looked_with)) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("looked_with", IMAGINGS)
def test_no_number_of_pieces_makes_up_for_a_reader_who_does_not_look(looked_with):
    noticed = v.NOTICED[looked_with]
    found = chance_any_seen([30.0] * 100, looked_with)
    assert found == pytest.approx((noticed.low, noticed.number, noticed.high), rel=1e-6)


def test_two_pieces_of_which_each_is_shown_in_half():
    assert chance_any_seen([1.0, 1.0], "planned ct").middle == 0.75
    assert chance_any_seen([1.7, 1.7], "routine ct").middle == pytest.approx(0.7 * 0.75, rel=1e-12)
    assert chance_any_seen([1.0, 1.0], "fluoroscopy").middle == pytest.approx(0.75 * 2 / 23, rel=1e-12)


def test_an_unknown_look_is_refused():
    with pytest.raises(
        InputError,
        match=r"^nobody looks with 'echo' here; possible are planned ct, routine ct, film, fluoroscopy$",
    ):
        chance_seen(1.0, "echo")


@pytest.mark.parametrize(
    ("slices", "half_mm", "steepness"), [("1 mm", 1e3 * v.SHOWN_HALF["planned ct"].low, 0.25), ("2.5 mm", 1.0, 0.33)]
)
def test_two_thresholds_are_what_our_tracer_reports_of_cement_put_into_lung(slices, half_mm, steepness):
    """Fitted anew to the table that was published when they were taken over, pieces in lung, reported tier."""
    with TABLE.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["slices"] == slices and row["what"] == "lung"]
    bins = np.array([[float(x) for x in row["bin [mm]"].split(" to ")] for row in rows])
    logs = np.log(np.sqrt(bins[:, 0] * bins[:, 1]))
    n = np.array([int(row["n"]) for row in rows])
    seen = np.round(n * np.array([float(row["reported"].split(" %")[0]) for row in rows]) / 100.0)

    def surprise(p: np.ndarray) -> float:
        z = (logs - p[0]) / p[1]
        return float(np.sum(n * np.logaddexp(0.0, z) - seen * z))

    fit = minimize(surprise, [0.0, 0.3], method="Nelder-Mead").x
    assert np.exp(fit[0]) == pytest.approx(half_mm, rel=0.03)
    assert fit[1] == pytest.approx(steepness, rel=0.03)
