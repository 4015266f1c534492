"""All draws of a plan and its alternatives, one after another, with what they say so far."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos import __version__
from azygos.app.planning import Given, Tell, kept_vertebra
from azygos.app.preview import FILLED, write_overlay
from azygos.ground.errors import InputError
from azygos.plan import Member, PlanFile, PlanResult, parse_plan
from azygos.plan.plan_file import apply_alternative
from azygos.plan.run import notes_on
from azygos.plan.schema import result_table
from azygos.plan.session import Job, run_session
from azygos.plan.statistics import ANY, PairedDifference, detectable_difference, paired
from azygos.spine import Vertebra
from azygos.values.session import VISIBLE_LEAK

EVERY_S = 0.6  # between two partial results, at least
SPARING = 10.0  # and so many times as long as the last one took: the draws are what is waited for
NOWHERE = np.zeros((0, 0, 0), dtype=np.float32)


class Ensemble:
    """What has been run of an ensemble so far."""

    def __init__(self, plan: PlanFile, vertebra: Vertebra, seed: int, draws: int) -> None:
        self.plan, self.vertebra, self.seed, self.draws = plan, vertebra, seed, draws
        plans = (plan, *(apply_alternative(plan, alternative) for alternative in plan.alternative))
        self.job = Job(plans=plans, vertebrae=(vertebra,), seed=seed)
        self.members: list[Member] = []
        self.filled = np.zeros((len(plans), *vertebra.inside.shape), dtype=np.float32)
        self.finished = np.zeros(len(plans), dtype=np.int64)

    def run(self, draw: int, alternative: int) -> None:
        """One injection. Its fill is counted and let go, so that many draws fit into memory."""
        member = run_session(self.job, alternative, draw)[0]
        if member.failed is None:
            kept = member.fill.astype(np.float16).astype(np.float32)  # as a run folder keeps it
            self.filled[alternative] += kept > FILLED
            self.finished[alternative] += 1
        self.members.append(replace(member, fill=NOWHERE))

    def share(self, alternative: int = 0) -> npt.NDArray[np.float32]:
        """Share of the finished draws with cement in each cell."""
        draws = np.float32(max(int(self.finished[alternative]), 1))
        return np.asarray(self.filled[alternative] / draws, dtype=np.float32)

    def result(self) -> PlanResult:
        """What ``azygos plan`` would hold of these draws."""
        members = tuple(sorted(self.members, key=lambda member: (member.alternative, member.index)))
        return PlanResult(
            version=__version__,
            seed=self.seed,
            draws=self.draws,
            alternatives=self.plan.names(),
            vertebrae=(self.vertebra,),
            needle_lines=((),),
            members=members,
            visible_leak=float(VISIBLE_LEAK),
            assumptions=(),
            plan_toml="",
            notes=notes_on(self.plan.names(), members),
        )


def run(given: Given, tell: Tell) -> Given:
    """Run an ensemble in the child; it can be stopped between two injections.

    Parameters
    ----------
    given : dict
        ``body`` (its file), ``plan`` (TOML), ``seed``, ``draws``; ``overlays``, a few pairs of id and file that are
        written in turn, so that a picture which is being looked at is not the one that changes.
    tell : callable
        Hears of each draw, and of partial results from time to time.

    Returns
    -------
    result : dict
        As each partial result: see :func:`told`.
    """
    ensemble = Ensemble(parse_plan(given["plan"]), kept_vertebra(given["body"]), given["seed"], given["draws"])
    draws, turns = given["draws"], itertools.cycle(given["overlays"])
    next_at = 0.0  # the first draw is shown at once
    for draw in range(draws):
        for alternative in range(len(ensemble.job.plans)):
            tell(draw, draws)
            ensemble.run(draw, alternative)
        began = time.monotonic()
        if began >= next_at and draw + 1 < draws:
            tell(draw + 1, draws, _so_far(ensemble, next(turns), draw + 1))
            cost = time.monotonic() - began
            next_at = began + max(EVERY_S, SPARING * cost)
    tell(draws, draws)
    if not ensemble.finished.any():
        raise InputError(f"no draw finished: {ensemble.members[0].failed} Try larger cells or a slower rate.")
    return _so_far(ensemble, next(turns), draws)


def _so_far(ensemble: Ensemble, overlay: tuple[str, str], done: int) -> Given:
    name, path = overlay
    write_overlay(Path(path), ensemble.share())
    return {"done": done, "total": ensemble.draws, "overlay": name, **told(ensemble.result())}


def told(result: PlanResult) -> Given:
    """What an ensemble says, as the page shows it; all numbers are those of ``result.json``.

    Returns
    -------
    told : dict
        ``alternatives``, the plan itself first; ``detectable_difference``, the smallest difference in a chance that
        these draws can show, or None; ``notes``.
    """
    table = result_table(result)
    least = detectable_difference(min(_finished(row) for row in table["alternatives"]))
    return {
        "alternatives": [_alternative(result, number, row) for number, row in enumerate(table["alternatives"])],
        "detectable_difference": None if math.isnan(least) else least,
        "notes": table["notes"],
    }


def _finished(row: dict[str, Any]) -> int:
    return int(row["vertebrae"][0]["ways_out"][0]["draws_finished"])


def _alternative(result: PlanResult, number: int, row: dict[str, Any]) -> dict[str, Any]:
    outcome = row["vertebrae"][0]
    ways = [_chance(way) for way in outcome["ways_out"]]
    return {
        "name": row["name"],
        "any": next(way for way in ways if way["name"] == ANY),
        "routes": ways,
        "rests": [_chance(rest) for rest in outcome["places_of_rest"]],
        "amounts": {name: _range(amount) for name, amount in outcome["amounts"].items()},
        "stopped": outcome["stopped"],
        "difference": _differences(row["difference_from_plan"], paired(result, number) if number else []),
    }


def _chance(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "chance": row["chance"],
        "low": row["chance_low"],
        "high": row["chance_high"],
        "leaking": row["draws_leaking"],
        "finished": row["draws_finished"],
        "volume_ml": _range(row["volume_ml"]),
    }


def _range(amount: dict[str, float | None]) -> dict[str, float | None]:
    return {"value": amount["median"], "low": amount["low_5"], "high": amount["high_95"]}


def _differences(rows: Sequence[dict[str, Any]], differences: Sequence[PairedDifference]) -> list[dict[str, Any]]:
    return [
        {
            "quantity": row["quantity"],
            "kind": row["kind"],
            "plan": row["plan"],
            "other": row["alternative"],
            "difference": row["difference"],
            "low": row["low"],
            "high": row["high"],
            "within_noise": row["within_noise"],
            "draws": row["draws"],
            "words": _words(one),
        }
        for row, one in zip(rows, differences, strict=True)
    ]


def _words(one: PairedDifference) -> str:
    """``+12 points (-3 to +27 points), within noise``."""
    from azygos.report.page import NOTHING, difference_words

    words = difference_words(one)
    if words["difference"] == NOTHING:
        return "no draw finished in both"
    return f"{words['difference']} ({words['interval']}), {words['verdict']}"
