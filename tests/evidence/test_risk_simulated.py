"""The simulated answer: which virtual patients are counted, how the group is widened, what its interval holds."""

from __future__ import annotations

import pytest

from azygos.evidence.risk import (
    Look,
    Person,
    Procedure,
    Region,
    Viscosity,
    parse_table,
    read_table,
    shipped_table,
    simulated,
    tell_risk,
)
from azygos.evidence.risk.simulated import NOT_SHIPPED, SHIPPED, tell_simulated, wilson
from azygos.ground.errors import InputError

PLASTIES = {"thin": ("vertebroplasty", "low"), "thick": ("vertebroplasty", "high")}
MANY = {("1", "lumbar"): 400, ("3+", "lumbar"): 200, ("2", "thoracic"): 70, ("3+", "thoracic"): 40}


def person(**known) -> Person:
    return Person(look=Look.CT, **known)


@pytest.fixture
def table(make_table_text):
    return parse_table(make_table_text(MANY, PLASTIES, 0.1), "a trial", "incidence.csv")


def test_the_exact_group_is_taken_where_it_is_large_enough(table):
    found, reason = tell_simulated(person(levels=3, region=Region.LUMBAR), table)
    assert reason == ""
    assert (found.patients, found.widened, found.few) == (200, (), False)
    assert found.group == ("three levels or more", "lumbar levels")


def test_levels_are_widened_before_the_region(table):
    found, _ = tell_simulated(person(levels=3, region=Region.THORACIC), table)
    assert found.patients == 110
    assert found.widened == ("two levels or more are taken together",)
    assert found.group == ("two levels or more", "thoracic levels")


def test_the_region_is_given_up_last(table):
    found, _ = tell_simulated(person(levels=2, region=Region.MIXED), table)
    assert found.patients == 710
    assert found.widened[-1] == "any region and any number of levels are taken"
    assert found.group == ()


def test_too_few_even_in_the_widest_group_is_said(table):
    found, _ = tell_simulated(person(levels=1), table, least=1000)
    assert (found.patients, found.few) == (710, True)


def test_a_cement_or_a_procedure_is_never_swapped_for_another(table):
    found, reason = tell_simulated(person(procedure=Procedure.PKP), table)
    assert (found, reason) == (None, "a trial has no patient with kyphoplasty")
    asked = person(procedure=Procedure.PVP, viscosity=Viscosity.MEDIUM)
    found, reason = tell_simulated(asked, table)
    assert (found, reason) == (None, "a trial has no patient with vertebroplasty and cement of medium viscosity")


def test_a_patient_under_two_strategies_counts_once(table):
    both, _ = tell_simulated(person(levels=1, region=Region.LUMBAR), table)
    thin, _ = tell_simulated(person(levels=1, region=Region.LUMBAR, viscosity=Viscosity.LOW), table)
    assert both.patients == thin.patients == 400
    assert both.plain == thin.plain == pytest.approx(400.0)
    assert (both.strategies, thin.strategies) == (("thin", "thick"), ("thin",))
    assert both.by(Look.CT) == thin.by(Look.CT)


def test_each_way_to_look_has_its_own_share_and_the_interval_holds_sight_too(table):
    found, _ = tell_simulated(person(levels=1, region=Region.LUMBAR), table)
    shares = {one.look: one.chance.value for one in found.seen}
    assert shares == pytest.approx(
        {Look.CT: 0.1, Look.ROUTINE_CT: 0.05, Look.FILM: 0.02, Look.FLUOROSCOPY: 0.01}, rel=1e-9
    )
    ct = found.by(Look.CT)
    assert (ct.dim, ct.sharp) == pytest.approx((0.05, 0.15))
    assert ct.by_chance == wilson(0.1, 400)
    assert ct.chance.low == wilson(0.05, 400).low
    assert ct.chance.high == wilson(0.15, 400).high


def test_the_age_of_the_fracture_is_not_used(table):
    young, _ = tell_simulated(person(levels=1, fracture_age_days=2.0), table)
    old, _ = tell_simulated(person(levels=1, fracture_age_days=200.0), table)
    assert young == old


def test_weighted_patients_tell_as_much_as_fewer_plain_ones(make_table_text):
    light = make_table_text({("1", "lumbar"): 200}, {"one": PLASTIES["thin"]}, 0.1, weight=0.1)
    heavy = make_table_text({("1", "lumbar"): 50}, {"one": PLASTIES["thin"]}, 0.1, weight=4.0).splitlines()[1]
    table = parse_table(light + heavy + "\n", "a trial", "incidence.csv")
    found, _ = tell_simulated(person(levels=1), table)
    weight, squares = 200 * 0.1 + 50 * 4.0, 200 * 0.01 + 50 * 16.0
    assert found.patients == 250
    assert found.plain == pytest.approx(weight**2 / squares)
    assert found.by(Look.CT).by_chance == wilson(0.1, weight**2 / squares)


def test_wilson_by_hand():
    """None of 20: 0 to z2 / (n + z2)."""
    z2 = 1.959964**2
    none = wilson(0.0, 20)
    assert (none.low, none.value) == (0.0, 0.0)
    assert none.high == pytest.approx(z2 / (20 + z2))
    assert wilson(1.0, 20).low == pytest.approx(20 / (20 + z2))


def test_without_a_table_it_says_so(monkeypatch):
    monkeypatch.setattr(simulated, "SHIPPED", "no_such_table.csv")
    found = tell_risk(person(levels=1))
    assert found.simulated is None
    assert found.no_simulation == NOT_SHIPPED
    assert NOT_SHIPPED == "no simulated answer is shipped; give --trial with the folder of a finished trial"
    assert (found.agree, found.ratio) == (None, None)


def test_the_shipped_table_can_be_read_where_there_is_one():
    table = shipped_table()
    if table is None:
        pytest.skip(f"{SHIPPED} is not there yet")
    told, _ = tell_simulated(person(procedure=Procedure.PVP), table)
    assert told is not None
    assert not told.few


def test_answers_agree_when_their_intervals_meet(make_table_text):
    alike = parse_table(make_table_text(MANY, PLASTIES, 0.1), "a trial", "incidence.csv")
    none = parse_table(make_table_text({("1", "lumbar"): 100000}, PLASTIES, 0.0), "a trial", "incidence.csv")
    asked = person(levels=1)
    assert tell_risk(asked, table=alike).agree is True
    apart = tell_risk(asked, table=none)
    assert apart.agree is False
    assert apart.ratio == 0.0


def test_a_trials_folder_or_its_table_can_be_given(make_table_text, tmp_path):
    file = tmp_path / "incidence.csv"
    file.write_text(make_table_text(MANY, PLASTIES, 0.1), encoding="utf-8")
    assert read_table(tmp_path).strata == read_table(file).strata
    assert len(read_table(file).digest) == 64


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("seen_film_mid", "film"), "{0} has no column 'seen_film_mid'. Give the "
         "incidence.csv of a finished trial; azygos trial report OUT makes it anew."),
        (lambda text: text.splitlines()[0] + "\n", "{0} holds no patients. Give the folder of a finished trial."),
        (lambda text: text.replace(",401,400,", ",401,many,", 1),
         "{0}, line 2: finished is 'many'. A count of patients belongs there."),
        (lambda text: text.replace(",401,400,", ",401,-400,", 1),
         "{0}, line 2: finished is '-400'. A count of patients belongs there."),
        (lambda text: text.replace(",401,400,", ",401,inf,", 1),
         "{0}, line 2: finished is 'inf'. A count of patients belongs there."),
        (lambda text: text.replace(",401,400,400.0,", ",401,400,0,", 1),
         "{0}, line 2: patients have finished, but weigh nothing. Give the table as the trial wrote it."),
    ],
)  # fmt: skip
def test_a_table_that_is_none_is_refused_in_a_sentence(change, said, make_table_text, tmp_path):
    file = tmp_path / "incidence.csv"
    file.write_text(change(make_table_text(MANY, PLASTIES, 0.1)), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_table(file)
    assert str(refused.value) == said.format(file)


def test_a_trial_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError) as refused:
        read_table(tmp_path / "gone")
    assert str(refused.value) == (
        f"{tmp_path / 'gone'} is not there. Give --trial the folder of a finished trial: "
        "azygos trial run trial.toml -o OUT."
    )


def test_bytes_are_no_table(tmp_path):
    file = tmp_path / "incidence.csv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"is no table\. Give --trial the folder of a finished trial\.$"):
        read_table(file)
