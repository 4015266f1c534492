"""Whether cement in heart and lungs is sure enough for a road to be drawn to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from azygos.ground.findings import Piece
from azygos.ground.places import CARDIAC, PULMONARY, VENOUS
from azygos.trace.origin import JOINED_MM
from azygos.trace.path import Ways
from azygos.trace.strands import PASSING_MM
from azygos.trace.web import Web
from azygos.values.joining import CALIBRATED_SHARE, CEMENT_IN_LUNG_OF_SPINES, LEAK_ODDS

FAR = (*CARDIAC, *PULMONARY)


def unearned(pieces: Sequence[Piece], web: Web, ways: Ways) -> frozenset[int]:
    """Numbers of the pieces to which no road is drawn.

    A road from a vertebra to the lung claims that cement passed veins and heart. Few patients have that: the odds of it
    before anything is seen there, times what the look of each piece there says, must be above one. A piece that is
    itself seen for a long way through these vessels needs no more.
    """
    there = {int(number) for number in np.unique(web.piece[(web.piece > 0) & np.isin(web.site, FAR)])}
    few = [piece for piece in pieces if piece.number in there]
    if any(piece.length_mm >= PASSING_MM for piece in few):
        return frozenset()
    odds = _odds(CEMENT_IN_LUNG_OF_SPINES.number) * (LEAK_ODDS.number if _in_great_veins(web, ways) else 1.0)
    odds *= float(np.prod([_odds(piece.certainty) / _odds(CALIBRATED_SHARE.number) for piece in few]))
    return frozenset() if odds > 1.0 else frozenset(there)


def _odds(chance: float) -> float:
    return chance / max(1.0 - chance, 1e-3)


def _in_great_veins(web: Web, ways: Ways) -> bool:
    """Whether cement is seen in a great vein and joined to a vertebra's."""
    return bool(ways.nearest[(web.piece > 0) & np.isin(web.site, VENOUS)].min(initial=np.inf) <= JOINED_MM)
