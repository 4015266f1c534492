"""The numbers under the pooling: a study's likelihood on a grid of spread and centre, and distributions on it.

No chance is in it. A centre's logit is ``m + tau z`` with a standard normal z; the integral over z is done by
Gauss-Hermite where the spread is small beside the study's own width, by the trapezoid on the study's own likelihood
elsewhere.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt
from scipy import fft
from scipy.interpolate import PchipInterpolator
from scipy.special import expit, gammaln, ndtr

from azygos.ground.parcels import FloatArray

STEP = 0.05  # of the logit
LOGITS: FloatArray = np.arange(-16.0, 10.0 + STEP / 2.0, STEP)
HIGHEST_TAU = 8.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
TAUS: FloatArray = HIGHEST_TAU * (_NODES + 1.0) / 2.0
TAU_WEIGHTS: FloatArray = HIGHEST_TAU * _WEIGHTS / 2.0
MUS: FloatArray = np.arange(-16.0, 10.0 + 0.05, 0.1)
_Z, _Z_WEIGHTS = np.polynomial.hermite_e.hermegauss(32)
POINTS = 161  # on a study's own likelihood
DROP = 24.0  # natural logarithms below its maximum where it ends
TINY = 1e-300

LOGITS.flags.writeable = TAUS.flags.writeable = TAU_WEIGHTS.flags.writeable = MUS.flags.writeable = False


def binomial(events: int, n: int, logits: FloatArray) -> FloatArray:
    """Logarithm of the chance of this count at each logit."""
    ways = gammaln(n + 1.0) - gammaln(events + 1.0) - gammaln(n - events + 1.0)
    found: FloatArray = ways + events * logits - n * np.logaddexp(0.0, logits)
    return found


@functools.lru_cache(maxsize=4096)
def marginal(events: int, n: int) -> FloatArray:
    """Logarithm of the chance of this count at each spread (rows) and centre (columns).

    Examples
    --------
    >>> marginal(3, 65).shape == (len(TAUS), len(LOGITS))
    True
    """
    theta = _own_logits(events, n)
    step = theta[1] - theta[0]
    narrow = 2.5 * step > TAUS
    found = np.empty((len(TAUS), len(LOGITS)))
    found[narrow] = _hermite(events, n, TAUS[narrow])
    found[~narrow] = _trapezoid(events, n, theta, TAUS[~narrow])
    logarithm: FloatArray = np.log(np.maximum(found, TINY))
    logarithm.flags.writeable = False
    return logarithm


def _own_logits(events: int, n: int) -> FloatArray:
    """Where this study's likelihood is more than nothing; flat ends (no event, or all) are cut where it is 1."""
    peak = math.log((events + 0.5) / (n - events + 0.5))
    far = np.linspace(peak - 40.0, peak + 40.0, 16001)
    likelihood = binomial(events, n, far)
    inside = far[likelihood > likelihood.max() - DROP]
    low, high = float(inside[0]), float(inside[-1])
    if events == 0:
        low = math.log(1e-7 / n)
    if events == n:
        high = -math.log(1e-7 / n)
    return np.linspace(low, high, POINTS)


def _hermite(events: int, n: int, taus: FloatArray) -> FloatArray:
    logits = LOGITS[None, :, None] + taus[:, None, None] * _Z
    weights = _Z_WEIGHTS / math.sqrt(2.0 * math.pi)
    found: FloatArray = np.exp(np.maximum(binomial(events, n, logits), -700.0)) @ weights
    return found


def _trapezoid(events: int, n: int, theta: FloatArray, taus: FloatArray) -> FloatArray:
    step = theta[1] - theta[0]
    likelihood = np.exp(binomial(events, n, theta)) * step
    likelihood[[0, -1]] /= 2.0
    found = np.empty((len(taus), len(LOGITS)))
    away = theta[None, :] - LOGITS[:, None]
    for row, tau in enumerate(taus):
        density = np.exp(np.maximum(-0.5 * (away / tau) ** 2, -700.0)) / (tau * math.sqrt(2.0 * math.pi))
        found[row] = density @ likelihood
        if events == 0:
            found[row] += ndtr((theta[0] - LOGITS) / tau)
        if events == n:
            found[row] += ndtr((LOGITS - theta[-1]) / tau)
    return found


def normal(x: FloatArray, mean: FloatArray | float, sd: float) -> FloatArray:
    """Density of a normal distribution."""
    found: FloatArray = np.exp(np.maximum(-0.5 * ((x - mean) / sd) ** 2, -700.0)) / (sd * math.sqrt(2.0 * math.pi))
    return found


def half_normal(x: FloatArray, scale: float) -> FloatArray:
    """Density of a half-normal distribution."""
    found: FloatArray = 2.0 * normal(x, 0.0, scale)
    return found


def spread(mass: FloatArray) -> FloatArray:
    """Masses of centre by spread (rows) to the mass of one new centre's logit, on the same grid.

    Each row is convolved with the cell masses of a normal distribution, all rows together by Fourier transform.
    """
    transformed = (fft.rfft(mass, _kernels()[1], axis=1) * _kernels()[0]).sum(axis=0)
    found = fft.irfft(transformed, _kernels()[1])[len(LOGITS) - 1 : 2 * len(LOGITS) - 1]
    kept: FloatArray = np.maximum(found, 0.0)
    whole: FloatArray = kept / kept.sum()
    return whole


@functools.cache
def _kernels() -> tuple[npt.NDArray[np.complex128], int]:
    """Transforms of the normal distributions of all spreads, and their length."""
    reach = len(LOGITS) - 1
    edges = STEP * (np.arange(-reach, reach + 2) - 0.5)
    length = fft.next_fast_len(3 * len(LOGITS), real=True)
    return fft.rfft(np.diff(ndtr(edges / TAUS[:, None]), axis=1), length, axis=1), length


def quantile(mass: FloatArray, share: float) -> float:
    """The logit below which this share of a mass on LOGITS lies, linear within a cell."""
    edges = np.append(LOGITS - STEP / 2.0, LOGITS[-1] + STEP / 2.0)
    below = np.append(0.0, np.cumsum(mass))
    return float(np.interp(share * below[-1], below, edges))


def chance(logit: float) -> float:
    """From a logit to a share of one."""
    return float(expit(logit))


def mean_chance(mass: FloatArray) -> float:
    """Mean share of one over a mass on LOGITS."""
    return float(expit(LOGITS) @ mass / mass.sum())


def tau_quantile(mass: FloatArray, share: float) -> float:
    """The spread below which this share of a mass on TAUS lies, by a curve through its density at the nodes."""
    density = np.append(mass[0] / TAU_WEIGHTS[0], mass / TAU_WEIGHTS)
    fine = np.linspace(0.0, TAUS[-1], 4001)
    below = PchipInterpolator(np.append(0.0, TAUS), density).antiderivative()(fine)
    return float(np.interp(share * below[-1], below, fine))


def draw_logits(mass: FloatArray, rng: np.random.Generator, count: int) -> FloatArray:
    """Logits drawn from a mass on LOGITS, even within a cell."""
    cells = rng.choice(len(LOGITS), size=count, p=mass / mass.sum())
    found: FloatArray = LOGITS[cells] + STEP * (rng.random(count) - 0.5)
    return found
