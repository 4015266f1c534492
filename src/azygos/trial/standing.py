"""How a running trial stands: what is done, how fast, what is left, and outcomes so far with intervals."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from azygos.ground.parcels import Parcel
from azygos.trial.columns import Row
from azygos.trial.order import Order

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Parcel):
    """Patients with the trial's first outcome under one strategy so far, by Wilson's 95 % interval."""

    strategy: str
    patients: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Parcel):
    """A running trial at one moment; rows, not patients, are counted."""

    done: int
    asked: int
    failed: int
    rate: float  # rows per second since the first of this sitting; 0 before the second
    left_s: float  # NaN while unknown
    outcome: str  # the column that is told
    shares: tuple[Share, ...]


Progress = Callable[[Standing], object]


def wilson(share: float, patients: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share.

    Examples
    --------
    >>> low, high = wilson(0.0, 10)
    >>> round(low, 3), round(high, 3)
    (0.0, 0.278)
    """
    if patients <= 0.0:
        return 0.0, 1.0
    z2 = Z95**2 / patients
    middle = (share + 0.5 * z2) / (1.0 + z2)
    half = Z95 * math.sqrt(share * (1.0 - share) / patients + z2 / (4.0 * patients)) / (1.0 + z2)
    return max(middle - half, 0.0), min(middle + half, 1.0)


class Tally:
    """Counts rows as they come; holds none of them."""

    def __init__(self, order: Order) -> None:
        self._asked, self._outcome = order.rows, order.trial.trial.primary
        self._sums = {name: [0, 0.0, 0.0, 0.0] for name in order.trial.names()}  # rows, w, w^2, w with the outcome
        self._done = self._failed = self.now = 0
        self._first: float | None = None

    def count(self, row: Row, *, now: bool) -> None:
        """Count a row that landed in this sitting (`now`) or before."""
        self._done += 1
        if now:
            self.now += 1
            self._first = self._first or time.monotonic()
        if row["failed"]:
            self._failed += 1
            return
        weight = float(row["weight"])
        sums = self._sums[str(row["strategy"])]
        sums[0] += 1
        sums[1] += weight
        sums[2] += weight**2
        sums[3] += weight * bool(row[self._outcome])

    def standing(self) -> Standing:
        """How it stands."""
        gone = time.monotonic() - self._first if self._first else 0.0
        rate = (self.now - 1) / gone if gone > 0.0 else 0.0
        left = self._asked - self._done
        return Standing(
            done=self._done,
            asked=self._asked,
            failed=self._failed,
            rate=rate,
            left_s=left / rate if rate > 0.0 else (math.nan if left else 0.0),
            outcome=self._outcome,
            shares=tuple(_share(name, *sums) for name, sums in self._sums.items()),
        )


def _share(strategy: str, rows: float, weight: float, squares: float, with_it: float) -> Share:
    value = with_it / weight if weight > 0.0 else math.nan
    low, high = wilson(value, weight**2 / squares) if weight > 0.0 else (0.0, 1.0)
    return Share(strategy=strategy, patients=int(rows), value=value, low=low, high=high)
