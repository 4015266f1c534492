"""Compare the reference trials with published incidence: ``python tests/incidence/run.py OUT_VISCOSITY OUT_PRACTICE``.

Reads the finished folders of ``examples/viscosity.toml`` and ``examples/practice.toml``, writes the tables
``docs/validation/trial_incidence_*.csv`` and fills the page from them. The practice's ``incidence.csv``, as it is and
not calibrated, becomes what ``azygos risk`` shows of virtual patients. ``--pages`` fills the pages from the tables that
lie there.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHIPPED = ROOT / "src" / "azygos" / "values" / "simulated_incidence.csv"
PICTURE = ROOT / "docs" / "_static" / "trial_incidence.png"
sys.path.insert(0, str(HERE.parent))

from azygos.trial.record import TrialRecord, finished_record  # noqa: E402
from azygos.trial.trial_file import read_trial  # noqa: E402
from incidence import pages, picture, tables  # noqa: E402
from incidence.calibrate import calibrate  # noqa: E402
from incidence.compare import judge_all  # noqa: E402
from incidence.outcomes import Outcomes, read_outcomes  # noqa: E402
from incidence.published import Evidence  # noqa: E402


def compare(records: Mapping[str, TrialRecord], rows: Mapping[str, Outcomes], folder: Path = pages.PAGES) -> None:
    """Write every table of the comparison and of the calibration."""
    tables.write("trials", tables.trials(records, rows), folder)
    tables.write("strategies", tables.strategies(rows), folder)
    evidence = Evidence()
    tables.write("classes", tables.classes(rows["practice"], evidence), folder)
    tables.write("criteria", tables.criteria(judge_all(rows, evidence)), folder)
    tables.write("cohorts", tables.each_cohort(rows["practice"]), folder)
    found = calibrate(tables.to_calibrate(rows["practice"]))
    tables.write("calibration_scores", tables.calibration_scores(found), folder)
    tables.write("calibration_fit", tables.calibration_fit(found), folder)
    tables.write("calibration_cohorts", tables.calibration_cohorts(found), folder)
    tables.write("calibration_splits", tables.calibration_splits(found), folder)


def checked(name: str, folder: Path) -> TrialRecord:
    """The record of a folder, if it is that of the frozen trial."""
    record = finished_record(folder)
    frozen = read_trial(ROOT / "examples" / f"{name}.toml")
    if record.trial.model_dump(mode="json") != frozen.model_dump(mode="json"):
        raise SystemExit(f"{folder}: its trial is not examples/{name}.toml. Run that one; it was frozen.")
    return record


def main() -> None:
    """Read, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("viscosity", type=Path, nargs="?", help="finished folder of examples/viscosity.toml")
    parser.add_argument("practice", type=Path, nargs="?", help="finished folder of examples/practice.toml")
    parser.add_argument("--pages", action="store_true", help="only fill the pages")
    asked = parser.parse_args()
    if not asked.pages:
        if asked.practice is None:
            parser.error("give both folders: OUT_VISCOSITY OUT_PRACTICE")
        folders = {"viscosity": asked.viscosity, "practice": asked.practice}
        records = {name: checked(name, folder) for name, folder in folders.items()}
        compare(records, {name: read_outcomes(folder) for name, folder in folders.items()})
        shutil.copyfile(asked.practice / "incidence.csv", SHIPPED)
    pages.write_pages()
    if tables.path_of("criteria").is_file():
        picture.draw(pages.PAGES, PICTURE)


if __name__ == "__main__":
    main()
