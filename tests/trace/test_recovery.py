"""What blur leaves of a small thing, against the limits and against a blurred grid."""

from __future__ import annotations

import numpy as np
import pytest
from blurred import ball, rod, shares

from azygos.trace.recovery import ball_recovery, ball_width, rod_recovery, rod_width


def test_large_things_keep_all_and_small_ones_nothing():
    assert ball_recovery(np.array([0.05, 20.0]), 1.0, 1.0) == pytest.approx([0.0, 1.0], abs=2e-3)
    assert rod_recovery(np.array([0.02, 20.0]), 1.0, 1.0, 0.0) == pytest.approx([0.0, 1.0], abs=2e-2)


@pytest.mark.parametrize("diameter", [1.0, 1.5, 2.0, 3.0])
def test_ball_recovery_is_that_of_a_blurred_grid(diameter):
    fine = np.array([0.2, 0.2, 1.0])
    seen = shares((61, 61, 5), ball((6.0, 6.0, 2.0), diameter), fine, fwhm=1.1)
    assert ball_recovery(np.array([diameter]), 1.1, 1.0)[0] == pytest.approx(seen.max(), rel=0.06)


def test_upright_rod_recovery_is_that_of_a_blurred_grid():
    fine = np.array([0.2, 0.2, 1.0])
    seen = shares((61, 61, 5), rod((6.0, 6.0, -9.0), (6.0, 6.0, 15.0), 1.5), fine, fwhm=1.1)
    assert rod_recovery(np.array([1.5]), 1.1, 1.0, 1.0)[0] == pytest.approx(seen.max(), rel=0.05)


@pytest.mark.parametrize("diameter", [1.2, 2.0, 4.0])
def test_widths_come_back_from_integral_over_peak(diameter):
    kept = ball_recovery(np.array([diameter]), 1.1, 1.25)[0]
    assert ball_width(np.pi / 6.0 * diameter**3 / kept, 1.1, 1.25) == pytest.approx(diameter, rel=0.02)
    kept = rod_recovery(np.array([diameter]), 1.1, 1.25, 0.5)[0]
    assert rod_width(np.pi / 4.0 * diameter**2 / kept, 1.1, 1.25, 0.5) == pytest.approx(diameter, rel=0.02)
