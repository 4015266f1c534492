"""Whether cement in heart and lungs is sure enough for a road to be drawn to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from azygos.ground.findings import Piece
from azygos.ground.places import CARDIAC, PULMONARY, REPORTED
from azygos.trace.lines import STEP_MM
from azygos.trace.strands import PASSING_MM
from azygos.trace.web import Web
from azygos.values.joining import CALIBRATED_SHARE, CEMENT_IN_LUNG_OF_SPINES

FAR = (*CARDIAC, *PULMONARY)


def unearned(pieces: Sequence[Piece], web: Web) -> frozenset[int]:
    """Numbers of the pieces to which no road is drawn.

    A road from a vertebra to the lung claims that cement passed veins and heart. Few patients have that: the odds of it
    before anything is seen there, times what the look of each piece there says, must be above one. A piece that is
    itself seen for a long way through great veins, heart or arteries needs no more.
    """
    on_road = (web.piece > 0) & np.isin(web.site, REPORTED)
    for piece in pieces:
        mine = web.piece == piece.number
        length = piece.length_mm if np.all(on_road[mine]) else STEP_MM * np.count_nonzero(on_road & mine)
        if np.any(mine) and length >= PASSING_MM:
            return frozenset()
    there = {int(number) for number in np.unique(web.piece[on_road & np.isin(web.site, FAR)])}
    odds = _odds(CEMENT_IN_LUNG_OF_SPINES.number)
    for piece in pieces:
        if piece.number in there:
            odds *= _odds(piece.certainty) / _odds(CALIBRATED_SHARE.number)
    return frozenset() if odds > 1.0 else frozenset(there)


def _odds(chance: float) -> float:
    return chance / max(1.0 - chance, 1e-3)
