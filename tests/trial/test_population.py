"""The population of a trial: one patient whatever stands around, marginal distributions, what hangs together."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from azygos.case.sampling import PLAIN_SHARE, PUSHED
from azygos.ground.anatomy import LEVELS
from azygos.trial.population import NAMES, VirtualPatient, correlation, draw_virtual, region_of
from azygos.trial.trial_file import PopulationTable, TrialFile
from azygos.values import body, population, vertebrae
from azygos.values.heart import FORAMEN_OPEN

MANY = 1500
STRATEGY = {
    "name": "one",
    "cement": "generic_low_viscosity",
    "age_at_start_min": 5.0,
    "rate_ml_min": 2.0,
    "volume_ml_thoracic": 3.0,
    "volume_ml_lumbar": 4.5,
}


def trial(*, seed: int = 3, patients: int = 10, importance: bool = False, strategies: int = 1, **wishes) -> TrialFile:
    return TrialFile.model_validate(
        {
            "trial": {"name": "t", "patients": patients, "seed": seed, "importance": importance},
            "population": wishes,
            "strategy": [STRATEGY | {"name": f"{k}"} for k in range(strategies)],
        }
    )


def drawn(count: int = MANY, **how) -> list[VirtualPatient]:
    asked = trial(**how)
    return [draw_virtual(asked, k) for k in range(count)]


@pytest.fixture(scope="module")
def everybody() -> list[VirtualPatient]:
    return drawn()


def same(one: VirtualPatient, other: VirtualPatient) -> bool:
    return repr(one) == repr(other)


# One patient ------------------------------------------------------------------------------------------------------


def test_a_patient_is_the_same_in_any_trial(everybody: list[VirtualPatient]) -> None:
    for k in (0, 7, 123):
        assert same(draw_virtual(trial(patients=10_000, strategies=5), k), everybody[k])
    assert not same(draw_virtual(trial(seed=4), 7), everybody[7])


def test_no_two_patients_share_a_seed(everybody: list[VirtualPatient]) -> None:
    assert len({one.seed for one in everybody}) == len(everybody)


def test_a_wish_leaves_those_as_they_were_who_meet_it(everybody: list[VirtualPatient]) -> None:
    women = drawn(sex="female")
    old = drawn(age_years=[75, 92])
    for k, one in enumerate(everybody):
        if one.sex == "female":
            assert same(women[k], one)
        if one.age >= 75:
            assert same(old[k], one)


def test_a_wish_for_sex_leaves_the_other_draws_as_they_were(everybody: list[VirtualPatient]) -> None:
    for one, other in zip(drawn(200, sex="male"), everybody, strict=False):
        assert one.sex == "male"
        for name in ("seed", "resistance_factor", "fracture_age_days", "volume_factor", "side"):
            assert getattr(one, name) == getattr(other, name)
        assert [level.level for level in one.levels] == [level.level for level in other.levels]
        assert [level.height_lost for level in one.levels] == [level.height_lost for level in other.levels]


@settings(deadline=None, max_examples=60)
@given(
    sex=st.sampled_from([None, "female", "male"]),
    years=st.none() | st.tuples(st.integers(55, 73), st.integers(74, 92)),
    levels=st.none() | st.tuples(st.integers(1, 2), st.integers(2, 4)),
    region=st.sampled_from([None, "thoracic", "thoracolumbar", "lumbar"]),
    days=st.none() | st.tuples(st.integers(1, 9), st.integers(10, 300)),
    cleft=st.sampled_from([None, True, False]),
    index=st.integers(0, 10_000),
)
def test_every_wish_is_met(sex, years, levels, region, days, cleft, index) -> None:
    wishes = {"sex": sex, "age_years": years, "levels": levels, "region": region, "fracture_age_days": days}
    one = draw_virtual(trial(cleft=cleft, **wishes), index)
    assert sex in (None, one.sex)
    if years is not None:
        assert years[0] - 1e-6 <= one.age <= years[1] + 1e-6
    if levels is not None:
        assert levels[0] <= len(one.levels) <= levels[1]
    if days is not None:
        assert days[0] - 1e-6 <= one.fracture_age_days <= days[1] + 1e-6
    if region is not None:
        assert {region_of(level.level) for level in one.levels} == {region}
    assert cleft is not True or one.levels[0].cleft
    assert cleft is not False or not any(level.cleft for level in one.levels)
    assert len({level.level for level in one.levels}) == len(one.levels)


def test_what_hangs_together_with_a_wish_follows_it(everybody: list[VirtualPatient]) -> None:
    """Patients of whom old age is wished are those that come out old: as lean in bone, as many levels."""
    wished = drawn(age_years=[82, 92])
    old = [one for one in drawn(3 * MANY, seed=9) if one.age >= 82]
    assert np.mean([one.age for one in wished]) == pytest.approx(np.mean([one.age for one in old]), abs=0.35)
    bone = np.mean([one.levels[0].bone_fraction for one in old])
    usual = np.mean([one.levels[0].bone_fraction for one in everybody])
    assert np.mean([one.levels[0].bone_fraction for one in wished]) == pytest.approx(bone, abs=0.003)
    assert usual - bone > 0.007


def test_two_wishes_that_hang_together_are_both_followed() -> None:
    wished = drawn(500, age_years=[82, 92], levels=[3, 4])
    alike = [one for one in drawn(6 * MANY, seed=9) if one.age >= 82 and len(one.levels) >= 3]
    for read in (lambda one: one.levels[0].bone_fraction, lambda one: one.height):
        spread = np.std([read(one) for one in alike]) * math.sqrt(1 / len(alike) + 1 / len(wished))
        assert abs(np.mean([read(one) for one in wished]) - np.mean([read(one) for one in alike])) < 3.5 * spread


# Marginal distributions -------------------------------------------------------------------------------------------


def share(found: list[bool]) -> float:
    return float(np.mean(found))


def near(found: float, expected: float, count: int = MANY) -> bool:
    """Whether a share lies where 999 of 1000 such samples do."""
    return abs(found - expected) < 3.3 * math.sqrt(expected * (1.0 - expected) / count) + 1e-9


def test_sexes_ages_and_sizes_are_those_of_the_values(everybody: list[VirtualPatient]) -> None:
    assert near(share([one.sex == "female" for one in everybody]), body.SHARE_OF_WOMEN.number)
    women = [one for one in everybody if one.sex == "female"]
    men = [one for one in everybody if one.sex == "male"]
    assert np.mean([one.age for one in everybody]) == pytest.approx(body.AGE.number, abs=0.8)
    older = np.mean([one.age for one in women]) - np.mean([one.age for one in men])
    assert older == pytest.approx(population.WOMEN_OLDER.number, abs=1.5)
    assert min(one.age for one in everybody) >= 55.0
    for sex, some in (("female", women), ("male", men)):
        assert np.mean([one.height for one in some]) == pytest.approx(body.HEIGHT[sex].number, abs=0.01)
    index = np.median([one.mass / one.height**2 for one in everybody])
    assert index == pytest.approx(body.MASS_INDEX.number, rel=0.03)


def test_levels_are_as_many_and_as_frequent_as_the_values_say(everybody: list[VirtualPatient]) -> None:
    for count, expected in enumerate(population.LEVEL_COUNTS, start=1):
        assert near(share([len(one.levels) == count for one in everybody]), expected.number)
    total = sum(one.number for one in population.LEVEL_SHARES.values())
    assert total == pytest.approx(1.0)
    for level, expected in population.LEVEL_SHARES.items():
        assert near(share([one.levels[0].level == level for one in everybody]), expected.number)
    pairs = [one for one in everybody if len(one.levels) == 2]
    places = [[LEVELS.index(level.level) for level in one.levels] for one in pairs]
    assert 0.45 < share([abs(one - other) == 1 for one, other in places]) < 0.65


def test_fractures_are_as_the_values_say(everybody: list[VirtualPatient]) -> None:
    first = [one.levels[0] for one in everybody]
    for region, shapes in population.FRACTURE_SHAPES.items():
        here = [one for one in first if region_of(one.level) == region]
        assert sum(one.number for one in shapes.values()) == pytest.approx(1.0)
        for shape, expected in shapes.items():
            assert near(share([one.fracture == shape for one in here]), expected.number, len(here))
    grades = np.histogram([one.height_lost for one in first], [0.2, 0.25, 0.4, 0.62])[0] / len(first)
    for found, expected in zip(grades, vertebrae.GRADE_SHARES, strict=True):
        assert near(float(found), expected.number)
    assert near(share([one.cleft for one in first]), vertebrae.CLEFT_SHARE.number)


def test_bone_is_drawn_evenly_between_its_ends(everybody: list[VirtualPatient]) -> None:
    for slot in (0, 1):
        bone = [one.levels[slot].bone_fraction for one in everybody if len(one.levels) > slot]
        assert 0.05 <= min(bone) <= max(bone) <= 0.15
    first = np.array([one.levels[0].bone_fraction for one in everybody])
    assert np.allclose(np.quantile(first, [0.1, 0.5, 0.9]), [0.06, 0.10, 0.14], atol=0.004)


def test_the_rest_is_drawn_as_the_values_say(everybody: list[VirtualPatient]) -> None:
    days = [one.fracture_age_days for one in everybody]
    assert np.median(days) == pytest.approx(population.FRACTURE_AGE.number, rel=0.1)
    assert 4.0 <= min(days) <= max(days) <= 225.0
    factors = np.log([one.volume_factor for one in everybody])
    assert np.mean(factors) == pytest.approx(0.0, abs=0.02)
    assert np.std(factors) == pytest.approx(population.VOLUME_SPREAD.number, rel=0.08)
    ill = [one.resistance_factor for one in everybody if one.resistance_factor != 1.0]
    assert near(len(ill) / MANY, population.LUNG_ILL.number)
    assert 1.1 <= min(ill) <= max(ill) <= 2.5
    assert near(share([one.side == "left" for one in everybody]), 0.5)
    for low, until, expected in ((30.0, 80.0, FORAMEN_OPEN[80.0]), (80.0, 120.0, FORAMEN_OPEN[120.0])):
        some = [one.foramen for one in everybody if low <= one.age < until]
        assert near(share(some), expected.number, len(some))


# What hangs together ----------------------------------------------------------------------------------------------


def test_correlations_are_possible_ones() -> None:
    table = correlation()
    assert np.linalg.eigvalsh(table).min() > 0.1
    assert np.array_equal(table, table.T)
    assert table[NAMES.index("age"), NAMES.index("density")] == population.CORRELATIONS["age", "density"].number


def test_numbers_hang_together_as_their_deviates_do(everybody: list[VirtualPatient]) -> None:
    """Rank correlation of two normal numbers is 6/pi asin(r/2); here within sampling error of it."""
    from scipy.stats import spearmanr

    women = [one for one in everybody if one.sex == "female"]
    read = {
        "age": [one.age for one in women],
        "height": [one.height for one in women],
        "density": [one.levels[0].bone_fraction for one in women],
        "severity": [one.levels[0].height_lost for one in women],
        "volume": [one.volume_factor for one in women],
        "fracture_age": [one.fracture_age_days for one in women],
        "mass_index": [one.mass / one.height**2 for one in women],
    }
    for (one, other), value in population.CORRELATIONS.items():
        if one in read and other in read:
            expected = 6.0 / math.pi * math.asin(value.number / 2.0)
            assert spearmanr(read[one], read[other])[0] == pytest.approx(expected, abs=0.09), (one, other)


def test_the_leaner_have_more_levels_and_the_old_clefts_are_older(everybody: list[VirtualPatient]) -> None:
    bone = {n: np.mean([one.levels[0].bone_fraction for one in everybody if len(one.levels) == n]) for n in (1, 2, 3)}
    assert bone[1] > bone[2] > bone[3] - 0.004
    assert bone[1] - bone[3] > 0.004
    days = {
        c: np.median([one.fracture_age_days for one in everybody if one.levels[0].cleft == c]) for c in (True, False)
    }
    assert days[True] > 1.2 * days[False]


def test_bodies_of_one_patient_are_alike() -> None:
    bone = np.array([[level.bone_fraction for level in one.levels[:2]] for one in drawn(600, levels=[2, 4])])
    z = norm.ppf((bone - 0.05) / 0.10)
    alike = np.corrcoef(z.T)[0, 1]
    assert alike == pytest.approx(population.ALIKE["density"].number, abs=0.06)


def _biserial(upper: float, lower: float, sd: float, share_above: float) -> float:
    """Correlation of a normal number with the deviate behind "above or below", from two means."""
    height = norm.pdf(norm.ppf(1.0 - share_above))
    return (upper - lower) / sd * share_above * (1.0 - share_above) / height


def test_computed_correlations_are_those_of_the_printed_table() -> None:
    """SUPERB, table 2: women with 1, 2, 3 or more fractures (481, 141, 67), and of grades 1 to 3 (260, 216, 213)."""
    many = 67 / (481 + 141 + 67)
    assert population.CORRELATIONS["density", "levels"].number == pytest.approx(
        _biserial(0.60, 0.64, 0.095, many), abs=0.03
    )
    few = (481 * 161.6 + 141 * 161.2) / (481 + 141)
    assert population.CORRELATIONS["height", "levels"].number == pytest.approx(
        _biserial(159.2, few, 5.8, many), abs=0.03
    )
    severe = 213 / (260 + 216 + 213)
    mild = (260 * 161.9 + 216 * 161.8) / (260 + 216)
    assert population.CORRELATIONS["height", "severity"].number == pytest.approx(
        _biserial(159.9, mild, 5.8, severe), abs=0.03
    )


# Importance -------------------------------------------------------------------------------------------------------


def test_importance_changes_nothing_but_what_it_pushes(everybody: list[VirtualPatient]) -> None:
    for k, one in enumerate(drawn(100, importance=True)):
        assert same(replace(one, weight=1.0, chances=()), everybody[k])
        assert dict(one.chances).keys() == PUSHED.keys()
        assert 0.0 < one.weight <= 1.0 / PLAIN_SHARE


def test_weights_make_up_for_the_push() -> None:
    pushed = drawn(importance=True)
    weights = np.array([one.weight for one in pushed])
    assert weights.mean() == pytest.approx(1.0, abs=0.05)
    for name in PUSHED:
        chances = np.array([dict(one.chances)[name] for one in pushed])
        assert chances.mean() > 0.55
        assert np.average(chances, weights=weights) == pytest.approx(0.5, abs=0.03)


def test_plain_patients_carry_no_chances(everybody: list[VirtualPatient]) -> None:
    assert {(one.weight, one.chances) for one in everybody} == {(1.0, ())}


def test_a_population_table_is_empty_unless_written() -> None:
    assert PopulationTable().model_dump(exclude_none=True) == {}


# The page ---------------------------------------------------------------------------------------------------------


def test_the_page_tells_what_is_drawn() -> None:
    """Tables of docs/how-it-works/population.md, made anew."""
    text = (Path(__file__).resolve().parents[2] / "docs/how-it-works/population.md").read_text(encoding="utf-8")
    some = drawn(2000, seed=1)
    groups = [some, *([one for one in some if one.sex == sex] for sex in ("female", "male"))]
    read = {
        "age [years]": (0, lambda one: one.age),
        "height [m]": (2, lambda one: one.height),
        "mass [kg]": (0, lambda one: one.mass),
        "bone fraction, first level": (3, lambda one: one.levels[0].bone_fraction),
        "age of the fracture [days]": (0, lambda one: one.fracture_age_days),
        "volume factor": (2, lambda one: one.volume_factor),
    }
    for name, (digits, number) in read.items():
        cells = [_middle([number(one) for one in group], digits) for group in groups]
        assert f"| {name} | {' | '.join(cells)} |" in text
    assert f"| share | 100 % | {_percent(len(groups[1]) / 2000)} % | {_percent(len(groups[2]) / 2000)} % |" in text
    bodies = [level for one in some for level in one.levels]
    shares = {
        "1, 2, 3, 4 levels": [share([len(one.levels) == n for one in some]) for n in (1, 2, 3, 4)],
        "all levels in T4-T10, in T11-L2, in L3-L5, in several regions": [
            share([_regions(one) == region for one in some]) for region in ({"thoracic"}, {"thoracolumbar"}, {"lumbar"})
        ]
        + [share([len(_regions(one)) > 1 for one in some])],
        "wedge, biconcave, crush": [
            share([one.fracture == s for one in bodies]) for s in ("wedge", "biconcave", "crush")
        ],
        "fracture up to 14 days old": [share([one.fracture_age_days <= 14 for one in some])],
        "foramen ovale open": [share([one.foramen for one in some])],
        "earlier disease of lung or left heart": [share([one.resistance_factor > 1 for one in some])],
    }
    for name, found in shares.items():
        assert f"| {name} | {', '.join(_percent(one) for one in found)} % |" in text
    clefts = share([one.cleft for one in bodies]), share([any(level.cleft for level in one.levels) for one in some])
    assert f"| cleft in a body; in any body of a patient | {'; '.join(map(_percent, clefts))} % |" in text
    by_count = [_bone([one for one in some if len(one.levels) == n]) for n in (1, 2, 3, 4)]
    assert f"| 1, 2, 3, 4 levels | {', '.join(by_count)} |" in text
    by_age = [_bone([one for one in some if a <= one.age < until]) for a, until in ((0, 70), (70, 80), (80, 99))]
    assert f"| below 70, 70 to 80, from 80 years on | {', '.join(by_age)} |" in text
    ends = ((0.2, 0.25), (0.25, 0.4), (0.4, 0.7))
    by_grade = [_bone([one for one in some if a <= one.levels[0].height_lost < until]) for a, until in ends]
    assert f"| Genant's grade 1, 2, 3 | {', '.join(by_grade)} |" in text


def _middle(numbers: list[float], digits: int) -> str:
    low, median, high = np.percentile(numbers, [5, 50, 95])
    return f"{median:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _percent(found: float) -> str:
    return f"{100 * found:.0f}"


def _regions(one: VirtualPatient) -> set[str]:
    return {region_of(level.level) for level in one.levels}


def _bone(some: list[VirtualPatient]) -> str:
    return f"{np.mean([one.levels[0].bone_fraction for one in some]):.3f}"
