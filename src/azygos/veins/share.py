"""How much of each level's blood returns by the azygos: a prior over patients, not a result."""

from __future__ import annotations

import numpy as np

from azygos.ground.anatomy import LEVELS
from azygos.ground.body import Body
from azygos.ground.errors import require
from azygos.veins.draw import draw_veins
from azygos.veins.veins import azygos_shares


def azygos_prior(body: Body, rng: np.random.Generator, n: int = 200) -> dict[str, tuple[float, float, float]]:
    """Share of the blood of each level's plexus that reaches the right atrium by the azygos arch.

    Most calibres and inflows behind it were never measured, so the spread is what it says.

    Parameters
    ----------
    body : Body
        For whom.
    rng : numpy.random.Generator
        Each set of veins is drawn from it.
    n : int
        Patients drawn.

    Returns
    -------
    shares : dict of str to (float, float, float)
        By level: mean, 5th and 95th percentile [-].

    Examples
    --------
    >>> body = Body(sex="female", age=72.0, height=1.60, mass=62.0)
    >>> prior = azygos_prior(body, np.random.default_rng(0), n=4)
    >>> prior["T8"][0] > prior["L4"][0]
    True
    """
    require(n >= 1, f"{n} draws are too few; take at least one")
    drawn: dict[str, list[float]] = {level: [] for level in LEVELS}
    for _ in range(n):
        veins = draw_veins(body, rng)
        shares = azygos_shares(veins)
        for level in LEVELS:
            drawn[level].append(float(shares[veins.place(f"body_{level}")]))
    return {
        level: (float(np.mean(each)), float(np.percentile(each, 5)), float(np.percentile(each, 95)))
        for level, each in drawn.items()
    }
