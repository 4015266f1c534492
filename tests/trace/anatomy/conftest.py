"""Lets the tests import what they share, and makes the small body once."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

HERE = str(Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)


@pytest.fixture(scope="session")
def plain():
    from made_up_body import body_hu, scan_of

    return scan_of(body_hu(np.random.default_rng(5)))
