"""Who may import whom: the contracts of ``pyproject.toml``, and two rules that they cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "azygos"


def test_import_contracts_hold():
    program = Path(sys.executable).with_name("lint-imports")
    if not program.exists():
        pytest.skip("import-linter is not installed; make setup installs it")
    done = subprocess.run([str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_answers_without_heavy_imports():
    """``azygos --help`` must not wait for the solver's or the figures' libraries."""
    check = (
        "import sys, azygos.cli; print([m for m in ('numba', 'scipy', 'matplotlib', 'skimage') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_physics_draws_nothing():
    """Draw first, then run: what computes takes no random generator."""
    from azygos.spine import simulate

    text = Path(simulate.__file__).read_text(encoding="utf-8")
    assert "random" not in imported_names(text)
    assert "default_rng" not in text


def imported_names(text: str) -> set[str]:
    """Last parts of all names that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.name.rsplit(".", 1)[-1] for alias in node.names}
    return found
