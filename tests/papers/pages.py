"""The tables of ``docs/validation/``, written between two marks of each page so that pages and stored numbers agree."""

from __future__ import annotations

import re
from pathlib import Path

from papers.azygos_prior import kept, table
from papers.run import STUDIES, stored
from papers.verdicts import Row, judge

PAGES = Path(__file__).resolve().parents[2] / "docs" / "validation"
BEGIN, END = "<!-- numbers: begin -->", "<!-- numbers: end -->"


def page(study: str) -> str:
    """What stands between the marks of a study's page."""
    prediction = stored(study)
    summary = prediction["summary"]
    lines = [
        f"**Label:** {prediction['label']}. **Seed** {prediction['seed']}, {len(prediction['members'])} members, "
        f"{summary['unfinished']} not finished; azygos {prediction['version']}, physics `{prediction['physics']}`.",
        "",
        "| criterion | predicted | measured | verdict |",
        "|---|---|---|---|",
        *(f"| {r.what} | {r.predicted} | {r.measured} | {r.told} |" for r in judge(study)),
        "",
        "| what the source does not give | taken as |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in prediction["not_given"].items()),
    ]
    return "\n".join(lines)


def index() -> str:
    """The table of all verdicts."""
    lines = ["| study | criterion | predicted | measured | verdict |", "|---|---|---|---|---|"]
    for study in STUDIES:
        if study == "viscosity_mechanisms":
            continue
        for row in judge(study):
            lines.append(f"| [{study}]({study}.md) | {row.what} | {row.predicted} | {row.measured} | {row.told} |")
    counts = {verdict: sum(r.verdict == verdict for r in _all()) for verdict in ("met", "missed", "no prediction")}
    said = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    by_calibration = sum(r.verdict == "met" and r.label == "calibrated" for r in _all())
    said += f"; {by_calibration} of those met are calibrated" if by_calibration else ""
    return f"Of {sum(counts.values())} criteria: {said}.\n\n" + "\n".join(lines)


def _all() -> list[Row]:
    return [
        row
        for study in STUDIES
        if study != "viscosity_mechanisms"
        for row in judge(study)
        if "(no criterion)" not in row.what
    ]


def filled(text: str, block: str) -> str:
    """A page with its block replaced."""
    pattern = re.compile(re.escape(BEGIN) + r".*?" + re.escape(END), re.DOTALL)
    return pattern.sub(lambda _: f"{BEGIN}\n\n{block}\n\n{END}", text)


def write_pages() -> None:
    """Fill every page."""
    for name in (*STUDIES, "index"):
        _fill(PAGES / f"{name}.md", index() if name == "index" else page(name))
    _fill(PAGES / "azygos_prior.md", table(kept()))


def _fill(path: Path, block: str) -> None:
    path.write_text(filled(path.read_text(encoding="utf-8"), block), encoding="utf-8")
