"""How near a path runs to known lines: a measure for small bodies; patients are scored by ``detection.ways``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from azygos.ground.findings import Path
from azygos.ground.parcels import FloatArray, Parcel
from azygos.trace.lines import resample
from azygos.trace.strands import IN_BONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Parcel):
    """How well a path agrees with a known one, by length and by the sites that it passes; all from 0 to 1."""

    precision: float  # share of the path's length that lies near a known line
    recall: float  # share of the known lines' length that lies near the path
    site_precision: float
    site_recall: float

    @property
    def f1(self) -> float:
        """By length."""
        return _f1(self.precision, self.recall)

    @property
    def site_f1(self) -> float:
        """By sites."""
        return _f1(self.site_precision, self.site_recall)


def path_f1(
    found: Path,
    cement_mm: Sequence[FloatArray],
    sites: Sequence[str],
    ways_mm: Sequence[FloatArray] = (),
    *,
    within_mm: float = 5.0,
) -> Agreement:
    """Compare a path with known lines of cement, the sites that it passed, and the ways between if they are known.

    Seen stretches are held against `cement_mm`; inferred ones only where `ways_mm` says where cement passed and
    left none. What fills a bone is no line and is left out. Sites are compared as sets.
    """
    ways = [*cement_mm, *ways_mm]
    drawn = [stretch for stretch in found.stretches if stretch.site not in IN_BONE]
    seen = [stretch.line_mm for stretch in drawn if stretch.seen]
    guessed = [stretch.line_mm for stretch in drawn if not stretch.seen] if ways_mm else []
    right = _near(seen, cement_mm, within_mm) + _near(guessed, ways, within_mm)
    known = _near(cement_mm, seen, within_mm) + _near(ways_mm, [*seen, *guessed], within_mm)
    mine, theirs = {stretch.site for stretch in found.stretches}, set(sites)
    return Agreement(
        precision=_share(right, _total([*seen, *guessed])), recall=_share(known, _total(ways)),
        site_precision=_share(len(mine & theirs), len(mine)), site_recall=_share(len(mine & theirs), len(theirs)),
    )  # fmt: skip


def _f1(precision: float, recall: float) -> float:
    return 2.0 * precision * recall / (precision + recall) if precision + recall else 0.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _total(lines: Sequence[FloatArray]) -> float:
    return float(sum(np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in lines))


def _near(lines: Sequence[FloatArray], others: Sequence[FloatArray], within_mm: float) -> float:
    """Length of lines [mm] that lies near other ones."""
    if not others:
        return 0.0
    tree, length = cKDTree(np.concatenate([resample(line, 1.0) for line in others])), 0.0
    for line in lines:
        fine = resample(line, 1.0)
        if len(fine) > 1:
            middle, pieces = 0.5 * (fine[1:] + fine[:-1]), np.linalg.norm(np.diff(fine, axis=0), axis=1)
            length += float(pieces[tree.query(middle)[0] <= within_mm].sum())
    return length
