"""``azygos evidence`` from the command line to a folder that can be checked and made again."""

from __future__ import annotations

import csv
import json
import tomllib

import jsonschema
import pytest

from azygos.cli import main
from azygos.evidence import evidence_schema

FILES = {"run.toml", "result.json", "studies.csv", "pooled.csv", "leave_one_out.csv", "sensitivity.csv", "report.html"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run with an added cohort."""
    folder = tmp_path_factory.mktemp("evidence")
    own = folder / "secret-name.csv"
    own.write_text("study,year,events,n,imaging\nOur <b>clinic</b>,2025,9,61,planned_ct\n", encoding="utf-8")
    assert main(["evidence", "-o", str(folder / "out"), "--add", str(own), "--prior", "tau_scale=0.8"]) == 0
    return folder / "out"


def test_the_folder_is_whole(run):
    assert {path.name for path in run.iterdir()} == FILES
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    jsonschema.validate(result, evidence_schema())
    assert result["prior"]["tau_scale"] == 0.8
    assert result["added"][0]["study"] == "Our <b>clinic</b>"
    assert result["questions"][0]["before_added"]["classes"][0]["studies"] == 4


def test_tables_have_a_row_for_everything(run):
    def rows(name: str) -> list[dict[str, str]]:
        with (run / name).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    assert len(rows("pooled.csv")) == 22
    assert sum(row["question"] == "embolus" for row in rows("leave_one_out.csv")) == 13
    assert {row["variant"] for row in rows("sensitivity.csv")} >= {"tau_scale 0.5", "beta_scale 2", "without Zou"}
    assert rows("studies.csv")[-1]["added"] == "yes"


def test_the_report_says_the_new_centre_first_and_asks_no_other_machine(run):
    text = (run / "report.html").read_text(encoding="utf-8")
    assert text.index("in a centre not yet seen") < text.index("In a typical centre")
    assert "What your cohorts changed" in text
    assert "Our &lt;b&gt;clinic&lt;/b&gt;" in text
    assert "<b>clinic" not in text
    assert "://" not in text.replace("data:", "")
    assert "research use only" in text.lower()


@pytest.mark.shared
def test_sessions_are_said_to_be_those_of_so_many_patients(run, shared):
    """Sessions and patients of one study, as the facts have them, in the report's own words."""
    text = (shared / "reference" / "incidence.csv").read_text(encoding="utf-8")
    facts = {row["row_id"]: row for row in csv.DictReader(text.splitlines())}
    report = (run / "report.html").read_text(encoding="utf-8")
    for row, said in (("I05", "{n} sessions of {of} patients"), ("I01", "{n} of {of}"), ("I14", "{n} of {of}")):
        of, n = (int(facts[row][name]) for name in ("n_patients", "n_sessions"))
        assert said.format(n=f"{n:,}", of=f"{of:,}") in report


def test_the_record_makes_it_again_without_the_file(run, tmp_path):
    record = tomllib.loads((run / "run.toml").read_text(encoding="utf-8"))
    assert record["kind"] == "evidence"
    assert "secret-name" not in (run / "run.toml").read_text(encoding="utf-8")
    assert main(["rerun", str(run / "run.toml"), "-o", str(tmp_path / "again")]) == 0
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (run / name).read_bytes(), name


def test_a_scan_has_no_place_in_evidence(run, tmp_path, capsys):
    assert main(["rerun", str(run / "run.toml"), "-o", str(tmp_path / "again"), "-i", "ct.nii"]) == 2
    assert capsys.readouterr().err == "azygos: this run read no scan. Leave -i and --labels out.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "azygos: no folder to write is given. Give one with -o.\n"),
        (
            ["-o", "x", "--prior", "tau=1"],
            "azygos: --prior 'tau=1' names no number of the prior. Known: mu_mean, mu_sd, beta_scale, tau_scale.\n",
        ),
        (
            ["-o", "x", "--prior", "tau_scale=wide"],
            "azygos: --prior 'tau_scale=wide' is no number. Write for example --prior tau_scale=1.5\n",
        ),
        (
            ["-o", "x", "--prior", "tau_scale=7"],
            "azygos: the prior's tau_scale is 7. Give a number from 0.1 to 3.\n",
        ),
    ],
)
def test_a_mistake_is_one_sentence(arguments, sentence, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["evidence", *arguments]) == 2
    assert capsys.readouterr().err == sentence
    assert list(tmp_path.iterdir()) == []


def test_the_template_goes_to_the_screen(capsys):
    assert main(["evidence", "--template"]) == 0
    assert capsys.readouterr().out.startswith("study,year,outcome,events,n,")
