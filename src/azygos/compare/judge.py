"""From what was measured at a piece to a verdict: unchanged, moved, changed, gone, new, or why it cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import stats

from azygos.compare.changes import Change
from azygos.compare.holding import Held, Part, is_cardiac
from azygos.compare.local import Scans
from azygos.compare.look import Look, look
from azygos.ground.findings import Findings, Piece, Range
from azygos.ground.parcels import FloatArray, Parcel
from azygos.values.comparing import GRID_SHARE, HEART_MOTION_MM

FALSE_IN_PAIR = 0.02  # chance that an unchanged pair of scans gets any "moved", and again any "changed"
NINETY = 1.645  # half of a range that holds nine in ten, in standard deviations
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
    other_mm: FloatArray = field(default_factory=lambda: np.zeros((0, 3)))  # the second date's voxels nearest to it

    @property
    def length_mm(self) -> float:
        """Of the shift."""
        return float(np.linalg.norm(self.shift_mm))

    @property
    def range_mm(self) -> Range:
        """Its length with nine in ten."""
        near = NINETY * self.sd_mm
        return Range(value=self.length_mm, low=max(0.0, self.length_mm - near), high=self.length_mm + near)


def judge_pair(court: Court, first: Sequence[Held], second: Sequence[Held]) -> Change:
    """One piece that both dates show."""
    moves = _moves(court, first, second)
    worst = max(moves, key=lambda move: move.length_mm / move.sd_mm)
    least_move = court.move_z * worst.sd_mm
    before, after = (_volume([held.piece for held in side]) for side in (first, second))
    half = np.hypot(half_of(before), half_of(after))
    least_change = court.change_z * half / NINETY
    change = after.value - before.value
    moved = worst.length_mm > least_move and _centres_agree(worst)
    changed = abs(change) > least_change
    witnessed = _witnessed(moves, before.value, after.value)
    whole = min(min(move.look.seen) for move in moves) >= IN_FIELD
    verdict, sentence = _verdict(worst.length_mm, least_move, change, least_change, moved, changed, witnessed, whole)
    return change_of(
        court,
        first,
        second,
        worst.part,
        verdict=verdict,
        sentence=sentence + _parts_note(first, second),
        moved_mm=worst.range_mm,
        least_move_mm=least_move,
        change_ml=Range(value=change, low=change - float(half), high=change + float(half)),
        least_change_ml=float(least_change),
    )


def _verdict(
    move: float, least_move: float, change: float, least_change: float,
    moved: bool, changed: bool, witnessed: bool, whole: bool,
) -> tuple[str, str]:  # fmt: skip
    went = f"moved by {move:.1f} mm (these scans show moves from {least_move:.1f} mm)"
    grew = f"volume changed by {cubic(change, signed=True)} (these scans show changes from {cubic(least_change)})"
    if not whole:
        return "cannot tell", "It lies partly outside the field on one date."
    if moved and changed and witnessed:
        return "moved and changed", f"It {went}, and its {grew}."
    if moved:
        return "moved", f"It {went}; its volume is unchanged within {cubic(max(least_change, abs(change)))}."
    if changed and not witnessed:
        return "cannot tell", (
            f"Its measured volumes differ by {cubic(change, signed=True)}, but one scan laid on the other "
            "shows no such difference."
        )
    if changed:
        return "changed", f"Its {grew}; it lies where it lay, within {least_move:.1f} mm."
    return "unchanged", f"Unchanged within {cubic(least_change)} and {least_move:.1f} mm."


def cubic(volume_ml: float, signed: bool = False) -> str:
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
        sd = spread_of(court, part, seen, cardiac)
        found.append(Move(shift_mm=seen.shift_mm, sd_mm=sd, look=seen, part=part, other_mm=others[nearest == k]))
    return found


def _reach(court: Court) -> float:
    return 1.0 + 0.5 * float(max(court.scans.first.spacing_mm.max(), court.scans.second.spacing_mm.max()))


def spread_of(court: Court, part: Part, seen: Look, cardiac: bool) -> float:
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


def half_of(volume: Range) -> float:
    return max(volume.high - volume.value, volume.value - volume.low)


def _parts_note(first: Sequence[Held], second: Sequence[Held]) -> str:
    if len(first) == len(second) == 1:
        return ""
    return f" The first scan shows it in {len(first)} part(s), the second in {len(second)}."


def judge_far(court: Court, gone: Held, new: Held) -> Change:
    """A piece that left its place and one alike that came to another: it may have travelled."""
    part = max(gone.parts, key=lambda p: p.station.spread_mm)
    shift = new.points_mm.mean(axis=0) - gone.points_mm.mean(axis=0)
    far = float(np.linalg.norm(shift))
    sd = float(np.hypot(gone.worst_mm, new.worst_mm)) + 0.5
    before, after = gone.piece.volume_ml, new.piece.volume_ml
    half = float(np.hypot(half_of(before), half_of(after)))
    change = after.value - before.value
    return change_of(
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


def change_of(
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
