"""A needle in millimetres and degrees, as the one who holds it speaks of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from azygos.ground.errors import InputError
from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.plan.plan_file import NeedlePlan, PlanFile, apply_alternative
from azygos.plan.session import place_needle
from azygos.spine import Vertebra

STEP_MM = 0.1  # between samples along a path
FARTHEST_MM = 80.0  # no body is longer in any direction
LEANING_DEG, REACH_MM = 20.0, 40.0  # of the line that stands in for a route that is not found
EVEN_DEG = 0.5  # an angle below is said to be none


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedleWords:
    """One needle as the page shows it."""

    entry_mm: tuple[float, ...]  # LPS
    tip_mm: tuple[float, ...]
    length_mm: float  # from entry to tip
    in_bone_mm: float  # of it within the vertebral body; the pedicle is not counted
    ahead_mm: float  # of body in front of the tip, along the needle
    tip_beside_mm: float  # of the mid-line, to the side of the entry where positive
    convergence_deg: float  # towards the mid-line, in the axial plane of the vertebra
    craniocaudal_deg: float  # towards the head; negative towards the feet
    tip_in_body: bool
    words: str


def check(plan: PlanFile, vertebra: Vertebra) -> dict[str, Any]:
    """Place all needles of a plan, those of its alternatives among them, and say what each is like.

    Returns
    -------
    found : dict
        ``ok``, ``error`` (the first sentence of a needle that cannot be placed) and ``needles`` of the plan.
    """
    found = [_look(needle, vertebra) for needle in plan.vertebra[0].needles]
    faults = [fault for fault, _ in found if fault] + _faults_of_alternatives(plan, vertebra)
    return {
        "ok": not faults,
        "error": faults[0] if faults else None,
        "needles": [asdict(words) for _, words in found if words],
    }


def _faults_of_alternatives(plan: PlanFile, vertebra: Vertebra) -> list[str]:
    faults = []
    for alternative in plan.alternative:
        if alternative.needle is not None:
            needles = apply_alternative(plan, alternative).vertebra[0].needles
            said = [fault for fault, _ in (_look(needle, vertebra) for needle in needles) if fault]
            faults += [f"alternative {alternative.name!r}: {fault}" for fault in said]
    return faults


def _look(plan: NeedlePlan, vertebra: Vertebra) -> tuple[str | None, NeedleWords | None]:
    """The sentence of one that cannot be placed, and what there is to say of its line."""
    try:
        needle = place_needle(plan, vertebra)
    except InputError as error:
        if plan.entry_mm is None or plan.tip_mm is None:
            return str(error), None
        fault = str(error)
        return fault, describe(np.array(plan.entry_mm), np.array(plan.tip_mm), vertebra, fault)
    return None, describe(needle.entry / MM, needle.tip / MM, vertebra)


def suggested(vertebra: Vertebra) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The route that is suggested through either pedicle, and a sentence for each side that has none.

    There a straight line to the middle of the body stands in, so that there is a needle to move.
    """
    found: dict[str, dict[str, Any]] = {}
    notes = []
    for side in ("left", "right"):
        fault, words = _look(NeedlePlan.model_validate({"side": side}), vertebra)
        if words is None:
            words = _to_the_middle(vertebra, side)
            notes.append(f"No route through the {side} pedicle is suggested: {fault} A straight line is shown.")
        found[side] = {"entry_mm": words.entry_mm, "tip_mm": words.tip_mm}
    return found, notes


def _to_the_middle(vertebra: Vertebra, side: str) -> NeedleWords:
    from scipy.ndimage import distance_transform_edt

    depth = distance_transform_edt(np.pad(vertebra.inside, 1))[1:-1, 1:-1, 1:-1]
    tip_mm = vertebra.to_lps(np.array(np.unravel_index(int(np.argmax(depth)), depth.shape), dtype=np.float64)) / MM
    turn = math.radians(LEANING_DEG if side == "left" else -LEANING_DEG)
    backward = vertebra.axes @ np.array([math.sin(turn), math.cos(turn), 0.0])
    return describe(tip_mm + REACH_MM * backward, tip_mm, vertebra)


def describe(entry_mm: FloatArray, tip_mm: FloatArray, vertebra: Vertebra, fault: str | None = None) -> NeedleWords:
    """Lengths and angles of a needle from its two points.

    Parameters
    ----------
    entry_mm, tip_mm : FloatArray
        LPS [mm]; they may lie anywhere.
    fault : str, optional
        Why it cannot be placed; said in place of the description.

    Notes
    -----
    Angles are those between the vertebra's own planes and the needle, so they hold in a tilted spine.
    """
    along = np.asarray((tip_mm - entry_mm) @ vertebra.axes, dtype=np.float64)  # to left, back and head
    length = float(np.linalg.norm(along))
    middle = vertebra.to_lps(np.argwhere(vertebra.inside).mean(axis=0)) / MM
    beside_entry, beside_tip = (float((point - middle) @ vertebra.axes[:, 0]) for point in (entry_mm, tip_mm))
    side = 1.0 if beside_entry >= 0.0 else -1.0
    across = math.hypot(along[0], along[1])
    upright = across < 1e-6 * length  # has no direction in the axial plane
    convergence = 0.0 if upright else math.degrees(math.atan2(-side * along[0], -along[1]))
    craniocaudal = math.degrees(math.atan2(along[2], across))
    path = _path(entry_mm, tip_mm, vertebra)
    direction = (tip_mm - entry_mm) / max(length, 1e-9)
    ahead = _path(tip_mm, tip_mm + FARTHEST_MM * direction, vertebra)
    tip_in_body = fault is None
    ahead_mm = STEP_MM * _run_of_true(ahead) if tip_in_body else 0.0
    numbers = {
        "length_mm": length,
        "in_bone_mm": length * float(np.mean(path)),
        "ahead_mm": ahead_mm,
        "tip_beside_mm": side * beside_tip,
        "convergence_deg": convergence,
        "craniocaudal_deg": craniocaudal,
    }
    shown = {key: round(value, 1) + 0.0 for key, value in numbers.items()}
    return NeedleWords(
        entry_mm=_point(entry_mm),
        tip_mm=_point(tip_mm),
        tip_in_body=tip_in_body,
        words=fault or _sentence("left" if side > 0 else "right", shown),
        **shown,
    )


def _point(point_mm: Sequence[float] | FloatArray) -> tuple[float, ...]:
    return tuple(round(float(number), 3) for number in point_mm)


def _path(start_mm: FloatArray, end_mm: FloatArray, vertebra: Vertebra) -> np.ndarray:
    """Whether each sample between two points lies in the body."""
    count = max(2, round(float(np.linalg.norm(end_mm - start_mm)) / STEP_MM) + 1)
    points = start_mm + np.linspace(0.0, 1.0, count)[:, None] * (end_mm - start_mm)
    cells = np.rint(vertebra.to_grid(points * MM)).astype(np.int64)
    on_grid = np.all((cells >= 0) & (cells < np.array(vertebra.inside.shape)), axis=1)
    inside = np.zeros(count, dtype=np.bool_)
    inside[on_grid] = vertebra.inside[tuple(cells[on_grid].T)]
    return inside


def _run_of_true(inside: np.ndarray) -> int:
    """How many hold from the first on."""
    return len(inside) if inside.all() else int(np.argmin(inside))


def _sentence(side: str, shown: dict[str, float]) -> str:
    return (
        f"From the {side}: {shown['length_mm']:g} mm from entry to tip, {shown['in_bone_mm']:g} mm of it in the "
        f"vertebral body, {shown['ahead_mm']:g} mm of body ahead of the tip. {_angles(shown)}"
    )


def _angles(shown: dict[str, float]) -> str:
    across, up = shown["convergence_deg"], shown["craniocaudal_deg"]
    first = "Straight ahead in the axial plane"
    if abs(across) >= EVEN_DEG:
        first = f"{abs(across):g}° {'towards' if across > 0 else 'away from'} the mid-line"
    if abs(up) < EVEN_DEG:
        return f"{first}, level."
    return f"{first}, {abs(up):g}° towards the {'head' if up > 0 else 'feet'}."
