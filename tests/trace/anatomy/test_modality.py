"""What is no CT is refused in one sentence."""

from __future__ import annotations

import numpy as np
from made_up_body import SHAPE, bodies, scan_of, vertebra_map

from azygos.trace.anatomy import looks_like_ct


def test_a_ct_is_let_through(plain):
    assert looks_like_ct(plain) is None


def test_a_label_map_is_refused():
    assert looks_like_ct(scan_of(vertebra_map().labels)) == (
        "The image holds only 16 different whole values from 0 to 15, as a label map does; "
        "pass the CT itself as the image and this file as its label map."
    )


def test_an_mr_image_is_refused():
    rng = np.random.default_rng(2)
    values = np.abs(20.0 * rng.standard_normal(SHAPE))
    values[20:90, 15:70] = 400.0 + 150.0 * rng.standard_normal((70, 55, SHAPE[2]))
    values[bodies()] = 900.0
    assert looks_like_ct(scan_of(np.maximum(values, 0.0))) == (
        "The image has no value below 0 and most of it lies near zero, as an MR image has; "
        "pass a CT in Hounsfield units, in which air is near -1000."
    )


def test_values_without_soft_tissue_are_refused():
    rng = np.random.default_rng(3)
    values = 3000.0 + 200.0 * rng.standard_normal((40, 40, 40))
    scan = scan_of(np.full(SHAPE, 0))
    odd = type(scan)(hu=values.astype(np.int16) - 6000, affine_mm=scan.affine_mm, axes=(0, 1, 2),
                     flipped=(False,) * 3, ceiling_hu=None)  # fmt: skip
    assert looks_like_ct(odd) == (
        "Only 0.0% of the image lies between -200 and 200, where soft tissue of a CT lies; "
        "pass a CT in Hounsfield units."
    )
