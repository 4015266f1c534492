"""The comparison's steps in order, on one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from azygos.compare.align import Body, agreement, body, refine, start
from azygos.compare.alone import judge_single
from azygos.compare.changes import Change, Changes, Region
from azygos.compare.grids import coarse, without_cement
from azygos.compare.holding import Held, Registry, hold_all
from azygos.compare.itk import simple_itk
from azygos.compare.judge import Court, judge_far, judge_pair
from azygos.compare.local import Scans, Station, spine_line
from azygos.compare.lungs import lung_warps
from azygos.compare.match import Seen, group_pieces, pair_far
from azygos.compare.warp import Warp
from azygos.ground.errors import require
from azygos.ground.findings import Findings, Range
from azygos.ground.volume import Volume
from azygos.values.comparing import LEAST_COMMON, LEAST_DICE_BONE

BODY_STEP_MM = 4.0
ALIKE = 0.8  # most difference in volume, length and thickness between a piece that left and one that came
ORDER = ("moved and changed", "moved", "changed", "new", "gone", "cannot tell", "unchanged")
Progress = Callable[[int, int], None]


def compare(
    first: Volume,
    first_findings: Findings,
    second: Volume,
    second_findings: Findings,
    *,
    progress: Progress | None = None,
) -> Changes:
    """Say of each piece of cement on two scans of one patient whether it moved, changed, went or came.

    Regions are registered by what moves as one: each vertebra rigid, the lungs deformable, the mediastinum affine.
    The error of each registration is measured by blocks around each piece that are held out one by one.

    Parameters
    ----------
    first, second : Volume
        The two scans, the earlier first.
    first_findings, second_findings : Findings
        What was found on each.
    progress : callable, optional
        Told how many steps are done, of how many.

    Returns
    -------
    changes : Changes
        Each piece with its verdict, what changed first.

    Raises
    ------
    InputError
        The two scans share no part of the body, are of two bodies, or SimpleITK is not installed.
    """
    simple_itk()
    _check(first, first_findings, "first")
    _check(second, second_findings, "second")
    count = 3 + len(first_findings.pieces) + len(second_findings.pieces)
    tick = _ticker(progress, count)
    scans, fits = _align(first, first_findings, second, second_findings, tick)
    registry = Registry(scans)
    held = hold_all(registry, first_findings.pieces, second_findings.pieces, tick)
    changes = _judge(scans, (first_findings, second_findings), *held)
    tick()
    return Changes(
        changes=tuple(sorted(changes, key=_order)),
        regions=tuple(_regions(registry.stations, held)),
        start=scans.start,
        lungs=scans.lungs[0] if scans.lungs else None,
        agreement=fits,
        notes=_notes(first, second),
    )


def _check(volume: Volume, findings: Findings, which: str) -> None:
    require(
        volume.hu.shape == tuple(findings.shape) and np.allclose(volume.affine_mm, findings.affine_mm, atol=1e-3),
        f"the findings of the {which} scan belong to another scan: its grid is {_grid(volume.hu.shape)} voxels, "
        f"theirs {_grid(findings.shape)}. Trace that scan again.",
    )


def _grid(shape: Sequence[int]) -> str:
    return " x ".join(str(n) for n in shape)


def _ticker(progress: Progress | None, count: int) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, count)

    return tick


def _align(
    first: Volume, first_findings: Findings, second: Volume, second_findings: Findings, tick: Callable[[], None]
) -> tuple[Scans, dict[str, float]]:
    """Both scans without their cement, aligned by bones, and the lungs by their own warp."""
    plain = without_cement(first, first_findings.pieces), without_cement(second, second_findings.pieces)
    bodies = body(coarse(plain[0], BODY_STEP_MM)), body(coarse(plain[1], BODY_STEP_MM))
    tick()
    warp = Warp(affine_mm=refine(*bodies, start(*bodies)[0]))
    fits = agreement(*bodies, warp)
    _refuse(fits)
    in_lung = any(p.place.site == "lung" for f in (first_findings, second_findings) for p in f.pieces)
    lungs = lung_warps(*bodies, plain, warp.affine_mm) if in_lung and _have_lungs(bodies) else None
    tick()
    scans = Scans(
        first=first,
        second=second,
        plain_first=plain[0],
        plain_second=plain[1],
        body_first=bodies[0],
        body_second=bodies[1],
        start=warp,
        spine_mm=spine_line(bodies[0]),
        lungs=lungs,
    )
    return scans, fits


def _have_lungs(bodies: tuple[Body, Body]) -> bool:
    return all(bool(of.lungs.any()) for of in bodies)


def _refuse(fits: dict[str, float]) -> None:
    """Two scans that share nothing, or that are not of one body."""
    require(
        fits["common"] >= float(LEAST_COMMON),
        f"the two scans share no part of the body: after the best alignment {100.0 * fits['common']:.0f} % of the "
        f"smaller one lies in both fields, and {100.0 * float(LEAST_COMMON):.0f} % are needed. "
        "Give two scans of the same part of the body.",
    )
    require(
        not fits["bone"] < float(LEAST_DICE_BONE),
        f"the two scans do not fit each other: after the best alignment their bones overlap by {fits['bone']:.2f} "
        f"(Dice), and scans of one person reach {float(LEAST_DICE_BONE):g} or more. "
        "Check that both are of the same person and show the same part of the body.",
    )


def _judge(
    scans: Scans, findings: tuple[Findings, Findings], first: Sequence[Held], second: Sequence[Held]
) -> list[Change]:
    """Pair what lies at one place, look for what has no partner, and pair what left with what came."""
    voxel = float(max(scans.first.spacing_mm.max(), scans.second.spacing_mm.max()))
    groups = group_pieces(_seen(first, voxel), _seen(second, voxel))
    court = Court(scans=scans, findings=findings, tests=sum(len(held.parts) for held in first) + len(second))
    changes, left = [], ([], [])  # type: ignore[var-annotated]
    for group in groups:
        mine, other = [first[i] for i in group.first], [second[j] for j in group.second]
        if mine and other:
            changes.append(judge_pair(court, mine, other))
        else:
            alone = (mine or other)[0]
            left[0 if mine else 1].append((alone, judge_single(court, alone, first=bool(mine))))
    return changes + _travelled(court, *left, voxel)


def _seen(held: Sequence[Held], voxel: float) -> list[Seen]:
    return [one.seen(voxel) for one in held]


def _travelled(
    court: Court, left: list[tuple[Held, Change]], came: list[tuple[Held, Change]], voxel: float
) -> list[Change]:
    gone = [held for held, change in left if change.verdict == "gone"]
    new = [held for held, change in came if change.verdict == "new"]
    pairs = pair_far(_seen(gone, voxel), _seen(new, voxel), ALIKE)
    paired = {id(gone[i]) for i, _ in pairs} | {id(new[j]) for _, j in pairs}
    alone = [change for held, change in (*left, *came) if id(held) not in paired]
    return [judge_far(court, gone[i], new[j]) for i, j in pairs] + alone


def _order(change: Change) -> tuple[int, float]:
    volume = change.second_ml or change.first_ml
    return ORDER.index(change.verdict), -volume.value if volume is not None else 0.0


def _regions(stations: Sequence[Station], held: tuple[Sequence[Held], Sequence[Held]]) -> list[Region]:
    """Registrations by name: stations of one vertebra, of the lungs, of the mediastinum."""
    levels = {
        id(part.station): one.piece.place.level or one.piece.origin.level
        for one in (*held[0], *held[1])
        for part in one.parts
    }
    named: dict[tuple[str, str], list[Station]] = {}
    for station in stations:
        if id(station) not in levels:
            continue
        level = levels[id(station)]
        words = {"vertebra": f"spine at {level}" if level else "spine", "lung": "lungs"}
        name = words.get(station.fit.region, station.fit.region)
        named.setdefault((station.fit.region, name), []).append(station)
    return [_region(region, name, own) for (region, name), own in sorted(named.items())]


def _region(region: str, name: str, own: Sequence[Station]) -> Region:
    return Region(
        region=region,
        name=name,
        error_mm=Range(
            value=float(np.median([s.error_mm.value for s in own])),
            low=min(s.error_mm.low for s in own),
            high=max(s.error_mm.high for s in own),
        ),
        inverse_mm=_worst(s.fit.inverse_mm for s in own),
        repeat_mm=_worst(s.fit.repeat_mm for s in own),
        likeness=float(np.median([s.likeness for s in own])),
        blocks=sum(s.blocks for s in own),
        places=len(own),
        told=all(s.told for s in own),
    )


def _worst(values: Iterable[float]) -> float:
    return max((value for value in values if np.isfinite(value)), default=float("nan"))


def _notes(first: Volume, second: Volume) -> tuple[str, ...]:
    same = first.hu.shape == second.hu.shape and np.array_equal(first.hu, second.hu)
    return ("Both dates are the same scan, voxel for voxel: nothing can have changed.",) if same else ()
