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
from papers.cleft import predict as cleft
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


def _on_a_finer_grid(study, few: int) -> dict:
    """Mean leak of each arm on cells of 1.5 and of 1 mm [mL], and bodies that leak through cortex or end plate."""
    kept, answer = patients.SPACING, {}
    try:
        for spacing in (1.5e-3, 1e-3):
            patients.SPACING = spacing
            members = [study.member(study.SEED, k) for k in range(few)]
            for arm in study.ARMS:
                rows = [m[arm] for m in members]
                answer[f"{arm}, {spacing * 1e3:g} mm"] = {
                    "leaked_ml": sum(row["leaked_ml"] for row in rows) / few,
                    "venous": sum(patients.volume_by(row, patients.VENOUS) >= patients.SEEN for row in rows),
                    "cortical_or_disc": sum(patients.volume_by(row, patients.OPEN) >= patients.SEEN for row in rows),
                }
    finally:
        patients.SPACING = kept
    return answer


def trial184_on_a_finer_grid() -> dict:
    """The trial's first patients on cells of 1.5 and of 1 mm."""
    return _on_a_finer_grid(trial184, FEW)


def cleft_on_a_finer_grid() -> dict:
    """The first bodies with and without a cleft on cells of 1.5 and of 1 mm."""
    return _on_a_finer_grid(cleft, 2 * FEW)


if __name__ == "__main__":
    for question in (jost2015_tip_in_the_lesion, habib_without_warmth, trial184_on_a_finer_grid, cleft_on_a_finer_grid):
        print(question.__doc__)
        for name, value in question().items():
            print(f"  {name}: {value}")
