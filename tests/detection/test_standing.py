"""What alarms stand on, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from azygos.ground.volume import LabelMap
from azygos.render import Choices, draw_phantom
from azygos.render.phantom_calcium import draw_calcium
from azygos.render.solids import along, balls
from detection.standing import outside_mm, standing_on
from detection.test_scoring import cube, findings, found


def test_distances_from_tubes_and_balls():
    tube = along(np.array([[0.0, 0, 0], [10, 0, 0]]), np.array([1.0, 3.0]), name="", material="calcium 700")
    ball = balls(np.array([[0.0, 20, 0]]), 2.0, name="", material="calcium 700")
    points = np.array([[5.0, 4, 0], [-3, 0, 0], [0, 15, 0]])
    assert outside_mm([tube, None, ball], points) == pytest.approx([2.0, 2.0, 3.0])
    assert np.all(np.isinf(outside_mm([], points)))


def test_a_piece_on_drawn_calcium_is_told_from_one_in_blood_and_one_nowhere():
    body = draw_phantom(3)
    plate = draw_calcium(body)[0]
    middle = plate.starts_mm[0]
    labels = np.zeros((60, 60, 60), np.int32)
    labels[40:50, 40:50, 40:50] = 1
    seen = findings(found(1, cube((10, 10, 10), 1)), found(2, cube((45, 45, 45), 1)), found(3, cube((20, 45, 20), 1)))
    affine = np.eye(4)
    affine[:3, 3] = middle - 10.0
    moved = replace(seen, affine_mm=affine)
    held = LabelMap(labels=labels, affine_mm=affine, names={1: "superior_vena_cava"})
    assert standing_on(moved, body, Choices(), held) == ["drawn calcium", "blood", "elsewhere"]
