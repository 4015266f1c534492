"""The table of places: complete, and each on the tissue that it says."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from azygos.ground.volume import to_voxel
from detection.sites import KINDS, SCANS, read_scan, read_sites


def test_each_scan_has_ten_places_of_each_kind():
    counts = Counter((site.scan, site.kind) for site in read_sites())
    assert {scan for scan, _ in counts} == set(SCANS)
    assert min(counts[scan, kind] for scan in SCANS for kind in KINDS) >= 10


def test_sides_and_lobes_agree():
    for site in read_sites():
        if site.place.lobe:
            assert site.place.lobe.startswith(site.place.side)
        assert np.linalg.norm(site.direction) == pytest.approx(1.0)


PLAUSIBLE_HU = {
    ("azygos", False): (-60, 130),
    ("canal", False): (-60, 150),
    ("cava", False): (-20, 130),
    ("heart", False): (-20, 130),
    ("body", False): (30, 900),
    ("hilum", False): (-150, 130),
    ("hilum", True): (200, 800),
    ("cava", True): (400, 3100),
}


@pytest.mark.shared
@pytest.mark.parametrize("scan", SCANS)
def test_each_place_lies_on_the_tissue_that_it_says(scan):
    """The mean of 3 x 3 x 3 voxels there is blood, cord, bone or contrast; most lung places are on a vessel."""
    volume, on_vessel = read_scan(scan), []
    for site in read_sites(scan):
        i, j, k = np.rint(to_voxel(volume.affine_mm, site.at_mm)).astype(int)
        assert 0 <= k < volume.hu.shape[2]
        box = volume.hu[i - 1 : i + 2, j - 1 : j + 2, max(0, k - 1) : k + 2]
        low, high = PLAUSIBLE_HU.get((site.kind, site.enhanced), (-1024, 3100))
        assert low <= box.mean() <= high, f"{site.kind} {site.number} at {site.at_mm}: {box.mean():.0f} HU"
        if site.kind == "lung":
            on_vessel.append(box.max() > -400.0)
    assert np.mean(on_vessel) > 0.9
