"""The logistic model of certainty."""

from __future__ import annotations

import json

import numpy as np
import pytest
from test_lookalikes import DENSE, thing

from azygos.ground.errors import InputError
from azygos.trace.certainty import FEATURES, Model, chance, features, fit, stored, to_json


def test_the_fit_finds_the_feature_that_tells():
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(400, len(FEATURES)))
    cement = rng.random(400) < 1.0 / (1.0 + np.exp(-3.0 * rows[:, 2]))
    model = fit(list(rows), list(cement), "made up")
    assert np.argmax(np.abs(model.weights)) == 2
    assert model.weights[2] == pytest.approx(3.0, rel=0.3)
    told = np.array([chance(row, model) for row in rows])
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 1.0)):
        here = (told >= low) & (told < high)
        assert cement[here].mean() == pytest.approx(told[here].mean(), abs=0.12)


def test_the_model_is_stored_by_name():
    model = Model(offset=0.5, weights=tuple(range(len(FEATURES))), cases=7, note="x")
    table = json.loads(to_json(model))
    assert list(table["weights"]) == list(FEATURES)
    assert (table["cases"], table["offset"]) == (7, 0.5)


def test_a_chance_is_never_certain():
    assert chance(np.full(len(FEATURES), 1e3)) <= 0.99
    assert chance(np.full(len(FEATURES), -1e3)) >= 0.01


def test_a_calibration_of_other_features_is_refused():
    with pytest.raises(InputError) as met:
        Model(offset=0.0, weights=(1.0,), cases=0, note="")
    assert str(met.value) == f"the calibration holds 1 weights, not {len(FEATURES)}"
    assert len(stored().weights) == len(FEATURES)


def test_brightness_tells_less_the_less_the_blur_leaves_of_it():
    place = FEATURES.index("brightness")
    speck = thing("lung", one={**DENSE, "material_hu": 27_000.0}, doubt=0.95)
    wide = thing("lung", one={**DENSE, "material_hu": 3700.0}, doubt=0.1)
    assert features(speck)[place] == pytest.approx(0.05 * np.log(5300.0 / 1400.0))  # no cement is denser
    assert features(wide)[place] == pytest.approx(0.9 * np.log(3700.0 / 1400.0))
    thin = thing("lung", one={"peak_hu": 1540.0, "noise_hu": 20.0, "material_hu": 900.0}, doubt=0.1)
    assert features(thin)[place] == pytest.approx(0.9 * np.log(1500.0 / 1400.0))  # two noise widths below its peak
