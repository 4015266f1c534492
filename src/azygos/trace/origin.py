"""The vertebra that each piece came from, or why that cannot be told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from azygos.ground.findings import Asked, Origin, Piece
from azygos.ground.parcels import BoolArray, FloatArray
from azygos.ground.places import CARDIAC, PULMONARY, SPINAL, VENOUS
from azygos.trace.levels import Held
from azygos.trace.path import Ways
from azygos.trace.web import Web
from azygos.values.joining import (
    CEMENT_IN_LUNG_OF_JOINTS,
    CEMENT_IN_LUNG_OF_SPINES,
    FARTHEST_COST,
    HALF_LENGTH_MM,
    LEAK_ODDS,
    NAMED_FROM,
)

NO_SPINAL = "cannot tell: no vertebra with cement is in the field"
NO_ROAD = "cannot tell: no plausible road leads here from a vertebra with cement"
JOINTS = "31 of 67 people with cemented joints had cement in the lung, and this patient has one"
JOINED_MM = 8.0
OUT_OF_BONE = (*VENOUS, "paravertebral", "prevertebral")
OFF_ROAD_MM = 30.0  # cement beside the spine that is farther than this from any fill did not come straight from it


def name_origins(
    pieces: Sequence[Piece],
    clouds: Sequence[FloatArray],
    held: Sequence[Held],
    web: Web,
    ways: Ways,
    asked: Asked | None,
) -> tuple[Origin, ...]:
    """The origin of each piece, in their order; `clouds` are the voxels (n, 3) [mm] of each piece."""
    if not held:
        return tuple(Origin(level="", certainty=0.0, reason=NO_SPINAL + _not_all(piece, asked)) for piece in pieces)
    return tuple(
        _within(index, held) or _along_roads(piece, cloud, held, web, ways, asked)
        for index, (piece, cloud) in enumerate(zip(pieces, clouds, strict=True))
    )


def _not_all(piece: Piece, asked: Asked | None) -> str:
    return f"; {JOINTS}" if _cemented(asked) and piece.place.site in (*PULMONARY, *CARDIAC) else ""


def _cemented(asked: Asked | None) -> bool:
    return bool(asked is not None and asked.cemented_joint)


def _within(index: int, held: Sequence[Held]) -> Origin | None:
    """For cement that fills a body itself: that body, or the one of which it fills most."""
    parts = {one: share for one in held for at, share in one.parts if at == index}
    if not parts:
        return None
    best = max(parts, key=lambda one: parts[one])
    share = parts[best] / sum(parts.values())
    if share < NAMED_FROM.number:
        names = _list([f"{one.name} ({100 * part / sum(parts.values()):.0f} %)" for one, part in parts.items()])
        return Origin(level="", certainty=0.0, reason=f"cannot tell: it fills {names} in one piece")
    reason = f"it is one piece with the cement in {best.name}"
    return Origin(level=best.name, certainty=round(share * best.level.certainty, 3), reason=reason)


def _along_roads(
    piece: Piece, cloud: FloatArray, held: Sequence[Held], web: Web, ways: Ways, asked: Asked | None
) -> Origin:
    nodes = np.flatnonzero(web.piece == piece.number)
    costs = ways.costs[:, nodes].min(axis=1) if len(nodes) else np.full(len(held), np.inf)
    if piece.place.site in PULMONARY and not np.isfinite(costs).any():
        costs = _by_the_arteries(cloud, held, web, ways)
    if piece.place.site in SPINAL:  # what lies beside a fill may have come by a gap that is no vein
        straight = np.array([cKDTree(one.points_mm).query(cloud)[0].min() for one in held])
        costs = np.minimum(costs, np.where(straight <= OFF_ROAD_MM, straight, np.inf))
    best = int(np.argmin(costs))
    if not costs[best] <= FARTHEST_COST.number:
        return Origin(level="", certainty=0.0, reason=NO_ROAD + _not_all(piece, asked))
    fills = np.array([one.fill_ml.value for one in held])
    leaking = np.where(_leaking(web, ways), LEAK_ODDS.number, 1.0)
    odds = np.exp(-(costs - costs[best]) / HALF_LENGTH_MM.number) * leaking * fills
    shares = odds / odds.sum()
    spinal = _spinal_chance(piece, float(costs[best]), asked)
    return _name(held, shares, costs, spinal, piece, asked)


def _by_the_arteries(cloud: FloatArray, held: Sequence[Held], web: Web, ways: Ways) -> FloatArray:
    """Cost to the pulmonary arteries and straight on: for a branch that is too thin to be followed."""
    nodes = np.flatnonzero(np.isin(web.site, ("pulmonary_trunk", "pulmonary_artery")))
    if not len(nodes):
        return np.full(len(held), np.inf)
    straight = np.linalg.norm(web.points_mm[nodes] - cloud.mean(axis=0), axis=1)
    return np.asarray((ways.costs[:, nodes] + straight).min(axis=1))


def _leaking(web: Web, ways: Ways) -> BoolArray:
    """Which of the vertebrae are joined, within a voxel of the coarse grid, to cement that is seen outside the bone."""
    outside = (web.piece > 0) & np.isin(web.site, OUT_OF_BONE)
    return np.asarray(ways.costs[:, outside].min(axis=1, initial=np.inf) <= JOINED_MM)


def _spinal_chance(piece: Piece, cost: float, asked: Asked | None) -> float:
    """Chance that cement in heart or lung is from the spine and not from a cemented joint [-].

    The two frequencies are weighed against each other; cement seen on the way from the vertebra speaks for the spine as
    far as it shortens the unseen way.
    """
    if not _cemented(asked) or piece.place.site not in (*PULMONARY, *CARDIAC):
        return 1.0
    spine, joint = CEMENT_IN_LUNG_OF_SPINES.number, CEMENT_IN_LUNG_OF_JOINTS.number
    unseen = 1.0 - float(np.exp(-max(cost - JOINED_MM, 0.0) / HALF_LENGTH_MM.number))
    return spine / (spine + joint * unseen)


def _name(
    held: Sequence[Held], shares: FloatArray, costs: FloatArray, spinal: float, piece: Piece, asked: Asked | None
) -> Origin:
    best = int(np.argmax(shares))
    likely = [i for i in np.argsort(-shares).tolist() if shares[i] >= 0.05]
    if shares[best] < NAMED_FROM.number:
        names = _list([f"{held[i].name} ({100 * shares[i]:.0f} %)" for i in likely])
        reason = f"cannot tell: {names} hold cement and lie on the same road" + _not_all(piece, asked)
        return Origin(level="", certainty=0.0, reason=reason)
    if spinal < 0.5:
        return Origin(level="", certainty=0.0, reason=f"cannot tell: {JOINTS}")
    one = held[best]
    reason = f"{one.name} holds cement, and the likeliest road leads from it to this piece" + _not_all(piece, asked)
    if len(held) == 1 and not _cemented(asked):
        reason = f"{one.name} is the only vertebra with cement in the field, and a road leads from it to this piece"
    return Origin(level=one.name, certainty=round(float(shares[best]) * one.level.certainty * spinal, 3), reason=reason)


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
