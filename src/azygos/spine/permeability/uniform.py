"""Uniform permeability: every cell at the drawn median. For exact solutions and as a null answer."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.spine.draw import Draw
from azygos.spine.vertebra import Vertebra


def uniform(vertebra: Vertebra, bone_fraction: FloatArray, draw: Draw) -> FloatArray:
    """The drawn median in every cell [m^2]; neither density nor place tells anything."""
    return np.full(vertebra.inside.shape, draw.permeability_median)
