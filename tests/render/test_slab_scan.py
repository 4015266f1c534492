"""A few slices of a rendered body through the beam, beside the same slices of the image domain."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.ground.places import Place
from azygos.render import Choices, Placed, Scanner, draw_phantom, render_body
from azygos.render.slab_scan import project_body

SCANNER = Scanner(rows=128, slice_mm=2.5, step_mm=2.5, low_mm=0.0, high_mm=5.0, ceiling_hu=None)


@pytest.mark.slow
def test_slices_by_projections_lie_on_those_of_the_whole_scan_and_show_what_it_lacks():
    phantom, choices = draw_phantom(1), Choices(scanner=SCANNER)
    line = np.array([[-6.0, 0.0, 0.0], [6.0, 0.0, 0.0]])
    blob = Placed(
        name="blob", lines_mm=(line,), diameters_mm=(np.array([14.0, 14.0]),), place=Place(site="vertebral_body"),
        origin="T8", cement_hu=5052.0, volume_ml=3.3,
    )  # fmt: skip
    by_projections = project_body(phantom, low_mm=0.0, high_mm=5.0, choices=choices, seed=1, pieces=(blob,))
    whole, truth, _ = render_body(phantom, choices=choices, seed=1, pieces=(blob,))
    assert by_projections.affine_mm == pytest.approx(whole.affine_mm)
    assert by_projections.hu.shape == whole.hu.shape
    assert by_projections.facts["rendered"] == "projections"
    difference = by_projections.hu[:, :, 0] - whole.hu[:, :, 0]
    soft = (whole.hu[:, :, 0] > -120.0) & (whole.hu[:, :, 0] < 120.0)
    assert abs(float(np.median(difference[soft]))) < 5.0
    assert abs(float(np.median(difference[whole.hu[:, :, 0] < -990.0]))) < 5.0
    core = truth.labels[:, :, 0] > 0
    assert 2800.0 < np.median(by_projections.hu[:, :, 0][core]) < np.median(whole.hu[:, :, 0][core]) - 500.0


@pytest.mark.parametrize("high", [0.5, 400.0])
def test_none_and_too_many_slices_are_refused(high):
    phantom = draw_phantom(1)
    count = high * phantom.scale / 2.5
    with pytest.raises(InputError) as error:
        project_body(phantom, low_mm=0.0, high_mm=high, choices=Choices(scanner=SCANNER), seed=1)
    assert str(error.value) == (
        f"from 0 to {high:g} mm there are {count:.0f} slices of 2.5 mm. Ask for 1 to 60; each takes seconds."
    )
