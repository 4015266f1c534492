"""The needle's way in: through the pedicle, tip in bone, and a clear word where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.anatomy import LEVELS
from azygos.ground.errors import InputError
from azygos.spine.approach import check_needle, distance_outside, suggest_needle
from azygos.spine.drawing import draw_bone, draw_uncertain
from azygos.spine.leak import Route
from azygos.spine.treatment import Needle
from azygos.spine.vertebra import Vertebra
from azygos.spine.virtual import draw_vertebra


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ["none", "wedge", "biconcave", "crush"])
def test_suggested_needles_come_from_behind_and_end_in_front(level: str, kind: str) -> None:
    body = draw_vertebra(level, np.random.default_rng(3), fracture=kind)
    for side, turn in (("left", 1.0), ("right", -1.0)):
        needle = suggest_needle(body, side)
        assert turn * needle.entry[0] > turn * needle.tip[0] > -1e-3
        assert needle.entry[1] > needle.tip[1]
        y = body.to_lps(np.argwhere(body.inside) * 1.0)[:, 1]
        assert (needle.tip[1] - y.min()) / np.ptp(y) < 0.40
        path = needle.tip + np.linspace(0.0, 0.6, 20)[:, None] * (needle.entry - needle.tip)
        half = [p for p in path if p[1] < y.max() - 4e-3]
        assert np.mean([distance_outside(p, body) < 1e-9 for p in half]) > 0.9


def cube() -> Vertebra:
    inside = np.zeros((14, 14, 14), bool)
    inside[2:12, 2:12, 2:12] = True
    return Vertebra(
        level="L1",
        origin=np.full(3, -6.5e-3),
        axes=np.eye(3),
        spacing=1e-3,
        inside=inside,
        bone_fraction=np.where(inside, 0.1, 0.0),
        cleft=np.zeros_like(inside),
    )


def test_the_tip_lies_as_far_behind_the_front_wall_as_asked() -> None:
    for share in (0.2, 0.3, 0.5):
        depth = (suggest_needle(cube(), tip_from_front=share).tip[1] + 5e-3) / 10e-3  # the cube's front is at -5 mm
        assert depth == pytest.approx(share, abs=0.051)  # walls lie in cells of 1 mm
    usual, asked = suggest_needle(cube()), suggest_needle(cube(), tip_from_front=0.30)
    assert np.array_equal(usual.tip, asked.tip)
    assert np.array_equal(usual.entry, asked.entry)


def test_says_how_far_out_the_tip_is() -> None:
    tip = np.array([7.4e-3, 4.1e-3, -3.3e-3])  # the cube ends at 5 mm
    needle = Needle(entry=np.array([0.0, 0.04, 0.0]), tip=tip, gauge=11, inner_radius=1.2e-3, length=0.12)
    with pytest.raises(InputError) as refused:
        check_needle(needle, cube())
    assert str(refused.value) == (
        "needle tip (7.4, 4.1, -3.3) mm lies 2.4 mm outside the vertebral body. Move it inside the bone, "
        "or check that the scan and its label map have the same orientation."
    )


def test_a_tip_inside_passes() -> None:
    needle = Needle(entry=np.array([0.0, 0.04, 0.0]), tip=np.zeros(3), gauge=11, inner_radius=1.2e-3, length=0.12)
    check_needle(needle, cube())


def test_track_is_an_outlet_on_the_needles_line() -> None:
    body = draw_vertebra("L2", np.random.default_rng(4))
    needle = suggest_needle(body, "right")
    draw = draw_uncertain(np.random.default_rng(1))
    bone = draw_bone(body, draw, needle_track=(needle.entry, needle.tip, 1.5e-3))
    (track,) = [o for o in bone.outlets if o.route is Route.NEEDLE_TRACK]
    line = (needle.entry - needle.tip) / np.linalg.norm(needle.entry - needle.tip)
    along = body.to_lps(track.mouth) - needle.tip
    assert np.linalg.norm(along - (along @ line) * line) < 1.2e-3
    assert 0.2e-3 < track.radius < 0.6e-3
    assert 10e-3 < track.length < 30e-3


def test_refuses_an_unknown_side_and_gauge() -> None:
    with pytest.raises(InputError) as refused:
        suggest_needle(cube(), "middle")
    assert str(refused.value) == "side is 'middle'; write 'left' or 'right'"
    with pytest.raises(InputError) as refused:
        suggest_needle(cube(), gauge=12)
    assert str(refused.value) == "no bore is known for a needle of 12 gauge. Known: 8, 10, 11, 13."
