"""Folders that appear whole: what is refused, and that only one process writes one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from azygos.ground.errors import InputError
from azygos.ground.files import check_free, finish, open_partial

HOLD = """
import sys, pathlib
from azygos.ground.files import open_partial
open_partial(pathlib.Path(sys.argv[1]), "key")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_folder_that_another_process_writes_is_left_to_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    for force in (False, True):
        with pytest.raises(InputError) as caught:
            open_partial(out, "key" if not force else "other", force=force)
        assert str(caught.value) == (
            f"another azygos is writing {out}.partial now. Wait until it is done, or choose another -o."
        )
    other.kill()
    other.communicate()
    finish(open_partial(out, "key"), out)
    assert list(out.iterdir()) == []


def test_an_unfinished_folder_is_taken_up_in_the_same_process(tmp_path: Path) -> None:
    assert open_partial(tmp_path / "out", "key") == open_partial(tmp_path / "out", "key")


def test_a_folder_that_a_full_disk_left_empty_is_taken_up(tmp_path: Path) -> None:
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "lock").touch()
    assert (open_partial(tmp_path / "out", "key") / "key").read_text() == "key"


@pytest.mark.parametrize("out", [".", "..", "sub/..", ""])
def test_a_folder_without_a_name_of_its_own_is_refused(
    out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        check_free(Path(out))
    assert str(caught.value) == f"{str(Path(out))!r} names no folder of its own. Give one to make, for example -o out."
