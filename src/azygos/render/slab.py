"""From painted Hounsfield units to shares of materials, for slices that go through the beam.

Any grid of Hounsfield units will do, if it is finer than the image, without noise and without blur. What is not named
lies between air, fat, muscle and cortical bone, whichever two its value lies between: in a beam these differ little
from the tissue that was meant. What hardens a beam in its own way - cement, contrast, metal - has to be named.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.values.attenuation import hu_of

Array = npt.NDArray[np.float32]
TISSUES = ("air", "fat", "muscle", "cortical_bone")  # by rising HU
AROUND = "muscle"  # what shares a cell with a named material


def slab_of_materials(
    hu: Array, kvp: int, made_of: Mapping[str, npt.NDArray[np.bool_]] | None = None
) -> dict[str, Array]:
    """Materials that give a grid's Hounsfield units.

    Parameters
    ----------
    hu : array
        Shape (n_i, n_j, n_k), painted for this voltage, without noise or ceiling.
    kvp : int
        Tube voltage [kV].
    made_of : Mapping of str to bool array, optional
        Where a cell holds a named material ("kyphon_hv_r", "iodine 60 mg/ml", "titanium") and muscle for the rest;
        the cells of several must not overlap.

    Returns
    -------
    shares : dict of str to float32 array
        For :func:`azygos.render.projection.project_slab`; air is left out, as it is what is missing. Bone denser
        than cortical bone has a share above 1.

    Raises
    ------
    InputError
        If a material or voltage is not known, or two materials are said to fill one cell.

    Examples
    --------
    >>> shares = slab_of_materials(np.full((1, 1, 1), hu_of("muscle"), dtype=np.float32), 120)
    >>> {name: float(share[0, 0, 0].round(3)) for name, share in shares.items()}
    {'fat': 0.0, 'muscle': 1.0, 'cortical_bone': 0.0}
    """
    made_of = made_of or {}
    taken = sum((np.asarray(where, dtype=np.int8) for where in made_of.values()), np.zeros(hu.shape, dtype=np.int8))
    require(int(taken.max(initial=0)) <= 1, f"cells of {' and '.join(made_of)} overlap. Give each cell to one of them.")
    levels = np.array([hu_of(name, kvp) for name in TISSUES])
    plain = np.maximum(hu, levels[0])
    shares = {name: _peak(plain, levels, number) for number, name in enumerate(TISSUES) if name != "air"}
    for share in shares.values():
        share[taken > 0] = 0.0
    around = float(levels[TISSUES.index(AROUND)])
    for name, where in made_of.items():
        part = (hu[where] - around) / (hu_of(name, kvp) - around)
        shares[name] = np.zeros(hu.shape, dtype=np.float32)
        shares[name][where] = part
        shares[AROUND][where] = 1.0 - part
    return shares


def _peak(hu: Array, levels: npt.NDArray[np.float64], number: int) -> Array:
    """Share of one tissue: 1 at its level, falling to 0 at its neighbours'; the densest goes on rising."""
    share = np.interp(hu, levels, np.eye(len(levels))[number])
    if number == len(levels) - 1:
        share = np.where(hu > levels[-1], (hu - levels[0]) / (levels[-1] - levels[0]), share)
    return np.asarray(share, dtype=np.float32)
