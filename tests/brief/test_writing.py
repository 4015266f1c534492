"""From a run folder to the folder of a brief, by the function and by the command."""

from __future__ import annotations

import json
import re
import shutil

import jsonschema
import made_runs
import pytest
from typer.testing import CliRunner

from azygos.brief import brief, brief_schema, facts_of
from azygos.cli import app
from azygos.ground.errors import InputError

FILES = {"brief.html", "brief.json", "brief.md", "run.toml"}


@pytest.fixture
def run(tmp_path):
    return made_runs.write_run(tmp_path / "run", made_runs.journey())


@pytest.mark.parametrize("kind", ["plan", "journey", "trace", "compare"])
def test_every_kind_becomes_four_files_that_fit_the_schema(kind, tmp_path):
    run = made_runs.write_run(tmp_path / "run", made_runs.drawn(kind, 3))
    made = brief(run, tmp_path / "out")
    assert {file.name for file in (tmp_path / "out").iterdir()} == FILES
    table = json.loads((tmp_path / "out" / "brief.json").read_text("utf-8"))
    jsonschema.validate(table, brief_schema())
    assert table["run"]["kind"] == kind
    named = {id for _, sentence in made.sentences() for id in sentence.facts}
    assert {fact["id"] for fact in table["facts"]} == named


def test_the_same_run_gives_the_same_bytes(run, tmp_path):
    for out in ("a", "b"):
        brief(run, tmp_path / out)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_markdown_has_the_six_parts_of_the_article(run, tmp_path):
    brief(run, tmp_path / "out")
    text = (tmp_path / "out" / "brief.md").read_text("utf-8")
    heads = re.findall(r"^#+ (.*)$", text, re.M)
    parts = ["AT-A-GLANCE", "QUICK TAKE", "SEO TITLE", "SEO DESCRIPTION", "ARTICLE BODY"]
    assert [head for head in heads if head in parts] == parts
    assert text.count("\n- ") >= 3
    assert "doi:10.3174/ajnr.A2127" in text


def test_a_page_asks_for_nothing_and_escapes_what_it_is_given(tmp_path):
    result = made_runs.plan(others=("<script>alert(1)</script>",))
    result["vertebrae"][0]["fracture"] = "<img src=x>"
    brief(made_runs.write_run(tmp_path / "run", result), tmp_path / "out")
    page = (tmp_path / "out" / "brief.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert re.findall(r"(?:src|href)=", page) == []
    assert "Research use only" in page


def test_the_command_says_the_headline_and_where_it_lies(run, tmp_path):
    told = CliRunner().invoke(app, ["brief", str(run), "-o", str(tmp_path / "out")])
    assert told.exit_code == 0, told.output
    assert told.output.startswith("A Virtual Patient Shows How Bone Cement Can Get To The Lungs\n")
    assert "Research use only: not a medical device" in told.output


def test_a_brief_is_not_run_again(run, tmp_path):
    brief(run, tmp_path / "out")
    record = tmp_path / "out" / "run.toml"
    told = CliRunner().invoke(app, ["rerun", str(record), "-o", str(tmp_path / "again")])
    expected = f"{record} records a brief. Write it again from its run: azygos brief RUN -o OUT."
    assert str(told.exception) == expected


def test_a_folder_that_is_there_is_kept_unless_forced(run, tmp_path):
    out = tmp_path / "out"
    brief(run, out)
    with pytest.raises(InputError) as error:
        brief(run, out)
    assert str(error.value) == f"{out} is already there. Choose another -o, or replace it with --force."
    brief(run, out, force=True)


# Refusals ---------------------------------------------------------------------------------------------------------


def refusal(folder) -> str:
    with pytest.raises(InputError) as error:
        facts_of(folder)
    return str(error.value)


def test_what_is_no_folder_is_refused(tmp_path):
    assert refusal(tmp_path / "x") == f"{tmp_path / 'x'} is not a folder. Give the folder that azygos wrote with -o."


def test_a_folder_without_a_record_is_refused(tmp_path):
    expected = f"{tmp_path} is not a run folder of azygos: it has no run.toml. Give the folder given with -o."
    assert refusal(tmp_path) == expected


def test_an_unfinished_run_is_refused(tmp_path):
    run = made_runs.write_run(tmp_path / "run", made_runs.plan(), state="unfinished")
    assert refusal(run) == f"the run in {run} is not finished. Run it again first."


def test_a_run_without_its_result_is_refused(run):
    (run / "result.json").unlink()
    assert refusal(run) == f"the run in {run} is not finished. Run it again first."


def test_another_kind_is_refused(run, tmp_path):
    brief(run, tmp_path / "out")
    out, kinds = tmp_path / "out", "a plan, a journey, a trace or a compare"
    assert refusal(out) == f"{out} holds a run of kind 'brief'. A brief is written of {kinds}."


def test_another_version_of_a_result_is_refused(tmp_path):
    run = made_runs.write_run(tmp_path / "run", made_runs.plan() | {"schema_version": 9})
    assert refusal(run) == f"{run} holds a result of version 9; this azygos reads version 1. Run it again."


def test_a_result_that_lacks_a_part_is_refused(tmp_path):
    result = made_runs.plan()
    del result["visible_leak_ml"]
    run = made_runs.write_run(tmp_path / "run", result)
    expected = (
        f"the result.json of {run} is not as this azygos writes it (nothing stands at /visible_leak_ml). Run it again."
    )
    assert refusal(run) == expected


def test_a_broken_result_is_refused(run):
    (run / "result.json").write_text("{", "utf-8")
    assert refusal(run).startswith(f"{run / 'result.json'} cannot be read (")


def test_nothing_is_left_of_a_brief_that_is_refused(run, tmp_path):
    (run / "result.json").write_text("{", "utf-8")
    with pytest.raises(InputError):
        brief(run, tmp_path / "out")
    shutil.rmtree(run)
    assert list(tmp_path.iterdir()) == []
