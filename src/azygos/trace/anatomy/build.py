"""The body on a scan, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from azygos.ground.volume import LabelMap
from azygos.trace.anatomy.parcels import Anatomy
from azygos.trace.oriented import Oriented


def read_anatomy(scan: Oriented, labels: Sequence[LabelMap] = ()) -> Anatomy:
    """Find regions, spine and roads on a scan; label maps go before landmarks where they are given."""
    raise NotImplementedError
