"""The tracer's steps in order, on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from azygos.ground.errors import require
from azygos.ground.findings import Asked, Findings, Piece
from azygos.ground.volume import LabelMap, Volume
from azygos.trace.anatomy import Anatomy, looks_like_ct, read_anatomy
from azygos.trace.background import Background, read_background
from azygos.trace.brightness import own_cement
from azygos.trace.candidates import Sought, seek
from azygos.trace.certainty import stored
from azygos.trace.grades import butscheidt, qanadli
from azygos.trace.joining import join
from azygos.trace.limits import blind_regions, limits_of, slice_note
from azygos.trace.oriented import Oriented, orient
from azygos.trace.pieces import in_order, piece_of
from azygos.trace.quality import Quality, read_quality
from azygos.trace.sorting import Sorted, sort_out
from azygos.trace.specks import without_specks

Progress = Callable[[int, int], None]
STEPS = 6
MOST_VOXELS = 320_000_000  # 1,200 slices of 512 x 512; some 12 bytes of memory for each


def find(
    volume: Volume,
    labels: Sequence[LabelMap] = (),
    *,
    asked: Asked | None = None,
    progress: Progress | None = None,
) -> Findings:
    """Find cement on a scan: each piece with its place, size, origin and certainty, and all that only looks like it.

    Parameters
    ----------
    volume : Volume
        The CT.
    labels : sequence of LabelMap
        Label maps of the same body; they go before the built-in landmarks.
    asked : Asked, optional
        What only the patient's record knows.
    progress : callable, optional
        Called with steps done and steps in all.

    Returns
    -------
    findings : Findings
        Pieces, look-alikes, path, levels, limits. Voxels are those of the scan as it was given.

    Raises
    ------
    InputError
        If the scan is no CT, or larger than fits into memory.
    """
    tell = progress or _silent
    tell(0, STEPS)
    scan = _turned(volume)
    anatomy = without_specks(read_anatomy(scan, labels))
    tell(1, STEPS)
    quality = read_quality(scan, volume.facts)
    background = read_background(scan, anatomy)
    tell(2, STEPS)
    sought = seek(scan, anatomy, background)
    tell(3, STEPS)
    sorted_ = sort_out(scan, anatomy, background, sought, quality)
    tell(4, STEPS)
    pieces = _pieces(sorted_, scan, quality)
    asked = asked or Asked()
    joined = join(pieces, anatomy, scan, asked=asked)
    pieces = tuple(replace(piece, origin=origin) for piece, origin in zip(pieces, joined.origins, strict=True))
    tell(5, STEPS)
    lungs = "lungs" in " ".join(anatomy.field_of_view)
    findings = Findings(
        shape=(volume.hu.shape[0], volume.hu.shape[1], volume.hu.shape[2]),
        affine_mm=volume.affine_mm,
        pieces=pieces,
        not_cement=sorted_.not_cement,
        path=joined.path,
        levels=joined.levels,
        blind=blind_regions(scan, anatomy, background, sought, quality),
        limits=limits_of(anatomy, background, sought, quality),
        landmarks=anatomy.landmarks,
        asked=asked,
        butscheidt=butscheidt(pieces, lungs),
        qanadli=qanadli(pieces, lungs),
        ceiling_hu=quality.ceiling_hu,
        clipped_voxels=quality.clipped_voxels,
        sharpness_mm=quality.fwhm_mm,
        field_of_view=anatomy.field_of_view,
        not_seen=anatomy.not_seen,
        notes=_notes(volume, anatomy, quality),
        facts=_facts(volume.facts, scan, anatomy, background, sought, quality),
    )
    tell(STEPS, STEPS)
    return findings


def _turned(volume: Volume) -> Oriented:
    """The scan along the body's axes, if it is a CT of a size that can be read at once."""
    size = volume.hu.size
    require(
        size <= MOST_VOXELS,
        f"The scan holds {' x '.join(str(n) for n in volume.hu.shape)} voxels, {size / 1e6:.0f} million; "
        f"up to {MOST_VOXELS / 1e6:.0f} million are read at once: cut it along the body, or take thicker slices.",
    )
    scan = orient(volume)
    no_ct = looks_like_ct(scan)
    require(no_ct is None, no_ct or "")
    return scan


def _silent(done: int, of: int) -> None:
    """Nobody listens."""


def _pieces(sorted_: Sorted, scan: Oriented, quality: Quality) -> tuple[Piece, ...]:
    """All pieces, numbered as they are listed."""
    own = own_cement([thing.measured for thing in sorted_.cement], quality)
    drafts = [
        piece_of(thing, number, chance, claim, scan, quality, own)
        for number, (thing, chance, claim) in enumerate(
            zip(sorted_.cement, sorted_.chances, sorted_.claims, strict=True), start=1
        )
    ]
    return tuple(replace(drafts[place], number=number) for number, place in enumerate(in_order(drafts), start=1))


def _notes(volume: Volume, anatomy: Anatomy, quality: Quality) -> tuple[str, ...]:
    notes = [*volume.notes, *anatomy.notes, *slice_note(quality)]
    if not quality.known_blur:
        notes.append(f"Too few edges told this scan's blur; {quality.fwhm_mm:.1f} mm was taken for it.")
    if quality.kvp is None:
        notes.append("The tube voltage is not known; what cement may read was widened for it.")
    model = stored()
    if model.cases == 0:
        notes.append("Certainties are not calibrated yet.")
    else:
        notes.append(f"Certainties are calibrated on {model.cases} synthetic cases, not on patients.")
    return tuple(dict.fromkeys(notes))


def _facts(
    facts: Mapping[str, str], scan: Oriented, anatomy: Anatomy, background: Background, sought: Sought, quality: Quality
) -> dict[str, str]:
    return {
        **facts,
        "contrast_seen": anatomy.contrast,
        "own_bone_hu": f"{sought.bone_hu:.0f}",
        "slice_mm": f"{quality.slice_mm:.2f}",
        "spacing_mm": " x ".join(f"{step:.3f}" for step in scan.spacing_mm),
    }
