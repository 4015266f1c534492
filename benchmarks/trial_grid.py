"""What the grid does to a trial's answers: the same patients at 3, 2, 1.5, 1 and 0.5 mm.

Follows patients of a plain population under one strategy on each grid, writes a line for each patient and grid as soon
as it is done, and takes up what is there already. Then it prints the table of errors against the finest grid, which
stands in docs/validation/trial_grid.md. Seconds are those of one core, after compiling.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from azygos.spine import Route
from azygos.trial.columns import Row, route_column
from azygos.trial.follow import follow_patient
from azygos.trial.trial_file import TrialFile, parse_trial

Array = npt.NDArray[np.float64]
SPACINGS = (3.0, 2.0, 1.5, 1.0, 0.5)
FINEST = SPACINGS[-1]
COLUMNS = (
    "patient", "spacing_mm", "levels", "injected_ml", "leaked_share", "venous_share", "leak_any", "leak_venous",
    "stopped_early", "lung_ml", "lung_pieces", "embolus_ct", "seen_planned_ct_mid", "failed", "seconds",
)  # fmt: skip
WARMING = 10_000  # a patient of no trial, followed first
TRIAL = """
[trial]
name = "grid"
patients = 1000
seed = 20261126
spacing_mm = {spacing}

[[strategy]]
name = "low viscosity"
cement = "generic_low_viscosity"
age_at_start_min = 4.0
rate_ml_min = 2.0
volume_ml_thoracic = 3.0
volume_ml_lumbar = 4.5
"""


def trial_at(spacing_mm: float) -> TrialFile:
    """The benchmark's trial on one grid."""
    return parse_trial(TRIAL.format(spacing=spacing_mm))


def follow_one(patient: int, spacing_mm: float) -> Row:
    """One patient on one grid, with the seconds of the core."""
    trial, began = trial_at(spacing_mm), time.process_time()
    (row,) = follow_patient(trial, patient, trial.names())
    seconds = round(time.process_time() - began, 2)
    venous = sum(float(row[route_column(route)]) for route in Route if route.vascular)
    return {**row, "spacing_mm": spacing_mm, "seconds": seconds, "venous_share": venous / float(row["injected_ml"])}


def follow_all(path: Path, patients: int, spacings: list[float]) -> None:
    """Follow what the file does not hold yet."""
    done = {(int(row["patient"]), float(row["spacing_mm"])) for row in read(path)}
    wanted = [(k, mm) for k in range(patients) for mm in spacings if (k, mm) not in done]
    for mm in spacings if wanted else ():
        follow_one(WARMING, mm)
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        if not done:
            writer.writeheader()
        for patient, mm in wanted:
            writer.writerow({name: _cell(value) for name, value in follow_one(patient, mm).items()})
            file.flush()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return f"{value:.6g}" if isinstance(value, float) else value


def read(path: Path) -> list[dict[str, str]]:
    """The lines of the file; none if it is not there."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Errors -----------------------------------------------------------------------------------------------------------


def pairs(rows: list[dict[str, str]], spacing: float, against: float, name: str) -> tuple[Array, Array]:
    """A column (but the patient's own) on one grid and on another, in the patients that finished on both."""
    of = [
        {row["patient"]: float(row[name]) for row in rows if float(row["spacing_mm"]) == mm and not row["failed"]}
        for mm in (spacing, against)
    ]
    both = sorted(of[0].keys() & of[1].keys())
    return np.array([of[0][k] for k in both]), np.array([of[1][k] for k in both])


def share_cells(here: Array, there: Array) -> str:
    """Mean, bias with its standard error, mean distance patient by patient, all but the first over the finest mean."""
    off, mean = here - there, float(there.mean())
    error = float(off.std(ddof=1)) / math.sqrt(len(off))
    return (
        f"{100 * here.mean():.2f} % | {100 * off.mean() / mean:+.0f} (± {100 * error / mean:.0f}) % | "
        f"{100 * np.abs(off).mean() / mean:.0f} %"
    )


def count_cell(here: Array, there: Array) -> str:
    """How many, and in how many the grids disagree either way."""
    return f"{here.sum():.0f} (+{np.sum(here > there)}, -{np.sum(here < there)})"


def table(rows: list[dict[str, str]], against: float) -> Iterator[str]:
    """Lines of the table, as they stand in the docs."""
    yield (
        "| cells [mm] | patients | leaked | bias | patient by patient | by veins | bias | patient by patient | "
        "any leak | leak by a vein | cement in lungs | embolus on CT | in lungs, mean [mL] | seconds |"
    )
    yield "|" + "---|" * 14
    for spacing in sorted({float(row["spacing_mm"]) for row in rows}, reverse=True):
        two = {name: pairs(rows, spacing, against, name) for name in COLUMNS[2:] if name != "failed"}
        in_lungs = [(pieces > 0).astype(float) for pieces in two["lung_pieces"]]
        cells = [
            f"{spacing:g}",
            f"{len(two['leaked_share'][0])}",
            share_cells(*two["leaked_share"]),
            share_cells(*two["venous_share"]),
            count_cell(*two["leak_any"]),
            count_cell(*two["leak_venous"]),
            count_cell(*in_lungs),
            count_cell(*two["embolus_ct"]),
            f"{two['lung_ml'][0].mean():.4f}",
            f"{two['seconds'][0].mean():.2f}",
        ]
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=24)
    parser.add_argument("--spacing", type=float, nargs="+", default=list(SPACINGS))
    parser.add_argument("--against", type=float, default=FINEST, help="grid that is taken for the truth [mm]")
    parser.add_argument("--beside", type=Path, nargs="*", default=[], help="lines of other patients, counted in")
    parser.add_argument("-o", "--output", type=Path, default=Path("trial_grid.csv"))
    options = parser.parse_args()
    follow_all(options.output, options.patients, options.spacing)
    rows = read(options.output)
    for path in options.beside:
        rows += [{**row, "patient": f"{path.stem} {row['patient']}"} for row in read(path)]
    print("\n".join(table(rows, options.against)))


if __name__ == "__main__":
    main()
