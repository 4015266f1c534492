"""Patients whose true chances are known, plain or drawn by importance, for counting how often intervals hold them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from azygos.case.sampling import PLAIN_SHARE, PUSHED


@dataclass(frozen=True)
class World:
    """Log odds of an event under reference and strategy, how they hang on two pushed numbers, and what is shared."""

    reference: float
    strategy: float
    slope: float
    own: float = 0.5  # share of patients whose luck is another one under the strategy

    def happens(self, rng: np.random.Generator, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Who has the event under strategy and reference."""
        luck = rng.random(numbers.shape[1])
        other = np.where(rng.random(luck.size) < self.own, rng.random(luck.size), luck)
        lifted = self.slope * (numbers.sum(axis=0) - 1.0)
        return other < _chance(self.strategy + lifted), luck < _chance(self.reference + lifted)


def _chance(odds: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-odds))


@cache
def truth(world: World) -> tuple[float, float]:
    """Share of all patients with the event under strategy and reference, by quadrature over the pushed numbers."""
    nodes = (np.arange(600) + 0.5) / 600
    lifted = world.slope * (nodes[:, None] + nodes[None, :] - 1.0)
    return float(_chance(world.strategy + lifted).mean()), float(_chance(world.reference + lifted).mean())


def numbers(rng: np.random.Generator, n: int, *, importance: bool) -> tuple[np.ndarray, np.ndarray]:
    """Two numbers of each of n patients, and the patients' weights; pushed as in azygos.case.sampling."""
    drawn = rng.random((len(PUSHED), n))
    if not importance:
        return drawn, np.ones(n)
    plain, density = rng.random(n) < PLAIN_SHARE, np.ones(n)
    for row, power in zip(drawn, PUSHED.values(), strict=True):
        row[:] = np.where(plain, row, row ** (1.0 / (1.0 + power)))
        density *= (1.0 + power) * row**power
    return drawn, 1.0 / (PLAIN_SHARE + (1.0 - PLAIN_SHARE) * density)
