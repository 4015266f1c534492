"""Questions asked after a miss was seen: what one doubted input is worth. None of these is a prediction.

``python tests/papers/afterwards.py`` prints them.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from papers import patients
from papers.habib import predict as habib
from papers.jost2015 import predict as jost2015
from papers.trial184 import predict as trial184

FEW = 12
"""Members of each question."""


def habib_without_warmth() -> dict:
    """Habib's groups in a bench that ages its cement as at 25 C everywhere."""
    kept = habib.bench

    def cool(seed: int, k: int):
        bone, needle, draw, drawn = kept(seed, k)
        return bone, needle, replace(draw, activation_early=0.0, activation_late=0.0), drawn

    habib.bench = cool
    try:
        return habib.summarise([habib.member(habib.SEED, k) for k in range(FEW)])
    finally:
        habib.bench = kept


def jost2015_tip_in_the_lesion() -> dict:
    """The void pair with the needle's tip in the middle of the lesion."""
    kept = jost2015.needle_of

    def moved(vertebra):
        needle = kept(vertebra)
        middle = vertebra.to_lps(np.argwhere(vertebra.inside).mean(axis=0))
        return replace(needle, tip=middle, entry=needle.entry + middle - needle.tip)

    jost2015.needle_of = moved
    try:
        return jost2015.summarise([jost2015.member(jost2015.SEED, k) for k in range(FEW)])
    finally:
        jost2015.needle_of = kept


def trial184_on_a_finer_grid() -> dict:
    """The trial's first patients on cells of 1.5 and of 1 mm."""
    kept, answer = patients.SPACING, {}
    try:
        for spacing in (1.5e-3, 1e-3):
            patients.SPACING = spacing
            members = [trial184.member(trial184.SEED, k) for k in range(FEW)]
            leaked = {arm: sum(m[arm]["leaked_ml"] for m in members) / FEW for arm in trial184.ARMS}
            answer[f"{spacing * 1e3:g} mm"] = {**leaked, "high_over_low": leaked["high"] / leaked["low"]}
    finally:
        patients.SPACING = kept
    return answer


if __name__ == "__main__":
    for question in (jost2015_tip_in_the_lesion, habib_without_warmth, trial184_on_a_finer_grid):
        print(question.__doc__)
        for name, value in question().items():
            print(f"  {name}: {value}")
