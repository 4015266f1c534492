"""Runs from plan file to folder: what is written, that it is whole, that it comes out the same again."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from jsonschema import Draft202012Validator

from azygos.ground.errors import DidNotConverge, InputError
from azygos.ground.volume import Volume
from azygos.plan import run as runs
from azygos.plan.outcome import PlanResult
from azygos.plan.patient import Patient, Source, find_patient
from azygos.plan.plan_file import parse_plan
from azygos.plan.run import Effort, plan, rerun
from azygos.plan.schema import result_schema
from azygos.plan.session import Physics
from azygos.plan.template import plan_template

Failing = Callable[[Callable[[int], bool], Physics], Physics]
SENTENCE = "the pressure solve stopped at step 3 with residual 1e-2; last good time 4.0 s."


PLAN = """
# for Mrs Meier
[[vertebra]]
level = "T12"
portions = [{ volume_ml = 2.0, rate_ml_min = 2.0 }]
[cement]
name = "generic_high_viscosity"
age_at_start_min = 4.0
[[alternative]]
name = "later"
cement.age_at_start_min = 8.0
"""


@pytest.fixture
def plan_path(tmp_path: Path) -> Path:
    path = tmp_path / "plan of Mrs Meier.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def effort(stand_ins: Physics) -> Effort:
    def report(result: PlanResult, path: Path) -> None:
        path.write_text("<p>report</p>", encoding="utf-8")

    return Effort(workers=0, physics=stand_ins, write_report=report)


def do(plan_path: Path, out: Path, effort: Effort, draws: int = 4) -> PlanResult:
    return plan(plan_path, out, virtual=5, draws=draws, seed=11, spacing_mm=2.0, effort=effort)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, effort: Effort) -> Path:
    """A finished run, only to be read."""
    home = tmp_path_factory.mktemp("home of Mrs Meier")
    (home / "plan.toml").write_text(PLAN, encoding="utf-8")
    do(home / "plan.toml", home / "out", effort)
    return home / "out"


def test_a_run_folder_is_whole(out: Path) -> None:
    assert sorted(path.name for path in out.iterdir()) == [
        "fill.vti",
        "fill_probability.nii.gz",
        "fill_probability.seg.nrrd",
        "members",
        "members.csv",
        "report.html",
        "result.json",
        "routes.csv",
        "run.toml",
        "timing.json",
    ]
    assert not out.with_name("out.partial").exists()


def test_the_result_fits_its_published_schema(out: Path) -> None:
    Draft202012Validator.check_schema(result_schema())
    Draft202012Validator(result_schema()).validate(json.loads((out / "result.json").read_text(encoding="utf-8")))


def test_the_result_says_what_the_stand_in_did(out: Path) -> None:
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    amounts = result["alternatives"][0]["vertebrae"][0]["amounts"]
    assert amounts["injected_ml"]["median"] == pytest.approx(2.0)
    assert amounts["highest_plunger_pressure_kpa"]["median"] == pytest.approx(1000.0)
    assert amounts["peak_temperature_c"]["median"] == pytest.approx(46.85)
    assert [one["name"] for one in result["alternatives"]] == ["the plan", "later"]
    leaked = next(d for d in result["alternatives"][1]["difference_from_plan"] if d["quantity"] == "leaked_ml")
    assert leaked["alternative"] == pytest.approx(leaked["plan"] / 2, rel=1e-4)


def test_tables_carry_their_units(out: Path) -> None:
    with (out / "members.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 8
    assert float(rows[0]["injected_ml"]) == pytest.approx(2.0)
    assert float(rows[0]["duration_s"]) == pytest.approx(60.0)
    assert "draw_permeability_median_m2" in rows[0]
    with (out / "routes.csv").open(encoding="utf-8", newline="") as stream:
        routes = list(csv.DictReader(stream))
    first = [float(row["volume_ml"]) for row in routes if row["alternative"] == "0" and row["draw"] == "0"]
    assert sum(first) == pytest.approx(float(rows[0]["leaked_ml"]), rel=1e-4)


def test_the_fill_lies_where_the_needle_tip_is(out: Path) -> None:
    image = nib.load(out / "fill_probability.nii.gz")
    probability = np.asarray(image.dataobj)
    centre = np.argwhere(probability > 0.5).mean(axis=0)
    ras = image.affine @ np.append(centre, 1.0)
    tip = json.loads((out / "result.json").read_text(encoding="utf-8"))["vertebrae"][0]["needles"][0]["tip_mm"]
    assert ras[:3] * [-1, -1, 1] == pytest.approx(tip, abs=2.0)


def test_no_name_and_no_path_is_kept(out: Path) -> None:
    for path in out.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"Meier" not in content, path.name
            assert str(out.parent).encode() not in content, path.name


def test_run_toml_holds_plan_seed_values_and_sources(out: Path) -> None:
    record = tomllib.loads((out / "run.toml").read_text(encoding="utf-8"))
    assert (record["state"], record["seed"], record["draws"], record["virtual"]) == ("whole", 11, 4, 5)
    assert record["plan"]["vertebra"][0]["level"] == "T12"
    assert record["values"]["operators.FLUOROSCOPY_SEES.vascular"]["source"] == "palm2018"
    assert any(key.startswith("cements.generic_high_viscosity.") for key in record["values"])
    assert not any(key.startswith("cements.generic_low_viscosity.") for key in record["values"])


def test_a_rerun_gives_the_same_bytes(out: Path, tmp_path: Path, effort: Effort) -> None:
    again = tmp_path / "again"
    rerun(out / "run.toml", again, effort=effort)
    for name in ("result.json", "members.csv", "routes.csv", "fill_probability.nii.gz", "fill.vti", "run.toml"):
        assert (again / name).read_bytes() == (out / name).read_bytes(), name


def test_an_output_that_is_there_is_refused(out: Path, plan_path: Path, effort: Effort) -> None:
    with pytest.raises(InputError) as caught:
        do(plan_path, out, effort)
    assert str(caught.value) == f"{out} is already there. Choose another -o, or replace it with --force."


def test_force_replaces_a_run_folder_but_nothing_else(plan_path: Path, tmp_path: Path, effort: Effort) -> None:
    forced = Effort(workers=0, physics=effort.physics, force=True)
    ours, home = tmp_path / "out", tmp_path / "home"
    for folder, name in ((ours, "run.toml"), (home, "letters.txt")):
        folder.mkdir()
        (folder / name).write_text("dear", encoding="utf-8")
    do(plan_path, ours, forced, draws=1)
    assert (ours / "result.json").exists()
    with pytest.raises(InputError) as caught:
        do(plan_path, home, forced)
    assert str(caught.value) == (
        f"{home} is not a run folder of azygos, so --force does not replace it. Choose another -o."
    )
    assert (home / "letters.txt").exists()


def test_a_stopped_run_leaves_a_marked_folder_that_the_same_command_finishes(
    plan_path: Path, tmp_path: Path, stand_ins: Physics, effort: Effort, failing: Failing
) -> None:
    def interrupted(count: int) -> bool:
        if count == 3:
            raise KeyboardInterrupt
        return False

    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    do(plan_path, whole, effort)
    with pytest.raises(KeyboardInterrupt):
        do(plan_path, stopped, Effort(workers=0, physics=failing(interrupted, stand_ins)))
    partial = tmp_path / "stopped.partial"
    assert not stopped.exists()
    assert tomllib.loads((partial / "run.toml").read_text(encoding="utf-8"))["state"] == "unfinished"
    assert len(list((partial / "members").iterdir())) == 3
    do(plan_path, stopped, effort)
    assert not partial.exists()
    assert (stopped / "result.json").read_bytes() == (whole / "result.json").read_bytes()


def test_the_partial_folder_of_another_run_is_not_taken_up(plan_path: Path, tmp_path: Path, effort: Effort) -> None:
    partial = tmp_path / "out.partial"
    partial.mkdir()
    (partial / "key").write_text("another", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        do(plan_path, tmp_path / "out", effort)
    assert str(caught.value) == (
        f"{partial} holds an unfinished run of another plan, seed or input. "
        "Remove it, choose another -o, or begin anew with --force."
    )


def test_some_draws_that_do_not_converge_are_said_and_left_out(
    plan_path: Path, tmp_path: Path, stand_ins: Physics, failing: Failing
) -> None:
    physics = failing(lambda count: count == 0, stand_ins)
    do(plan_path, tmp_path / "out", Effort(workers=0, physics=physics))
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert result["failures"] == [{"level": "T12", "alternative": 0, "sentence": SENTENCE, "count": 1}]
    assert "the plan: 1 of 4 injections did not converge; they are in no number." in result["notes"]
    assert result["alternatives"][0]["vertebrae"][0]["ways_out"][0]["draws_finished"] == 3


def test_when_no_draw_converges_the_run_fails_and_stays_partial(
    plan_path: Path, tmp_path: Path, stand_ins: Physics, failing: Failing
) -> None:
    physics = failing(lambda count: True, stand_ins)
    with pytest.raises(DidNotConverge) as caught:
        do(plan_path, tmp_path / "out", Effort(workers=0, physics=physics))
    assert str(caught.value) == (
        f"no draw finished: {SENTENCE} "
        "What there is lies in out.partial, marked as unfinished; try a coarser --spacing or a slower rate."
    )
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "out.partial" / "run.toml").is_file()


def test_cement_that_has_set_is_said(plan_path: Path, tmp_path: Path, effort: Effort) -> None:
    text = plan_path.read_text(encoding="utf-8").replace("= 4.0", "= 30.0")
    plan_path.write_text(text, encoding="utf-8")
    result = do(plan_path, tmp_path / "out", effort)
    assert result.notes == (
        "Virtual patient 5: no scan was read.",
        "the plan: in 4 of 4 injections the cement had set before it was injected: "
        "nothing flows. Start earlier, or take a cement that sets later.",
    )
    Draft202012Validator(result_schema()).validate(
        json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    )


VIRTUAL = Source(virtual=3)
REFUSED = [
    ({}, "give either a CT with -i or a virtual patient with --virtual SEED."),
    ({"input": Path("ct.nii"), "virtual": 1}, "give either a CT with -i or a virtual patient with --virtual SEED."),
    (
        {"input": Path("ct.nii")},
        "a CT needs --labels MAP, or --at x,y,z (LPS mm, a point in the vertebral body).",
    ),
    (
        {"input": Path("ct.nii"), "labels": Path("map.nii"), "at": [(1.0, 2.0, 3.0)]},
        "--labels and --at both say where the body is. Give one of them.",
    ),
    ({"virtual": 1, "labels": Path("map.nii")}, "--labels belongs to a CT (-i). Leave it out with --virtual."),
    ({"virtual": 1, "repair": True}, "--repair belongs to a CT (-i). Leave it out with --virtual."),
    (
        {"virtual": 1, "label_names": "verse"},
        "--label-names belongs to a CT (-i). Leave it out with --virtual.",
    ),
    ({"virtual": -1}, "--virtual is -1. Give a whole number from 0."),
    (
        {"input": Path("ct.nii"), "at": [(1.0, 2.0, 3.0)], "label_names": "verse"},
        "--label-names names the numbers of a label map. Give the map with --labels, or leave it out.",
    ),
    (
        {"input": Path("ct.nii"), "at": [(1.0, 2.0, 3.0)], "density_law": "ashes"},
        "density law 'ashes' is not known; choose one of ash, two-tissues, young-reference.",
    ),
    ({"virtual": 1, "draws": 0}, "--draws is 0. Give 1 to 100000; 32 is usual."),
    ({"virtual": 1, "seed": -1}, "--seed is -1. Give a whole number from 0."),
    ({"virtual": 1, "spacing_mm": 40.0}, "--spacing is 40 mm. Give 0.25 to 3 mm; 1 is usual."),
]


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (
            "height_lost_share = 0.3",
            "height_lost_share and bone_fraction are for virtual vertebrae. Remove them: the CT shows what there is.",
        ),
        (
            "bone_fraction = 0.1",
            "height_lost_share and bone_fraction are for virtual vertebrae. Remove them: the CT shows what there is.",
        ),
        (
            'fracture = "wedge"',
            "fracture and cleft are for virtual vertebrae. Remove them: the CT shows what there is.",
        ),
    ],
)
def test_what_a_virtual_body_is_like_is_not_told_of_a_scanned_one(keys: str, sentence: str) -> None:
    task = parse_plan(plan_template().replace('level = "L1" ', f'level = "L1"\n{keys}\n'))
    with pytest.raises(InputError) as caught:
        find_patient(task, Source(input=Path("ct.nii"), at_mm=((1.0, 2.0, 3.0),)), spacing=1e-3)
    assert str(caught.value) == f"L1: {sentence}"


def test_a_virtual_body_is_drawn_as_its_keys_say() -> None:
    usual, told = (
        find_patient(
            parse_plan(plan_template().replace('level = "L1" ', f'level = "L1"\n{keys}\n')), VIRTUAL, spacing=2e-3
        )
        for keys in ('fracture = "wedge"', 'fracture = "wedge"\nheight_lost_share = 0.25\nbone_fraction = 0.06')
    )
    one, other = usual.vertebrae[0], told.vertebrae[0]
    mass = [float(bone.bone_fraction.sum()) for bone in (one, other)]
    assert mass[0] != mass[1]
    whole = find_patient(
        parse_plan(plan_template().replace('level = "L1" ', 'level = "L1"\nfracture = "none"\nbone_fraction = 0.06\n')),
        VIRTUAL,
        spacing=2e-3,
    ).vertebrae[0]
    assert whole.bone_fraction[whole.inside].mean() == pytest.approx(0.06, rel=1e-6)


@pytest.mark.parametrize(("options", "sentence"), REFUSED)
def test_options_that_do_not_fit_are_refused_before_any_work(
    options: dict[str, object], sentence: str, plan_path: Path, tmp_path: Path, effort: Effort
) -> None:
    with pytest.raises(InputError) as caught:
        plan(plan_path, tmp_path / "out", effort=effort, **options)  # type: ignore[arg-type]
    assert str(caught.value) == sentence
    assert not (tmp_path / "out.partial").exists()


@pytest.mark.parametrize("heights", [(10.0, 45.0), (45.0, 40.0)])
def test_points_that_contradict_their_levels_are_refused(
    heights: tuple[float, float], plan_path: Path, tmp_path: Path, effort: Effort
) -> None:
    one = plan_path.read_text(encoding="utf-8")
    head, rest = one.split("[cement]", 1)
    both = head.replace('"L1"', '"T12"') + head.replace('"T12"', '"L1"') + "[cement]" + rest
    plan_path.write_text(both, encoding="utf-8")
    (tmp_path / "ct.nii").touch()
    at = [(0.0, 0.0, height) for height in heights]
    with pytest.raises(InputError) as caught:
        plan(plan_path, tmp_path / "out", input=tmp_path / "ct.nii", at=at, effort=effort)
    assert str(caught.value) == (
        f"--at puts T12 at z = {heights[0]:g} mm and L1 at z = {heights[1]:g} mm, but T12 lies above L1, by 10 mm or "
        "more. Give the points in the order of the plan."
    )


def test_a_needle_tip_outside_bone_is_refused(plan_path: Path, tmp_path: Path, effort: Effort) -> None:
    needle = "needle = [{ entry_mm = [0.0, 60.0, 0.0], tip_mm = [0.0, 90.0, 0.0] }]"
    text = plan_path.read_text(encoding="utf-8").replace("portions", f"{needle}\nportions", 1)
    plan_path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        do(plan_path, tmp_path / "out", effort)
    assert re.sub(r"\d+\.\d mm outside", "N mm outside", str(caught.value)) == (
        "needle tip (0.0, 90.0, 0.0) mm lies N mm outside the vertebral body. "
        "Move it inside the bone, or check that the scan and its label map have the same orientation."
    )


def test_a_rerun_asks_for_the_input_it_needs(out: Path, tmp_path: Path, effort: Effort) -> None:
    with pytest.raises(InputError) as caught:
        rerun(out / "run.toml", tmp_path / "again", input=tmp_path / "ct.nii", effort=effort)
    assert str(caught.value) == "this run read no ct file. Leave -i out."
    text = (
        (out / "run.toml").read_text(encoding="utf-8").replace("[input_sha256]", '[input_sha256]\nct = "0123456789ab"')
    )
    scanned = tmp_path / "run.toml"
    scanned.write_text(text.replace("virtual = 5\n", ""), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        rerun(scanned, tmp_path / "again", effort=effort)
    assert str(caught.value) == "this run read a ct file. Give the same one with -i."


def test_the_example_plan_is_valid(tmp_path: Path, effort: Effort) -> None:
    result = runs.example(tmp_path / "example", patient=1, seed=1, draws=1, effort=effort)
    assert result.vertebrae[0].fracture == "wedge"
    assert result.alternatives == ("the plan", "wait four minutes longer", "thicker cement")


def test_a_scan_says_what_it_explains_and_a_virtual_patient_does_not(
    plan_path: Path, tmp_path: Path, effort: Effort, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scanned(*args: object, **options: object) -> Patient:
        found = find_patient(*args, **options)  # type: ignore[arg-type]
        volume = Volume(hu=np.zeros((4, 4, 4), np.float32), affine_mm=np.eye(4))
        return Patient(vertebrae=found.vertebrae, volume=volume)

    find_patient = runs.find_patient
    monkeypatch.setattr(runs, "find_patient", scanned)
    counts: list[int] = []
    counting = Effort(workers=0, physics=effort.physics, progress=lambda done, of: counts.append(of))
    result = do(plan_path, tmp_path / "out", counting)
    assert (set(counts), result.spread_draws) == ({12}, 4)  # 4 draws of 2 alternatives, and 4 of the reference group
    assert {member.alternative for member in result.members} == {0, 1}
    written = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    Draft202012Validator(result_schema()).validate(written)
    low, high = written["spread_explained_interval"]
    assert 0.0 <= low <= written["spread_explained_by_scan"] <= high <= 1.0
    virtual = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert (virtual["spread_explained_by_scan"], virtual["spread_explained_interval"]) == (None, [None, None])
    assert written["alternatives"] == virtual["alternatives"]
