"""The grid against exact results, against plain quadrature, and against the first pass of the facts."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import binom, norm

from azygos.evidence import (
    Prior,
    Study,
    answer,
    choice_sensitivity,
    grid,
    leave_one_out,
    odds_ratio,
    pool,
    prior_sensitivity,
    question,
    read_studies,
)
from azygos.evidence.checking import own_interval
from azygos.ground.errors import InputError

STUDIES = read_studies()


def cohort(row: str, events: int, n: int, **more: object) -> Study:
    return Study(**({"row": row, "study": row, "events": events, "n": n} | more))


@pytest.mark.parametrize(("events", "n"), [(0, 51), (3, 65), (34, 1782), (46, 46), (900, 12000)])
@pytest.mark.parametrize("tau", [0.011, 0.1, 0.9, 3.0])
@pytest.mark.parametrize("m", [-5.0, -2.5, 1.0])
def test_a_studys_likelihood_is_its_integral(events, n, tau, m):
    row = int(np.argmin(abs(grid.TAUS - tau)))
    column = int(np.argmin(abs(grid.LOGITS - m)))
    tau, m = float(grid.TAUS[row]), float(grid.LOGITS[column])

    def inner(theta: float) -> float:
        return float(binom.pmf(events, n, expit(theta)) * norm.pdf(theta, m, tau))

    peak = math.log((events + 0.5) / (n - events + 0.5))
    width = math.sqrt(n / ((events + 0.5) * (n - events + 0.5)))
    middle = (peak / width**2 + m / tau**2) / (1.0 / width**2 + 1.0 / tau**2)
    near = 1.0 / math.sqrt(1.0 / width**2 + 1.0 / tau**2)
    edges = sorted({*(middle + near * np.linspace(-12.0, 12.0, 13)), m - 9.0 * tau, m + 9.0 * tau})
    exact = sum(quad(inner, a, b, epsabs=0.0, epsrel=1e-9)[0] for a, b in itertools.pairwise(edges))
    found = math.exp(grid.marginal(events, n)[row, column])
    assert found == pytest.approx(exact, rel=2e-4, abs=1e-9)


def test_without_spread_a_large_study_is_its_own_share():
    found = pool([cohort("a", 300, 3000)], Prior(tau_scale=0.1), by="").of("all")
    assert found.typical.middle == pytest.approx(0.1, abs=0.003)


def test_a_class_without_a_study_is_told_by_prior_and_others_alone():
    found = pool([cohort("a", 9, 60), cohort("b", 4, 50)], classes=("planned_ct", "film"))
    assert found.of("film").studies == 0
    told, untold = found.of("planned_ct").typical, found.of("film").typical
    assert untold.low < told.low < told.high < untold.high


def test_the_order_of_studies_and_classes_does_not_matter():
    studies = question("embolus").rows(STUDIES)
    there = pool(studies).of("film").new_centre
    back = pool(studies[::-1]).of("film").new_centre
    assert (there.low, there.high) == pytest.approx((back.low, back.high), rel=1e-9)


@pytest.mark.parametrize(
    ("rows", "typical", "new"),
    [
        (("I05", "I06", "I09", "I18"), (12.5, 2.6, 32.5), (0.4, 74.0)),
        (("I05", "I06", "I18"), (23.5, 13.0, 34.4), (7.9, 47.0)),
        (("I01", "I03", "I08"), (3.6, 1.1, 9.8), (0.4, 24.0)),
        (("I02", "I04"), (2.9, 0.8, 9.2), (0.3, 21.0)),
    ],
)
def test_the_first_pass_of_the_facts_comes_out_again(rows, typical, new):
    """A home-made sampler's figures in the clinic notes, one class at a time, to its own noise."""
    found = pool([one for one in question("embolus").rows(STUDIES) if one.row in rows], by="").of("all")
    got = [100.0 * x for x in (found.typical.middle, found.typical.low, found.typical.high)]
    assert got == pytest.approx(typical, abs=1.0)
    assert 100.0 * found.new_centre.low == pytest.approx(new[0], abs=0.3)
    assert 100.0 * found.new_centre.high == pytest.approx(new[1], abs=1.5)


def test_a_plain_monte_carlo_gives_the_same():
    """Importance sampling from the prior: no grid, no quadrature."""
    studies = [cohort("a", 3, 40), cohort("b", 9, 50), cohort("c", 1, 60, imaging="film")]
    rng, draws = np.random.default_rng(7), 400_000
    mu = rng.normal(-3.0, 2.0, draws)
    tau = abs(rng.normal(0.0, 1.0, draws))
    m = mu[:, None] + rng.normal(0.0, 1.0, (draws, 2))
    place = [0, 0, 1]
    theta = m[:, place] + tau[:, None] * rng.normal(size=(draws, 3))
    weight = np.exp(sum(grid.binomial(*one.of, theta[:, k]) for k, one in enumerate(studies)))
    order = np.argsort(m[:, 0])
    below = np.cumsum(weight[order]) / weight.sum()
    found = pool(studies).of("planned_ct").typical
    for share, value in ((0.5, found.middle), (0.025, found.low), (0.975, found.high)):
        assert 100.0 * expit(m[order, 0][np.searchsorted(below, share)]) == pytest.approx(100.0 * value, abs=1.0)


def test_the_next_patients_chance_is_the_mean_of_a_new_centre():
    found = answer("embolus", STUDIES).of("planned_ct")
    drawn = expit(found.new_centre_logits(200_000, seed=3))
    assert drawn.mean() == pytest.approx(found.new_centre.mean, abs=0.002)
    assert np.quantile(drawn, 0.975) == pytest.approx(found.new_centre.high, abs=0.006)


def test_a_study_by_itself_has_the_beta_interval():
    found = own_interval(cohort("a", 18, 78))
    from scipy.stats import beta

    assert (found.low, found.high) == pytest.approx(beta(19, 61).ppf([0.025, 0.975]), abs=5e-4)


def test_left_out_studies_pull_where_they_stand():
    pooled = answer("embolus", STUDIES)
    left = {one.study.row: one for one in leave_one_out(pooled)}
    assert left["I09"].typical.middle > pooled.of("planned_ct").typical.middle  # 0 of 51 pulled it down
    assert left["I05"].typical.middle < pooled.of("planned_ct").typical.middle
    assert left["I09"].tail == pytest.approx(0.019, abs=0.002)
    for one in left.values():
        ends = sorted((one.own.middle, one.typical.middle))
        assert ends[0] - 0.01 <= one.shrunk.middle <= ends[1] + 0.01


def test_one_study_alone_can_be_left_out():
    only = leave_one_out(answer("heart", STUDIES))[0]
    assert only.new_centre.low < 0.002
    assert only.new_centre.high > 0.8  # the prior says next to nothing


def test_wider_priors_give_wider_answers():
    found = {v.what: v.pooled for v in prior_sensitivity(answer("embolus", STUDIES))}
    assert len(found) == 9
    width = {what: one.of("planned_ct").new_centre.high for what, one in found.items()}
    assert width["tau_scale 0.5"] < width["as stated"] < width["tau_scale 2"]
    assert width["beta_scale 0.5"] < width["as stated"] < width["beta_scale 2"]


def test_without_the_two_outliers_planned_ct_is_known_far_better():
    found = {v.what: v.pooled.of("planned_ct") for v in choice_sensitivity(answer("embolus", STUDIES))[:6]}
    assert found["without both"].new_centre.high < 0.45 < found["without Zou"].new_centre.high
    assert found["planned_ct alone"].new_centre.high == pytest.approx(0.744, abs=0.01)


def test_one_cohort_in_another_class_moves_both():
    """Zou's class is a judgement: among the planned CTs it lowers these, and lifts those that it leaves."""
    asked = answer("embolus", STUDIES)
    moved = next(v.pooled for v in choice_sensitivity(asked) if v.what == "with Zou as planned CT")
    assert (moved.of("planned_ct").studies, moved.of("other_ct").studies) == (5, 2)
    assert moved.of("planned_ct").looked_at == asked.of("planned_ct").looked_at + 1782
    assert moved.of("planned_ct").typical.middle < 0.75 * asked.of("planned_ct").typical.middle
    assert moved.of("other_ct").typical.middle > 1.2 * asked.of("other_ct").typical.middle


def test_odds_between_classes_are_those_of_drawn_centres():
    """Two classes and no other, by importance sampling of their centres."""
    studies = [cohort("a", 12, 50), cohort("b", 3, 60, imaging="film")]
    rng, draws = np.random.default_rng(5), 400_000
    mu, tau = rng.normal(-3.0, 2.0, draws), abs(rng.normal(0.0, 1.0, draws))
    m = mu[:, None] + rng.normal(0.0, 1.0, (draws, 2))
    theta = m + tau[:, None] * rng.normal(size=(draws, 2))
    weight = np.exp(sum(grid.binomial(*one.of, theta[:, k]) for k, one in enumerate(studies)))
    difference = m[:, 0] - m[:, 1]
    order = np.argsort(difference)
    below = np.cumsum(weight[order]) / weight.sum()
    expected = [float(difference[order][np.searchsorted(below, share)]) for share in (0.5, 0.025, 0.975)]
    found = np.log(odds_ratio(pool(studies), "planned_ct", "film"))
    assert list(found) == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize(
    ("number", "value", "limits"),
    [("tau_scale", 0.0, "0.1 to 3"), ("mu_sd", 9.0, "0.2 to 4"), ("beta_scale", math.nan, "0.1 to 3")],
)
def test_a_prior_out_of_reach_is_refused(number, value, limits):
    with pytest.raises(InputError) as error:
        Prior(**{number: value})
    assert str(error.value) == f"the prior's {number} is {value:g}. Give a number from {limits}."


def test_an_unknown_class_or_question_is_refused():
    with pytest.raises(InputError) as error:
        answer("embolus", STUDIES).of("mri")
    assert str(error.value) == "no class 'mri' is in this pool. Known: planned_ct, other_ct, film, clinical."
    with pytest.raises(InputError, match="no question 'emboli' is asked"):
        question("emboli")
