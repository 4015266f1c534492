"""Pieces that only one date's findings hold: the other scan itself is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from azygos.compare.changes import Change
from azygos.compare.holding import Held, Part, is_cardiac
from azygos.compare.judge import NINETY, Court, Move, change_of, cubic, half_of, spread_of
from azygos.compare.look import Look, look
from azygos.ground.findings import Blind, Findings, Limit, Piece
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import REPORTED, SITES
from azygos.ground.volume import to_voxel

STILL_THERE = 0.35  # of the excess: less means that nothing is left at a place
AS_BRIGHT = 1.6  # what is no more than this times as bright, or as much less, is the same piece
LEAST_CONTRAST = 8.0  # peak over noise that a piece must be expected to have, for its absence to mean anything
LEAST_CERTAINTY = 0.5  # that a piece is cement, for its coming or going to be told
IN_FIELD = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt(Parcel):
    """Why a piece's absence on the other date tells nothing; no reason where it tells."""

    reason: str = ""
    bright: bool = False  # whether the other scan shows something at its place


def judge_single(court: Court, held: Held, *, first: bool) -> Change:
    """A piece that only one date's findings hold: still there, gone or new, or why the other scan cannot say so."""
    looks = [_look_for(court, part) for part in held.parts]
    doubt = _doubt(court, held, looks, first=first)
    still = _still(court, held, looks) if doubt.bright else None
    part = still.part if still is not None else max(held.parts, key=lambda p: p.station.spread_mm)
    verdict = "unchanged" if still is not None else "cannot tell" if doubt.reason else "gone" if first else "new"
    sides: tuple[list[Held], list[Held]] = ([held], []) if first else ([], [held])
    return change_of(
        court,
        *sides,
        part,
        verdict=verdict,
        sentence=_sentence(court, held, doubt, still, first=first),
        moved_mm=None if still is None else still.range_mm,
        least_move_mm=court.move_z * (part.station.spread_mm if still is None else still.sd_mm),
        change_ml=None,
        least_change_ml=court.change_z * half_of(held.piece.volume_ml) / NINETY,
    )


def _sentence(court: Court, held: Held, doubt: Doubt, still: Move | None, *, first: bool) -> str:
    if still is not None:
        return f"{doubt.reason} It is still there, unchanged within {court.move_z * still.sd_mm:.1f} mm."
    where = "first" if first else "second"
    return doubt.reason or (
        f"Seen on the {where} scan ({cubic(held.piece.volume_ml.value)}); the other shows nothing at its place, "
        "though it could have."
    )


def _still(court: Court, held: Held, looks: Sequence[Look]) -> Move | None:
    """The stretch that moved most, where the other scan shows the same brightness at the same place; else nothing."""
    beat = is_cardiac(held.piece)
    moves = [
        Move(shift_mm=seen.shift_mm, sd_mm=spread_of(court, part, seen, beat), look=seen, part=part)
        for part, seen in zip(held.parts, looks, strict=True)
    ]
    alike = all(
        1.0 / AS_BRIGHT <= ratio <= AS_BRIGHT
        for move in moves
        for ratio in (move.look.share, move.look.peak[1] / max(move.look.peak[0], 1e-9))
    )
    near = all(move.part.station.told and move.length_mm <= court.move_z * move.sd_mm for move in moves)
    return max(moves, key=lambda move: move.length_mm / move.sd_mm) if alike and near else None


def _look_for(court: Court, part: Part) -> Look:
    reach = 1.0 + min(2.0 * part.station.spread_mm, 4.0)
    return look(court.scans.first, court.scans.second, part.station.warp, part.points_mm, reach)


def _doubt(court: Court, held: Held, looks: Sequence[Look], *, first: bool) -> Doubt:
    """Why the absence of a piece on the other date tells nothing; empty where it tells."""
    here, there = (0, 1) if first else (1, 0)
    other, name = court.findings[there], ("second" if first else "first")
    points = held.points_mm
    on_other = np.concatenate([part.station.warp.to_second(part.points_mm) for part in held.parts]) if first else points
    if _outside(other, on_other):
        return Doubt(reason=f"Its place lies outside the field of the {name} scan.")
    blind = _blind(other, held.piece, on_other.mean(axis=0))
    if blind is not None:
        return Doubt(reason=f"The {name} scan is blind there: {blind.region}, {blind.reason}")
    own = sum(x.excess[here] for x in looks)
    if own <= 0.0:
        return Doubt(reason="It stands out too little on its own scan to be looked for on the other.")
    share = sum(x.excess[there] for x in looks) / own
    if share >= STILL_THERE:
        named = _not_cement(other, on_other)
        but = f"but there it was taken for {named}." if named else "but nothing was found there."
        return Doubt(
            reason=f"The {name} scan is bright at its place too ({100.0 * share:.0f} % of it), {but}", bright=True
        )
    weak = _too_weak(court, held.piece, looks, there)
    if weak:
        return Doubt(reason=f"The {name} scan might not show it: {weak}.")
    if held.piece.certainty < LEAST_CERTAINTY:
        sure = f"{held.piece.certainty:.2f}"
        return Doubt(reason=f"It is not sure to be cement (certainty {sure}), and the {name} scan does not show it.")
    if not all(part.station.told for part in held.parts):
        return Doubt(reason="The registration there could not be checked: its place on the other date is not sure.")
    return Doubt()


def _outside(other: Findings, points_mm: FloatArray) -> bool:
    cells = to_voxel(other.affine_mm, points_mm)
    inside = np.all((cells >= 0.5) & (cells <= np.array(other.shape) - 1.5), axis=1)
    return bool(inside.mean() < IN_FIELD)


def _blind(other: Findings, piece: Piece, place_mm: FloatArray) -> Blind | None:
    for blind in other.blind:
        radius = (3.0 * 1000.0 * blind.volume_ml / (4.0 * np.pi)) ** (1.0 / 3.0)
        near = np.linalg.norm(np.array(blind.centre_mm) - place_mm) <= radius + 5.0
        if near or blind.region == SITES[piece.place.site]:
            return blind
    return None


def _not_cement(other: Findings, points_mm: FloatArray) -> str:
    reach = 5.0 + 0.5 * float(np.ptp(points_mm, axis=0).max())
    middle = points_mm.mean(axis=0)
    named = [(float(np.linalg.norm(n.centre_mm - middle)), n.kind) for n in other.not_cement]
    return min(named)[1] if named and min(named)[0] <= reach else ""


def _too_weak(court: Court, piece: Piece, looks: Sequence[Look], there: int) -> str:
    """Whether the other scan's blur, slices and noise could hide the piece; in words."""
    mine, other = court.findings[1 - there], court.findings[there]
    limit = _limit(other, piece)
    if limit is not None and piece.thickness_mm < limit.dense_mm:
        return f"it is {piece.thickness_mm:.1f} mm thick, and that scan shows cement from {limit.dense_mm:.1f} mm there"
    slices = (_slice_mm(mine), _slice_mm(other))
    kept = _kept(piece, mine, other)
    noise = max(float(np.median([x.noise[there] for x in looks])), limit.noise_hu if limit is not None else 1.0, 1.0)
    contrast = (piece.peak_hu - piece.background_hu) * kept / noise
    if contrast < LEAST_CONTRAST:
        thick = f", slices {slices[1]:.1f} mm" if slices[1] > 1.5 * slices[0] else ""
        return f"it would stand out by {contrast:.0f} times the noise there{thick}"
    return ""


def _kept(piece: Piece, mine: Findings, other: Findings) -> float:
    """Share of a piece's peak that the other scan's blur leaves, Gaussians taken for all shapes [-]."""
    width = 0.7 * piece.thickness_mm  # of the Gaussian that stands for a ball or a thread
    kept = 1.0
    for a, b in ((mine.sharpness_mm, other.sharpness_mm), (_slice_mm(mine), _slice_mm(other))):
        kept *= float(np.sqrt((width**2 + a**2) / (width**2 + max(a, b) ** 2)))
    return kept


def _slice_mm(findings: Findings) -> float:
    return float(np.linalg.norm(findings.affine_mm[:3, :3], axis=0).max())


def _limit(findings: Findings, piece: Piece) -> Limit | None:
    site = piece.place.site
    if site == "lung":
        region = "lung"
    elif site in REPORTED:
        region = "heart and vessels"
    else:
        region = "bone" if site in ("vertebral_body", "posterior_elements") else "soft tissue"
    return next((limit for limit in findings.limits if limit.region == region), None)
