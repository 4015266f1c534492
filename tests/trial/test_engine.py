"""The engine with stub patients: the same bytes whoever follows, nothing done twice, nothing lost."""

from __future__ import annotations

from functools import partial

import pytest
from stub_patients import follow_stub, stub_row, stub_trial

from azygos.ground.errors import InputError
from azygos.trial import engine, run_trial
from azygos.trial.columns import COLUMNS
from azygos.trial.merging import read_landed, read_rows
from azygos.trial.order import Order, with_patients


def table_of(folder):
    return (folder / "outcomes.parquet").read_bytes()


class Counted:
    """Stub patients that remember who was followed, in this process."""

    def __init__(self, stops_at=None):
        self.followed, self._stops_at = [], stops_at

    def __call__(self, trial, index, strategies):
        for strategy in strategies:
            if (index, strategy) == self._stops_at:
                raise KeyboardInterrupt
            self.followed.append((index, strategy))
            yield stub_row(trial, index, strategy)


def test_the_table_is_the_same_with_any_number_of_workers(tmp_path):
    trial = stub_trial(12)
    for workers in (0, 2):
        assert run_trial(trial, tmp_path / str(workers), workers=workers, work=follow_stub).whole
    assert table_of(tmp_path / "0") == table_of(tmp_path / "2")


def test_rows_stand_in_the_order_of_patients_and_strategies(tmp_path):
    run_trial(stub_trial(5), tmp_path / "out", workers=0, work=follow_stub)
    rows = list(read_rows(tmp_path / "out" / "outcomes.parquet"))
    assert [(row["patient"], row["strategy"]) for row in rows] == [(k, s) for k in range(5) for s in ("thin", "thick")]
    assert list(rows[0]) == [column.name for column in COLUMNS]
    assert rows[7]["leaked_ml"] == stub_row(stub_trial(5), 3, "thick")["leaked_ml"]


def test_a_finished_folder_holds_no_parts_and_its_times_apart(tmp_path):
    run_trial(stub_trial(3), tmp_path / "out", workers=0, work=follow_stub)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"run.toml", "outcomes.parquet", "timing.parquet", "result.json", "incidence.csv"} <= names
    assert "parts" not in names
    assert not (tmp_path / "out.partial").exists()
    assert all(0.0 <= landed.seconds < 1.0 for landed in read_landed(tmp_path / "out"))


def test_an_interrupted_run_goes_on_where_it_was(tmp_path):
    trial = stub_trial(8)
    first, second = Counted(stops_at=(5, "thick")), Counted()
    with pytest.raises(KeyboardInterrupt):
        run_trial(trial, tmp_path / "out", workers=0, work=first)
    assert run_trial(trial, tmp_path / "out", workers=0, work=second).whole
    assert first.followed[-1] == (5, "thin")
    assert sorted(first.followed + second.followed) == sorted((k, s) for k in range(8) for s in ("thin", "thick"))
    run_trial(trial, tmp_path / "whole", workers=0, work=follow_stub)
    assert table_of(tmp_path / "out") == table_of(tmp_path / "whole")


def test_more_patients_and_one_more_strategy_keep_what_has_landed(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run_trial(stub_trial(4), tmp_path / "out", workers=0, work=Counted(stops_at=(3, "thin")))
    more = Counted()
    wider = stub_trial(5, strategies=("thin", "thick", "new"))
    run_trial(wider, tmp_path / "out", workers=0, work=more)
    news = [(k, "new") for k in range(3)]
    assert sorted(more.followed) == sorted(news + [(k, s) for k in (3, 4) for s in ("thin", "thick", "new")])


def test_a_finished_run_lends_its_rows_to_a_larger_one(tmp_path):
    run_trial(stub_trial(4), tmp_path / "out", workers=0, work=follow_stub)
    more = Counted()
    run_trial(stub_trial(6), tmp_path / "out", workers=0, work=more, force=True)
    assert more.followed == [(k, s) for k in (4, 5) for s in ("thin", "thick")]
    run_trial(stub_trial(6), tmp_path / "fresh", workers=0, work=follow_stub)
    assert table_of(tmp_path / "out") == table_of(tmp_path / "fresh")


def test_a_finished_run_of_another_seed_lends_nothing(tmp_path):
    run_trial(stub_trial(2), tmp_path / "out", workers=0, work=follow_stub)
    again = Counted()
    run_trial(stub_trial(2, seed=9), tmp_path / "out", workers=0, work=again, force=True)
    assert len(again.followed) == 4


def test_when_the_time_is_up_no_patient_is_begun(tmp_path):
    seen = []
    sitting = run_trial(
        stub_trial(4), tmp_path / "out", workers=0, work=follow_stub, budget_s=0.0, progress=seen.append
    )
    assert (sitting.whole, sitting.standing.done, sitting.standing.asked, seen) == (False, 0, 8, [])
    assert sitting.output == tmp_path / "out.partial"
    assert run_trial(stub_trial(4), tmp_path / "out", workers=0, work=follow_stub).whole


def test_code_that_raises_makes_a_row_with_the_reason(tmp_path):
    sitting = run_trial(stub_trial(4, does="raise 2"), tmp_path / "out", workers=0, work=follow_stub)
    failed = [row for row in read_rows(tmp_path / "out" / "outcomes.parquet") if row["failed"]]
    assert sitting.standing.failed == 2
    assert [(row["patient"], row["strategy"]) for row in failed] == [(2, "thin"), (2, "thick")]
    assert {row["failed"] for row in failed} == {"ValueError: the bone has no cells"}
    assert failed[0]["cement"] == "generic_low_viscosity"  # who it was and what was planned is known


def test_the_standing_counts_what_landed_before(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run_trial(stub_trial(6), tmp_path / "out", workers=0, work=Counted(stops_at=(4, "thin")))
    seen = []
    run_trial(stub_trial(6), tmp_path / "out", workers=0, work=follow_stub, progress=seen.append)
    assert (seen[0].done, seen[-1].done, seen[-1].asked) == (9, 12, 12)
    share = seen[-1].shares[0]
    with_it = sum(bool(stub_row(stub_trial(6), k, "thin")["embolus_ct"]) for k in range(6))
    assert (share.strategy, share.patients, share.value) == ("thin", 6, with_it / 6)
    assert share.low < share.value < share.high


def test_rows_of_other_code_are_refused(tmp_path, monkeypatch):
    trial = stub_trial(4)
    monkeypatch.setattr(engine, "Order", partial(Order, code="0ld"))
    with pytest.raises(KeyboardInterrupt):
        run_trial(trial, tmp_path / "out", workers=0, work=Counted(stops_at=(2, "thin")))
    monkeypatch.setattr(engine, "Order", partial(Order, code="n3w"))
    with pytest.raises(InputError) as refused:
        run_trial(trial, tmp_path / "out", workers=0, work=follow_stub)
    assert str(refused.value) == (
        f"{tmp_path / 'out.partial'} was begun by azygos 0.1.0 with code 0ld, and this is 0.1.0 with code n3w: "
        "rows of two codes do not make one table. Go on with the code that began it, choose another -o, or begin "
        "anew with --force."
    )
    assert run_trial(trial, tmp_path / "out", workers=0, work=follow_stub, force=True).whole


@pytest.mark.parametrize("workers", [-1, 257])
def test_a_senseless_number_of_workers_is_refused(tmp_path, workers):
    with pytest.raises(InputError) as refused:
        run_trial(stub_trial(1), tmp_path / "out", workers=workers, work=follow_stub)
    assert str(refused.value) == f"--workers is {workers}. Give 1 to 256."
    assert not (tmp_path / "out.partial").exists()


def test_patients_can_be_more_or_fewer_than_the_file_says():
    assert with_patients(stub_trial(4), None) == stub_trial(4)
    assert with_patients(stub_trial(4), 9).trial.patients == 9
    with pytest.raises(InputError, match=r"^--patients is 0\. Give 1 to 10000000\.$"):
        with_patients(stub_trial(4), 0)
