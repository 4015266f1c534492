"""Trace sets of scans that anyone can obtain, and hold the findings against what is known of them.

``select`` makes a list of cases from a set's own table, by the words of reports or by levels that are marked as
holding foreign material; ``run`` traces the scans of a list and scores them. What must be known of each set, and what
its figures can mean, stands in ``docs/validation/protocol_trace.md``. Only row numbers appear in what is written.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from azygos.ground.errors import AzygosError, require  # noqa: E402
from azygos.ground.findings import Findings  # noqa: E402
from detection.counting import csv_text, markdown, percent, rate  # noqa: E402

COLUMNS = ("scan", "labels", "levels", "says")
CEMENT = re.compile(r"\b(bone cement|cement\w*|vertebroplast\w*|kyphoplast\w*|pmma|polymethyl\s?methacrylate)\b", re.I)
DENIED = re.compile(r"\b(no|without|absence of)\b[^.;]{0,40}$", re.I)
ENDINGS = ("", ".nii.gz", ".nii", ".nrrd", ".zip")


# Which scans ------------------------------------------------------------------------------------------------------


def says_cement(text: str) -> bool:
    """Whether a report speaks of cement or of an operation that leaves it, other than to deny it."""
    return any(not DENIED.search(text[: hit.start()]) for hit in CEMENT.finditer(text))


def select_by_report(rows: Sequence[dict[str, str]], scan: str, texts: Sequence[str], controls: int, seed: int):
    """Cases of a table of reports: all that speak of cement, and so many of the others, drawn."""
    read = [(row[scan], says_cement(" ".join(row[text] for text in texts))) for row in rows]
    with_, without = [name for name, said in read if said], [name for name, said in read if not said]
    rng = np.random.default_rng(seed)
    drawn = sorted(rng.choice(len(without), size=min(controls, len(without)), replace=False)) if without else []
    return [_case(name, says="cement") for name in with_] + [_case(without[k], says="none") for k in drawn]


def select_by_level(rows: Sequence[dict[str, str]], scan: str, level: str, material: str):
    """Cases of a table with one row for each vertebra: the levels of each scan that are marked."""
    levels: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        levels[row[scan]] += [row[level]] if row[material].strip().lower() not in ("", "0", "no", "none") else []
    return [_case(name, levels=" ".join(marked) or "none") for name, marked in levels.items()]


def _case(scan: str, **known: str) -> dict[str, str]:
    return {"scan": scan, "labels": "", "levels": "", "says": ""} | known


def read_cases(path: Path) -> list[dict[str, str]]:
    """A list of cases: scan, labels (may be empty), levels ("T12 L1", "none" or empty), says ("cement", "none", "")."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        require(not missing, f"{path.name} lacks the columns {', '.join(missing)}. Make it with select, or add them.")
        return [{name: row[name] or "" for name in COLUMNS} for row in reader]


# Tracing ----------------------------------------------------------------------------------------------------------


def run(folder: Path, cases: Sequence[dict[str, str]], out: Path, label_names: str | None) -> list[dict[str, Any]]:
    """Trace each case; what is done is kept in `out` and not done again."""
    out.mkdir(parents=True, exist_ok=True)
    results = []
    for number, case in enumerate(cases, start=1):
        kept = out / f"{number}.json"
        if not kept.is_file():
            kept.write_text(json.dumps(_trace(folder, case, label_names)), encoding="utf-8")
        results.append(json.loads(kept.read_text(encoding="utf-8")))
        print(f"{number} of {len(cases)}", file=sys.stderr, flush=True)
    return results


def _trace(folder: Path, case: dict[str, str], label_names: str | None) -> dict[str, Any]:
    from azygos.scan import read_labels, read_volume
    from azygos.trace import find

    try:
        volume = read_volume(_found(folder, case["scan"]))
        labels = [read_labels(_found(folder, case["labels"]), volume, label_names)] if case["labels"] else []
        findings = find(volume, labels)
    except AzygosError as error:
        return {"refused": str(error).replace(str(folder), "FOLDER")}
    held = {name.removeprefix("vertebrae_") for one in labels for name in one.names.values()
            if name.startswith("vertebrae_")}  # fmt: skip
    return summary(findings, sorted(held))


def _found(folder: Path, name: str) -> Path:
    """A scan by its name, whether the list gives its ending or not."""
    for ending in ENDINGS:
        if (folder / f"{name}{ending}").exists():
            return folder / f"{name}{ending}"
    deep = sorted(path for ending in ENDINGS for path in folder.rglob(f"{Path(name).name}{ending}"))
    require(bool(deep), f"{name} is not in the folder. Check the list's column of scans.")
    return deep[0]


def summary(findings: Findings, labelled: list[str]) -> dict[str, Any]:
    """What of a scan's findings is scored."""
    bodies = {
        piece.place.level for piece in findings.pieces if piece.place.site in ("vertebral_body", "posterior_elements")
    }
    return {
        "reported": len(findings.reported), "candidates": len(findings.candidates),
        "levels": sorted(({level.level for level in findings.levels} | bodies) - {""}), "labelled": labelled,
        "sites": sorted(piece.place.site for piece in findings.reported), "lungs": findings.butscheidt is not None,
    }  # fmt: skip


# Scoring ----------------------------------------------------------------------------------------------------------


def score(cases: Sequence[dict[str, str]], results: Sequence[dict[str, Any]]) -> dict[str, tuple[Any, Any]]:
    """Tables of heads and rows: levels, reports, alarms, refused."""
    done = [(k, case, got) for k, (case, got) in enumerate(zip(cases, results, strict=True), 1) if "refused" not in got]
    refused = [(k, got["refused"]) for k, got in enumerate(results, 1) if "refused" in got]
    return {
        "levels": (("what", "n", "share or rate"), _levels(done)),
        "reports": (("the report says", "scans", "a finding in the reported tier", "any finding"), _reports(done)),
        "alarms": (("scans that should hold none", "reported a scan", "candidates a scan"), _alarms(done)),
        "refused": (("case", "why"), refused),
    }


def _levels(done: Sequence[tuple[int, dict[str, str], dict[str, Any]]]) -> list[tuple[object, ...]]:
    known = [(k, set() if case["levels"] == "none" else set(case["levels"].split()), got)
             for k, case, got in done if case["levels"]]  # fmt: skip
    if not known:
        return []
    hits = [(k, level in got["levels"]) for k, marked, got in known for level in sorted(marked)]
    free = [(k, level not in got["levels"]) for k, marked, got in known for level in got["labelled"]
            if level not in marked]  # fmt: skip
    extra = sum(len(set(got["levels"]) - marked) for _, marked, got in known)
    return [
        (
            "levels with foreign material that were found",
            len(hits),
            percent([h for _, h in hits], [k for k, _ in hits]),
        ),
        ("labelled levels without, rightly left alone", len(free), percent([h for _, h in free], [k for k, _ in free])),
        ("levels named without cause, a scan", len(known), rate(extra, len(known))),
    ]


def _reports(done: Sequence[tuple[int, dict[str, str], dict[str, Any]]]) -> list[tuple[object, ...]]:
    table = []
    for said in ("cement", "none"):
        here = [(k, got) for k, case, got in done if case["says"] == said]
        if here:
            by = [k for k, _ in here]
            told = percent([got["reported"] > 0 for _, got in here], by)
            any_ = percent([got["reported"] + got["candidates"] > 0 for _, got in here], by)
            table.append((said, len(here), told, any_))
    return table


def _alarms(done: Sequence[tuple[int, dict[str, str], dict[str, Any]]]) -> list[tuple[object, ...]]:
    clean = [got for _, case, got in done if case["says"] == "none" or case["levels"] == "none"]
    if not clean:
        return []
    n = len(clean)
    return [(n, rate(sum(got["reported"] for got in clean), n), rate(sum(got["candidates"] for got in clean), n))]


def write_tables(tables: dict[str, tuple[Any, Any]], out: Path) -> None:
    """``score.md`` and one CSV a table."""
    parts = [f"## {name}\n\n{markdown(head, rows)}" for name, (head, rows) in tables.items() if rows]
    (out / "score.md").write_text("# Traced public scans\n\n" + "\n".join(parts), encoding="utf-8")
    for name, (head, rows) in tables.items():
        (out / f"score_{name}.csv").write_text(csv_text(head, rows), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    select = steps.add_parser("select", help="make a list of cases from a set's own table")
    select.add_argument("table", type=Path)
    select.add_argument("--scan", required=True, help="column that names the scan")
    select.add_argument("--text", action="append", default=[], help="column of a report's text; may be repeated")
    select.add_argument("--level", help="column that names the vertebra, with --material")
    select.add_argument("--material", help="column that marks foreign material")
    select.add_argument("--controls", type=int, default=50, help="scans whose report does not speak of cement")
    select.add_argument("--seed", type=int, default=1)
    select.add_argument("-o", "--output", type=Path, required=True)
    trace = steps.add_parser("run", help="trace the scans of a list and score them")
    trace.add_argument("folder", type=Path)
    trace.add_argument("cases", type=Path)
    trace.add_argument("--label-names", help="totalsegmentator, verse, cads or a CSV file")
    trace.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    (_select if options.step == "select" else _run)(options)


def _select(options: argparse.Namespace) -> None:
    with options.table.open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    require(bool(rows), f"{options.table.name} has no rows.")
    wanted = [options.scan, *options.text, *(c for c in (options.level, options.material) if c)]
    missing = [name for name in wanted if name not in rows[0]]
    require(not missing, f"{options.table.name} has no column {', '.join(missing)}; it has {', '.join(rows[0])}.")
    require(bool(options.text) != bool(options.level and options.material), "Give --text, or --level with --material.")
    if options.text:
        cases = select_by_report(rows, options.scan, options.text, options.controls, options.seed)
    else:
        cases = select_by_level(rows, options.scan, options.level, options.material)
    table = csv_text(COLUMNS, [[case[name] for name in COLUMNS] for case in cases])
    options.output.write_text(table, encoding="utf-8")
    print(f"{len(cases)} cases in {options.output}", file=sys.stderr)


def _run(options: argparse.Namespace) -> None:
    cases = read_cases(options.cases)
    results = run(options.folder, cases, options.output, options.label_names)
    write_tables(score(cases, results), options.output)


if __name__ == "__main__":
    try:
        main()
    except AzygosError as error:
        sys.exit(str(error))
