"""Every bright thing is either possibly cement or has a kind and a reason why it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.findings import NotCement
from azygos.ground.parcels import IntArray, Parcel
from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.trace.background import Background
from azygos.trace.candidates import Candidate, Sought, Whole, candidate_of
from azygos.trace.certainty import chance, features
from azygos.trace.company import in_company, lone_in_discs
from azygos.trace.fill import Fill
from azygos.trace.lookalikes import BONE_KINDS, judge
from azygos.trace.measure import Measured, measure
from azygos.trace.oriented import Oriented
from azygos.trace.quality import Quality
from azygos.trace.shape import extents_of
from azygos.trace.thing import Thing, calcium_hu, look_around, survey
from azygos.trace.verdicts import Verdict, not_because
from azygos.values import tracing

DECIDED = 0.75  # a rule that is so sure is not weighed against anything
WORTH_TELLING = 0.15  # chance of cement from which a claimed thing is a candidate all the same
WORTH_ASKING = 0.25  # chance of cement below which an unclaimed thing is no candidate
WORTH_ASKING_OF_FAINT = 0.5  # the same of one that reads less than the weakest cement does undiluted
FEWEST_VOXELS = 2
MOSTLY_BONE = 0.6  # share of a speck's voxels in bone above which only its brightness can tell it from bone
SIGNAL = 5.0  # integral over its error
SUMMARY_ML = 0.02  # of a whole's voxels of one kind, to be worth a row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sorted(Parcel):
    """What may be cement, with its chance and what a rule says against it, and what is not."""

    cement: tuple[Thing, ...]
    chances: tuple[float, ...]
    claims: tuple[Verdict | None, ...]
    not_cement: tuple[NotCement, ...]


def sort_out(scan: Oriented, anatomy: Anatomy, background: Background, sought: Sought, quality: Quality) -> Sorted:
    """Measure, place and judge each candidate."""
    around = survey(scan, anatomy, quality, sought.bone_hu, _pools(scan, anatomy, sought))
    cement: list[tuple[Thing, float, Verdict | None]] = []
    rest: list[NotCement] = []
    for candidate in sought.candidates:
        if _hopeless(candidate, scan, sought, quality):
            continue
        one = _measured(scan, background, sought, candidate, quality)
        if one is None:
            continue
        thing = look_around(around, one)
        verdict = judge(thing, anatomy)
        sure = chance_of(thing, verdict)
        if verdict is not None and (verdict.certainty >= DECIDED or sure < WORTH_TELLING):
            rest.append(_not_cement(thing, verdict))
        elif sure >= (WORTH_ASKING_OF_FAINT if thing.under_cement else WORTH_ASKING):
            cement.append((thing, sure, verdict))
        else:
            rest.append(_not_cement(thing, DOUBTFUL))
    rest.extend(row for whole in sought.wholes for row in _summaries(scan, anatomy, whole, sought.fills))
    things = [thing for thing, _, _ in cement]
    company = {**({} if sought.fills else lone_in_discs(things)), **in_company(things, anatomy)}
    rest.extend(_not_cement(cement[place][0], verdict) for place, verdict in company.items())
    cement = _apart([one for place, one in enumerate(cement) if place not in company], scan.hu.shape)
    for fill in _left(sought.fills, [thing.measured.voxels for thing, _, _ in cement], scan):
        thing = look_around(around, _measured_fill(scan, background, sought, candidate_of(fill, scan), quality))
        cement.append((thing, *_chance_of_fill(fill, thing, sought.bone_hu)))
    return Sorted(
        cement=tuple(thing for thing, _, _ in cement),
        chances=tuple(sure for _, sure, _ in cement),
        claims=tuple(verdict for _, _, verdict in cement),
        not_cement=tuple(rest),
    )


DOUBTFUL = Verdict(kind="unnamed bright spot", reason="Not cement because too little speaks for it.", certainty=0.85)


def _hopeless(candidate: Candidate, scan: Oriented, sought: Sought, quality: Quality) -> bool:
    """Not worth measuring: specks of bone within bone, single voxels, what lies on the table."""
    if candidate.outside >= 0.5 or len(candidate.voxels) < FEWEST_VOXELS:
        return True
    bone_hu = min(calcium_hu(quality, sought.bone_hu), tracing.FAR_OVER_BONE.number * sought.bone_hu)
    return candidate.bone > MOSTLY_BONE and candidate.peak_hu < bone_hu


def _left(fills: Sequence[Fill], pieces: Sequence[IntArray], scan: Oriented) -> Iterator[Fill]:
    """Fillings without what other pieces hold; none of which those hold most."""
    held = np.zeros((0, 3), dtype=np.int64) if not pieces else np.concatenate(pieces)
    flat = np.ravel_multi_index(tuple(held.T), scan.hu.shape)
    for fill in fills:
        free = ~np.isin(np.ravel_multi_index(tuple(fill.voxels.T), scan.hu.shape), flat)
        if free.mean() > 0.5:
            yield fill.only(free)


def _measured_fill(
    scan: Oriented, background: Background, sought: Sought, candidate: Candidate, quality: Quality
) -> Measured:
    """Measure a filling within the outline that bone left it."""
    noise = float(np.mean(background.at(background.noise_hu, candidate.voxels)))
    fill = candidate.fill
    assert fill is not None
    one = measure(scan, sought, candidate, quality, fill.marrow_hu, noise)
    first = candidate.voxels.min(axis=0)
    mask = np.zeros(candidate.voxels.max(axis=0) - first + 1, dtype=bool)
    mask[tuple((candidate.voxels - first).T)] = True
    return replace(
        one, voxels=candidate.voxels, origin=first, mask=mask, inside_ml=fill.whole_ml, background_hu=fill.marrow_hu,
        peak_hu=candidate.peak_hu, material_hu=fill.level_hu,
        extents=extents_of(scan.to_mm(candidate.voxels), scan.spacing_mm),
    )  # fmt: skip


def chance_of(thing: Thing, verdict: Verdict | None) -> float:
    """By the calibration, which has seen no cord and no filling.

    A cord through veins and heart that no rule claims is nearly sure, and so is what fills a body and is brighter than
    bone. What is cast and as bright as cement where a vein may hold it is worth telling, whatever claims it.
    """
    sure = chance(features(thing, verdict.certainty if verdict else 0.0))
    if thing.cast_as_cement and thing.may_be_in_vein:
        sure = max(sure, tracing.CAST.number)
    if held_for_a_fill(thing, verdict):
        sure = max(sure, tracing.SURE_FILL.number)
    return max(sure, tracing.SURE_CORD.number) if verdict is None and thing.crosses_as_cord else sure


def held_for_a_fill(thing: Thing, verdict: Verdict | None) -> bool:
    """Whether what a thing fills outweighs that it lies in bone; what is claimed for another reason stays doubtful."""
    return thing.fills_as_cement and (verdict is None or verdict.kind in BONE_KINDS)


def _chance_of_fill(fill: Fill, thing: Thing, bone_hu: float) -> tuple[float, Verdict | None]:
    """A filling brighter than this patient's bone gets is cement; one that is not may be dense bone.

    What lies beside a filling, as bright, and where the lung meets the spine may be the head of a rib.
    """
    if fill.beside and thing.place.site == "lung":
        why = "it lies beside a filled body where the lung meets the heads of the ribs"
        return tracing.DOUBTFUL_FILL.number, not_because("head of a rib", why, 1.0 - tracing.DOUBTFUL_FILL.number)
    if fill.level_hu > tracing.OVER_BONE.number * bone_hu:
        return tracing.SURE_FILL.number, None
    why = "it fills the body evenly and is no brighter than this patient's bone gets"
    return tracing.DOUBTFUL_FILL.number, not_because("sclerotic bone", why, 1.0 - tracing.DOUBTFUL_FILL.number)


def _measured(
    scan: Oriented, background: Background, sought: Sought, candidate: Candidate, quality: Quality
) -> Measured | None:
    """Measure what is no mere noise."""
    level = float(np.mean(background.at(background.level_hu, candidate.voxels)))
    noise = float(np.mean(background.at(background.noise_hu, candidate.voxels)))
    one = measure(scan, sought, candidate, quality, level, noise)
    return one if one.integral_hu_ml > SIGNAL * one.integral_error_hu_ml else None


def _pools(scan: Oriented, anatomy: Anatomy, sought: Sought) -> frozenset[int]:
    """Wholes that are pools of contrast in the upper veins and the heart."""
    if anatomy.contrast == "none":
        return frozenset()
    veins = [REGIONS.index(name) for name in ("superior_vena_cava", "brachiocephalic_vein")]
    pools = set()
    for whole in sought.wholes:
        inside = np.isin(_regions(scan, anatomy, whole.voxels), veins)
        if inside.sum() * scan.voxel_ml > 1.0:
            pools.add(whole.number)
    return frozenset(pools)


def _regions(scan: Oriented, anatomy: Anatomy, voxels: IntArray) -> np.ndarray:
    step = max(1, len(voxels) // 20_000)
    return anatomy.region_at(scan.to_mm(voxels[::step]))


def _not_cement(thing: Thing, verdict: Verdict) -> NotCement:
    one = thing.measured
    return NotCement(
        kind=verdict.kind,
        reason=verdict.reason,
        place=thing.place,
        centre_mm=one.extents.centre_mm,
        volume_ml=one.inside_ml,
        peak_hu=one.peak_hu,
        certainty=verdict.certainty,
    )


def _summaries(scan: Oriented, anatomy: Anatomy, whole: Whole, fills: Sequence[Fill]) -> Iterator[NotCement]:
    """One row for each kind that a large bright thing is made of."""
    step = max(1, len(whole.voxels) // 20_000)
    some = whole.voxels[::step]
    for fill in fills:
        flat = np.ravel_multi_index(tuple(fill.voxels.T), scan.hu.shape)
        some = some[~np.isin(np.ravel_multi_index(tuple(some.T), scan.hu.shape), flat)]
    points = scan.to_mm(some)
    regions = anatomy.region_at(points)
    for kind, (names, why) in ORDINARY.items():
        here = np.isin(regions, [REGIONS.index(name) for name in names])
        volume = float(np.count_nonzero(here)) * step * scan.voxel_ml
        if volume < SUMMARY_ML:
            continue
        values = scan.hu[tuple(some[here].T)]
        yield NotCement(
            kind=kind,
            reason=f"Not cement because {why}.",
            place=anatomy.place_at(points[here]),
            centre_mm=points[here].mean(axis=0),
            volume_ml=volume,
            peak_hu=float(values.max()),
            certainty=0.9,
        )


ORDINARY: dict[str, tuple[tuple[str, ...], str]] = {
    "vertebra": (
        ("vertebral_body", "posterior_elements", "disc", "foramen", "spinal_canal"), "it is part of the spine",
    ),
    "rib": (("rib",), "it is a rib"),
    "sternum": (("sternum",), "it is the sternum"),
    "bone": (("other_bone", "limb"), "it is bone away from every road"),
    "contrast or calcium": (
        ("aorta", "superior_vena_cava", "inferior_vena_cava", "brachiocephalic_vein", "right_atrium", "right_ventricle",
         "left_heart", "heart", "pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery"),
        "it fills the lumen or lines the wall and reads less than cement of its size",
    ),
    "outside the body": (("outside",), "it lies outside the body"),
}  # fmt: skip


def _apart(
    cement: list[tuple[Thing, float, Verdict | None]], shape: tuple[int, ...]
) -> list[tuple[Thing, float, Verdict | None]]:
    """Things whose outlines share voxels are one piece: the larger is kept."""
    taken = np.empty(0, dtype=np.int64)
    kept = []
    for thing, sure, verdict in sorted(cement, key=lambda one: -len(one[0].measured.voxels)):
        places = np.ravel_multi_index(tuple(thing.measured.voxels.T), shape)
        if np.isin(places, taken).any():
            continue
        taken = np.concatenate([taken, places])
        kept.append((thing, sure, verdict))
    return kept
