r"""Log-normal permeability, correlated in space, weakly tied to density.

Measured permeability spreads over a decade at one density (R = 0.38 with porosity), and a
planning CT does not resolve it: it is drawn, never read off.

.. math:: \ln K = \ln K_{50} + \sigma g(x) + s\,(F - F_0), \qquad F = \ln\frac{\varphi^3}{1-\varphi}

with g a Gaussian field of unit variance and correlation :math:`\exp(-r^2/\ell^2)`, and
:math:`F_0` at a bone fraction of 0.10, where the median holds. Denser bodies are tighter as a whole.
"""

from __future__ import annotations

import math

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.spine.draw import Draw
from azygos.spine.vertebra import Vertebra

LATTICE = 1e-3
"""Spacing of the white noise [m]: fixed in the body, whatever the grid of the solver."""

PERIOD = 96
"""Points after which the noise repeats itself; 96 mm is wider than any body."""

REFERENCE_BONE_FRACTION = 0.10
"""Where the drawn median holds; ``permeability_median`` in ``values/uncertainty.py`` says the same."""

_REACH = 2.5  # correlation lengths; the kernel has fallen to 4e-6 there
_THINNEST = 0.02  # bone fraction below which the density law is not followed any further


def lognormal(vertebra: Vertebra, bone_fraction: FloatArray, draw: Draw) -> FloatArray:
    """Permeability across the long axis [m^2], shape of the grid.

    Parameters
    ----------
    vertebra : Vertebra
        Its grid says where the cells lie.
    bone_fraction : array
        Bone over total volume [-], shape of the grid.
    draw : Draw
        Median, spread, length, slope and the seed of the field.
    """
    noise = gaussian_field(vertebra, draw.permeability_length, draw.field_seed)
    density = density_term(bone_fraction) - density_term(np.array(REFERENCE_BONE_FRACTION))
    exponent = draw.permeability_sigma * noise + draw.permeability_density_slope * density
    return np.asarray(draw.permeability_median * np.exp(exponent))


def density_term(bone_fraction: FloatArray) -> FloatArray:
    r"""Logarithm of :math:`\varphi^3/(1-\varphi)` with :math:`\varphi` one minus the bone fraction.

    Examples
    --------
    >>> round(float(np.exp(density_term(np.array(0.23)) - density_term(np.array(0.10)))), 2)
    0.27
    """
    bone = np.clip(bone_fraction, _THINNEST, 0.98)
    return np.asarray(3.0 * np.log1p(-bone) - np.log(bone))


def gaussian_field(vertebra: Vertebra, length: float, seed: int) -> FloatArray:
    r"""A Gaussian field of unit variance, the same medium on every grid.

    White noise on a lattice that is fixed in the body's frame and repeats every 96 mm is
    smoothed by a Gaussian whose sum is taken at each cell's very centre, axis by axis. A finer
    grid looks at the same field in more places.

    Parameters
    ----------
    vertebra : Vertebra
        Its grid; coordinates are taken along its own axes from the world's origin.
    length : float
        Distance at which the correlation has fallen to 1/e [m], at least 2 mm.
    seed : int
        Of the noise.
    """
    noise = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,))).standard_normal((PERIOD,) * 3)
    start = vertebra.origin @ vertebra.axes
    field: FloatArray = noise
    for axis, cells in enumerate(vertebra.inside.shape):
        places = start[axis] + np.arange(cells) * vertebra.spacing
        # Smoothing along the first axis and turning it to the back brings the axes into order after three turns.
        field = np.moveaxis(_smooth(field, places, length), 0, -1)
    return np.ascontiguousarray(field)


def _smooth(field: FloatArray, places: FloatArray, length: float) -> FloatArray:
    """Weighted sums of the lattice at each place of the first axis; unit variance goes in and comes out.

    Added up point by point: matrix products may round otherwise with another number of threads, and a draw
    must be the same on every machine.
    """
    reach = math.ceil(_REACH * length / LATTICE)
    points = np.floor(places / LATTICE).astype(int)[:, None] + np.arange(-reach, reach + 2)[None, :]
    # A kernel exp(-2 r^2/l^2) on white noise gives a correlation exp(-r^2/l^2).
    weights = np.exp(-2.0 * np.square((places[:, None] - LATTICE * points) / length))
    weights /= np.sqrt(np.sum(weights**2, axis=1, keepdims=True))
    total = np.zeros((len(places), *field.shape[1:]))
    for point, weight in zip(points.T % PERIOD, weights.T, strict=True):
        total += weight[:, None, None] * field[point]
    return total
