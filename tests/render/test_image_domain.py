"""Blur, slices, motion and noise of the image domain against what their numbers promise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.render.choices import Scanner
from azygos.render.image_domain import box_taps, gaussian_taps, plane_taps, smear_heart, take_image
from azygos.render.noise import add_noise, draw_noise, noise_level
from azygos.values import scanners as v


def scanner(**kind) -> Scanner:
    return Scanner(**{"rows": 64, "fov_mm": 32.0, **kind})


@pytest.mark.parametrize("kernel", ["soft", "standard", "sharp"])
def test_a_points_width_is_that_of_the_kernel(kernel):
    fine = scanner(kernel=kernel, rows=640, fov_mm=64.0)
    taps = plane_taps(fine)
    assert taps.sum() == pytest.approx(1.0)
    at = np.arange(len(taps)) * fine.pixel_mm
    half = at[taps >= 0.5 * taps.max()]
    asked = v.SHARPNESS_MM[kernel]
    assert asked.low * 0.9 <= half[-1] - half[0] + fine.pixel_mm <= asked.high


def test_a_slice_is_a_box_of_its_thickness():
    assert box_taps(1.0).tolist() == [1.0]
    assert box_taps(3.0) == pytest.approx([1 / 3] * 3)
    assert box_taps(2.0) == pytest.approx([0.25, 0.5, 0.25])
    assert gaussian_taps(1.3).sum() == pytest.approx(1.0)


def test_blurring_keeps_the_integral_and_thick_slices_take_their_planes():
    field = np.zeros((64, 64, 30), dtype=np.float32)
    field[30:33, 31:33, 14:16] = 900.0
    whole = float(field.sum(dtype=np.float64))
    image = take_image(field.copy(), scanner(slice_mm=3.0, step_mm=3.0), 1.0, np.empty_like(field))
    assert image.shape == (64, 64, 10)
    assert 3.0 * float(image.sum(dtype=np.float64)) == pytest.approx(whole, rel=1e-4)
    plane = field[:, :, 12:15].mean(axis=2)
    assert float(image[:, :, 4].sum()) == pytest.approx(float(plane.sum()), rel=1e-4)


def test_motion_smears_the_heart_and_leaves_the_rest():
    field = np.zeros((40, 40, 40), dtype=np.float32)
    field[19:21, 19:21, 19:21] = 1000.0
    field[2, 2, 2] = 1000.0
    inside = np.zeros(field.shape, dtype=bool)
    inside[10:30, 10:30, 10:30] = True
    before = float(field[10:30, 10:30, 10:30].sum())
    smear_heart(field, inside, np.ones(3), 8.0)
    assert float(field[2, 2, 2]) == pytest.approx(1000.0, abs=0.01)
    assert float(field[15:25, 15:25, 15:25].max()) < 500.0
    assert float(field[5:35, 5:35, 5:35].sum()) == pytest.approx(before, rel=0.1)


def noisy(value: float, **kind) -> np.ndarray:
    field = np.full((64, 64, 24), value, dtype=np.float32)
    chosen = scanner(**kind)
    add_noise(field, chosen, np.array([0.5, 0.5, 1.0]), np.random.default_rng(3))
    return field


def test_water_is_0_and_air_is_minus_1000_on_average():
    assert noisy(0.0).mean() == pytest.approx(0.0, abs=0.5)
    assert noisy(-1000.0, dose=100.0).mean() == pytest.approx(-1000.0, abs=0.5)


def test_noise_falls_with_the_root_of_dose_and_slice_and_rises_with_the_kernel():
    ordinary = noisy(0.0).std()
    assert noisy(0.0, dose=4.0).std() == pytest.approx(0.5 * ordinary, rel=0.05)
    assert noisy(0.0, slice_mm=4.0, step_mm=4.0).std() == pytest.approx(0.5 * ordinary, rel=0.05)
    ratio = v.NOISE_HU["sharp"].number / v.NOISE_HU["standard"].number
    assert noisy(0.0, kernel="sharp").std() == pytest.approx(ratio * ordinary, rel=0.06)


def test_drawn_noise_has_standard_deviation_1_across_its_slabs_and_is_correlated_in_the_plane():
    slabs = list(draw_noise((96, 96, 60), scanner(rows=96, fov_mm=60.0), np.random.default_rng(1)))
    noise = np.concatenate(slabs, axis=2)
    assert noise.shape == (96, 96, 60)
    assert noise.std() == pytest.approx(1.0, abs=0.04)
    near = float((noise[1:] * noise[:-1]).mean())
    assert 0.2 < near < 0.9
    across = float((noise[:, :, 47] * noise[:, :, 48]).mean())  # the seam of two slabs is like any other
    assert across == pytest.approx(float((noise[:, :, 20] * noise[:, :, 21]).mean()), abs=0.08)


def test_noise_is_strongest_in_the_middle_of_a_thick_body():
    x, y = np.meshgrid(np.linspace(-1, 1, 64), np.linspace(-1, 1, 64), indexing="ij")
    disc = np.where(x**2 + y**2 < 0.8, 0.0, -1000.0).astype(np.float32)
    level = noise_level(np.repeat(disc[:, :, None], 12, axis=2), np.array([5.0, 5.0, 1.0]), scanner(fov_mm=320.0))
    middle = level[level.shape[0] // 2, level.shape[1] // 2, 0]
    assert middle > 1.2 * level[level.shape[0] // 10, level.shape[1] // 2, 0]
    path = 2.0 * math.sqrt(0.8) * 160.0
    weight = (1.0 - v.MODULATION.number) * 0.0195 * (path - v.REFERENCE_PATH.number)
    assert middle == pytest.approx(v.NOISE_HU["standard"].number * math.exp(0.5 * weight), rel=0.12)


def test_values_are_whole_and_end_at_the_ceiling():
    field = noisy(3070.0, ceiling_hu=3071.0)
    assert field.max() == 3071.0
    assert (field == np.rint(field)).all()
    assert noisy(9000.0, ceiling_hu=None).max() > 8900.0
    assert noisy(-1020.0).min() == -1024.0
