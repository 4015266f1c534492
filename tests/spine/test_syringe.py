"""Air as a spring."""

from __future__ import annotations

import pytest

from azygos.ground.units import ATMOSPHERE, ML, MPA
from azygos.spine.syringe import air_volume, compliance, pressure_of_stored, stored_volume

SYRINGE = {"volume": 10 * ML, "air_fraction": 0.05}


@pytest.mark.parametrize(("air", "millilitres"), [(0.02, 0.19), (0.10, 0.94)])
def test_run_on_at_the_mean_clinical_peak(air, millilitres):
    """cautions.md: 2-10 % of air in 10 mL at 1.7 MPa."""
    stored = stored_volume(1.7 * MPA, volume=10 * ML, air_fraction=air)
    assert stored / ML == pytest.approx(millilitres, abs=0.006)


@pytest.mark.parametrize("pressure", [0.0, 1e3, 1e5, 1.7e6])
def test_air_and_stored_cement_share_the_airs_first_volume(pressure):
    both = air_volume(pressure, **SYRINGE) + stored_volume(pressure, **SYRINGE)
    assert both == pytest.approx(0.05 * 10 * ML, rel=1e-12)
    assert pressure_of_stored(stored_volume(pressure, **SYRINGE), **SYRINGE) == pytest.approx(
        pressure, rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize("pressure", [0.0, 1e5, 1.7e6])
def test_compliance_is_the_slope(pressure):
    step = 1e-4 * (ATMOSPHERE + pressure)
    slope = (stored_volume(pressure + step, **SYRINGE) - stored_volume(pressure - step, **SYRINGE)) / (2 * step)
    assert compliance(pressure, **SYRINGE) == pytest.approx(slope, rel=1e-6)
