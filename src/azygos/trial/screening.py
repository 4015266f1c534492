"""Which inputs matter: Morris's elementary effects over what the spine draws and what a plan decides.

A trajectory walks through the inputs' ranges and moves one input at each step, by two thirds of its range. The step's
change of the output, over the whole range, is one elementary effect; their mean absolute value ranks the inputs, their
spread tells how far an effect hangs on the other inputs. Each point is followed in the same few patients, and the
outputs are averaged over them. A patient that fails at any point of a trajectory is left out of all of it.

References
----------
Morris, Technometrics 33 (1991) 161. Campolongo, Cariboni & Saltelli, Environ Model Softw 22 (2007) 1509.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from azygos.case.following import DrawnCase, draw_case, follow_drawn, wishes_of
from azygos.ground.errors import DidNotConverge, InputError, require
from azygos.ground.parcels import FloatArray
from azygos.ground.processes import as_done
from azygos.ground.units import MINUTE
from azygos.journey import draw_patient
from azygos.trial.findings import Effect, Screening
from azygos.trial.follow import FAILS
from azygos.trial.outcome import row_of
from azygos.trial.pool import MOST_WORKERS
from azygos.trial.population import VirtualPatient, draw_virtual
from azygos.trial.strategy import case_of
from azygos.trial.trial_file import StrategyTable, TrialFile
from azygos.values.population import VOLUME_SPREAD
from azygos.values.screening import AGE_SHIFT, CHANCES, RATE_FACTOR
from azygos.values.uncertainty import UNCERTAIN, Uncertain

OUTPUTS = ("leaked_ml", "lung_ml", "lung_thickest_mm")
"""Amounts, for a yes or no jumps and screens badly: most steps would show nothing, and a few everything."""
PLANNED = {"volume": "volume", "rate": "rate", "age_at_start": "age of the cement at the start"}
NAMES = (*UNCERTAIN, *PLANNED)
GRID = 4  # levels of an input, as Morris has it
_RATE = Uncertain("log-uniform", RATE_FACTOR)
_AGE = Uncertain("uniform", AGE_SHIFT)
_LATEST = 60.0  # [min], as plan files have it


@dataclass(frozen=True, slots=True)
class Given:
    """What all walks share."""

    trial: str  # TOML
    strategy: str
    points: FloatArray  # shape (trajectories, inputs + 1, inputs): quantiles


@dataclass(frozen=True, slots=True)
class Walk:
    """One trajectory in one patient."""

    trajectory: int
    patient: int


@dataclass(frozen=True, slots=True)
class Walked:
    """What came out at each point of a walk."""

    walk: Walk
    outputs: FloatArray  # shape (inputs + 1, outputs), NaN where it failed


Work = Callable[[Given, Walk], Walked]


def screen(
    trial: TrialFile,
    strategy: str | None = None,
    *,
    trajectories: int = 10,
    patients: int = 2,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    work: Work | None = None,
) -> Screening:
    """Rank a trial's inputs by Morris's method; ``azygos trial screen`` as a function.

    Parameters
    ----------
    trial : TrialFile
        Its first patients are followed; its seed also gives the trajectories.
    strategy : str, optional
        Under which; the reference if not given.
    trajectories : int
        How many; each has a point more than there are inputs.
    patients : int
        In how many patients each point is followed.
    workers : int, optional
        Processes; 0 does all in this one. The numbers do not depend on it.
    progress : callable, optional
        Told how many walks are done, and how many there are.
    work : callable, optional
        Follows one walk, for tests.

    Returns
    -------
    screening : Screening
        Effects over the middle 95 % of each input, strongest first for each output.

    Raises
    ------
    DidNotConverge
        If so many runs failed that fewer than two trajectories are left.
    """
    morris = _morris()
    require(2 <= trajectories <= 1000, f"--trajectories is {trajectories}. Give 2 to 1000; 10 is usual.")
    require(1 <= patients <= 100, f"--patients is {patients}. Give 1 to 100; 2 is usual.")
    require(0 <= (workers or 0) <= MOST_WORKERS, f"--workers is {workers}. Give 1 to {MOST_WORKERS}.")
    name = trial.named(strategy or trial.names()[0]).name
    problem = {"num_vars": len(NAMES), "names": list(NAMES), "bounds": [list(CHANCES)] * len(NAMES)}
    points = morris.sample(problem, trajectories, num_levels=GRID, seed=trial.trial.seed)
    given = Given(trial.toml(), name, points.reshape(trajectories, len(NAMES) + 1, len(NAMES)))
    found = _walk_all(given, trajectories, patients, workers, progress, work or follow_walk)
    outputs, whole = _averaged(found)
    require(
        int(whole.sum()) >= 2, _TOO_FEW.format(int(np.isnan(found[..., 0]).sum()), found[..., 0].size), DidNotConverge
    )
    effects = [
        effect
        for column, output in enumerate(OUTPUTS)
        for effect in _effects(
            morris, problem, given.points[whole], outputs[whole][..., column], output, trial.trial.seed
        )
    ]
    return Screening(
        strategy=name,
        trajectories=int(whole.sum()),
        runs=found[..., 0].size,
        failed=int(np.isnan(found[..., 0]).sum()),
        effects=tuple(effects),
    )


_TOO_FEW = "{} of {} runs of the screening failed, so no two trajectories are whole. Ask more patients with --patients."


def _walk_all(
    given: Given,
    trajectories: int,
    patients: int,
    workers: int | None,
    progress: Callable[[int, int], None] | None,
    work: Work,
) -> FloatArray:
    """Outputs of all walks, shape (trajectories, patients, inputs + 1, outputs)."""
    walks = [Walk(trajectory, patient) for trajectory in range(trajectories) for patient in range(patients)]
    found = np.full((trajectories, patients, len(NAMES) + 1, len(OUTPUTS)), math.nan)
    processes = (os.cpu_count() or 1) if workers is None else workers
    for done, one in enumerate(as_done(work, given, walks, workers=processes), start=1):
        found[one.walk.trajectory, one.walk.patient] = one.outputs
        if progress is not None:
            progress(done, len(walks))
    return found


def _averaged(found: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean over the patients who finished a whole trajectory, and which trajectories anybody finished."""
    kept = np.asarray(np.isfinite(found).all(axis=(2, 3)))
    count = kept.sum(axis=1)
    total = np.where(kept[:, :, None, None], found, 0.0).sum(axis=1)
    return total / np.maximum(count, 1)[:, None, None], np.asarray(count > 0)


def _effects(
    morris: Any, problem: dict[str, Any], points: FloatArray, outputs: FloatArray, output: str, seed: int
) -> list[Effect]:
    """Elementary effects on one output, the strongest first."""
    told = morris.analyze(problem, points.reshape(-1, len(NAMES)), outputs.ravel(), num_levels=GRID, seed=seed)
    effects = [
        Effect(
            name=name,
            words=PLANNED.get(name, name.replace("_", " ")),
            output=output,
            mu_star=float(told["mu_star"][k]),
            mu_star_half=float(told["mu_star_conf"][k]),
            mu=float(told["mu"][k]),
            sigma=float(told["sigma"][k]),
        )
        for k, name in enumerate(NAMES)
    ]
    return sorted(effects, key=lambda one: -one.mu_star)


# One walk ---------------------------------------------------------------------------------------------------------


def follow_walk(given: Given, walk: Walk) -> Walked:
    """Follow one patient at every point of a trajectory; what chance decides elsewhere is drawn once."""
    from azygos.trial.trial_file import parse_trial

    trial = parse_trial(given.trial, "the trial")
    patient, strategy = draw_virtual(trial, walk.patient), trial.named(given.strategy)
    case = case_of(patient, strategy)
    drawn = draw_case(case, spacing_mm=trial.trial.spacing_mm)
    rows = [_outputs(patient, strategy, drawn, chances) for chances in _told(given.points[walk.trajectory])]
    return Walked(walk, np.array(rows))


def _told(points: FloatArray) -> Iterator[dict[str, float]]:
    for point in points:
        yield dict(zip(NAMES, map(float, point), strict=True))


def _outputs(
    patient: VirtualPatient, strategy: StrategyTable, drawn: DrawnCase, chances: dict[str, float]
) -> list[float]:
    moved, changed = moved_plan(patient, strategy, chances)
    try:
        case = case_of(moved, changed)
        here = moved_draw(drawn, case.patient.seed, wishes_of(case), chances)
        row = row_of(moved, changed, here, follow_drawn(case, here))
    except FAILS:
        return [math.nan] * len(OUTPUTS)
    return [float(row[name]) for name in OUTPUTS]


def moved_plan(
    patient: VirtualPatient, strategy: StrategyTable, chances: dict[str, float]
) -> tuple[VirtualPatient, StrategyTable]:
    """The patient with another volume, and the strategy with another rate and age of cement."""
    from scipy.special import ndtri

    volume = math.exp(VOLUME_SPREAD.number * float(ndtri(chances["volume"])))
    age = strategy.age_at_start_min + _AGE.at(chances["age_at_start"]) / MINUTE
    wanted = {
        "rate_ml_min": strategy.rate_ml_min * _RATE.at(chances["rate"]),
        "age_at_start_min": min(max(age, 0.0), _LATEST),
    }
    return replace(patient, volume_factor=volume, chances=()), strategy.model_copy(update=wanted)


def moved_draw(drawn: DrawnCase, seed: int, wishes: Any, chances: dict[str, float]) -> DrawnCase:
    """The drawn case with every uncertain number of the spine at its quantile, in all vertebrae alike."""
    numbers: dict[str, Any] = {name: UNCERTAIN[name].at(chances[name]) for name in UNCERTAIN}
    whole = {name: int(numbers[name]) for name in UNCERTAIN if UNCERTAIN[name].distribution == "integer"}
    draws = tuple(replace(draw, **(numbers | whole)) for draw in drawn.draws)
    patient = draw_patient(seed, wishes, vein_radius_factor=draws[0].vein_radius_factor)
    return replace(drawn, draws=draws, patient=patient)


class _Morris:
    """SALib's two functions under one name."""

    def __init__(self) -> None:
        from SALib.analyze.morris import analyze
        from SALib.sample.morris import sample

        self.analyze, self.sample = analyze, sample


def _morris() -> _Morris:
    try:
        return _Morris()
    except ImportError:
        raise InputError("a screening needs SALib, which is not installed. Run: pip install 'azygos[trial]'") from None
