"""HU to mineral, mineral to ash, ash to bone: the chain of most finite-element papers."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.values import density


def ash_density(hu: FloatArray) -> FloatArray:
    r"""Bone volume fraction by way of ash density.

    .. math:: \mathrm{BMD} = a\,\mathrm{HU} + b, \quad \rho_{ash} = \rho_0 + s\,\mathrm{BMD}, \quad
       \mathrm{BV/TV} = \frac{\rho_{ash}}{f\,\rho_t}

    Parameters
    ----------
    hu : FloatArray
        CT number [HU], any shape.

    Returns
    -------
    bone_fraction : FloatArray
        Bone volume over total volume [-], same shape, not clipped.

    Notes
    -----
    The offset of ash density makes 0 HU read as 7 % bone: good for cortical bone, where the
    regression was fitted, doubtful in osteoporotic marrow. Contrast agent in the veins of the
    marrow adds HU (about 8 % RMS in BMD), fat takes it away.

    References
    ----------
    Schileo et al. (2008) for the regression, from memory; see ``azygos.values.density``.

    Examples
    --------
    BMD of 100 mg/mL is 14 % bone:

    >>> round(float(ash_density(np.array(100.0 / 0.75))), 3)
    0.145
    """
    bmd = density.HU_TO_BMD.number * np.asarray(hu, dtype=np.float64) + density.BMD_AT_ZERO_HU.number
    ash = density.ASH_OFFSET.number + density.ASH_SLOPE.number * bmd
    return np.asarray(ash / (density.ASH_SHARE.number * density.TISSUE_DENSITY.number), dtype=np.float64)
