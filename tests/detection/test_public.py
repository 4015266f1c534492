"""The protocol for public sets on a tiny made-up folder."""

from __future__ import annotations

import csv
import json

import nibabel as nib
import numpy as np
import pytest

from azygos.ground.errors import InputError
from detection.public import main, read_cases, says_cement, score, select_by_level, select_by_report


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Status post vertebroplasty of L1.", True),
        ("High-density material in keeping with bone cement in the right lower lobe artery.", True),
        ("PMMA in T12.", True),
        ("No cement leak is seen.", False),
        ("No fracture. Cemented T8.", True),
        ("Without evidence of previous kyphoplasty", False),
        ("Calcified aorta, cementum", True),  # a false friend: to be read by eye, as the protocol says
        ("Degenerative changes.", False),
    ],
)
def test_reports_that_speak_of_cement(text, said):
    assert says_cement(text) is said


def test_lists_from_reports_and_from_levels():
    reports = [{"v": f"s{k}", "f": "cement in L1" if k == 2 else "clear", "i": ""} for k in range(10)]
    cases = select_by_report(reports, "v", ["f", "i"], controls=3, seed=1)
    assert [case["says"] for case in cases] == ["cement", "none", "none", "none"]
    assert cases[0]["scan"] == "s2"
    levels = [{"s": "a", "l": "T12", "m": "1"}, {"s": "a", "l": "L1", "m": "0"}, {"s": "b", "l": "L1", "m": ""}]
    assert [case["levels"] for case in select_by_level(levels, "s", "l", "m")] == ["T12", "none"]


def got(reported, candidates, levels=(), labelled=()):
    return {"reported": reported, "candidates": candidates, "levels": list(levels), "labelled": list(labelled)}


def test_scores_by_hand():
    """Two marked levels of which one is found; one of three free ones named; one alarm on two clean scans."""
    cases = [
        {"scan": "a", "labels": "x", "levels": "T12 L1", "says": "cement"},
        {"scan": "b", "labels": "x", "levels": "none", "says": "none"},
        {"scan": "c", "labels": "", "levels": "", "says": "none"},
        {"scan": "d", "labels": "", "levels": "", "says": "none"},
    ]
    results = [
        got(1, 0, ["T12"], ["T11", "T12", "L1"]),
        got(0, 1, ["T9"], ["T9", "T10"]),
        got(0, 0),
        {"refused": "no CT"},
    ]
    tables = score(cases, results)
    found, free, extra = tables["levels"][1]
    assert found[1:] == (2, "50 % (9 to 91)")
    assert free[1] == 3
    assert free[2].startswith("67 %")
    assert extra[1:] == (2, "0.50")
    assert tables["reports"][1][0] == ("cement", 1, "100 % (21 to 100)", "100 % (21 to 100)")
    assert tables["alarms"][1] == [(2, "below 1.5 (none in 2)", "0.50")]
    assert tables["refused"][1] == [(4, "no CT")]


@pytest.mark.slow
def test_a_folder_is_traced_scored_and_taken_up_again(tmp_path, monkeypatch):
    """A small rendered chest with a ball of cement, one without, and a file that is none."""
    from azygos.ground.places import Place
    from azygos.render import Choices, Described, Scanner, draw_phantom, render_body

    choices = Choices(scanner=Scanner(rows=96, slice_mm=3.0, step_mm=3.0, low_mm=-36.0, high_mm=36.0))
    ball = Described(
        name="ball", lines_mm=(np.array([[60.0, -20.0, 0.0]]),), diameters_mm=(np.array([8.0]),),
        place=Place(site="lung"), cement_hu=4700.0,
    )  # fmt: skip
    folder = tmp_path / "set"
    folder.mkdir()
    for name, pieces in (("with", (ball.placed(120),)), ("clear", ())):
        volume, _, _ = render_body(draw_phantom(3), choices=choices, seed=3, pieces=pieces)
        affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine_mm
        nib.save(nib.Nifti1Image(volume.hu.astype(np.int16), affine), folder / f"{name}.nii.gz")
    (folder / "broken.nii.gz").write_bytes(b"none")
    cases = tmp_path / "cases.csv"
    with cases.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerows([("scan", "labels", "levels", "says"), ("with", "", "", "cement"), ("clear", "", "", "none"),
                          ("broken", "", "", "none")])  # fmt: skip
    main(["run", str(folder), str(cases), "-o", str(tmp_path / "out")])
    first = json.loads((tmp_path / "out/1.json").read_text())
    assert first["reported"] + first["candidates"] >= 1
    assert "refused" in json.loads((tmp_path / "out/3.json").read_text())
    score_page = (tmp_path / "out/score.md").read_text()
    assert "## reports" in score_page
    assert str(tmp_path) not in "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    monkeypatch.setattr("detection.public._trace", lambda *_: pytest.fail("done twice"))
    main(["run", str(folder), str(cases), "-o", str(tmp_path / "out")])


def test_a_list_without_its_columns_is_refused(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("scan,says\na,none\n")
    with pytest.raises(InputError) as caught:
        read_cases(path)
    assert str(caught.value) == "c.csv lacks the columns labels, levels. Make it with select, or add them."


def test_a_table_without_the_column_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,text\na,b\n")
    with pytest.raises(InputError) as caught:
        main(["select", str(path), "--scan", "volume", "--text", "text", "-o", str(tmp_path / "o.csv")])
    assert str(caught.value) == "t.csv has no column volume; it has name, text."
