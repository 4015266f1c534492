"""The calibration: it finds a shift that was put in, the held-out half stays out, and nothing feeds back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

import azygos
from incidence.calibrate import (
    EVIDENCE_ALONE,
    SHIFTS,
    Cohort,
    EvidenceAlone,
    Fitter,
    calibrate,
    one_split,
    scores,
    shifted,
    splits,
    uncalibrated,
)

SHARES = {"planned": 0.03, "film": 0.006, "clinical": 0.004}


def cohorts(shift: float, tau: float, each: int = 4, n: int = 200, seed: int = 3) -> list[Cohort]:
    """Cohorts of a truth that is off the simulation by a shift, with centres that differ."""
    rng = np.random.default_rng(seed)
    found = []
    for group, share in SHARES.items():
        for number in range(each):
            centre = expit(logit(share) + shift + tau * rng.standard_normal())
            row = f"{group} {number}"
            events = int(rng.binomial(n, centre))
            found.append(Cohort(row=row, name=row, group=group, events=events, n=n, simulated=share))
    return found


def middle_of(mass: np.ndarray) -> float:
    return float(SHIFTS @ mass.sum(axis=0))


def test_a_known_shift_is_found():
    made = cohorts(shift=1.5, tau=0.4, each=12)
    mass = Fitter(shifted(made), made).fit([one.row for one in made])
    of_shift = mass.sum(axis=0)
    below = np.cumsum(of_shift)
    low, high = (float(SHIFTS[np.searchsorted(below, q)]) for q in (0.025, 0.975))
    assert low < 1.5 < high
    assert high - low < 0.8


def test_no_shift_is_found_where_there_is_none():
    made = cohorts(shift=0.0, tau=0.3, each=12)
    assert abs(middle_of(Fitter(shifted(made), made).fit([one.row for one in made]))) < 0.35


def test_held_out_cohorts_do_not_enter_the_fit():
    made = cohorts(shift=1.0, tau=0.3)
    half = one_split(made)
    moved = [one if one.row in half else replace(one, events=one.n // 2) for one in made]
    for make in (shifted, uncalibrated):
        first, second = Fitter(make(made), made), Fitter(make(moved), moved)
        np.testing.assert_array_equal(first.fit(half), second.fit(half))
    held = next(one for one in made if one.row not in half)
    np.testing.assert_array_equal(EvidenceAlone(made).fit(half, held), EvidenceAlone(moved).fit(half, held))


def test_every_split_takes_half_of_each_class():
    made = [*cohorts(0.0, 0.3), Cohort(row="alone", name="alone", group="routine", events=3, n=99, simulated=0.01)]
    every = splits(made)
    assert len(set(every)) == len(every) == 6**3 * 2
    for half in every:
        assert [sum(row.startswith(group) for row in half) for group in SHARES] == [2, 2, 2]
    assert one_split(made) == one_split(made) in every
    assert sum("alone" in half for half in every) == len(every) / 2


def test_where_the_model_is_off_by_one_number_calibration_helps_and_where_it_is_not_it_does_not():
    off = {one.model: one for one in scores(calibrate(cohorts(shift=2.0, tau=0.2)))}
    assert off["calibrated"].score > off["uncalibrated"].score + 0.3
    assert off["calibrated"].score > off[EVIDENCE_ALONE].score
    assert off["calibrated"].better > 0.95
    right = {one.model: one for one in scores(calibrate(cohorts(shift=0.0, tau=0.2)))}
    assert right["calibrated"].score < right["uncalibrated"].score + 0.05


def test_where_classes_mean_nothing_the_evidence_alone_is_better():
    made = [replace(one, simulated=0.2 if one.group == "clinical" else 0.002) for one in cohorts(0.5, 0.2)]
    found = {one.model: one for one in scores(calibrate(made))}
    assert found["calibrated"].score < found[EVIDENCE_ALONE].score


def test_the_central_ranges_hold_what_they_say():
    ranks = []
    for seed in range(12):
        made = cohorts(shift=1.0, tau=0.5, seed=seed)
        half = one_split(made, seed)
        fitter = Fitter(shifted(made), made)
        mass = fitter.fit(half)
        ranks += [fitter.foretell(mass, one).rank for one in made if one.row not in half]
    inside = np.mean(np.abs(np.array(ranks) - 0.5) <= 0.4)
    assert 0.68 < inside < 0.95  # 80 % of 72


def test_a_centres_share_lies_where_the_shift_puts_it():
    made = cohorts(shift=1.5, tau=0.2, each=12)
    half = one_split_of_many(made)
    fitter = Fitter(shifted(made), made)
    held = next(one for one in made if one.row not in half and one.group == "planned")
    told = fitter.centre_of(fitter.fit(half), held)
    truth = float(expit(logit(SHARES["planned"]) + 1.5))
    assert told.low < truth < told.high
    assert told.middle == pytest.approx(truth, rel=0.35)


def one_split_of_many(made: list[Cohort]) -> tuple[str, ...]:
    """Every second cohort: all splits of many would be too many to list."""
    return tuple(one.row for one in made[::2])


def test_nothing_in_the_program_reads_a_calibration():
    source = Path(azygos.__file__).parent
    for path in source.rglob("*"):
        if path.suffix in (".py", ".csv", ".toml", ".json", ".html"):
            text = path.read_text(encoding="utf-8")
            assert "trial_incidence_calibration" not in text, path
            assert "incidence.calibrate" not in text, path
