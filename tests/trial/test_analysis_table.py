"""A whole table analysed: known counts, who failed, groups, curves and strata."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made import STRATEGIES, made_table, made_trial

from azygos.ground.errors import InputError
from azygos.trial.analysis import analyse, incidence_table, read_outcomes
from azygos.trial.analysis.attrition import unlike
from azygos.trial.analysis.groups import by_thirds
from azygos.trial.analysis.measures import MEASURES, measures_for
from azygos.trial.analysis.subgroups import cochran, holm
from azygos.trial.findings import Interaction

THIN, THICK = STRATEGIES


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    return made_table(tmp_path_factory.mktemp("made") / "outcomes.parquet", patients=600, failing=(0.02, 0.06))


@pytest.fixture(scope="module")
def findings(table):
    return analyse(table, made_trial())


@pytest.fixture(scope="module")
def rows(table):
    return pq.read_table(table).to_pylist()


def changed(table: Path, to: Path, **columns: object) -> Path:
    """The same table with other values: a function from a row to the column's value."""
    whole = pq.read_table(table)
    told = whole.to_pylist()
    for name, value in columns.items():
        place = whole.schema.get_field_index(name)
        kind = whole.schema.field(place)
        whole = whole.set_column(place, kind, pa.array([value(row) for row in told], kind.type))
    pq.write_table(whole, to)
    return to


def one(parcels, **wanted):
    (found,) = (p for p in parcels if all(getattr(p, name) == value for name, value in wanted.items()))
    return found


def test_no_interval_of_a_share_or_a_chance_leaves_its_bounds(table, tmp_path):
    seen = "seen_planned_ct_mid"
    few = changed(
        table,
        tmp_path / "few.parquet",
        failed=lambda row: "" if row["patient"] < 6 else "left out",
        **{seen: lambda row: float(row["patient"] == 0 and row["strategy"] == THIN)},
    )
    found = analyse(few, made_trial())
    level, gap = one(found.levels, measure=seen, strategy=THIN), one(found.differences, measure=seen)
    assert (level.value, level.low, level.high) == pytest.approx((1.0 / 6.0, 0.0, 1.0))
    assert (gap.value, gap.low) == pytest.approx((-1.0 / 6.0, -1.0))


def test_times_that_cannot_be_read_are_told(table, tmp_path):
    times = tmp_path / "timing.parquet"
    times.write_text("junk")
    with pytest.raises(InputError) as told:
        analyse(table, made_trial(), timing=times)
    assert str(told.value) == f"{times} cannot be read. Take it as azygos wrote it, or remove it."


def test_levels_are_plain_counts_of_who_finished(findings, rows):
    for strategy in STRATEGIES:
        whole = [row for row in rows if row["strategy"] == strategy and not row["failed"]]
        level = one(findings.levels, measure="embolus_ct", strategy=strategy)
        assert level.patients == len(whole)
        assert level.events == sum(row["embolus_ct"] for row in whole)
        assert level.value == pytest.approx(level.events / level.patients)
        assert level.effective == pytest.approx(level.patients)
        mean = one(findings.levels, measure="leaked_ml", strategy=strategy)
        assert mean.value == pytest.approx(np.mean([row["leaked_ml"] for row in whole]))


def test_differences_are_over_the_pairs_that_both_finished(findings, rows):
    whole = {(row["patient"], row["strategy"]): row for row in rows if not row["failed"]}
    pairs = [k for k in range(600) if (k, THIN) in whole and (k, THICK) in whole]
    gap = one(findings.differences, measure="leak_venous", strategy=THICK)
    events = [(whole[k, THICK]["leak_venous"], whole[k, THIN]["leak_venous"]) for k in pairs]
    assert gap.reference == THIN
    assert gap.patients == len(pairs)
    assert gap.only_strategy == sum(ours and not theirs for ours, theirs in events)
    assert gap.only_reference == sum(theirs and not ours for ours, theirs in events)
    assert gap.value == pytest.approx((gap.only_strategy - gap.only_reference) / len(pairs))
    assert gap.low < gap.value < gap.high < 0.0
    assert not gap.within_noise


def test_strategies_that_are_no_reference_are_held_against_each_other(findings, tmp_path):
    assert findings.beside == ()
    odds = {"thin": 1.0, "middle": 0.6, "thick": 0.1}
    made = made_table(tmp_path / "outcomes.parquet", patients=300, strategies=odds, failing=0.0)
    three = analyse(made, made_trial(strategies=tuple(odds)))
    assert {(d.strategy, d.reference) for d in three.beside} == {("thick", "middle")}
    gap = one(three.beside, measure="leak_venous")
    rows = {(row["patient"], row["strategy"]): row["leak_venous"] for row in pq.read_table(made).to_pylist()}
    thick, middle = (sum(rows[k, name] for k in range(300)) for name in ("thick", "middle"))
    assert gap.value == pytest.approx((thick - middle) / 300)
    assert gap.only_strategy - gap.only_reference == thick - middle < 0


def test_any_lung_counts_pieces_and_stopped_early_counts_patients(findings, rows):
    thin = [row for row in rows if row["strategy"] == THIN and not row["failed"]]
    assert one(findings.levels, measure="any_lung", strategy=THIN).events == sum(r["lung_pieces"] > 0 for r in thin)
    assert one(findings.levels, measure="stopped_early", strategy=THIN).events == sum(
        r["stopped_early"] > 0 for r in thin
    )


def test_the_primary_measure_comes_first_and_may_be_any_yes_or_no(table):
    assert [m.name for m in measures_for("embolus_ct")] == [m.name for m in MEASURES]
    findings = analyse(table, made_trial(primary="cava_seen"))
    assert findings.measures[0].name == "cava_seen"
    assert [m.primary for m in findings.measures].count(True) == 1
    assert findings.measures[0].kind == "share"
    assert {d.measure for d in findings.subgroups[0].differences} == {
        "cava_seen",
        "leak_any",
        "leak_venous",
        "leaked_ml",
    }


def test_a_primary_that_no_outcome_is_called_is_refused():
    with pytest.raises(InputError) as told:
        measures_for("hope")
    assert str(told.value) == 'primary is "hope", which no outcome is called. "embolus_ct" is usual.'


# Who failed -------------------------------------------------------------------------------------------------------


def test_accounts_add_up_and_name_reasons_most_frequent_first(findings, rows):
    for account in findings.accounts:
        failed = [row["failed"] for row in rows if row["strategy"] == account.strategy and row["failed"]]
        assert account.asked == account.finished + account.failed == 600
        assert account.failed == len(failed) == sum(count for _, count in account.reasons)
        counts = [count for _, count in account.reasons]
        assert counts == sorted(counts, reverse=True)
        assert dict(account.reasons) == {reason: failed.count(reason) for reason in failed}


def test_failures_bound_the_primary_difference(table, tmp_path):
    """Eight patients: 0 fails thick, 1 fails thin, 2 fails both; of the others two have events under thin alone."""
    small = pq.read_table(table).slice(0, 16)
    pq.write_table(small, tmp_path / "small.parquet")
    fails = {(0, THICK), (1, THIN), (2, THICK), (2, THIN)}
    made = changed(
        tmp_path / "small.parquet",
        tmp_path / "made.parquet",
        failed=lambda row: "no" if (row["patient"], row["strategy"]) in fails else "",
        embolus_ct=lambda row: row["strategy"] == THIN and row["patient"] in (3, 4),
    )
    found = analyse(made, made_trial())
    (lost,) = found.attrition
    assert (lost.pairs, lost.complete, lost.only_strategy, lost.only_reference) == (8, 5, 1, 1)
    assert found.differences[0].value == pytest.approx(-2.0 / 5.0)
    # best for thick: its missing are no event (0, 2), thin's missing are events (1, 2): (0 - 4) / 8
    assert (lost.worst_low, lost.worst_high) == pytest.approx((-4.0 / 8.0, (2.0 - 2.0) / 8.0))
    assert lost.p == 1.0
    assert lost.fails_alike


def test_strategies_that_fail_unlike_are_said(findings):
    (lost,) = findings.attrition  # 2 and 6 of 100 fail, the same patients as far as they go
    assert lost.only_reference == 0
    assert lost.only_strategy > 10
    assert not lost.fails_alike
    assert lost.worst_low < one(findings.differences, measure="embolus_ct").value < lost.worst_high


def test_the_test_of_failures_is_exact_and_close_to_normal_beyond_a_thousand():
    assert unlike(0, 0) == 1.0
    assert unlike(6, 0) == pytest.approx(2.0 / 64.0)
    assert unlike(520, 481) == pytest.approx(unlike(519, 481), abs=0.02)


def test_a_patient_without_a_row_is_no_failure(table, tmp_path):
    """A trial that is not whole: the last patients have a row under one strategy only, or none."""
    pq.write_table(pq.read_table(table).slice(0, 101), tmp_path / "part.parquet")
    found = analyse(tmp_path / "part.parquet", made_trial())
    assert sorted(account.asked for account in found.accounts) == [50, 51]
    assert found.attrition[0].pairs == 50


def test_one_strategy_alone_has_no_differences(table):
    found = analyse(table, made_trial(strategies=(THIN,)))
    assert found.differences == found.attrition == found.interactions == ()
    assert len(found.levels) == len(MEASURES)
    assert all(group.differences == () for group in found.subgroups)


def test_nobody_finished_is_told_and_not_guessed(table, tmp_path):
    found = analyse(changed(table, tmp_path / "none.parquet", failed=lambda row: "no"), made_trial())
    assert all(math.isnan(level.value) for level in found.levels)
    assert all(difference.within_noise for difference in found.differences)
    assert [account.finished for account in found.accounts] == [0, 0]


# Groups -----------------------------------------------------------------------------------------------------------


def test_every_division_holds_every_patient_once(findings):
    by = {}
    for group in findings.subgroups:
        by[group.by] = by.get(group.by, 0) + group.patients
    assert set(by) == {
        "region", "levels", "sex", "age", "density", "severity", "cleft", "volume", "permeability",
    }  # fmt: skip
    assert set(by.values()) == {600}


def test_a_groups_difference_is_that_of_its_patients(findings, rows):
    women = [row for row in rows if row["sex"] == "female"]
    whole = {(row["patient"], row["strategy"]): row["embolus_ct"] for row in women if not row["failed"]}
    pairs = [k for k in range(600) if (k, THIN) in whole and (k, THICK) in whole]
    gap = one(one(findings.subgroups, by="sex", group="female").differences, measure="embolus_ct")
    assert gap.patients == len(pairs)
    assert gap.value == pytest.approx(sum(float(whole[k, THICK]) - whole[k, THIN] for k in pairs) / len(pairs))


def test_thirds_are_thirds_of_the_population_and_not_of_those_drawn(tmp_path):
    table = made_table(tmp_path / "weighted.parquet", patients=4000, importance=True)
    outcomes = read_outcomes(table)
    veins = by_thirds(outcomes, "veins", outcomes.of_patient("vein_radius_factor"), "{:.3f}", "")
    weights = np.array([outcomes.weight[veins.member == k].sum() for k in range(3)])
    assert weights / weights.sum() == pytest.approx(1.0 / 3.0, abs=0.002)
    assert np.bincount(veins.member)[2] > 1500  # wide veins were drawn more often


def test_a_difference_that_hangs_on_sex_is_found_and_others_are_not(table, tmp_path):
    """Thick cement prevents every leak in men and none in women."""
    made = changed(
        table,
        tmp_path / "sex.parquet",
        leak_any=lambda row: row["patient"] % 2 == 0 and not (row["sex"] == "male" and row["strategy"] == THICK),
        failed=lambda row: "",
    )
    found = analyse(made, made_trial()).interactions
    by_sex = one(found, by="sex", measure="leak_any")
    assert by_sex.spread == pytest.approx(0.5, abs=0.1)
    assert by_sex.p < by_sex.p_holm < 1e-6
    assert min(test.p_holm for test in found if test.by != "sex" and test.measure == "leak_any") > 0.05


def test_a_small_group_without_a_large_leak_is_not_sure_of_its_mean(table, tmp_path):
    """One patient of 20 leaks 3 mL. None of the 15 with three levels does: luck, by which 0.75 were to be expected."""

    def leaked(row):
        large = row["patient"] % 20 == 19 and row["patient"] >= 20
        return (3.0 if large else 0.01 + 1e-4 * (row["patient"] % 3)) * (row["strategy"] != THICK)

    few = changed(
        table,
        tmp_path / "few.parquet",
        levels=lambda row: 3 if row["patient"] < 15 else 1 + row["patient"] // 20 % 2,
        leaked_ml=leaked,
        failed=lambda row: "",
    )
    found = one(analyse(few, made_trial()).interactions, by="levels", measure="leaked_ml")
    assert found.spread > 0.1
    assert found.p > 0.2

    men = changed(
        table,
        tmp_path / "men.parquet",
        leaked_ml=lambda row: leaked(row) + 0.5 * (row["sex"] == "male") * (row["strategy"] == THICK),
        failed=lambda row: "",
    )
    assert one(analyse(men, made_trial()).interactions, by="sex", measure="leaked_ml").p_holm < 1e-6


def test_cochrans_q_and_holm_by_hand():
    assert cochran([0.1, 0.3, 0.2], [0.01, 0.01, 0.01]) == pytest.approx(math.exp(-1.0))  # Q = 2, two degrees
    tests = [Interaction(by="", measure=str(k), strategy="", spread=0.0, p=p) for k, p in enumerate((0.01, 0.04, 0.03))]
    assert [test.p_holm for test in holm(tests)] == pytest.approx([0.03, 0.06, 0.06])


# Curves, strata, the file -----------------------------------------------------------------------------------------


def test_curves_end_at_the_share_with_symptoms_and_never_fall(findings):
    for curve in findings.curves:
        level = one(findings.levels, measure="symptomatic", strategy=curve.strategy)
        assert (curve.share[-1], curve.low[-1], curve.high[-1]) == pytest.approx((level.value, level.low, level.high))
        assert np.all(np.diff(curve.share) >= 0.0)
        fortnight = one(findings.levels, measure="symptomatic_14d", strategy=curve.strategy)
        assert curve.share[curve.days == 14.0] == pytest.approx(fortnight.value)


@pytest.mark.parametrize("importance", [False, True], ids=["plain", "weighted"])
def test_strata_add_up_to_the_whole(importance, tmp_path):
    table = made_table(tmp_path / "outcomes.parquet", patients=300, failing=0.05, importance=importance)
    strata, findings = incidence_table(table, tuple(STRATEGIES)), analyse(table, made_trial())
    assert [row["strategy"] for row in strata] == sorted(
        (row["strategy"] for row in strata), key=list(STRATEGIES).index
    )
    for strategy in STRATEGIES:
        mine = [row for row in strata if row["strategy"] == strategy]
        total = {name: sum(row[name] for row in mine) for name in mine[0] if not isinstance(mine[0][name], str)}
        account = one(findings.accounts, strategy=strategy)
        assert (total["patients"], total["finished"]) == (account.asked, account.finished)
        for event in ("embolus_ct", "any_lung", "leak_venous", "died"):
            level = one(findings.levels, measure=event, strategy=strategy)
            assert total[event] / total["weight"] == pytest.approx(level.value)
        assert total["seen_planned_ct_mid"] <= total["embolus_ct"]


def test_a_stratum_says_who_is_in_it(table, rows):
    strata = incidence_table(table)
    assert {row["viscosity"] for row in strata if row["strategy"] == THICK} == {"high"}
    assert {row["levels"] for row in strata} == {"1", "2", "3+"}
    young = [
        row for row in rows if row["strategy"] == THIN and row["age_years"] < 65.0 and row["fracture_age_days"] <= 14
    ]
    found = [r for r in strata if r["strategy"] == THIN and r["age_band"] == "<65" and r["fracture_age"] == "<=14d"]
    assert sum(row["patients"] for row in found) == len(young)


def test_the_header_tells_version_and_code(findings):
    assert (findings.version, findings.code) == ("0.1.0", "made up")


def test_the_time_a_patient_takes_is_the_median(table, tmp_path):
    pq.write_table(pa.table({"seconds": [1.0, 2.0, 9.0]}), tmp_path / "timing.parquet")
    assert analyse(table, made_trial(), timing=tmp_path / "timing.parquet").seconds_a_patient == 2.0
    assert math.isnan(analyse(table, made_trial(), timing=tmp_path / "none.parquet").seconds_a_patient)


def test_what_is_no_outcome_table_is_refused(table, tmp_path):
    for name, content, sentence in (
        ("absent", None, "{} is not there. Give the outcomes.parquet of a finished trial."),
        ("text", b"hello", "{} cannot be read as parquet. Give the outcomes.parquet of a trial."),
    ):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputError) as told:
            analyse(path, made_trial())
        assert str(told.value) == sentence.format(path)
    pq.write_table(pa.table({"patient": [1]}), tmp_path / "other.parquet")
    with pytest.raises(InputError) as told:
        analyse(tmp_path / "other.parquet", made_trial())
    assert str(told.value) == f"{tmp_path / 'other.parquet'} is no outcome table: it has no column 'strategy'."
    with pytest.raises(InputError) as told:
        analyse(table, made_trial(strategies=("hope",)))
    assert str(told.value) == f"{table} holds none of the trial's strategies, but {THICK}, {THIN}."
    pq.write_table(pq.read_table(table).slice(0, 0), tmp_path / "empty.parquet")
    with pytest.raises(InputError) as told:
        analyse(tmp_path / "empty.parquet", made_trial())
    assert str(told.value) == f"{tmp_path / 'empty.parquet'} holds none of the trial's strategies, but no rows at all."
    pq.write_table(pq.read_table(table).drop_columns(["cord"]), tmp_path / "older.parquet")
    with pytest.raises(InputError) as told:
        analyse(tmp_path / "older.parquet", made_trial())
    assert str(told.value) == (
        f"{tmp_path / 'older.parquet'} has no column 'cord'. It was made by another version of azygos: "
        "run its trial again."
    )


def test_without_pyarrow_the_sentence_says_what_to_install(table, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(InputError) as told:
        read_outcomes(table)
    assert str(told.value) == "trials need pyarrow, which is not installed. Run: pip install 'azygos[trial]'"


MEASURE = """
import resource, sys
sys.path.insert(0, sys.argv[2])
import pyarrow.parquet, scipy.stats, scipy.optimize
from pathlib import Path
from made import made_trial
from azygos.trial.analysis import analyse
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
analyse(Path(sys.argv[1]), made_trial())
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def peak_mb(table: Path) -> float:
    here = str(Path(__file__).parent)
    told = subprocess.run([sys.executable, "-c", MEASURE, table, here], capture_output=True, text=True, check=True)
    return float(told.stdout)


def test_a_large_table_is_read_a_column_at_a_time(tmp_path):
    """20,000 patients are 26 MB under two strategies; reading them whole grows a process by 60 MB."""
    small = peak_mb(made_table(tmp_path / "small.parquet", patients=500))
    assert peak_mb(made_table(tmp_path / "large.parquet", patients=20_000)) - small < 35.0
