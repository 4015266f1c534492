"""Pairs of scans of one rendered patient with other noise, breath and position: nothing has changed."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from azygos.case import follow_case
from azygos.compare import Change, compare
from azygos.ground.findings import Findings
from azygos.ground.volume import to_lps
from azygos.render import Choices, Pose, Truth, render
from azygos.trace import find
from detection.patients import DAY, draw_case
from detection.scoring import NEAR_MM, outside_mm

PAIRS = 100
SECOND = 50_000  # added to the seed of the second scan's noise
CHANGED = ("moved", "changed", "moved and changed")


def parts(n: int) -> list[tuple[int]]:
    """Numbers of the patients; the same as are traced alone."""
    return [(number,) for number in range(n)]


def second_choices(first: Choices, number: int) -> Choices:
    """The same scanner on another day: other place on the table, other breath."""
    rng = np.random.default_rng(np.random.SeedSequence(SECOND, spawn_key=(number,)))
    pose = Pose(
        shift_mm=first.pose.shift_mm + rng.normal(0.0, 12.0, 3), turn_deg=first.pose.turn_deg + rng.normal(0.0, 2.0, 3),
        breath_mm=float(rng.uniform(-12.0, 12.0)),
    )  # fmt: skip
    return replace(first, pose=pose)


def run(number: int) -> dict[str, object]:
    """One pair: render twice, trace both, compare."""
    case, choices = draw_case(number)
    journey = follow_case(case, spacing_mm=2.0)
    seed, second = case.patient.seed, second_choices(choices, number)
    volumes, findings, truths = [], [], []
    for one, noise in ((choices, seed), (second, seed + SECOND)):
        volume, truth, _ = render(journey, day=DAY, choices=one, seed=seed, noise_seed=noise)
        volumes.append(volume)
        truths.append(truth)
        findings.append(find(volume))
    began = time.perf_counter()
    changes = compare(volumes[0], findings[0], volumes[1], findings[1])
    seconds = time.perf_counter() - began
    names = [names_of(found, truth) for found, truth in zip(findings, truths, strict=True)]
    both = sorted(set(names[0].values()) & set(names[1].values()))
    joined = {name for one in changes.changes for name in _joined(one, names)}
    verdicts = [one.verdict for one in changes.changes]
    return {
        "number": number, "seconds": round(seconds, 1), "pieces": [len(found.pieces) for found in findings],
        "seen_twice": len(both), "matched": sum(name in joined for name in both), "verdicts": verdicts,
        "false_changes": sum(verdict in CHANGED for verdict in verdicts),
        "false_new_or_gone": sum(_is_lost(one, names, both) for one in changes.changes),
    }  # fmt: skip


def names_of(findings: Findings, truth: Truth) -> dict[int, str]:
    """The true piece to which each finding belongs: the nearest within 3 mm; none for a false alarm."""
    named = {}
    for piece in findings.pieces:
        points = to_lps(findings.affine_mm, piece.voxels[:: max(1, len(piece.voxels) // 300)].astype(float))
        gaps = [(float(np.median(outside_mm(placed, points))), placed.name) for placed in truth.pieces]
        if gaps and min(gaps)[0] <= NEAR_MM:
            named[piece.number] = min(gaps)[1]
    return named


def _joined(one: Change, names: list[dict[int, str]]) -> set[str]:
    return {names[0].get(n, "") for n in one.first} & {names[1].get(n, "") for n in one.second} - {""}


def _is_lost(one: Change, names: list[dict[int, str]], both: list[str]) -> bool:
    """New or gone, although the piece was found on both scans."""
    mine = {names[0].get(n) for n in one.first} | {names[1].get(n) for n in one.second}
    return one.verdict in ("new", "gone") and bool(mine & set(both))
