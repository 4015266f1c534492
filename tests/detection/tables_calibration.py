"""How the tracer's certainty was calibrated, and how well it holds on scans that it was not fitted to."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from azygos.trace.certainty import FEATURES, Model
from detection.calibration import FOLDS
from detection.counting import csv_text, markdown, wilson

EDGES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)


def page(
    results: list[dict[str, Any]], model: Model, chances: np.ndarray, truths: np.ndarray, stamp: str
) -> tuple[str, dict[str, str]]:
    """The page, and its tables as CSV by name."""
    tables = {"held": held(chances, truths), "weights": [(name, f"{w:+.3f}") for name, w in
              zip(FEATURES, model.weights, strict=True)]}  # fmt: skip
    heads = {"held": ("said", "things", "of these cement", "95 % interval"), "weights": ("feature", "weight")}
    cells = {name: markdown(heads[name], table) for name, table in tables.items()}
    text = TEXT.format(
        stamp=stamp, scans=len(results), things=len(truths), cement=int(truths.sum()), folds=FOLDS,
        features=len(FEATURES),
        brier=float(np.mean((chances - truths) ** 2)), plain=float(truths.mean() * (1 - truths.mean())),
        offset=model.offset, **cells,
    )  # fmt: skip
    return text, {name: csv_text(heads[name], table) for name, table in tables.items()}


def held(chances: np.ndarray, truths: np.ndarray) -> list[tuple[object, ...]]:
    """Said and true shares, by bins of what was said."""
    table = []
    for low, high in itertools.pairwise(EDGES):
        here = truths[(chances >= low) & ((chances < high) | (high == 1.0))]
        if len(here):
            a, b = wilson(float(here.mean()), len(here))
            table.append((f"{low:g} to {high:g}", len(here), f"{100 * here.mean():.0f} %",
                          f"{100 * a:.0f} to {100 * b:.0f} %"))  # fmt: skip
    return table


def reliability(chances: np.ndarray, truths: np.ndarray) -> list[dict[str, float]]:
    """Means of what was said and what was true, by the same bins, for the tracer's report."""
    bins = [(chances >= low) & ((chances < high) | (high == 1.0)) for low, high in itertools.pairwise(EDGES)]
    return [
        {"said": round(float(chances[b].mean()), 3), "true": round(float(truths[b].mean()), 3), "n": int(b.sum())}
        for b in bins if b.any()
    ]  # fmt: skip


TEXT = """# How sure the tracer is, and how that was calibrated

{stamp}

A piece's certainty is a logistic model of {features} features, fitted to synthetic cases: cement put into and beside
the vertebrae of three real scans into which no test puts any (ts-lumbar, ts-upperabdomen, tptbox), and into vessels of
rendered bodies whose seeds no test uses; every second body holds none. {scans} scans, {things} things that the rules
left open, {cement} of them cement. It says how often such a thing was cement *in these cases*; where cement is rarer,
so is it among things that look the same.

## Held out

Each thing is judged by a model that was fitted to other scans ({folds} folds by scan). Mean squared error {brier:.3f};
saying the overall share each time would give {plain:.3f}. The intervals take things for independent.

{held}
## Weights

Fitted to all scans; offset {offset:+.3f}.

{weights}
"""
