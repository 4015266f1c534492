"""What a run of ``azygos trace`` gives: the findings, the scan that they were found on, and what went in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from azygos.ground.findings import Findings, Piece
from azygos.ground.parcels import Parcel
from azygos.ground.volume import LabelMap, Volume
from azygos.plan import Assumption
from azygos.scan import uid_from


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TraceResult(Parcel):
    """A whole run of ``azygos trace``."""

    version: str
    findings: Findings  # its pieces bear tracking UIDs
    volume: Volume  # for pictures
    labels: tuple[LabelMap, ...] = ()  # as they were given
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[str, ...] = ()  # of the run: what was repaired, left aside or not written


def with_tracking(findings: Findings, previous: Mapping[int, str] | None = None) -> Findings:
    """The findings with a tracking UID for each piece.

    Parameters
    ----------
    findings : Findings
        As the tracer gives them.
    previous : mapping of int to str, optional
        UIDs that pieces bore on an earlier scan, by the piece's number here; the others get their own.

    Returns
    -------
    findings : Findings
        The same scan and piece always give the same UID, and no two pieces share one.
    """
    kept = previous or {}
    pieces, taken = [], set[str]()
    for piece in findings.pieces:  # where one piece has become two, the first of them keeps its UID
        earlier = kept.get(piece.number, "")
        uid = earlier if earlier and earlier not in taken else own_uid(findings, piece)
        taken.add(uid)
        pieces.append(replace(piece, tracking_uid=uid))
    return replace(findings, pieces=tuple(pieces))


def own_uid(findings: Findings, piece: Piece) -> str:
    """A UID made of where the piece lies on its scan, so that the same scan gives it again."""
    told = hashlib.sha256(findings.affine_mm.tobytes())
    told.update(repr((findings.shape, round(piece.peak_hu, 1))).encode())
    told.update(piece.voxels.tobytes())
    return uid_from(told.hexdigest())
