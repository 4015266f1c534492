"""From regions and roads to the name of a place."""

from __future__ import annotations

from azygos.ground.parcels import FloatArray
from azygos.ground.places import Place
from azygos.trace.anatomy.parcels import Anatomy


def place_of(anatomy: Anatomy, points_mm: FloatArray) -> Place:
    """Where a piece with these voxel centres (n, 3) [mm] lies."""
    raise NotImplementedError
