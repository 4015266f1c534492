"""Run folders that somebody has edited or damaged: one sentence, and no traceback."""

from __future__ import annotations

import json

import made_runs
import pytest

from azygos.brief import brief, check_files
from azygos.ground.errors import InputError

DEEP = "[" * 100_000
LONG = "9" * 5000


@pytest.fixture
def run(tmp_path):
    return made_runs.write_run(tmp_path / "run", made_runs.trace(1))


@pytest.mark.parametrize("name", ["run.toml", "result.json"])
@pytest.mark.parametrize("text", [DEEP, LONG, "a = " + DEEP, "a = " + LONG, '{"a": ' + LONG + "}"])
def test_a_file_that_no_reader_can_take_is_refused(run, tmp_path, name, text):
    (run / name).write_text(text)
    with pytest.raises(InputError, match=f"{name} cannot be read"):
        brief(run, tmp_path / "out")


@pytest.mark.parametrize("kind", [{"a": 1}, [1], 3, None])
def test_a_result_of_an_odd_kind_is_refused(run, tmp_path, kind):
    result = json.loads((run / "result.json").read_text())
    (run / "result.json").write_text(json.dumps({**result, "kind": kind}))
    with pytest.raises(InputError, match="is a run of kind"):
        brief(run, tmp_path / "out")


def test_a_place_that_this_azygos_does_not_know_is_refused(run, tmp_path):
    result = json.loads((run / "result.json").read_text())
    for piece in result["pieces"]:
        piece["place"]["site"] = "left ear"
    (run / "result.json").write_text(json.dumps(result))
    with pytest.raises(InputError, match="'left ear', which this azygos has no plain words for"):
        brief(run, tmp_path / "out")


@pytest.mark.parametrize("place", [".", "run", "run/../run"])
def test_a_brief_never_replaces_its_own_run(run, tmp_path, place):
    said = "holds the run itself, which would be replaced"
    with pytest.raises(InputError, match=said):
        brief(run, tmp_path / place, force=True)
    text = tmp_path / "text.md"
    text.write_text("It stays.\n")
    with pytest.raises(InputError, match=said):
        check_files(text, run, tmp_path / place, force=True)
    assert (run / "result.json").is_file()
