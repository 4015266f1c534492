"""Painted solids and tubes against volumes worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.render.materials import Palette
from azygos.render.paint import blank_canvas, paint
from azygos.render.solids import along, balls, both, capsule, cropped, either, ellipsoid, section

PALETTE = Palette(kvp=120, tissue_hu={"water": 0.0, "muscle": 50.0}, iodine_hu={"aorta": 300.0})


def canvas(size=(0.8, 0.8, 1.2)):
    return blank_canvas((60, 60, 50), np.array([-24.0, -24.0, -30.0]), np.array(size), 1)


def painted_volume(field, value: float) -> float:
    """By the integral over the background of air [mm^3]."""
    return float((field.hu + 1000.0).sum(dtype=np.float64) / (value + 1000.0) * np.prod(field.size_mm))


def grid(step: float = 2.0):
    axis = np.arange(-22.0, 22.1, step, dtype=np.float32)
    return np.meshgrid(axis, axis, axis, indexing="ij")


def test_a_solid_ball_has_its_volume():
    x, y, z = grid()
    ball = cropped(ellipsoid(x, y, z, (1.0, -2.0, 3.0), (12.0, 12.0, 12.0)), np.full(3, -22.0), 2.0, name="liver",
                   material="muscle")  # fmt: skip
    field = canvas()
    paint(field, [ball], PALETTE)
    assert painted_volume(field, 50.0) == pytest.approx(4.0 / 3.0 * math.pi * 12.0**3, rel=0.02)
    inside = field.labels == field.names["liver"]
    centre = np.argwhere(inside).mean(axis=0) * field.size_mm + field.corner_mm
    assert centre == pytest.approx([1.0, -2.0, 3.0], abs=0.1)


@pytest.mark.parametrize("radius", [0.3, 0.7, 2.0, 5.0])
def test_a_tube_has_its_volume_however_thin(radius):
    field = canvas()
    paint(
        field, [along(np.array([[-10.0, 0.3, -12.0], [9.0, 4.0, 11.0]]), radius, name="", material="muscle")], PALETTE
    )
    length = math.sqrt(19.0**2 + 3.7**2 + 23.0**2)
    true = math.pi * radius**2 * length + 4.0 / 3.0 * math.pi * radius**3
    assert painted_volume(field, 50.0) == pytest.approx(true, rel=0.03)


def test_a_wall_leaves_a_core_of_another_kind():
    field = canvas()
    tube = along(
        np.array([[0.0, 0.0, -20.0], [0.0, 0.0, 20.0]]), 8.0, name="", material="muscle", wall_mm=2.0, core="water"
    )
    paint(field, [tube], PALETTE)
    at = np.round((np.array([[0.0, 0.0, 0.0], [7.2, 0.0, 0.0]]) - field.corner_mm) / field.size_mm).astype(int)
    assert [float(field.hu[tuple(i)]) for i in at] == pytest.approx([0.0, 50.0], abs=1.0)


def test_what_comes_later_covers_what_came_before():
    field = canvas()
    ball = {"points_mm": np.zeros((1, 3)), "radii_mm": 6.0, "name": ""}
    paint(field, [balls(material="muscle", **ball), None, balls(material="water", **ball)], PALETTE)
    assert float(field.hu[30, 30, 25]) == 0.0


def test_iodine_is_added_where_the_phase_has_it_and_calcium_goes_by_its_table():
    assert PALETTE.hu("muscle aorta") == 350.0
    assert PALETTE.hu("muscle vein") == 50.0
    assert PALETTE.hu("calcium 400") == pytest.approx(536.0, abs=12.0)
    with pytest.raises(InputError, match="nothing is made of 'cheese'"):
        PALETTE.hu("cheese")


def test_shapes_are_distances_near_their_walls():
    x, y, z = grid(1.0)
    a = ellipsoid(x, y, z, (0.0, 0.0, 0.0), (8.0, 12.0, 10.0))
    b = section(x, y, 9.0, 9.0, 2.0)
    c = capsule(x, y, z, (-5.0, 0.0, 0.0), (5.0, 0.0, 0.0), (3.0, 3.0))
    for field in (a, b, c):
        near = np.abs(field) < 1.0
        slope = np.linalg.norm(np.stack(np.gradient(field)), axis=0)
        assert slope[near].mean() == pytest.approx(1.0, abs=0.06)
    assert (both(a, b) == np.maximum(a, b)).all()
    assert (either(a, b, 3.0) <= np.minimum(a, b) + 1e-5).all()
