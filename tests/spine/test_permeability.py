"""The permeability field: one medium on all grids, with the drawn spread, length and slope."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from azygos.spine.drawing import draw_bone, draw_uncertain
from azygos.spine.permeability import ANSWERS, uniform
from azygos.spine.permeability.lognormal import gaussian_field, lognormal
from azygos.spine.vertebra import Vertebra
from azygos.spine.virtual import draw_vertebra


def block(spacing: float, cells: int = 40, bone: float = 0.10) -> Vertebra:
    """A cube of even bone whose lower corner lies at the origin."""
    shape = (cells,) * 3
    return Vertebra(
        level="L1",
        origin=np.full(3, 0.5 * spacing),
        axes=np.eye(3),
        spacing=spacing,
        inside=np.ones(shape, bool),
        bone_fraction=np.full(shape, bone),
        cleft=np.zeros(shape, bool),
    )


def by_eight(field: np.ndarray) -> np.ndarray:
    n, m, k = (s // 2 for s in field.shape)
    return field[: 2 * n, : 2 * m, : 2 * k].reshape(n, 2, m, 2, k, 2).mean(axis=(1, 3, 5))


@pytest.mark.parametrize("length", [2e-3, 5e-3])
def test_half_the_spacing_sees_the_same_medium(length: float) -> None:
    coarse = gaussian_field(block(1e-3, 30), length, 11)
    fine = gaussian_field(block(5e-4, 60), length, 11)
    assert np.corrcoef(coarse.ravel(), by_eight(fine).ravel())[0, 1] > 0.99


def test_bone_of_one_draw_agrees_between_grids() -> None:
    draw = dataclasses.replace(draw_uncertain(np.random.default_rng(1)), permeability_length=2e-3)
    coarse, fine = (
        draw_bone(draw_vertebra("T12", np.random.default_rng(4), fracture="wedge", spacing=h), draw)
        for h in (1e-3, 5e-4)
    )
    inside = np.argwhere(coarse.vertebra.inside)
    eighths = 0.25e-3 * (2.0 * np.argwhere(np.ones((2, 2, 2))) - 1.0)
    places = np.rint(fine.vertebra.to_grid(coarse.vertebra.to_lps(inside)[:, None] + eighths)).astype(int)
    seen = fine.permeability[tuple(np.moveaxis(places, -1, 0))]
    whole = np.all(seen > 0.0, axis=1)  # of a cell on the rim, some eighths lie outside
    assert whole.mean() > 0.9
    pair = np.log(coarse.permeability[tuple(inside[whole].T)]), np.log(seen[whole]).mean(axis=1)
    assert np.corrcoef(*pair)[0, 1] > 0.95


def test_field_has_unit_variance_and_the_drawn_length() -> None:
    length = 4e-3
    fields = np.stack([gaussian_field(block(1e-3, 48), length, seed) for seed in range(8)])
    assert fields.mean() == pytest.approx(0.0, abs=0.05)
    assert fields.std() == pytest.approx(1.0, abs=0.05)
    for axis in (1, 2, 3):
        ahead, behind = np.split(np.moveaxis(fields, axis, 0), [4])[1], np.moveaxis(fields, axis, 0)[:-4]
        assert np.mean(ahead * behind) == pytest.approx(np.exp(-1.0), abs=0.06)


def test_the_field_follows_the_bodys_axes() -> None:
    """A body turned in the world keeps its own medium where its own coordinates are the same."""
    straight = block(1e-3, 16)
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    turned = dataclasses.replace(straight, axes=turn, origin=turn @ straight.origin)
    assert np.allclose(gaussian_field(straight, 3e-3, 5), gaussian_field(turned, 3e-3, 5))


def test_density_tells_as_much_as_the_slope_says() -> None:
    draw = dataclasses.replace(draw_uncertain(np.random.default_rng(2)), permeability_density_slope=0.7)
    loose, dense = block(1e-3, 8, bone=0.10), block(1e-3, 8, bone=0.20)
    ratio = lognormal(dense, dense.bone_fraction, draw) / lognormal(loose, loose.bone_fraction, draw)
    # (0.8^3 / 0.2) / (0.9^3 / 0.1) = 0.3512
    assert ratio == pytest.approx(np.full(ratio.shape, 0.3512**0.7), rel=1e-3)


def test_median_holds_at_the_reference_density() -> None:
    draw = draw_uncertain(np.random.default_rng(3))
    body = block(1e-3, 48)
    medians = [
        np.median(lognormal(body, body.bone_fraction, dataclasses.replace(draw, field_seed=s))) for s in range(6)
    ]
    assert np.exp(np.mean(np.log(medians))) == pytest.approx(draw.permeability_median, rel=0.15)


def test_uniform_is_uniform() -> None:
    draw = draw_uncertain(np.random.default_rng(3))
    body = block(1e-3, 8)
    assert np.all(uniform(body, body.bone_fraction, draw) == draw.permeability_median)
    assert set(ANSWERS) == {"lognormal", "uniform"}
