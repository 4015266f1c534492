"""Lets the tests import what is made up beside them, and the made-up journeys."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (str(HERE), str(HERE.parent / "case")):
    if folder not in sys.path:
        sys.path.insert(0, folder)
