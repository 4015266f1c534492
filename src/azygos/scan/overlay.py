"""Masks laid over each other into one label map, where each voxel bears one label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import InputError

TOLERATED_SHARE = 0.01  # of the smaller of two masks; more than a ragged border is not forgiven


@dataclass(slots=True, kw_only=True, eq=False)
class Overlay:
    """Labels being filled in, with a tally of who met whom.

    A part lies over its whole (``vertebrae_L1_body`` over ``vertebrae_L1``); elsewhere the first mask stays.
    """

    labels: npt.NDArray[np.int32]
    names: Mapping[int, str]
    met: Counter[tuple[int, int]] = field(default_factory=Counter)
    sizes: Counter[int] = field(default_factory=Counter)

    def lay(self, mask: npt.NDArray[np.bool_], number: int, where: tuple[int, ...] = ()) -> None:
        """Give `number` to the voxels of `mask` within ``labels[where]``."""
        target = self.labels[where]
        self.sizes[number] += int(np.count_nonzero(mask))
        taken = mask & (target != 0) & (target != number)
        free = mask & ~taken
        target[free] = number
        if not taken.any():
            return
        for other, count in zip(*np.unique(target[taken], return_counts=True), strict=True):
            if self._is_part(number, int(other)):
                target[taken & (target == other)] = number
            elif not self._is_part(int(other), number):
                self.met[(int(other), number)] += int(count)

    def require_apart(self) -> None:
        """Raise InputError if two masks overlap by more than a ragged border."""
        for (one, other), count in self.met.items():
            if count > TOLERATED_SHARE * min(self.sizes[one], self.sizes[other]):
                raise InputError(
                    f"has segments that overlap: {self._called(one)} and {self._called(other)} share {count} voxels, "
                    "and azygos needs one label for each voxel. Separate them, or leave one out."
                )

    def _is_part(self, one: int, of: int) -> bool:
        return self._called(one).startswith(f"{self._called(of)}_")

    def _called(self, number: int) -> str:
        return self.names.get(number, f"segment {number}")
