"""What was known of the body, from where and how surely; what was in the field and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from azygos.ground.findings import Landmark
from azygos.trace.anatomy.body import Body
from azygos.trace.anatomy.cage import Cage
from azygos.trace.anatomy.label_maps import Mapped
from azygos.trace.anatomy.lungs import Lungs
from azygos.trace.anatomy.mediastinum import Mediastinum
from azygos.trace.anatomy.parcels import Spine
from azygos.trace.anatomy.tubes import Tube

OWN, MAP, AWAY = "built-in landmarks", "label map", "not in the field"
STANDS_OUT_HU = 15.0  # a vessel that differs less from its surroundings was placed, not seen
ROUGH = "placed by the carina and the size of the chest; borders off by a centimetre are usual"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """All that was found on the way."""

    lungs: Lungs
    spine: Spine | None
    middle: Mediastinum
    tubes: Mapping[str, Tube]
    mapped: Mapped
    cage: Cage
    body: Body


def landmarks(seen: Seen) -> tuple[Landmark, ...]:
    """Each structure with its source and the chance that it is where it is said to be."""
    return (
        Landmark(name="body", source=OWN, certainty=0.95),
        _lungs(seen),
        _point(seen.lungs.carina_mm, "carina", 0.9),
        _spine(seen),
        _count(seen),
        *_vessels(seen),
        _heart(seen),
        _arteries(seen),
        _corridor(seen),
        _ribs(seen),
    )


def _away(name: str) -> Landmark:
    return Landmark(name=name, source=AWAY, certainty=0.0)


def _point(point: object, name: str, certainty: float) -> Landmark:
    return _away(name) if point is None else Landmark(name=name, source=OWN, certainty=certainty)


def _lungs(seen: Seen) -> Landmark:
    if "lung_right" in seen.mapped.regions or "lung_left" in seen.mapped.regions:
        return Landmark(name="lungs", source=MAP, certainty=0.97)
    if not seen.lungs.seen:
        return _away("lungs")
    note = "lobes by planes in place of fissures: about a quarter of a lung goes to the wrong lobe"
    return Landmark(name="lungs", source=OWN, certainty=0.95, note=note)


def _spine(seen: Seen) -> Landmark:
    if seen.spine is None:
        return _away("spine")
    if seen.mapped.vertebrae:
        return Landmark(name="spine", source=MAP, certainty=max(0.95, seen.spine.certainty))
    return Landmark(name="spine", source=OWN, certainty=seen.spine.certainty)


def _count(seen: Seen) -> Landmark:
    spine = seen.spine
    if spine is None:
        return _away("level names")
    named = [level for level in spine.levels if level.name]
    if not named:
        return Landmark(name="level names", source=AWAY, certainty=0.0, note="nothing in the field anchors the count")
    certainty = min(level.certainty for level in named)
    if seen.mapped.vertebrae:
        return Landmark(name="level names", source=MAP, certainty=certainty)
    return Landmark(name="level names", source=OWN, certainty=certainty, note="off by one is the usual mistake")


def _vessels(seen: Seen) -> list[Landmark]:
    marks = []
    for region, placed in (
        ("aorta", seen.tubes.get("aorta")),
        ("superior_vena_cava", seen.middle.cava),
        ("inferior_vena_cava", seen.tubes.get("inferior_vena_cava")),
    ):
        name = region.replace("_", " ").replace("vena cava", "vena cava")
        if region in seen.mapped.regions:
            marks.append(Landmark(name=name, source=MAP, certainty=0.95))
        elif placed is None:
            marks.append(_away(name))
        else:
            followed = placed.stands_out > STANDS_OUT_HU
            note = "" if followed else "hardly stands out of its surroundings; placed where it is expected"
            marks.append(Landmark(name=name, source=OWN, certainty=0.75 if followed else 0.5, note=note))
    return marks


def _heart(seen: Seen) -> Landmark:
    if "right_atrium" in seen.mapped.regions or "right_ventricle" in seen.mapped.regions:
        return Landmark(name="heart box", source=MAP, certainty=0.95)
    if "heart" in seen.mapped.regions:
        return Landmark(name="heart box", source=MAP, certainty=0.8, note="chambers by their place in the heart's box")
    if not seen.middle.chambers:
        return _away("heart box")
    return Landmark(name="heart box", source=OWN, certainty=0.65, note=f"chambers by their place in the box; {ROUGH}")


def _arteries(seen: Seen) -> Landmark:
    if "pulmonary_trunk" in seen.mapped.regions:
        return Landmark(name="pulmonary arteries", source=MAP, certainty=0.9)
    if "pulmonary_trunk" not in seen.middle.vessels:
        return _away("pulmonary arteries")
    return Landmark(name="pulmonary arteries", source=OWN, certainty=0.6, note=ROUGH)


def _corridor(seen: Seen) -> Landmark:
    if seen.spine is None:
        return _away("azygos corridor")
    named = any(level.name for level in seen.spine.levels)
    note = "" if named else "the levels are not known, so the corridor is that of mid-thorax with less chance"
    return Landmark(name="azygos corridor", source=OWN, certainty=0.8 if named else 0.5, note=note)


def _ribs(seen: Seen) -> Landmark:
    if "rib" in seen.mapped.regions:
        return Landmark(name="ribs", source=MAP, certainty=0.95)
    return Landmark(name="ribs", source=OWN, certainty=0.8) if seen.cage.ribs.any() else _away("ribs")


def fields_seen(seen: Seen) -> tuple[str, ...]:
    """What was in the field, in words."""
    words = []
    if seen.lungs.seen:
        both = seen.lungs.right.any() and seen.lungs.left.any()
        words.append("lungs" if both else "right lung" if seen.lungs.right.any() else "left lung")
    if seen.middle.heart.any():
        words.append("heart")
    if seen.spine is not None:
        words.append(_span(seen.spine))
    if seen.lungs.right_dome_mm is not None:
        words.append("upper abdomen")
    elif not seen.lungs.seen and seen.spine is not None and _lumbar(seen.spine):
        words.append("abdomen")
    return tuple(words)


def _lumbar(spine: Spine) -> bool:
    return any(level.name.startswith("L") or level.name == "T12" for level in spine.levels)


def _span(spine: Spine) -> str:
    named = [level.name for level in spine.levels if level.name]
    if not named:
        return "spine, levels not known"
    return named[-1] if len(named) == 1 else f"{named[-1]} to {named[0]}"


def unseen(seen: Seen) -> tuple[str, ...]:
    """What cement could have reached and this field does not show."""
    missing = []
    if not seen.lungs.right.any() and "lung_right" not in seen.mapped.regions:
        missing.append("right lung")
    if not seen.lungs.left.any() and "lung_left" not in seen.mapped.regions:
        missing.append("left lung")
    if not seen.middle.chambers and "heart" not in seen.mapped.regions:
        missing.append("heart")
    if seen.lungs.carina_mm is None and "superior_vena_cava" not in seen.mapped.regions:
        missing.append("superior vena cava and azygos arch")
    if seen.spine is None:
        missing.append("spine")
    return tuple(missing)
