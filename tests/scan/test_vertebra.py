"""From an outline on a CT to the vertebra that cement is injected into."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.ground.volume import Volume, to_lps
from azygos.scan.body import BodyOutline
from azygos.scan.heights import Heights, classify_fracture, measure_heights
from azygos.scan.vertebra import vertebra_from_scan

TURN = np.deg2rad(20.0)
AXES = np.array([[1.0, 0.0, 0.0], [0.0, np.cos(TURN), np.sin(TURN)], [0.0, -np.sin(TURN), np.cos(TURN)]])


def make_block(marrow_hu=150.0, gas=False, metal=False):
    """A 40 x 30 x 24 mm block with a 1 mm shell, pitched by 20 degrees, on a 1 mm CT; its outline."""
    affine = np.eye(4)
    affine[:3, 3] = -32.0
    points = to_lps(affine, np.stack(np.meshgrid(*[np.arange(65.0)] * 3, indexing="ij"), axis=-1))
    local = points @ AXES
    depth = (np.array([20.0, 15.0, 12.0]) - np.abs(local)).min(axis=-1)
    hu = np.where(depth > 0.0, np.where(depth < 1.0, 600.0, marrow_hu), 40.0)
    if gas:
        hu = np.where((np.abs(local) < [8.0, 6.0, 1.5]).all(axis=-1), -700.0, hu)
    if metal:
        hu = np.where(np.linalg.norm(local - [8.0, 0.0, 0.0], axis=-1) < 3.0, 2500.0, hu)
    outline = BodyOutline(
        mask=depth > 0.0, affine_mm=affine, centre_mm=np.zeros(3), axes=AXES, confidence=1.0, source="labels"
    )
    return Volume(hu=hu.astype(np.float32), affine_mm=affine), outline


@pytest.mark.parametrize("spacing", [0.8e-3, 1e-3, 2e-3])
def test_volume_and_axes_are_kept_on_the_aligned_grid(spacing):
    volume, outline = make_block()
    vertebra = vertebra_from_scan(volume, outline, "L2", spacing)
    assert vertebra.volume == pytest.approx(40e-3 * 30e-3 * 24e-3, rel=0.06)
    assert np.allclose(vertebra.axes, AXES)
    assert np.allclose(vertebra.to_lps(vertebra.to_grid(np.array([1e-3, 2e-3, 3e-3]))), [1e-3, 2e-3, 3e-3])
    assert not vertebra.inside[[0, -1]].any()
    assert not vertebra.inside[:, :, [0, -1]].any()
    assert vertebra.source == "scan"
    assert vertebra.fracture == "none"


def test_the_shell_takes_the_marrows_bone_fraction():
    volume, outline = make_block(marrow_hu=150.0)
    vertebra = vertebra_from_scan(volume, outline, "L2")
    marrow = (78.9 + 0.877 * 0.75 * 150.0) / (0.6 * 1920.0)
    middle = np.median(vertebra.bone_fraction[vertebra.inside])
    assert middle == pytest.approx(marrow, rel=1e-3)
    assert np.percentile(vertebra.bone_fraction[vertebra.inside], 95) < 1.3 * marrow
    assert np.all(vertebra.bone_fraction[~vertebra.inside] == 0.0)
    assert (
        "The outer 2.0 mm take the bone fraction of the marrow next to them, because CT shows the shell at least "
        "twice too thick." in vertebra.notes
    )


def test_the_bone_fraction_stays_within_its_bounds():
    volume, outline = make_block(marrow_hu=-120.0)
    vertebra = vertebra_from_scan(volume, outline, "L2", density_law="two-tissues")
    assert vertebra.bone_fraction[vertebra.inside].min() == 0.02
    assert any("of the bone fraction was held between 0.02 and 0.6" in note for note in vertebra.notes)


def test_gas_is_a_cleft():
    volume, outline = make_block(gas=True)
    vertebra = vertebra_from_scan(volume, outline, "L1")
    assert np.count_nonzero(vertebra.cleft) * 1e-9 == pytest.approx(16e-3 * 12e-3 * 3e-3, rel=0.3)
    assert any(note.startswith("A cleft with 0.") for note in vertebra.notes)


def test_metal_is_noted_and_not_read_as_bone():
    volume, outline = make_block(metal=True)
    vertebra = vertebra_from_scan(volume, outline, "L1")
    assert any(note.startswith("Metal or cement (over 1600 HU) lies in 0.") for note in vertebra.notes)
    assert np.percentile(vertebra.bone_fraction[vertebra.inside], 99) < 0.3


def test_an_absurd_cell_is_refused():
    volume, outline = make_block()
    with pytest.raises(InputError) as caught:
        vertebra_from_scan(volume, outline, "L1", spacing=1.0)
    assert str(caught.value) == "a cell edge of 1000.00 mm is not between 0.1 and 5 mm"


@pytest.mark.parametrize(
    ("front", "middle", "back", "level", "shape"),
    [
        (24.0, 24.0, 25.0, "L2", "none"),
        (22.5, 23.5, 25.0, "T12", "none"),
        (15.0, 20.0, 25.0, "L1", "wedge"),
        (24.0, 15.0, 25.0, "L3", "biconcave"),
        (25.0, 20.0, 15.0, "L3", "crush"),
        (18.5, 22.0, 25.0, "L1", "unknown"),
    ],
)
def test_fracture_shapes_by_their_heights(front, middle, back, level, shape):
    heights = Heights(anterior=front * 1e-3, middle=middle * 1e-3, posterior=back * 1e-3, depth=32e-3)
    assert classify_fracture(heights, level) == shape


def test_a_wedge_is_measured():
    i, j, k = np.indices((44, 40, 34))
    top = 5 + 14.0 + 10.0 * (j - 4) / 31.0
    wedge = (i >= 4) & (i < 40) & (j >= 4) & (j < 36) & (k >= 5) & (k < top)
    heights = measure_heights(wedge, 1e-3)
    assert heights.posterior - heights.anterior == pytest.approx(7.6e-3, abs=1.0e-3)
    assert heights.depth == pytest.approx(32e-3)
