"""What is asked of the engine: which patients under which strategies, and by what each landed part is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from azygos import __version__
from azygos.ground.errors import require
from azygos.ground.parcels import Parcel
from azygos.trial.code import code_hash
from azygos.trial.columns import SCHEMA, Row
from azygos.trial.shards import WHOLE, Shard
from azygos.trial.trial_file import TrialFile

Work = Callable[[TrialFile, int, Sequence[str]], Iterator[Row]]
"""Follows one patient under the named strategies, a row each, in their order; a function of a module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Parcel):
    """A trial, or a shard of it, to be followed by this code."""

    trial: TrialFile
    shard: Shard = WHOLE
    code: str = field(default_factory=code_hash)

    def indices(self) -> range:
        """Its patients."""
        return self.shard.indices(self.trial.trial.patients)

    @property
    def rows(self) -> int:
        """How many rows the table will have."""
        return len(self.indices()) * len(self.trial.strategy)

    def key(self) -> str:
        """Which unfinished folder it may take up: whatever its number of patients and its strategies."""
        return _hash(self._shared(), str(self.shard))

    def hashes(self) -> dict[str, str]:
        """By strategy, the hash by which its parts are known; other strategies and patients do not change it."""
        shared = self._shared()
        return {one.name: _hash(shared, one.model_dump(mode="json"))[:16] for one in self.trial.strategy}

    def _shared(self) -> dict[str, Any]:
        """What all of its rows hang on."""
        asked = self.trial.trial
        return {
            "azygos": __version__,
            "schema": SCHEMA,
            "code": self.code,
            "seed": asked.seed,
            "spacing_mm": asked.spacing_mm,
            "importance": asked.importance,
            "population": self.trial.population.model_dump(mode="json"),
        }


def _hash(*told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def with_patients(trial: TrialFile, patients: int | None) -> TrialFile:
    """The same trial with another number of patients."""
    if patients is None:
        return trial
    require(1 <= patients <= 10_000_000, f"--patients is {patients}. Give 1 to 10000000.")
    return trial.model_copy(update={"trial": trial.trial.model_copy(update={"patients": patients})})
