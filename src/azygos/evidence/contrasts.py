"""How two ways of looking differ: the odds of a typical centre of one class over those of another."""

from __future__ import annotations

import numpy as np

from azygos.evidence import grid
from azygos.evidence.pooling import Pooled, class_of, likelihood_of, link_of, told_of_mu
from azygos.ground.parcels import FloatArray

KEPT = 1e-9  # of a class's mass; logits with less are left out


def odds_ratio(pooled: Pooled, one: str, other: str) -> tuple[float, float, float]:
    """Median and 95 % interval of the ratio of odds.

    Two classes are joined by mu: given the spread, the mass of both centres is the product of their likelihoods with
    their prior, summed over mu with what the other classes say of it.

    Examples
    --------
    >>> from azygos.evidence import answer, read_studies
    >>> middle, low, high = odds_ratio(answer("embolus", read_studies()), "planned_ct", "film")
    >>> low < 1.0 < middle < high
    True
    """
    reach = len(grid.LOGITS) - 1
    differences = _differences(pooled, one, other)
    edges = grid.STEP * (np.arange(-reach, reach + 2) - 0.5)
    below = np.append(0.0, np.cumsum(differences))
    middle, low, high = (float(np.exp(np.interp(q * below[-1], below, edges))) for q in (0.5, 0.025, 0.975))
    return middle, low, high


def _differences(pooled: Pooled, one: str, other: str) -> FloatArray:
    """Mass of the difference of two centres' logits, from the lowest to the highest."""
    prior, link = pooled.prior, link_of(pooled.prior)
    likelihoods = {
        c.name: likelihood_of([s for s in pooled.studies if class_of(s, pooled.by) == c.name]) for c in pooled.classes
    }
    mus = grid.normal(grid.MUS, prior.mu_mean, prior.mu_sd)
    rest = [told_of_mu(found, link) for name, found in likelihoods.items() if name not in (one, other)]
    whole = np.log(np.maximum(mus, grid.TINY)) + sum(rest, np.zeros((len(grid.TAUS), len(grid.MUS))))
    spread = grid.half_normal(grid.TAUS, prior.tau_scale) * grid.TAU_WEIGHTS
    tops = [likelihoods[name].max() for name in (one, other)]
    weights = np.exp(np.maximum(whole - whole.max(), -700.0)) * spread[:, None]
    rows, columns = (pooled.of(name).typical_mass > KEPT for name in (one, other))
    places = np.subtract.outer(np.flatnonzero(rows), np.flatnonzero(columns)) + len(grid.LOGITS) - 1
    found = np.zeros(2 * len(grid.LOGITS) - 1)
    for k, weight in enumerate(weights):
        first = np.exp(np.maximum(likelihoods[one][k, rows] - tops[0], -700.0))
        second = np.exp(np.maximum(likelihoods[other][k, columns] - tops[1], -700.0))
        joint = (link[rows] * weight) @ link[columns].T * np.outer(first, second)
        found += np.bincount(places.ravel(), weights=joint.ravel(), minlength=len(found))
    return found
