"""A share of a trial's patients, for schedulers that only start the same command many times."""

from __future__ import annotations

import re
from dataclasses import dataclass

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard(Parcel):
    """Every `of`-th patient, beginning with number `number` - 1.

    Examples
    --------
    >>> list(Shard(number=2, of=3).indices(8))
    [1, 4, 7]
    >>> str(Shard(number=2, of=3))
    '2/3'
    """

    number: int = 1  # from 1
    of: int = 1

    def __post_init__(self) -> None:
        require(
            1 <= self.number <= self.of,
            f"shard {self.number}/{self.of} is none. Give --shard i/n with i from 1 to n, for example 1/40.",
        )

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    @property
    def whole(self) -> bool:
        """Whether it is the whole trial."""
        return self.of == 1

    def indices(self, patients: int) -> range:
        """Its patients among so many."""
        return range(self.number - 1, patients, self.of)


WHOLE = Shard()


def parse_shard(text: str) -> Shard:
    """Read ``i/n``.

    Examples
    --------
    >>> parse_shard("3/40")
    Shard(number=3, of=40)
    """
    match = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text)
    if match is None:
        raise InputError(f"--shard is {text!r}. Give i/n with i from 1 to n, for example 1/40.")
    return Shard(number=int(match[1]), of=int(match[2]))
