"""The published answer: hand results, the mean over the studied patients, and the interval that is never left."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.special import expit, logit

from azygos.evidence import answer, read_studies
from azygos.evidence.risk import Disease, Look, Person, Procedure, Region, tell_risk
from azygos.evidence.risk.factors import ratios, read_factors
from azygos.evidence.risk.mix import Mix, chances, draw_effects, draw_shares, intercepts, make_mix
from azygos.evidence.risk.person import Viscosity
from azygos.ground.errors import InputError

WORST = Person(
    look=Look.CT, levels=5, region=Region.THORACIC, procedure=Procedure.PVP, fracture_age_days=1.0,
    disease=Disease.MYELOMA,
)  # fmt: skip
CORNERS = [
    Person(look=look, levels=levels, region=region, procedure=procedure, fracture_age_days=age, disease=disease)
    for look, levels, (region, procedure, age, disease) in itertools.product(
        Look, (1, 3), ((Region.THORACIC, Procedure.PVP, 1.0, Disease.MYELOMA),
                       (Region.LUMBAR, Procedure.PKP, 60.0, Disease.OSTEOPOROSIS))
    )
]  # fmt: skip


def test_one_factor_by_hand():
    """Half of the patients have a factor of odds ratio 4; the mean must be 0.2."""
    mix = Mix(
        kinds=(("no",), ("yes",)), factors=("it",), shares=np.array([[0.5, 0.5]]), scores=np.array([[0.0, np.log(4.0)]])
    )
    start = intercepts(mix, np.array([0.2]))
    odds = float(np.exp(start[0]))
    assert 0.5 * (odds / (1 + odds) + 4 * odds / (1 + 4 * odds)) == pytest.approx(0.2, abs=1e-12)
    # odds / (1 + odds) + 4 odds / (1 + 4 odds) = 0.4 is 6.4 odds^2 + 3 odds - 0.4 = 0
    assert odds == pytest.approx((-3.0 + np.sqrt(9.0 + 4.0 * 6.4 * 0.4)) / 12.8, rel=1e-9)
    found = chances(mix, start, {"it": "yes"})
    assert found[0] == pytest.approx(4 * odds / (1 + 4 * odds))


def test_the_mean_over_the_studied_patients_is_the_base_rate(rng):
    base = expit(rng.normal(-2.5, 1.3, 50))
    mix = make_mix(draw_shares(Look.FILM, 50, rng), draw_effects(ratios(read_factors()), 1.0, 50, rng))
    assert mix.shares.sum(axis=1) == pytest.approx(np.ones(50))
    start = intercepts(mix, base)
    mean = np.sum(mix.shares * expit(start[:, None] + mix.scores), axis=1)
    assert mean == pytest.approx(base, rel=1e-9)
    assert chances(mix, start, {}) == pytest.approx(base, rel=1e-9)


def test_log_odds_ratios_are_halved_and_their_errors_carried(rng):
    terms = ratios(read_factors())
    drawn = draw_effects(terms, 0.5, 40000, rng)["procedure"]["PKP"]
    full = next(ratio for term, ratio in terms if term.group == "PKP")
    assert drawn.mean() == pytest.approx(0.5 * full.log_ratio, abs=0.01)
    assert drawn.std() == pytest.approx(np.sqrt(0.5) * full.error, rel=0.02)


def test_two_levels_lie_between_one_and_three(rng):
    effects = draw_effects(ratios(read_factors()), 1.0, 100, rng)["levels"]
    assert np.all(effects["1"] == 0.0)
    assert np.all(np.abs(effects["2"]) <= np.abs(effects["3+"]))


@pytest.mark.parametrize("look", Look)
def test_with_nothing_told_the_answer_is_the_base_rate_of_the_evidence(look):
    told = tell_risk(Person(look=look)).published
    names = {"ct": "planned_ct", "routine-ct": "other_ct", "film": "film", "fluoroscopy": "clinical"}
    pooled = answer("embolus", read_studies()).of(names[look]).new_centre
    assert (told.chance.low, told.chance.value, told.chance.high) == (pooled.low, pooled.middle, pooled.high)
    assert told.moved == ()
    assert not told.clipped


def test_factors_that_count_for_nothing_leave_the_base_rate():
    told = tell_risk(WORST, shrink=0.0).published
    base = told.base.new_centre
    assert told.chance.value == pytest.approx(base.value, rel=0.01)
    assert told.chance.high == pytest.approx(base.high, rel=0.01)
    assert not told.clipped


@pytest.mark.parametrize("shrink", [0.5, 1.0])
@pytest.mark.parametrize("person", CORNERS, ids=lambda p: f"{p.look}-{p.levels}-{p.region}")
def test_no_corner_leaves_the_interval_of_the_next_centre(person, shrink):
    told = tell_risk(person, shrink=shrink).published
    base = told.base.new_centre
    for moved in (told.chance, *(one.alone for one in told.moved)):
        assert base.low <= moved.low <= moved.value <= moved.high <= base.high


def test_the_worst_corner_would_have_left_it_and_says_so():
    """Multiplied in full, five odds ratios of 34 emboli would promise nearly everybody an embolus."""
    told = tell_risk(WORST, shrink=1.0).published
    assert told.before_clip.high > 0.95 > told.base.new_centre.high
    assert told.clipped


def test_halving_pulls_towards_the_base_rate():
    full, half, none = (logit(tell_risk(WORST, shrink=s).published.before_clip.value) for s in (1.0, 0.5, 0.0))
    assert full > half > none


def test_each_factor_moves_the_way_its_study_says():
    def alone(**known):
        return tell_risk(Person(look=Look.ROUTINE_CT, **known)).published.chance.value

    base = alone()
    assert alone(levels=3) > alone(levels=2) > alone(levels=1)
    assert alone(region=Region.THORACIC) > base > alone(region=Region.THORACOLUMBAR) > alone(region=Region.LUMBAR)
    assert alone(fracture_age_days=14.0) > base > alone(fracture_age_days=15.0)
    assert alone(procedure=Procedure.PVP) > base > alone(procedure=Procedure.PKP)
    assert alone(disease=Disease.MYELOMA) > base > alone(disease=Disease.OSTEOPOROSIS)
    assert alone(disease=Disease.METASTASES) == alone(disease=Disease.OSTEOPOROSIS)
    assert alone(region=Region.MIXED) == base


def test_studies_that_were_all_vertebroplasty_give_it_no_rise():
    told = tell_risk(Person(look=Look.CT, procedure=Procedure.PVP)).published
    assert told.chance.value == pytest.approx(told.base.new_centre.value, rel=0.01)


def test_volume_and_viscosity_move_nothing():
    plain = Person(look=Look.CT, levels=2)
    more = Person(look=Look.CT, levels=2, volume_ml=20.0, viscosity=Viscosity.LOW)
    assert tell_risk(plain).published == tell_risk(more).published


def test_symptoms_stand_apart_and_are_not_moved():
    assert tell_risk(WORST).published.symptomatic == tell_risk(Person(look=Look.FILM)).published.symptomatic


def test_the_answer_is_the_same_each_time():
    assert tell_risk(WORST) == tell_risk(WORST)


def test_a_share_that_is_none_is_refused():
    with pytest.raises(
        InputError, match=r"^--shrink is 1\.5\. Give a share from 0 \(no factor counts\) to 1 \(as printed\)\.$"
    ):
        tell_risk(WORST, shrink=1.5)
