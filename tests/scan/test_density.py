"""Laws from HU to bone volume fraction, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.scan.density import DENSITY_LAWS, choose_law


@pytest.mark.parametrize(
    ("name", "hu", "fraction"),
    [
        ("ash", 0.0, 78.9 / 1152.0),
        ("ash", 200.0, (78.9 + 0.877 * 150.0) / 1152.0),
        ("two-tissues", 0.0, 0.0),
        ("two-tissues", 200.0, 150.0 / 1152.0),
        ("young-reference", 118.0, 0.08),
    ],
)
def test_each_law_by_hand(name, hu, fraction):
    assert float(choose_law(name)(np.array(hu))) == pytest.approx(fraction)


def test_every_law_keeps_the_shape_and_rises():
    hu = np.linspace(-100.0, 600.0, 24).reshape(2, 3, 4)
    for law in DENSITY_LAWS.values():
        fraction = law(hu)
        assert fraction.shape == hu.shape
        assert np.all(np.diff(fraction.ravel()) > 0.0)


def test_laws_agree_within_a_factor_in_ordinary_marrow():
    """From 100 to 200 HU they differ by no more than 2.2: what the plan must carry as uncertainty."""
    hu = np.array([100.0, 150.0, 200.0])
    fractions = np.array([law(hu) for law in DENSITY_LAWS.values()])
    assert np.all(fractions.max(axis=0) / fractions.min(axis=0) < 2.2)


def test_an_unknown_law_is_refused():
    with pytest.raises(InputError) as caught:
        choose_law("carter")
    assert str(caught.value) == ("density law 'carter' is not known; choose one of ash, two-tissues, young-reference.")
