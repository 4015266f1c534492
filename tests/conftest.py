"""What all tests share: a generator, the shared data where it lies, floating-point errors raised."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261123)


@pytest.fixture(autouse=True)
def _raise_floating_point_errors():
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real patients' data; tests that ask for it carry the mark ``shared``."""
    if not SHARED.is_dir():
        pytest.skip("the patients' data do not lie beside the project")
    return SHARED


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With the data present, a skipped shared-data test is a failure."""
    if os.environ.get("PYTEST_XDIST_WORKER") or not SHARED.is_dir():
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    print(f"\nskipped tests: {len(skipped)}")
    if any("shared" in report.keywords for report in skipped):
        session.exitstatus = 1
