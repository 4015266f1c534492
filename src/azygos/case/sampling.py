"""How rare the demo's course is: importance sampling over the sessions of a case.

Plain draws would meet a cord that runs from the vertebra into the lungs too seldom to count. Half of the draws are
therefore pushed towards wide veins and a deep basivertebral foramen, and each counts as much less as it was pushed;
the other half is drawn as ever, so that no draw counts more than twice.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from azygos import __version__
from azygos.case.case_file import CaseFile, parse_case, read_case
from azygos.case.following import follow_case
from azygos.case.result import Rarity
from azygos.case.run import with_seed
from azygos.ground.errors import AzygosError, DidNotConverge, require
from azygos.ground.files import write_atomic
from azygos.ground.parcels import FloatArray
from azygos.ground.processes import as_done
from azygos.journey import Journey
from azygos.spine import Draw
from azygos.values.uncertainty import UNCERTAIN

WITHIN_DAYS = 14.0
COURSE = "a cord from the vertebra through the right heart into the pulmonary arteries, symptoms within 14 days"
PUSHED: dict[str, float] = {"vein_radius_factor": 1.0, "foramen_depth": 1.5}
"""Names of the spine's draws that are pushed, and how hard: chance u from (1+a) u^a, or its mirror for a < 0."""
PLAIN_SHARE = 0.5  # of draws that are not pushed
MOST_UNFINISHED = 0.05  # share of sessions that may fail; they count as not met


@dataclass(frozen=True, slots=True)
class Job:
    """What every draw shares."""

    case: str  # TOML
    seed: int
    spacing_mm: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """One session: whether it took the course, and how much it counts."""

    index: int
    weight: float
    met: bool
    reached: bool  # whether any cement reached the lungs
    finished: bool


def takes_the_course(journey: Journey) -> bool:
    """Whether a cord runs from a vertebra through the right heart into the lungs, with symptoms within a fortnight."""
    bridges = any(lodging.piece.attached for lodging in journey.lodgings.lodged)
    day = journey.planned.course.symptoms_day
    return bridges and day is not None and day <= WITHIN_DAYS


def rarity(
    case_path: Path | None,
    output: Path,
    *,
    draws: int = 2000,
    seed: int = 0,
    spacing_mm: float = 2.0,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Rarity:
    """Tell how rare the demo's course is among the sessions of a case; ``azygos rarity`` as a function.

    Parameters
    ----------
    case_path : Path or None
        The case; its patient's seed is not used. None: the demo's.
    output : Path
        A JSON file: chance, interval, draws, the case's hash.
    draws, seed : int
        How many sessions, and where they begin.
    spacing_mm : float
        Edge of a cell in bone.
    workers : int, optional
        Processes; the numbers do not depend on it.
    progress : callable, optional
        Told how many are done, and how many there are.

    Returns
    -------
    rarity : Rarity
        What was stored.
    """
    from azygos.case.example import demo_case

    require(10 <= draws <= 10_000_000, f"--draws is {draws}. Give 10 or more; 2000 take some minutes.")
    require(seed >= 0, f"--seed is {seed}. Give a whole number from 0.")
    require(0.25 <= spacing_mm <= 3.0, f"--spacing is {spacing_mm:g} mm. Give 0.25 to 3 mm; 2 is usual.")
    require(workers is None or 0 <= workers <= 256, f"--workers is {workers}. Give 1 to 256.")
    require(not output.is_dir(), f"{output} is a folder. Give a file with -o, for example -o rarity.json.")
    require(output.parent.is_dir(), f"{output.parent} is not there. Make that folder, or choose another -o.")
    case = demo_case() if case_path is None else read_case(case_path)
    drawn = draw_sessions(case, draws=draws, seed=seed, spacing_mm=spacing_mm, workers=workers, progress=progress)
    lost = sum(not one.finished for one in drawn)
    if lost > MOST_UNFINISHED * draws:
        raise DidNotConverge(
            f"{lost} of {draws} sessions did not finish, so their share says nothing. Nothing was stored."
        )
    found = estimate(drawn, case)
    table = {**asdict(found), "seed": seed, "spacing_mm": spacing_mm, **_counts(drawn)}
    write_atomic(output, json.dumps(table, indent=1) + "\n")
    return found


def draw_sessions(
    case: CaseFile,
    *,
    draws: int,
    seed: int,
    spacing_mm: float,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Drawn]:
    """Follow many sessions of a case, in order of their index."""
    import os

    job = Job(case=case.toml(), seed=seed, spacing_mm=spacing_mm)
    processes = min(os.cpu_count() or 1, 8) if workers is None else workers
    done: list[Drawn] = []
    for one in as_done(draw_one, job, range(draws), workers=processes):
        done.append(one)
        if progress is not None:
            progress(len(done), draws)
    return sorted(done, key=lambda one: one.index)


def draw_one(job: Job, index: int) -> Drawn:
    """Session `index`: another patient, with the pushed numbers of its own."""
    rng = np.random.default_rng(np.random.SeedSequence(job.seed, spawn_key=(index,)))
    chances, weight = push(rng)
    case = with_seed(parse_case(job.case), int(rng.integers(2**31)))

    def redraw(draw: Draw) -> Draw:
        changes: dict[str, Any] = {name: UNCERTAIN[name].at(u) for name, u in chances.items()}
        return replace(draw, **changes)

    try:
        journey = follow_case(case, spacing_mm=job.spacing_mm, redraw=redraw)
    except AzygosError:
        return Drawn(index, weight, met=False, reached=False, finished=False)
    return Drawn(index, weight, met=takes_the_course(journey), reached=bool(journey.lodgings.lodged), finished=True)


def push(rng: np.random.Generator) -> tuple[dict[str, float], float]:
    r"""Chances of the pushed numbers, and how much the draw counts.

    .. math:: w = \left[p_0 + (1-p_0)\prod_i (1+a_i)\,u_i^{a_i}\right]^{-1}

    Returns
    -------
    chances : dict of str to float
        By name, each between 0 and 1.
    weight : float
        At most :math:`1/p_0`.
    """
    plain = rng.random() < PLAIN_SHARE
    chances, density = {}, 1.0
    for name, power in PUSHED.items():
        u = float(rng.random())
        u = u if plain else u ** (1.0 / (1.0 + abs(power)))
        density *= (1.0 + abs(power)) * u ** abs(power)
        chances[name] = u if power > 0.0 else 1.0 - u
    return chances, 1.0 / (PLAIN_SHARE + (1.0 - PLAIN_SHARE) * density)


def estimate(drawn: Sequence[Drawn], case: CaseFile) -> Rarity:
    """The chance of the course with its 95 % interval.

    The interval is Wilson's for as many plain draws as would have the same variance; sessions that did
    not finish count as not met.
    """
    scores = np.array([one.weight * one.met for one in drawn])
    chance, effective = _effective(scores)
    low, high = _wilson(chance, effective)
    return Rarity(
        what=COURSE,
        chance=chance,
        low=low,
        high=high,
        draws=len(drawn),
        effective=effective,
        case_hash=hash_of(case),
        computed_with=__version__,
    )


def _effective(scores: FloatArray) -> tuple[float, float]:
    """Mean of weighted scores, and how many plain draws would tell it as well."""
    n, chance = len(scores), min(float(scores.mean()), 1.0)
    variance = float(scores.var(ddof=1)) / n
    if chance <= 0.0 or variance <= 0.0:
        return chance, PLAIN_SHARE * n  # nothing was met: what the plain half alone would tell
    return chance, chance * (1.0 - chance) / variance


def _wilson(chance: float, n: float, z: float = 1.96) -> tuple[float, float]:
    middle = (chance + z * z / (2.0 * n)) / (1.0 + z * z / n)
    half = z * math.sqrt(chance * (1.0 - chance) / n + z * z / (4.0 * n * n)) / (1.0 + z * z / n)
    return max(0.0, min(middle - half, chance)), min(1.0, max(middle + half, chance))


def hash_of(case: CaseFile) -> str:
    """Which case this is, whoever the patient."""
    return hashlib.sha256(with_seed(case, 0).toml().encode()).hexdigest()[:16]


def _counts(drawn: Iterable[Drawn]) -> dict[str, Any]:
    drawn = list(drawn)
    return {
        "met": sum(one.met for one in drawn),
        "reached_the_lungs": sum(one.reached for one in drawn),
        "chance_of_cement_in_the_lungs": float(np.mean([one.weight * one.reached for one in drawn])),
        "not_finished": sum(not one.finished for one in drawn),
    }
