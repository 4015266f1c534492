"""The record of a run: members and ``run.toml`` come back as they went; values carry their sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.ground.files import sha256_of
from azygos.plan.ensemble import run_plan
from azygos.plan.plan_file import PlanFile
from azygos.plan.record import (
    RunRecord,
    load_members,
    read_run_toml,
    save_members,
    values_used,
    write_run_toml,
)
from azygos.plan.session import Physics
from azygos.spine import Vertebra

RECORD = RunRecord(
    version="0.1.0",
    seed=0,
    draws=32,
    spacing_mm=1.0,
    plan='[cement]\nname = "generic_high_viscosity"\n',
    inputs={"ct": "ab12"},
    options={"at_mm": [[1.0, -2.0, 3.5]], "repair": True},
)


def test_members_come_back_with_their_fill_in_half_precision(
    a_plan: PlanFile, t12: Vertebra, stand_ins: Physics, tmp_path: Path
) -> None:
    before = run_plan(a_plan, [t12], seed=2, draws=1, workers=0, physics=stand_ins)
    save_members(tmp_path / "members.npz", before)
    after = load_members(tmp_path / "members.npz")
    assert [m.draw for m in after] == [m.draw for m in before]
    assert repr([m.outlets for m in after]) == repr([m.outlets for m in before])
    assert np.array_equal(after[0].plunger_pressure, before[0].plunger_pressure)
    assert after[0].fill == pytest.approx(before[0].fill, abs=1e-3)
    assert not after[0].fill.flags.writeable


def test_run_toml_comes_back_as_it_went(tmp_path: Path) -> None:
    write_run_toml(tmp_path, RECORD, {}, whole=True)
    assert read_run_toml(tmp_path / "run.toml") == RECORD


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("seed = ", "is not valid TOML (Invalid value (at end of document)). Take the run.toml that azygos wrote."),
        ("seed = 3", "has no 'azygos'. Take the run.toml that azygos wrote."),
        ('azygos = "0.1.0"\nseed = "three"', ": seed is not what azygos wrote there. Take the run.toml as it was."),
    ],
)
def test_a_broken_run_toml_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_run_toml(path)
    assert str(caught.value) == f"{path}{'' if sentence.startswith(':') else ' '}{sentence}"


@pytest.mark.parametrize(
    ("there", "instead", "sentence"),
    [
        ("-2.0,", "", ": at_mm is not what azygos wrote there. Take the run.toml as it was."),
        ('kind = "plan"', 'kind = "trace"', " records a run of the kind 'trace', and azygos does only plans again."),
    ],
)
def test_a_changed_run_toml_is_refused(there: str, instead: str, sentence: str, tmp_path: Path) -> None:
    write_run_toml(tmp_path, RECORD, {}, whole=True)
    path = tmp_path / "run.toml"
    text = path.read_text(encoding="utf-8")
    assert there in text
    path.write_text(text.replace(there, instead), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_run_toml(path)
    assert str(caught.value) == f"{path}{sentence}"


def test_a_run_folder_is_not_its_record(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_run_toml(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is a folder. Give the run.toml of a finished run: azygos rerun OUT/run.toml -o OUT2"
    )


def test_values_of_the_plans_cements_only() -> None:
    used = values_used(["generic_high_viscosity"])
    cements = {place.split(".")[1] for place in used if place.startswith("cements.")}
    assert "generic_high_viscosity" in cements
    assert "generic_low_viscosity" not in cements
    assert used["cements.generic_high_viscosity.consistency"].number > 0.0


def test_a_folders_hash_knows_its_files_but_not_their_names(tmp_path: Path) -> None:
    for folder, names in (("one", ("a", "b")), ("two", ("Meier", "x")), ("three", ("a",))):
        (tmp_path / folder).mkdir()
        for content, name in zip((b"slice 1", b"slice 2"), names, strict=False):
            (tmp_path / folder / name).write_bytes(content)
    one, two, three = (sha256_of(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two != three


def test_the_hash_of_what_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        sha256_of(tmp_path / "ct.nii")
    assert str(caught.value) == (f"{tmp_path / 'ct.nii'} is not there. Check the path of the file or folder to read.")
