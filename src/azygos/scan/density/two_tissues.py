"""A voxel is bone and marrow: its BMD over that of solid bone."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.values import density


def two_tissues(hu: FloatArray) -> FloatArray:
    r"""Bone volume fraction as a mixture of marrow and solid bone tissue.

    Linear mixing between marrow, which has no mineral but its own CT number, and bone tissue
    with all its mineral:

    .. math:: \mathrm{BV/TV} = \frac{a\,(\mathrm{HU} - \mathrm{HU}_m)}{f\,\rho_t}

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
    The same slope, ash share and tissue density as the ash chain, but no offset: marrow without
    bone is 0 %, so thin marrow comes out thinner. A fatter marrow (lower :math:`\mathrm{HU}_m`)
    hides bone: 40 HU are 2.6 % of bone volume.

    Examples
    --------
    >>> round(float(two_tissues(np.array(133.3))), 3)
    0.087
    """
    mineral = density.HU_TO_BMD.number * (np.asarray(hu, dtype=np.float64) - density.MARROW_HU.number)
    return np.asarray(mineral / (density.ASH_SHARE.number * density.TISSUE_DENSITY.number), dtype=np.float64)
