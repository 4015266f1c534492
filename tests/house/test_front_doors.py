"""A room is entered only as its owner means it: nothing private crosses a wall, and kernels stay inside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "azygos"
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    """First folder below the package; modules beside it (``cli``) are rooms of their own."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(text: str) -> Iterator[tuple[str, str]]:
    """Every (module, name) that a text imports from azygos, wherever in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("azygos"):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.startswith("azygos"))


def trespasses(room: str, text: str) -> list[str]:
    """Imports from another room that use a private name or its kernels."""
    found = []
    for module, name in imports(text):
        parts = [*module.split(".")[1:], *([name] if name else [])]
        if not parts or parts[0] == room:
            continue
        private = [part for part in parts if part.startswith("_") and not part.startswith("__")]
        if private or "kernels" in parts:
            found.append(".".join(["azygos", *parts]))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_is_entered_by_its_front_door(path):
    assert trespasses(room_of(path), path.read_text(encoding="utf-8")) == []


def test_the_check_sees_what_it_forbids():
    assert trespasses("plan", "from azygos.spine.kernels import pressure") == ["azygos.spine.kernels.pressure"]
    assert trespasses("plan", "from azygos.spine.well import _near") == ["azygos.spine.well._near"]
    assert trespasses("plan", "import azygos.spine.kernels.cement") == ["azygos.spine.kernels.cement"]
    assert trespasses("plan", "from azygos.spine import Draw\nfrom azygos import __version__") == []
    assert trespasses("spine", "from azygos.spine.kernels import pressure") == []


def test_kernels_know_only_numbers():
    """A kernel module imports numba and numpy, and other kernels; it computes, it does not draw."""
    for path in PACKAGE.glob("*/kernels/*.py"):
        text = path.read_text(encoding="utf-8")
        outside = [f"{m}.{n}" for m, n in imports(text) if "kernels" not in m.split(".")]
        assert outside == [], path.name
        assert "np.random" not in text, path.name
