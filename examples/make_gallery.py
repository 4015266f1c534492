"""Make the pictures of docs/tutorials/gallery.md: run every example, and put its picture into docs/_static.

Run it from a checkout with every extra: ``python examples/make_gallery.py``.
"""

from __future__ import annotations

import runpy
import shutil
import tempfile
from pathlib import Path

EXAMPLES = ("plan", "journey", "trace", "compare", "brief")
HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent / "docs" / "_static"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name in EXAMPLES:
            picture = runpy.run_path(str(HERE / f"{name}.py"))["main"](Path(folder) / name)
            shutil.copy(picture, PICTURES / f"gallery_{name}.png")
