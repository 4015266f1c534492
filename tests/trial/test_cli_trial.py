"""The commands of a trial, on two real patients on a coarse grid, and their sentences."""

from __future__ import annotations

import shutil
import sys

import pytest
from stub_patients import follow_stub, stub_trial

from azygos.cli import main
from azygos.cli.standing import line, span
from azygos.cli.trial import seconds
from azygos.ground.errors import InputError
from azygos.trial import Standing, conclude_again
from azygos.trial.standing import Share

TWO = """
[trial]
name = "two"
patients = 2
seed = 4
spacing_mm = 3.0
[population]
levels = [1, 1]
[[strategy]]
name = "thin"
cement = "generic_low_viscosity"
age_at_start_min = 4.0
rate_ml_min = 2.0
volume_ml_thoracic = 3.0
volume_ml_lumbar = 4.5
[[strategy]]
name = "thick"
cement = "generic_high_viscosity"
age_at_start_min = 4.0
rate_ml_min = 2.0
volume_ml_thoracic = 3.0
volume_ml_lumbar = 4.5
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Two real patients, followed by the command."""
    folder = tmp_path_factory.mktemp("trial")
    (folder / "trial.toml").write_text(TWO)
    assert main(["trial", "run", str(folder / "trial.toml"), "-o", str(folder / "out"), "--workers", "0"]) == 0
    return folder


def test_a_run_leaves_a_whole_folder(real):
    names = {path.name for path in (real / "out").iterdir()}
    assert {"run.toml", "outcomes.parquet", "timing.parquet", "result.json", "report.html", "incidence.csv"} <= names


def test_shards_from_the_command_line_merge_to_the_same_bytes(real):
    for number in (1, 2):
        command = ["trial", "run", str(real / "trial.toml"), "-o", str(real / f"s{number}"), "--workers", "0"]
        assert main([*command, "--shard", f"{number}/2"]) == 0
    assert main(["trial", "merge", str(real / "s1"), str(real / "s2"), "-o", str(real / "merged")]) == 0
    tables = [(real / name / "outcomes.parquet").read_bytes() for name in ("out", "merged")]
    assert tables[0] == tables[1]


def test_a_replay_is_the_row_of_the_table(real, tmp_path, capsys):
    command = ["trial", "replay", str(real / "out"), "--patient", "1", "--strategy", "thick", "-o", str(tmp_path / "k")]
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"Under 'thick' the outcome is the row of {real / 'out'}, number for number."
    )
    assert (tmp_path / "k" / "report.html").is_file()


def test_a_replay_of_nobody_is_refused(real, tmp_path, capsys):
    assert main(["trial", "replay", str(real / "out"), "--patient", "2", "-o", str(tmp_path / "k")]) == 2
    assert capsys.readouterr().err == "azygos: --patient is 2. The trial has patients 0 to 1.\n"
    assert not (tmp_path / "k").exists()


def test_a_question_is_answered_as_a_table(real, capsys):
    asked = "SELECT strategy, count(*) AS n FROM outcomes GROUP BY strategy ORDER BY strategy"
    assert main(["trial", "query", str(real / "out"), asked]) == 0
    assert capsys.readouterr().out == "strategy,n\nthick,2\nthin,2\n"


def test_the_report_can_be_made_anew(real):
    report = real / "out" / "report.html"
    before = report.read_bytes()
    report.unlink()
    assert main(["trial", "report", str(real / "out")]) == 0
    assert report.read_bytes() == before


def test_altered_times_are_told(real, tmp_path):
    out = shutil.copytree(real / "out", tmp_path / "out")
    (out / "timing.json").write_text("junk")
    with pytest.raises(InputError) as told:
        conclude_again(out)
    assert str(told.value) == f"{out / 'timing.json'} cannot be read. Take it as azygos wrote it, or remove it."


def test_a_shard_has_no_report(real, tmp_path, capsys):
    (tmp_path / "trial.toml").write_text(TWO)
    shard = [
        "trial",
        "run",
        str(tmp_path / "trial.toml"),
        "-o",
        str(tmp_path / "s"),
        "--workers",
        "0",
        "--shard",
        "1/2",
    ]
    assert main(shard) == 0
    assert main(["trial", "report", str(tmp_path / "s")]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"azygos: {tmp_path / 's'} is shard 1/2 of a trial. Merge all shards first: azygos trial merge SHARD... -o OUT."
    )


def test_a_rerun_gives_the_same_table(real, tmp_path):
    assert main(["rerun", str(real / "out" / "run.toml"), "-o", str(tmp_path / "again"), "--workers", "0"]) == 0
    assert (tmp_path / "again" / "outcomes.parquet").read_bytes() == (real / "out" / "outcomes.parquet").read_bytes()


def test_a_finished_folder_is_refused(real, capsys):
    assert main(["trial", "run", str(real / "trial.toml"), "-o", str(real / "out")]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"azygos: {real / 'out'} is already there. Choose another -o, or replace it with --force."
    )


def test_a_budget_ends_well_and_says_what_is_left(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("azygos.trial.engine._real_work", lambda: follow_stub)
    (tmp_path / "trial.toml").write_text(stub_trial(3).toml())
    command = ["trial", "run", str(tmp_path / "trial.toml"), "-o", str(tmp_path / "out"), "--workers", "0"]
    assert main([*command, "--budget", "0s"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"The time is up: 6 rows are left. The same command goes on; {tmp_path / 'out.partial'} keeps the rest."
    )
    assert main(command) == 0


def test_without_pyarrow_the_sentence_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "trial.toml").write_text(stub_trial(3).toml())
    assert main(["trial", "run", str(tmp_path / "trial.toml"), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "azygos: azygos trial needs pyarrow, which is not installed. Install it: pip install 'azygos[trial]'."
    )
    assert not (tmp_path / "out.partial").exists()


def test_a_template_is_a_trial(tmp_path, capsys):
    from azygos.trial import parse_trial

    assert main(["trial", "template"]) == 0
    assert parse_trial(capsys.readouterr().out).trial.patients == 200


def test_a_screening_is_not_run_again_as_a_trial(tmp_path, capsys):
    (tmp_path / "run.toml").write_text('kind = "screening"\n')
    assert main(["rerun", str(tmp_path / "run.toml"), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        f"azygos: {tmp_path / 'run.toml'} records a screening. Make it again from its trial: "
        "azygos trial screen trial.toml -o OUT.\n"
    )


@pytest.mark.parametrize(("text", "is_s"), [("90s", 90.0), ("30m", 1800.0), ("1h30m", 5400.0), ("0.5 h", 1800.0)])
def test_a_budget_is_a_time(text, is_s):
    assert seconds(text) == is_s


@pytest.mark.parametrize("text", ["", "30", "soon", "m30"])
def test_a_budget_without_a_unit_is_refused(text):
    with pytest.raises(InputError) as refused:
        seconds(text)
    assert str(refused.value) == f"--budget is {text!r}. Give a time with its unit, for example 90s, 30m or 1h30m."


def test_the_standing_is_one_line():
    share = Share(strategy="thin", patients=40, value=0.1, low=0.04, high=0.23)
    standing = Standing(done=40, asked=4000, failed=2, rate=1.0, left_s=3960.0, outcome="embolus_ct", shares=(share,))
    assert line(standing) == (
        "40 of 4000 followed, 2 failed, 1.00 a second, 66 min left; embolus_ct: thin 10.0 % [4.0, 23.0]"
    )
    assert span(float("nan")) == "?"


def test_an_altered_row_is_told_and_ends_with_one(real, tmp_path, capsys, monkeypatch):
    from azygos.trial import replaying

    shutil.copytree(real / "out", tmp_path / "out")
    found = replaying.find_row
    monkeypatch.setattr(replaying, "find_row", lambda *asked: {**found(*asked), "leaked_ml": 9.0})
    assert main(["trial", "replay", str(tmp_path / "out"), "--patient", "0", "-o", str(tmp_path / "k")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"The outcome is not the row of {tmp_path / 'out'}: leaked_ml differ. "
        "The code is the trial's, so the kind of machine or a library differs."
    )
