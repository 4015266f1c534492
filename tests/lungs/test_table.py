"""Arteries of the user's own: a grown tree survives being written and read, and a broken one is refused."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from azygos.ground.body import Body
from azygos.ground.errors import InputError
from azygos.lungs import Lungs, draw_lungs, obstruct, read_tree
from azygos.lungs.names import ARTERIES
from azygos.lungs.table import COLUMNS

BODY = Body(sex="female", age=72.0, height=1.60, mass=62.0)


def rows_of(lungs: Lungs) -> list[dict[str, str]]:
    """The tree as a user would write it."""
    rows = []
    for i, parent in enumerate(lungs.parent):
        name = ARTERIES[lungs.named[i]].name if lungs.beyond[i] == 0 else ""
        places = [f"{x * 1e3:.6f}" for end in lungs.ends[i] for x in end]
        cells = [str(i), "" if parent < 0 else str(parent), name, *places, f"{lungs.diameter[i] * 1e3:.6f}"]
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return rows


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def grown() -> Lungs:
    return draw_lungs(BODY, np.random.default_rng(3))


def test_a_grown_tree_read_back_has_the_same_arteries(grown, tmp_path):
    table = read_tree(write(tmp_path / "tree.csv", rows_of(grown)))
    lungs = draw_lungs(BODY, np.random.default_rng(3), table=table)
    assert lungs.parent.tolist() == grown.parent.tolist()
    assert [lungs.name(i) for i in range(60)] == [grown.name(i) for i in range(60)]
    assert np.allclose(lungs.diameter, grown.diameter, atol=1e-9)
    assert np.allclose(lungs.ends, grown.ends, atol=1e-8)
    assert obstruct(lungs, np.zeros(len(lungs.parent)), 8e-5).flow_lost == pytest.approx(0.0, abs=1e-12)
    assert lungs.share[0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("line", "change", "sentence"),
    [
        (
            9,
            {"parent": "700"},
            "arteries, line 9: parent '700' does not stand above it; "
            "a tree has no loop and no gap, so each parent comes first",
        ),
        (9, {"diameter_mm": "-2"}, "arteries, line 9: a diameter of -2 mm is none; it must be positive"),
        (9, {"diameter_mm": "wide"}, "arteries, line 9: diameter_mm is 'wide'; write a number in mm"),
        (9, {"diameter_mm": "61"}, "arteries, line 9: a diameter of 61 mm is not possible; write 0.05 to 60"),
        (9, {"diameter_mm": "0.04"}, "arteries, line 9: a diameter of 0.04 mm is not possible; write 0.05 to 60"),
        (9, {"x1_mm": "2001"}, "arteries, line 9: x1_mm is 2001 mm; places lie within 2000 mm of the origin"),
        (9, {"x1_mm": ""}, "arteries, line 9: x1_mm is missing; write a number in mm"),
        (9, {"artery": "0"}, "arteries, line 9: artery 0 stands twice; give it another number"),
        (2, {"parent": "5"}, "arteries, line 2: the first artery is the trunk and has no parent; leave it empty"),
        (
            3,
            {"name": "right main pulmonary arterie"},
            "arteries, line 3: there is no artery called 'right main pulmonary arterie'. "
            "Did you mean right main pulmonary artery?",
        ),
        (4, {"name": ""}, "the table of arteries has no left main pulmonary artery; name one of its lines so"),
    ],
)
def test_a_broken_table_gets_one_sentence(grown, tmp_path, line, change, sentence):
    rows = rows_of(grown)[:40]
    rows[line - 2] = {**rows[line - 2], **change}
    with pytest.raises(InputError) as error:
        read_tree(write(tmp_path / "tree.csv", rows))
    assert str(error.value) == sentence


def test_an_artery_that_begins_elsewhere_is_refused(grown, tmp_path):
    rows = rows_of(grown)[:40]
    rows[9] = {**rows[9], "x1_mm": "900"}
    with pytest.raises(InputError, match=r"^arteries, line 11: the artery begins \d+\.\d mm from its parent's end"):
        read_tree(write(tmp_path / "tree.csv", rows))


def test_a_file_that_is_no_table(tmp_path):
    (tmp_path / "tree.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match=r"^tree\.csv is not a table of text\. Give CSV with the columns artery"):
        read_tree(tmp_path / "tree.csv")
    (tmp_path / "tree.csv").write_text("")
    with pytest.raises(InputError, match=r"^tree\.csv holds no artery\."):
        read_tree(tmp_path / "tree.csv")


def test_a_folder_is_no_table(tmp_path):
    with pytest.raises(InputError, match=r" is a folder\. Give a table of arteries: CSV"):
        read_tree(tmp_path)


def test_a_line_that_ends_early_is_refused(tmp_path):
    (tmp_path / "tree.csv").write_text(f"{','.join(COLUMNS)}\n0,,pulmonary trunk\n")
    with pytest.raises(InputError, match=r"^arteries, line 2: x1_mm is missing; write a number in mm$"):
        read_tree(tmp_path / "tree.csv")
