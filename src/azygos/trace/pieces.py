"""From things that may be cement to pieces as they are reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from azygos.ground.findings import Origin, Piece, Range
from azygos.ground.places import REPORTED, Place
from azygos.trace.brightness import OwnCement, cement_span_hu, volume_of, without_bone
from azygos.trace.fill import fill_volume
from azygos.trace.measure import RODLIKE, Measured
from azygos.trace.oriented import Oriented
from azygos.trace.quality import Quality
from azygos.trace.shape import line_of
from azygos.trace.sorting import held_for_a_fill
from azygos.trace.thing import Thing
from azygos.trace.verdicts import Verdict
from azygos.values import tracing

SURE = 0.6  # chance from which a piece at a reported site is reported
SURE_OF_PLACE = 0.25  # that it lies in any of the reported sites
UNTOLD = Origin(level="", certainty=0.0, reason="Not joined yet.")


def piece_of(
    thing: Thing,
    number: int,
    chance: float,
    claim: Verdict | None,
    scan: Oriented,
    quality: Quality,
    own: OwnCement | None,
) -> Piece:
    """Build one piece; its origin is told when all are joined."""
    one = thing.measured
    line = line_of(one.mask, one.origin, scan.affine_mm, one.extents)
    tier, diameter = tier_of(thing, chance, claim), across(one, line.length_mm)
    return Piece(
        number=number,
        tier=tier,
        place=reported_place(thing.place) if tier == "reported" else thing.place,
        origin=UNTOLD,
        certainty=chance,
        calibrated=not _fills(thing, claim) and not (claim is None and thing.crosses_as_cord),
        reasons=tuple(reasons_of(thing, claim)),
        voxels=scan.as_given(one.voxels),
        centre_mm=one.extents.centre_mm,
        line_mm=line.points_mm,
        volume_ml=_volume(one, quality, own),
        length_mm=line.length_mm,
        diameter_mm=diameter,
        thickness_mm=min(diameter, float(one.extents.widths_mm[2])),
        peak_hu=one.peak_hu,
        background_hu=one.background_hu,
        contrast=one.contrast,
        clipped=one.clipped,
        branches=max(line.ends - 2, 0),
    )


def across(one: Measured, length_mm: float) -> float:
    """Width of a piece [mm]: of a long one, bent or not, that of the tube of its line that its outline fills.

    What fills a body is no tube, however branched its line is.
    """
    tube = float(np.sqrt(4.0 / np.pi * one.inside_ml * 1e3 / max(length_mm, 1e-6)))
    long = one.candidate.fill is None and length_mm > RODLIKE * tube
    return tube if long else one.diameter_mm


def _volume(one: Measured, quality: Quality, own: OwnCement | None) -> Range:
    fill = one.candidate.fill
    if fill is None:
        return volume_of(one, quality, own)
    if fill.beside:  # what it reads is the filling's
        return volume_of(replace(one, material_hu=without_bone(one)), quality, own)
    return fill_volume(fill, own, *cement_span_hu(quality))


def tier_of(thing: Thing, chance: float, claim: Verdict | None) -> str:
    """Reported where cement changes care and it is sure enough; what is doubtful is a candidate.

    In the lung calcium is commoner than cement: what may be as bright as that must be surer.
    """
    there = thing.reported >= SURE_OF_PLACE or thing.passing_mm >= tracing.PASSING.number
    may_be_granuloma = thing.place.site == "lung" and thing.like_calcium
    sure = tracing.SURE_IN_LUNG.number if may_be_granuloma else SURE
    return "reported" if chance >= sure and claim is None and there else "candidate"


def reported_place(place: Place) -> Place:
    """A place among the reported sites: where one of them is likely enough to report, the likeliest is named.

    Examples
    --------
    >>> unsure = Place(site="elsewhere", certainty=0.4, others=(("azygos_vein", 0.35), ("paravertebral", 0.2)))
    >>> reported_place(unsure).site
    'azygos_vein'
    """
    known = [(site, chance) for site, chance in place.others if site in REPORTED]
    if place.site in REPORTED or not known:
        return place
    site, certainty = max(known, key=lambda one: one[1])
    others = ((place.site, place.certainty), *(one for one in place.others if one[0] != site))
    side = place.side if site in ("lung", "pulmonary_artery") else ""
    return replace(place, site=site, certainty=certainty, side=side, lobe="", others=others)


def reasons_of(thing: Thing, claim: Verdict | None) -> Sequence[str]:
    """Why it is taken for cement, and what makes it doubtful."""
    one = thing.measured
    said = [f"It stands {one.contrast:.0f} noise widths above what lies around it."]
    if not thing.like_calcium:
        said.append(f"At its size it would read {one.material_hu:.0f} HU resolved, more than calcium can.")
    else:
        said.append(f"At its size it would read {one.material_hu:.0f} HU resolved, as weak cement or calcium does.")
    if one.clipped > 0.0:
        said.append("It reaches the scale's ceiling, so its volume is an interval only.")
    if _fills(thing, claim):
        said.append("It fills a body, which no case of the calibration did; its certainty is assumed.")
    elif claim is None and thing.crosses_as_cord:
        said.append("It is longer than anything that certainty was calibrated on; its certainty is assumed.")
    if claim is not None:
        said.append(f"It may be {claim.kind}: {claim.reason.removeprefix('Not cement because ')}")
    if thing.doubt > 0.3:
        said.append("It is no wider than the scan's blur, so its own brightness is not known well.")
    return [str(sentence) for sentence in said]


def _fills(thing: Thing, claim: Verdict | None) -> bool:
    return thing.measured.candidate.fill is not None or held_for_a_fill(thing, claim)


def in_order(pieces: Sequence[Piece]) -> list[int]:
    """Places of the pieces, the reported first, then by volume."""
    return [int(i) for i in np.lexsort(([-p.volume_ml.value for p in pieces], [p.tier != "reported" for p in pieces]))]
