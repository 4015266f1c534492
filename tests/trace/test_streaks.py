"""Where metal draws streaks over a road, the road is blind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from blurred import anatomy_of, quality, scan_with

from azygos.trace.background import read_background
from azygos.trace.streaks import streak_regions, streaked_blocks


def test_scatter_beside_metal_is_blind_and_without_metal_is_not():
    plain = scan_with(40.0, [], [])
    hu = np.array(plain.hu)
    middle = np.array(hu.shape) // 2
    beside = tuple(slice(int(m) - 8, int(m) + 8) for m in middle)
    hu[beside] = np.where(np.indices((16, 16, 16)).sum(axis=0) % 2, 300, -300)
    wild = replace(plain, hu=hu)
    metal = hu.copy()
    metal[tuple(int(m) + 9 for m in middle)] = 9000
    with_metal = replace(plain, hu=metal)
    anatomy = anatomy_of(plain, "mediastinum")
    assert not streaked_blocks(wild, read_background(wild, anatomy), quality()).any()
    found = list(streak_regions(with_metal, read_background(with_metal, anatomy), quality(), ("mediastinum",), 0.001))
    assert [one.region for one in found] == ["mediastinum"]
    assert found[0].volume_ml < 16**3 * with_metal.voxel_ml * 4
