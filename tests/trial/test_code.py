"""The code that a patient passes through: what is in it, and what is not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import azygos
from azygos.trial import code

PACKAGE = Path(azygos.__file__).parent


@pytest.fixture(scope="module")
def passed():
    return {path.relative_to(PACKAGE).as_posix() for path in code.passed_through()}


def test_what_a_patient_meets_is_in_it(passed):
    assert {
        "trial/follow.py", "trial/outcome.py", "trial/population.py", "trial/strategy.py", "trial/columns.py",
        "trial/visibility.py", "case/following.py", "spine/kernels/cement.py", "veins/follow.py", "heart/laws.py",
        "lungs/lodging.py", "circulation/respond.py", "care/symptoms.py", "values/uncertainty.py", "values/veins.csv",
        "values/lungs_orders.csv", "values/circulation.csv", "ground/tubes.py",
    } - passed == set()  # fmt: skip


def test_what_only_tells_and_shows_is_not(passed):
    rooms = {name.split("/")[0] for name in passed}
    assert rooms.isdisjoint({"cli", "app", "brief", "report", "study", "evidence", "trace", "compare", "render"})
    assert passed.isdisjoint(
        {"trial/engine.py", "trial/pool.py", "trial/__init__.py", "values/simulated_incidence.csv"}
    )
    assert not [name for name in passed if name.startswith("trial/analysis")]


def test_no_import_is_missed(passed):
    """Every module of azygos that a syntax tree finds imported is in it, or a door."""
    for name in sorted(passed):
        if not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse((PACKAGE / name).read_bytes())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("azygos."):
                path = (node.module or "").removeprefix("azygos.").replace(".", "/")
                assert {f"{path}.py", f"{path}/__init__.py"} & (passed | {"trial/__init__.py", "values/__init__.py"}), (
                    name,
                    node.module,
                )


def test_a_changed_line_changes_the_hash(tmp_path, monkeypatch):
    (tmp_path / "trial").mkdir()
    follow = tmp_path / "trial" / "follow.py"
    follow.write_text("from azygos.ground import (\n    units,  # of all\n)\n")
    (tmp_path / "trial" / "columns.py").write_text('TABLE = "columns.csv"\n')
    (tmp_path / "trial" / "columns.csv").write_text("a\n")
    (tmp_path / "ground").mkdir()
    (tmp_path / "ground" / "units.py").write_text("MM = 1e-3\n")
    monkeypatch.setattr(code, "_PACKAGE", tmp_path)
    hashes = []
    for path in (None, follow, tmp_path / "trial" / "columns.csv", tmp_path / "ground" / "units.py"):
        if path is not None:
            path.write_text(path.read_text() + "# more\n")
        hashes.append(code.code_hash.__wrapped__())
    assert len(set(hashes)) == 4
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in hashes)
    (tmp_path / "trial" / "report.py").write_text("pass\n")
    assert code.code_hash.__wrapped__() == hashes[-1]
