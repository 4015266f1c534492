"""From what was measured at a piece to a verdict: unchanged, moved, changed, gone, new, or why it cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from azygos.compare.changes import Change
from azygos.compare.holding import Held, Part, is_cardiac
from azygos.compare.local import Scans
from azygos.compare.look import Look, look
from azygos.ground.findings import Blind, Findings, Limit, Piece, Range
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import REPORTED, SITES
from azygos.ground.volume import to_voxel
from azygos.values.comparing import GRID_SHARE, HEART_MOTION_MM

FALSE_IN_PAIR = 0.02  # chance that an unchanged pair of scans gets any "moved", and again any "changed"
NINETY = 1.645  # half of a range that holds nine in ten, in standard deviations
STILL_THERE = 0.35  # of the excess: less means that nothing is left at a place
LEAST_CONTRAST = 8.0  # peak over noise that a piece must be expected to have, for its absence to mean anything
LEAST_CERTAINTY = 0.5  # that a piece is cement, for its coming or going to be told
AGREES = 0.5  # of the measured change of volume that the scans' own difference must show
IN_FIELD = 0.98


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Court(Parcel):
    """What every verdict of one pair needs."""

    scans: Scans
    findings: tuple[Findings, Findings]
    tests: int  # verdicts in this pair: the more, the stricter each

    @property
    def move_z(self) -> float:
        """Length of a move, in standard deviations along one axis, that luck reaches too rarely."""
        return float(stats.chi.ppf(1.0 - FALSE_IN_PAIR / max(1, self.tests), df=3))

    @property
    def change_z(self) -> float:
        """The same for a change of volume, both ways."""
        return float(stats.norm.ppf(1.0 - 0.5 * FALSE_IN_PAIR / max(1, self.tests)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Move(Parcel):
    """How far one stretch of a piece went."""

    shift_mm: FloatArray  # in the first scan's frame
    sd_mm: float  # along one axis
    look: Look
    part: Part
    other_mm: FloatArray  # shape (n, 3), the second date's voxels nearest to that stretch

    @property
    def length_mm(self) -> float:
        """Of the shift."""
        return float(np.linalg.norm(self.shift_mm))


def judge_pair(court: Court, first: Sequence[Held], second: Sequence[Held]) -> Change:
    """One piece that both dates show."""
    moves = _moves(court, first, second)
    worst = max(moves, key=lambda move: move.length_mm / move.sd_mm)
    least_move = court.move_z * worst.sd_mm
    before, after = (_volume([held.piece for held in side]) for side in (first, second))
    half = np.hypot(_half(before), _half(after))
    least_change = court.change_z * half / NINETY
    change = after.value - before.value
    moved = worst.length_mm > least_move and _centres_agree(worst)
    changed = abs(change) > least_change
    witnessed = _witnessed(moves, before.value, after.value)
    whole = min(min(move.look.seen) for move in moves) >= IN_FIELD
    verdict, sentence = _verdict(worst.length_mm, least_move, change, least_change, moved, changed, witnessed, whole)
    near = NINETY * worst.sd_mm
    return _change(
        court,
        first,
        second,
        worst.part,
        verdict=verdict,
        sentence=sentence + _parts_note(first, second),
        moved_mm=Range(value=worst.length_mm, low=max(0.0, worst.length_mm - near), high=worst.length_mm + near),
        least_move_mm=least_move,
        change_ml=Range(value=change, low=change - float(half), high=change + float(half)),
        least_change_ml=float(least_change),
    )


def _verdict(
    move: float, least_move: float, change: float, least_change: float,
    moved: bool, changed: bool, witnessed: bool, whole: bool,
) -> tuple[str, str]:  # fmt: skip
    went = f"moved by {move:.1f} mm (these scans show moves from {least_move:.1f} mm)"
    grew = f"volume changed by {_cubic(change, signed=True)} (these scans show changes from {_cubic(least_change)})"
    if not whole:
        return "cannot tell", "It lies partly outside the field on one date."
    if moved and changed and witnessed:
        return "moved and changed", f"It {went}, and its {grew}."
    if moved:
        return "moved", f"It {went}; its volume is unchanged within {_cubic(max(least_change, abs(change)))}."
    if changed and not witnessed:
        return "cannot tell", (
            f"Its measured volumes differ by {_cubic(change, signed=True)}, but one scan laid on the other "
            "shows no such difference."
        )
    if changed:
        return "changed", f"Its {grew}; it lies where it lay, within {least_move:.1f} mm."
    return "unchanged", f"Unchanged within {_cubic(least_change)} and {least_move:.1f} mm."


def _cubic(volume_ml: float, signed: bool = False) -> str:
    """A volume in mm3, with two figures."""
    cubic = 1000.0 * volume_ml
    digits = 0 if abs(cubic) >= 9.5 else 1 if abs(cubic) >= 0.95 else 2
    return f"{cubic:{'+' if signed else ''}.{digits}f} mm3".replace("-", "\u2212")


def _moves(court: Court, first: Sequence[Held], second: Sequence[Held]) -> list[Move]:
    """Each stretch's shift between the middles of what is bright on either date, within what both dates cover."""
    others = np.concatenate([held.points_mm for held in second])
    parts = [part for held in first for part in held.parts]
    middles = np.array([part.points_mm.mean(axis=0) for part in parts])
    nearest = np.linalg.norm(others[:, None, :] - middles[None], axis=2).argmin(axis=1)
    cardiac = any(is_cardiac(held.piece) for held in (*first, *second))
    found = []
    for k, part in enumerate(parts):
        points = np.concatenate([part.points_mm, others[nearest == k]])
        seen = look(court.scans.first, court.scans.second, part.station.warp, points, _reach(court))
        sd = _sd(court, part, seen, cardiac)
        found.append(Move(shift_mm=seen.shift_mm, sd_mm=sd, look=seen, part=part, other_mm=others[nearest == k]))
    return found


def _reach(court: Court) -> float:
    return 1.0 + 0.5 * float(max(court.scans.first.spacing_mm.max(), court.scans.second.spacing_mm.max()))


def _sd(court: Court, part: Part, seen: Look, cardiac: bool) -> float:
    """Standard deviation of a shift along one axis: registration, sampling, noise, and the heart's beat."""
    voxel = float(max(court.scans.first.spacing_mm.max(), court.scans.second.spacing_mm.max()))
    noise = sum((n / max(p, 1.0)) ** 2 for n, p in zip(seen.noise, seen.peak, strict=True))
    beat = 0.5 * float(HEART_MOTION_MM) if cardiac else 0.0
    return float(np.sqrt(part.station.spread_mm**2 + (float(GRID_SHARE) * voxel) ** 2 + noise + beat**2))


def _centres_agree(move: Move) -> bool:
    """Whether the voxels that were found lie apart in the direction in which the scans say that it moved."""
    if not len(move.other_mm):
        return True
    apart = move.other_mm.mean(axis=0) - move.part.points_mm.mean(axis=0)
    return bool(apart @ move.shift_mm >= 0.3 * move.length_mm**2)


def _witnessed(moves: Sequence[Move], before: float, after: float) -> bool:
    """Whether the scans' own brightness changed the way that the measured volumes did."""
    bright = [sum(move.look.excess[date] for move in moves) for date in (0, 1)]
    if min(bright) <= 0.0 or min(before, after) <= 0.0:
        return True
    said, shown = np.log(after / before), np.log(bright[1] / bright[0])
    return bool(said * shown > 0.0 and abs(shown) >= AGREES * abs(said))


def _volume(pieces: Sequence[Piece]) -> Range:
    """Of several pieces: their errors are taken to run together."""
    return Range(
        value=sum(p.volume_ml.value for p in pieces),
        low=sum(p.volume_ml.low for p in pieces),
        high=sum(p.volume_ml.high for p in pieces),
    )


def _half(volume: Range) -> float:
    return max(volume.high - volume.value, volume.value - volume.low)


def _parts_note(first: Sequence[Held], second: Sequence[Held]) -> str:
    if len(first) == len(second) == 1:
        return ""
    return f" The first scan shows it in {len(first)} part(s), the second in {len(second)}."


def judge_single(court: Court, held: Held, *, first: bool) -> Change:
    """A piece that only one date's findings hold: gone or new, or why the other scan cannot say so."""
    looks = [_look_for(court, part) for part in held.parts]
    reason = _doubt(court, held, looks, first=first)
    verdict = "cannot tell" if reason else "gone" if first else "new"
    where = "first" if first else "second"
    told = (
        f"Seen on the {where} scan ({_cubic(held.piece.volume_ml.value)}); the other shows nothing at its place, "
        "though it could have."
    )
    sides: tuple[list[Held], list[Held]] = ([held], []) if first else ([], [held])
    part = max(held.parts, key=lambda p: p.station.spread_mm)
    return _change(
        court,
        *sides,
        part,
        verdict=verdict,
        sentence=reason or told,
        moved_mm=None,
        least_move_mm=court.move_z * part.station.spread_mm,
        change_ml=None,
        least_change_ml=court.change_z * _half(held.piece.volume_ml) / NINETY,
    )


def _look_for(court: Court, part: Part) -> Look:
    reach = 1.0 + min(2.0 * part.station.spread_mm, 4.0)
    return look(court.scans.first, court.scans.second, part.station.warp, part.points_mm, reach)


def _doubt(court: Court, held: Held, looks: Sequence[Look], *, first: bool) -> str:
    """Why the absence of a piece on the other date tells nothing; empty where it tells."""
    here, there = (0, 1) if first else (1, 0)
    other, name = court.findings[there], ("second" if first else "first")
    points = held.points_mm
    on_other = np.concatenate([part.station.warp.to_second(part.points_mm) for part in held.parts]) if first else points
    if _outside(other, on_other):
        return f"Its place lies outside the field of the {name} scan."
    blind = _blind(other, held.piece, on_other.mean(axis=0))
    if blind is not None:
        return f"The {name} scan is blind there: {blind.region}, {blind.reason}"
    share = sum(x.excess[there] for x in looks) / max(sum(x.excess[here] for x in looks), 1e-9)
    if share >= STILL_THERE:
        named = _not_cement(other, on_other)
        return f"The {name} scan is bright at its place too ({share:.0%} of it), " + (
            f"but there it was taken for {named}." if named else "but nothing was found there."
        )
    weak = _too_weak(court, held.piece, looks, there)
    if weak:
        return f"The {name} scan might not show it: {weak}."
    if held.piece.certainty < LEAST_CERTAINTY:
        return (
            f"It is not sure to be cement (certainty {held.piece.certainty:.2f}), and the {name} scan does not show it."
        )
    if not all(part.station.told for part in held.parts):
        return "The registration at its place could not be checked, so its place on the other date is not known well."
    return ""


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


def judge_far(court: Court, gone: Held, new: Held) -> Change:
    """A piece that left its place and one alike that came to another: it may have travelled."""
    part = max(gone.parts, key=lambda p: p.station.spread_mm)
    shift = new.points_mm.mean(axis=0) - gone.points_mm.mean(axis=0)
    far = float(np.linalg.norm(shift))
    sd = float(np.hypot(gone.worst_mm, new.worst_mm)) + 0.5
    before, after = gone.piece.volume_ml, new.piece.volume_ml
    half = float(np.hypot(_half(before), _half(after)))
    change = after.value - before.value
    return _change(
        court,
        [gone],
        [new],
        part,
        verdict="moved",
        sentence=(
            f"It left its place, and one like it came to another, {far:.0f} mm away: "
            "it moved, or one went and one came."
        ),
        moved_mm=Range(value=far, low=max(0.0, far - NINETY * sd), high=far + NINETY * sd),
        least_move_mm=court.move_z * sd,
        change_ml=Range(value=change, low=change - half, high=change + half),
        least_change_ml=court.change_z * half / NINETY,
    )


def _change(
    court: Court, first: Sequence[Held], second: Sequence[Held], part: Part, *, verdict: str, sentence: str,
    moved_mm: Range | None, least_move_mm: float, change_ml: Range | None, least_change_ml: float,
) -> Change:  # fmt: skip
    mine, other = ([held.piece for held in side] for side in (first, second))
    leading = max(mine or other, key=lambda piece: piece.volume_ml.value)
    here = np.concatenate([held.points_mm for held in (first or second)]).mean(axis=0)
    there = (
        _weighted([piece.centre_mm for piece in other], other) if other else part.station.warp.to_second(here[None])[0]
    )
    uids = [piece.tracking_uid for piece in sorted(mine, key=lambda p: -p.volume_ml.value) if piece.tracking_uid]
    return Change(
        first=tuple(piece.number for piece in mine),
        second=tuple(piece.number for piece in other),
        verdict=verdict,
        sentence=sentence,
        place=leading.place,
        region=part.station.fit.region,
        first_mm=_weighted([piece.centre_mm for piece in mine], mine) if mine else here,
        second_mm=there,
        shown_mm=part.station.place_mm,
        moved_mm=moved_mm,
        least_move_mm=least_move_mm,
        first_ml=_volume(mine) if mine else None,
        second_ml=_volume(other) if other else None,
        change_ml=change_ml,
        least_change_ml=least_change_ml,
        error_mm=part.station.error_mm,
        blocks=part.station.blocks,
        warp=part.station.warp,
        tracking_uid=uids[0] if uids else (leading.tracking_uid if not mine else ""),
    )


def _weighted(centres: Sequence[FloatArray], pieces: Sequence[Piece]) -> FloatArray:
    weights = [max(piece.volume_ml.value, 1e-9) for piece in pieces]
    return np.asarray(np.average(np.array(centres), axis=0, weights=weights))
