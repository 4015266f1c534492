"""Made-up outcome tables with known truth, so that what reads a trial needs no engine.

A patient's numbers are drawn once; each kind of event has one uniform number of its own for each patient, the same
under each strategy, and happens where it lies below the strategy's chance. The thinner cement's chances are higher, and
wide veins raise all of them. Nothing of it is physics.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from azygos.trial.columns import COLUMNS, Column
from azygos.trial.trial_file import TrialFile

STRATEGIES = {"thin cement": 1.0, "thick cement": 0.5}
"""Name of a strategy, and its factor on the odds of every event; the first is the reference."""
CEMENT = {"thin cement": "generic_low_viscosity", "thick cement": "generic_high_viscosity"}
BASE = {
    "leak_any": 0.60, "leak_venous": 0.40, "leak_canal": 0.15, "leak_disc": 0.20, "embolus_ct": 0.10,
    "azygos_seen": 0.08, "cava_seen": 0.06, "heart_any": 0.02, "central": 0.01, "cord": 0.005, "symptomatic": 0.03,
    "died": 0.004,
}  # fmt: skip
"""Chance of each event in a patient with veins of the usual width, under the reference.

What is part of another event (``central``, ``cord`` of ``embolus_ct``) happens only with it, and any leak is a leak."""
FAILURES = ("the cement's front did not converge at 212 s", "the session would not end within 4 h")


def made_trial(*, strategies: Sequence[str] = tuple(STRATEGIES), **changes: Any) -> TrialFile:
    """A trial file whose strategies the made-up table has."""
    head = {"name": "made up", "question": "Does thicker cement prevent emboli?", "patients": 400, "seed": 7}
    what = {"age_at_start_min": 5.0, "rate_ml_min": 3.0, "volume_ml_thoracic": 3.0, "volume_ml_lumbar": 4.0}
    tables = [{"name": one, "cement": CEMENT.get(one, "generic_medium_viscosity"), **what} for one in strategies]
    return TrialFile.model_validate({"trial": head | changes, "strategy": tables})


def made_table(
    path: Path,
    *,
    patients: int = 400,
    strategies: dict[str, float] | None = None,
    seed: int = 7,
    base: dict[str, float] | None = None,
    failing: float | tuple[float, ...] = 0.01,
    importance: bool = False,
) -> Path:
    """Write an outcome table of so many patients under so many strategies, and say where it is.

    Parameters
    ----------
    path : Path
        Of the parquet file.
    strategies : dict of str to float
        Factor of each strategy on the odds of every event.
    base : dict of str to float
        Chances to change in `BASE`.
    failing : float or tuple of float
        Share of patients that fail, under all strategies or under each.
    importance : bool
        Half of the patients are pushed towards wide veins, and weighted.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    named = STRATEGIES if strategies is None else strategies
    rng = np.random.default_rng(seed)
    person, events = _patients(rng, patients, importance), _luck(rng, patients)
    shares = failing if isinstance(failing, tuple) else (failing,) * len(named)
    columns = [
        _rows(person, events, name, odds, BASE | (base or {}), share)
        for (name, odds), share in zip(named.items(), shares, strict=True)
    ]
    order = np.lexsort(
        (np.repeat(np.argsort(np.argsort(list(named))), patients), np.tile(np.arange(patients), len(named)))
    )
    table = {c.name: np.concatenate([rows[c.name] for rows in columns])[order] for c in COLUMNS}
    kinds = pa.schema(
        [(c.name, _type(pa, c)) for c in COLUMNS], metadata={"azygos.version": "0.1.0", "azygos.code": "made up"}
    )
    arrays = [pa.array(table[c.name], kind) for c, kind in zip(COLUMNS, kinds.types, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=kinds), path, row_group_size=1024, compression="zstd")
    return path


def _type(pa: Any, column: Column) -> Any:
    return {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "yes": pa.bool_()}[column.kind]


def _patients(rng: np.random.Generator, n: int, importance: bool) -> dict[str, Any]:
    """What no strategy changes."""
    u, weight = rng.random(n), np.ones(n)
    if importance:  # half of them pushed to high quantiles of the veins' radius, as in azygos.case.sampling
        pushed = rng.random(n) < 0.5
        u = np.where(pushed, np.sqrt(u), u)
        weight = 1.0 / (0.5 + 0.5 * 2.0 * u)
    levels = rng.choice([1, 2, 3], n, p=[0.6, 0.3, 0.1])
    return {
        "patient": np.arange(n), "weight": weight, "seed": rng.integers(2**31, size=n),
        "sex": rng.choice(["female", "male"], n, p=[0.75, 0.25]), "age_years": rng.normal(75.0, 9.0, n).clip(50, 98),
        "height_m": rng.normal(1.62, 0.08, n), "mass_kg": rng.normal(66.0, 12.0, n).clip(40, 120),
        "resistance_factor": np.ones(n), "foramen_open": rng.random(n) < 0.25, "levels": levels,
        "treated_levels": np.array(["T8", "T12 L1", "L1 L2 L3"])[levels - 1],
        "region": rng.choice(["thoracic", "thoracolumbar", "lumbar", "mixed"], n, p=[0.2, 0.5, 0.25, 0.05]),
        "fracture": rng.choice(["wedge", "biconcave", "crush"], n), "fracture_age_days": rng.lognormal(3.3, 0.9, n),
        "height_lost": rng.beta(3.0, 6.0, n), "bone_fraction": rng.normal(0.11, 0.02, n).clip(0.05, 0.2),
        "cleft": rng.random(n) < 0.15, "permeability_m2": rng.lognormal(np.log(1e-8), 0.66, n),
        "vein_radius_factor": np.exp(0.5 * (u - 0.5)), "azygos_share": rng.beta(4.0, 3.0, n), "_u": u,
        "_ml": levels * rng.normal(4.0, 0.8, n).clip(1.5, 8.0),
    }  # fmt: skip


def _luck(rng: np.random.Generator, n: int) -> dict[str, Any]:
    return {name: rng.random(n) for name in (*BASE, "failed", "ml", "day", "pieces")}


def _rows(
    person: dict[str, Any], luck: dict[str, Any], name: str, odds: float, base: dict[str, float], failing: float
) -> dict[str, Any]:
    n = person["patient"].size
    blank = {"text": "", "whole": 0, "number": 0.0, "yes": False}
    rows: dict[str, Any] = {
        c.name: np.full(n, blank[c.kind], dtype=object if c.kind == "text" else None) for c in COLUMNS
    }
    rows |= {key: value for key, value in person.items() if not key.startswith("_")}
    for event, chance in base.items():
        lifted = odds * chance / (1.0 - chance) * np.exp(1.6 * (person["_u"] - 0.5))
        rows[event] = luck[event] < lifted / (1.0 + lifted)
    for part in ("central", "cord"):
        rows[part] &= rows["embolus_ct"]
    rows["leak_any"] |= rows["leak_venous"] | rows["leak_canal"] | rows["leak_disc"]
    rows |= _cement(person, luck, rows, odds)
    rows |= _beyond(luck, rows)
    rows["strategy"], rows["cement"] = np.full(n, name), np.full(n, CEMENT.get(name, "generic_medium_viscosity"))
    rows["procedure"], rows["key"] = np.full(n, "vertebroplasty"), np.array([f"{k:06d}-{name[:4]}" for k in range(n)])
    return _failed(rows, luck["failed"] < failing)


def _cement(person: dict[str, Any], luck: dict[str, Any], rows: dict[str, Any], odds: float) -> dict[str, Any]:
    leaked = np.where(rows["leak_any"], 0.02 - 0.4 * np.log1p(-luck["ml"]) * odds**0.3, 0.015 * luck["ml"])
    leaked = np.minimum(leaked, 0.5 * person["_ml"])
    return {
        "planned_ml": person["_ml"], "injected_ml": person["_ml"], "rate_ml_min": np.full(leaked.size, 3.0),
        "age_at_start_min": np.full(leaked.size, 5.0), "leaked_ml": leaked, "fill_ml": person["_ml"] - leaked,
        "leaked_share": leaked / person["_ml"], "fill_share": 0.2 - 0.02 * leaked, "levels_injected": person["levels"],
        "fill_symmetry": 0.6 + 0.3 * luck["ml"],
        "stopped_early": (rows["leak_any"] & (luck["day"] < 0.3)).astype(np.int64),
    }  # fmt: skip


def _beyond(luck: dict[str, Any], rows: dict[str, Any]) -> dict[str, Any]:
    embolus, symptoms, died = rows["embolus_ct"], rows["symptomatic"], rows["died"]
    day = 60.0 * luck["day"] ** 2
    pieces = np.where(embolus, 1 + np.floor(3.0 * luck["pieces"]), luck["pieces"] > 0.7).astype(np.int64)
    found = {
        "lung_pieces": pieces, "emboli_ct": np.where(embolus, pieces, 0),
        "lung_ml": np.where(pieces > 0, 0.01 + 0.05 * luck["pieces"], 0.0),
        "lung_thickest_mm": np.where(embolus, 1.6 + luck["pieces"], np.where(pieces > 0, 0.8, 0.0)),
        "heart_ml": np.where(rows["heart_any"], 0.1, 0.0), "arterial_fall_mmhg": 4.0 + 8.0 * luck["pieces"],
        "pulmonary_mmhg": 18.0 + 6.0 * luck["pieces"], "symptomatic_14d": symptoms & (day <= 14.0),
        "symptoms_day": np.where(symptoms, day, np.nan), "died_day": np.where(died, 90.0 * luck["day"], np.nan),
        "cause": np.where(died, "the right heart failed", "").astype(object),
    }  # fmt: skip
    for rank, column in enumerate(c.name for c in COLUMNS if c.name.startswith("seen_")):
        found[column] = np.where(embolus, 0.9 / (1.0 + rank), 0.0)
    return found


def _failed(rows: dict[str, Any], failed: np.ndarray[Any, Any]) -> dict[str, Any]:
    """What a failed patient keeps: itself and the plan."""
    kept = [c.name for c in COLUMNS]
    kept = kept[: kept.index("failed")]
    blank = {"text": "", "whole": 0, "number": np.nan, "yes": False}
    for c in COLUMNS:
        if c.name not in kept:
            rows[c.name] = np.where(failed, blank[c.kind], rows[c.name])
    reasons = np.array(FAILURES, dtype=object)[np.arange(failed.size) % 3 // 2]
    rows["failed"] = np.where(failed, reasons, "")
    return rows
