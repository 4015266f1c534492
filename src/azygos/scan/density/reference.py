"""By comparison with young women's L1, without any scanner's slope."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.values import density


def young_reference(hu: FloatArray) -> FloatArray:
    r"""Bone volume fraction in proportion to the CT number of young women's L1.

    .. math:: \mathrm{BV/TV} = \phi_{young}\,\frac{\mathrm{HU} - \mathrm{HU}_m}{236 - \mathrm{HU}_m}

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
    Needs no mineral calibration: a scanner at another voltage reads patient and reference apart,
    though (236 +/- 42 HU is for 120 kVp, unenhanced). The bone fraction of the young is assumed.

    References
    ----------
    Hendrickson et al. (2018), PMC6047377: L1 of women of 20 to 30 years.

    Examples
    --------
    >>> round(float(young_reference(np.array(236.0))), 3)
    0.16
    """
    above = np.asarray(hu, dtype=np.float64) - density.MARROW_HU.number
    scale = density.BONE_FRACTION_YOUNG.number / (density.HU_YOUNG_L1.number - density.MARROW_HU.number)
    return np.asarray(scale * above, dtype=np.float64)
