"""Parcels: what one room hands to the next, right from birth and never changed after."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import AccountError, require

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


class Parcel:
    """Base of the frozen dataclasses that rooms hand on.

    A subclass calls :meth:`seal` in its ``__post_init__`` for each array field.
    Pickling goes through the constructor, so a parcel that arrives in another
    process has been checked there too and its arrays are read-only again.
    """

    __slots__ = ()

    def seal(self, *names: str, dtype: npt.DTypeLike = np.float64) -> None:
        """Replace the named fields by read-only C-ordered copies of the given type."""
        for name in names:
            array = np.array(getattr(self, name), dtype=dtype, order="C", copy=True)
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __reduce__(self) -> tuple[Any, ...]:
        values = {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]
        return (_rebuild, (type(self), values))


def _rebuild(kind: type[Parcel], values: dict[str, Any]) -> Parcel:
    return kind(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Parcel):
    """Cement that came into a room and where it is now, by mass [kg].

    Raises :class:`AccountError` at birth if more than one part in a million is unaccounted for.

    Examples
    --------
    >>> Account(room="spine", received=3e-3, kept=2e-3, passed_on=1e-3, removed=0.0).gap
    0.0
    """

    room: str
    received: float
    kept: float
    passed_on: float
    removed: float = 0.0
    tolerance: float = 1e-6  # share of what was received

    def __post_init__(self) -> None:
        for name in ("received", "kept", "passed_on", "removed"):
            value = getattr(self, name)
            require(
                bool(np.isfinite(value)) and value >= -self.tolerance * max(self.received, 1e-12),
                f"{self.room}: {name} is {value:.3e} kg; mass cannot be negative or unknown",
                AccountError,
            )
        require(
            abs(self.gap) <= self.tolerance * max(self.received, 1e-12),
            f"{self.room}: received {self.received * 1e3:.9f} g of cement, but kept, passed on and removed "
            f"add up to {(self.received - self.gap) * 1e3:.9f} g",
            AccountError,
        )

    @property
    def gap(self) -> float:
        """Received minus kept, passed on and removed [kg]."""
        return self.received - self.kept - self.passed_on - self.removed
