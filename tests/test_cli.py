"""The command line: what is imported, what is said, which exit code follows."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from azygos import __version__, cli
from azygos.cli import main
from azygos.ground.errors import AccountError, DidNotConverge, InputError
from azygos.plan import plan_template
from azygos.scan import read_labels, read_volume

Capture = pytest.CaptureFixture[str]


def test_help_answers_without_anything_heavy() -> None:
    heavy = ["numba", "scipy", "numpy", "nibabel", "pydicom", "matplotlib", "skimage", "pydantic", "jinja2"]
    code = (
        "import sys\nfrom azygos.cli import main\nassert main(['--help']) == 0\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_says_what_azygos_is_not(capsys: Capture) -> None:
    assert main(["--help"]) == 0
    said = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "Research use only: not a medical device, not for clinical decisions." in said
    scans = ("trace", "compare", "render", "insert", "fluoroscopy")
    for command in ("info", "plan", "journey", "rarity", *scans, "rerun", "demo", "sample", "warmup"):
        assert f" {command} " in said


def test_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"azygos {__version__}\n"


def test_the_template_is_printed_as_it_is(capsys: Capture) -> None:
    assert main(["plan", "--template"]) == 0
    assert capsys.readouterr().out == plan_template()


def test_cements_are_listed(capsys: Capture) -> None:
    assert main(["plan", "--cements"]) == 0
    assert capsys.readouterr().out.startswith("generic_low_viscosity ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["plan"], "give a plan. One to begin with: azygos plan --template > plan.toml"),
        (["plan", "plan.toml"], "say where to write with -o OUT."),
        (
            ["plan", "no.toml", "--virtual", "1", "-o", "out"],
            "no.toml is not there. Write a plan to begin with: azygos plan --template > plan.toml",
        ),
        (
            ["plan", "no.toml", "-i", "ct.nii", "--at", "1,2", "-o", "out"],
            "--at is '1,2'. Give three numbers in mm with commas between, for example --at 3.5,-20,110.",
        ),
        (
            ["plan", "no.toml", "-i", "ct.nii", "--at", "1,inf,2", "-o", "out"],
            "--at is '1,inf,2'. Give three numbers in mm with commas between, for example --at 3.5,-20,110.",
        ),
        (["sample", "-o", "."], "'.' names no folder of its own. Give one to make, for example -o out."),
        (
            ["rerun", "run.toml", "-o", "out"],
            "run.toml is not there. Give the run.toml of a finished run: azygos rerun OUT/run.toml -o OUT2",
        ),
    ],
)
def test_a_mistake_gives_one_sentence_and_exit_2(
    arguments: list[str], sentence: str, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.err == f"azygos: {sentence}\n"
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_option_is_named_with_its_likely_meaning(capsys: Capture) -> None:
    assert main(["plan", "--drws", "3"]) == 2
    assert "--draws" in capsys.readouterr().err


OURS = "This is ours to fix; --debug shows the traceback."


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (InputError("the plan is wrong."), 2, "the plan is wrong."),
        (DidNotConverge("step 3, residual 1e-2."), 3, "step 3, residual 1e-2."),
        (AccountError("spine: received 3 g"), 4, f"spine: received 3 g. {OURS}"),
        (ZeroDivisionError("division by zero"), 4, f"ZeroDivisionError: division by zero. {OURS}"),
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "out.partial/members"),
            2,
            "the disk is full (out.partial/members). "
            "Free some space and run the same command again: what is finished is kept.",
        ),
        (
            PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/root/out"),
            2,
            "permission denied (/root/out). Check the path and your right to use it.",
        ),
    ],
)
def test_each_kind_of_error_has_its_exit_code(
    error: Exception, code: int, sentence: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: object, *rest: object) -> None:
        raise error

    monkeypatch.setattr("azygos.scan.describe", fail)
    assert main(["info", "-i", "ct.nii"]) == code
    assert capsys.readouterr().err == f"azygos: {sentence}\n"
    assert main(["info", "-i", "ct.nii", "--debug"]) == code
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_says_how_to_go_on(capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stopped(*rest: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("azygos.case.demo", stopped)
    out = tmp_path / "out"
    assert main(["demo", "-o", str(out)]) == 130
    assert capsys.readouterr().err.endswith("azygos: stopped. Nothing was written yet.\n")
    (tmp_path / "out.partial").mkdir()
    assert main(["demo", "-o", str(out)]) == 130
    assert capsys.readouterr().err.endswith(
        f"azygos: stopped. {out}.partial is unfinished; the same command begins it again.\n"
    )


def test_ctrl_c_that_compiled_code_turns_into_an_error_is_still_ctrl_c(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def pressed(*rest: object, **options: object) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ImportError("initialization failed") from None

    monkeypatch.setattr("azygos.case.demo", pressed)
    assert main(["demo", "-o", str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err == "azygos: stopped. Nothing was written yet.\n"


def test_a_point_may_be_negative() -> None:
    assert cli._point("-3.5,20,1e2") == (-3.5, 20.0, 100.0)


# The real thing, small --------------------------------------------------------------------------------------------

SMALL = """
[[vertebra]]
level = "T12"
fracture = "wedge"
portions = [{ volume_ml = 1.0, rate_ml_min = 3.0 }]
[cement]
name = "generic_low_viscosity"
age_at_start_min = 4.0
"""


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., list[str]]:
    path = tmp_path / "plan.toml"
    path.write_text(SMALL, encoding="utf-8")

    def command(out: str, *more: str, draws: int = 2) -> list[str]:
        fixed = ["--virtual", "3", "--spacing", "3", "--draws", str(draws), "--seed", "9"]
        return ["plan", str(path), *fixed, "-o", str(tmp_path / out), *more]

    return command


@pytest.mark.slow
def test_numbers_do_not_depend_on_workers_and_a_rerun_repeats_them(
    small: Callable[..., list[str]], tmp_path: Path, capsys: Capture
) -> None:
    assert main(small("one", "--workers", "1")) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"Report: {tmp_path / 'one' / 'report.html'}",
        "Research use only: not a medical device, not for clinical decisions.",
    ]
    assert main(small("two", "--workers", "2")) == 0
    assert main(["rerun", str(tmp_path / "one" / "run.toml"), "-o", str(tmp_path / "again")]) == 0
    first = (tmp_path / "one" / "result.json").read_bytes()
    assert (tmp_path / "two" / "result.json").read_bytes() == first
    assert (tmp_path / "again" / "result.json").read_bytes() == first


@pytest.mark.slow
def test_cement_that_sets_in_the_needle_is_told(
    small: Callable[..., list[str]], tmp_path: Path, capsys: Capture
) -> None:
    text = SMALL.replace("portions = [", "portions = [{ wait_s = 3000 }, ")
    command = small("out", "--workers", "0", draws=1)
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    assert main(command) == 0
    assert (
        "the plan: in 1 of 1 injections the cement set in the needle before all was injected. "
        "Start earlier, wait less, or take a cement that sets later.\n"
    ) in capsys.readouterr().out


@pytest.mark.slow
def test_ctrl_c_ends_the_workers_and_the_same_command_goes_on(small: Callable[..., list[str]], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "azygos", *small("out", "--workers", "2", draws=12)]
    running = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )
    members = tmp_path / "out.partial" / "members"
    _wait(lambda: members.is_dir() and len(list(members.glob("0-*.npz"))) >= 2)
    workers = psutil.Process(running.pid).children(recursive=True)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to the workers too
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert "Traceback" not in said
    assert said == (
        f"azygos: stopped. What is finished lies in {tmp_path / 'out'}.partial; "
        "the same command takes it up from there.\n"
    )
    assert len(workers) >= 2
    _wait(lambda: not any(_alive(worker) for worker in workers), seconds=10.0)
    landed = {path.name: path.stat().st_mtime_ns for path in members.glob("0-*.npz")}
    assert main(small("out", "--workers", "2", draws=12)) == 0
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out" / "members").glob("0-*.npz")}
    assert len(kept) == 12
    assert all(kept[name] == when for name, when in landed.items())


def _alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait(ready: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "sample"
    assert main(["sample", "-o", str(folder)]) == 0
    return folder


def test_the_sample_reads_the_same_as_nifti_and_as_dicom(sample: Path) -> None:
    nifti, dicom = read_volume(sample / "ct.nii.gz"), read_volume(sample / "dicom")
    assert np.array_equal(nifti.hu, dicom.hu)
    assert nifti.affine_mm == pytest.approx(dicom.affine_mm)


def test_the_samples_labels_are_known_by_name_and_lie_on_bone(sample: Path) -> None:
    labels = read_labels(sample / "labels.nii.gz", read_volume(sample / "ct.nii.gz"))
    assert sorted(labels.names.values()) == ["vertebrae_L1", "vertebrae_L2", "vertebrae_T12"]


def test_info_says_what_the_sample_is(sample: Path, capsys: Capture) -> None:
    assert main(["info", "-i", str(sample / "dicom")]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "format: DICOM (CT)",
        "size: 176 x 160 x 116 voxels",
        "spacing: 1 x 1 x 1 mm",
    ]


def test_a_sample_that_is_there_is_refused(sample: Path, capsys: Capture) -> None:
    assert main(["sample", "-o", str(sample)]) == 2
    assert capsys.readouterr().err == (
        f"azygos: {sample} is already there. Choose another -o, or replace it with --force.\n"
    )
    assert main(["sample", "-o", str(sample), "--force"]) == 0


@pytest.mark.slow
def test_the_sample_can_be_planned_on_and_the_plan_repeated(sample: Path, tmp_path: Path, capsys: Capture) -> None:
    scan = ["-i", str(sample / "ct.nii.gz"), "--labels", str(sample / "labels.nii.gz")]
    out, again = tmp_path / "out", tmp_path / "again"
    small = ["--spacing", "3", "--draws", "1", "-o", str(out)]
    assert main(["plan", *scan, str(sample / "plan.toml"), *small]) == 0
    assert main(["rerun", str(out / "run.toml"), *scan, "-o", str(again)]) == 0
    assert (again / "result.json").read_bytes() == (out / "result.json").read_bytes()
    capsys.readouterr()
    dicom = ["-i", str(sample / "dicom"), *scan[2:]]
    assert main(["rerun", str(out / "run.toml"), *dicom, "-o", str(tmp_path / "third")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("azygos: this ct file is not the one of the run (SHA-256 ")
    assert said.endswith(" Give the same file.\n")
