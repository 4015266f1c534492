"""Whether cement in heart and lungs is sure enough for a road to be drawn to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from azygos.ground.findings import Piece
from azygos.ground.places import CARDIAC, PULMONARY, VENOUS
from azygos.trace.lines import STEP_MM
from azygos.trace.strands import PASSING_MM
from azygos.trace.web import Web
from azygos.values.joining import CALIBRATED_SHARE, CEMENT_IN_LUNG_OF_SPINES, LEAK_ODDS

FAR = (*CARDIAC, *PULMONARY)
PASSED = tuple(site for site in FAR if site != "lung")


def unearned(pieces: Sequence[Piece], web: Web) -> frozenset[int]:
    """Numbers of the pieces to which no road is drawn.

    A road from a vertebra to the lung claims that cement passed veins and heart. Few patients have that: the odds of it
    before anything is seen there, times what the look of each piece there says, must be above one. A long cord in a
    vein raises the odds; one that is itself seen for a long way through heart or great arteries needs no more. Pieces
    count as independent.
    """
    if any(_seen_mm(piece, web, PASSED) >= PASSING_MM for piece in pieces):
        return frozenset()
    there = {int(number) for number in np.unique(web.piece[(web.piece > 0) & np.isin(web.site, FAR)])}
    odds = _odds(CEMENT_IN_LUNG_OF_SPINES.number)
    if any(_seen_mm(piece, web, VENOUS) >= PASSING_MM for piece in pieces):
        odds *= LEAK_ODDS.number
    for piece in pieces:
        if piece.number in there:
            odds *= _odds(piece.certainty) / _odds(CALIBRATED_SHARE.number)
    return frozenset() if odds > 1.0 else frozenset(there)


def _seen_mm(piece: Piece, web: Web, sites: Sequence[str]) -> float:
    """How far a piece is seen in some sites [mm]."""
    mine = web.piece == piece.number
    here = mine & np.isin(web.site, sites)
    return piece.length_mm if np.any(mine) and np.all(here[mine]) else STEP_MM * float(np.count_nonzero(here))


def _odds(chance: float) -> float:
    return chance / max(1.0 - chance, 1e-3)
