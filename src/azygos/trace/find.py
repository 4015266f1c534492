"""The tracer's steps in order, on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from azygos.ground.findings import Asked, Findings
from azygos.ground.volume import LabelMap, Volume


def find(
    volume: Volume,
    labels: Sequence[LabelMap] = (),
    *,
    asked: Asked | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """Find cement on a scan: each piece with its place, size, origin and certainty, and all that only looks like it."""
    raise NotImplementedError
