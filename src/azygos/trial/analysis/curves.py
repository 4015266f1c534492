"""Share of patients with symptoms by each day of the first year."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.trial.analysis.outcomes import Outcomes
from azygos.trial.analysis.shares import share
from azygos.trial.findings import Curve

DAYS = np.concatenate([[0.0, 0.25, 0.5], np.arange(1.0, 31.0), np.arange(35.0, 366.0, 5.0)])
"""Fine where symptoms come, coarse later [days]."""


def curves(outcomes: Outcomes) -> tuple[Curve, ...]:
    """Cumulative symptoms under each strategy, with Wilson's interval at each day by itself.

    Everybody who finished is followed for the whole year, so nobody is censored. Who died before symptoms
    came stays among those without.
    """
    days = outcomes.column("symptoms_day")
    return tuple(_curve(outcomes, number, days[:, number]) for number in range(len(outcomes.strategies)))


def _curve(outcomes: Outcomes, strategy: int, days: FloatArray) -> Curve:
    whole = outcomes.finished[:, strategy]
    day, weights = days[whole], outcomes.weight[whole]
    day = np.where(np.isnan(day), np.inf, day)
    found = [share(np.asarray(day <= until), weights) for until in DAYS]
    return Curve(
        strategy=outcomes.strategies[strategy],
        days=DAYS,
        share=np.array([one.value for one in found]),
        low=np.array([one.low for one in found]),
        high=np.array([one.high for one in found]),
    )
