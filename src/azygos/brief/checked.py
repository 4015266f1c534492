"""The result of a check as files: JSON and HTML in the look of the reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from azygos import __version__
from azygos.brief.check import Check, check_text, read_text
from azygos.brief.frequency import READINGS
from azygos.brief.grade import FORMULA, grade
from azygos.brief.made import require_apart
from azygos.brief.reading import facts_of
from azygos.brief.weighing import Verdict
from azygos.brief.writing import write_record
from azygos.ground.files import check_free, finish, open_partial, sha256_of, write_atomic
from azygos.plan.record import RESEARCH_ONLY
from azygos.values.brief import ARTICLE_GRADE

SCHEMA_VERSION = 1


def check_files(text: Path, run: Path, output: Path | None = None, *, force: bool = False) -> Check:
    """Hold a text against a run, and write what came of it; ``azygos brief --check TEXT --run RUN`` as a function.

    Parameters
    ----------
    text : Path
        A text in six parts.
    run : Path
        The folder of a finished run of plan, journey, trace or compare.
    output : Path, optional
        A folder for ``check.json``, ``check.html`` and ``run.toml``; it appears only whole.
    force : bool
        Replace a folder of azygos that is there.

    Returns
    -------
    check : Check
        Each claim with its verdict, and what breaks a limit.

    Raises
    ------
    InputError
        For a text that cannot be read or has no heads, what is no finished run, or an `output` that is taken.
    """
    if output is not None:
        require_apart(run, output)
        check_free(output, force=force)
    made = check_text(read_text(text), facts_of(run))
    if output is not None:
        _write(made, text, run, output, force=force)
    return made


def _write(made: Check, text: Path, run: Path, output: Path, *, force: bool) -> None:
    sources = {"text": sha256_of(text), "result.json": sha256_of(run / "result.json")}
    folder = open_partial(output, f"check {sources['text']} {sources['result.json']}", force=force)
    write_atomic(folder / "check.json", json.dumps(check_table(made), indent=1, ensure_ascii=False) + "\n")
    write_atomic(folder / "check.html", as_html(made))
    write_record(folder, made.run, made.version, sources)
    finish(folder, output)


def check_table(made: Check) -> dict[str, Any]:
    """The whole of ``check.json`` as plain dictionaries; the same text and run give the same bytes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "check",
        "azygos": __version__,
        "note": RESEARCH_ONLY,
        "run": {"kind": made.run, "azygos": made.version},
        "passed": made.passed,
        "counts": made.counts(),
        "claims": [_claim_table(one) for one in made.verdicts],
        "limits": {name.replace(" ", "_"): list(found) for name, found in made.limits().items()},
        "hard_sentences": [{"grade": level, "text": text} for level, text in made.hard_sentences],
        "measures": {"formula": FORMULA, "grade": round(grade(made.parts.body), 3),
                     "grade_at_most": ARTICLE_GRADE.number},
        "frequency_words": {
            word: {"low": one.low, "high": one.high, "low_range": list(one.low_range),
                   "high_range": list(one.high_range), "source": "assumed", "why": one.why}
            for word, one in READINGS.items()
        },
    }  # fmt: skip


def _claim_table(one: Verdict) -> dict[str, Any]:
    claim = one.claim
    return {
        "verdict": one.verdict,
        "kind": claim.kind,
        "means": claim.key,
        "words": claim.words,
        "negated": claim.negated,
        "part": claim.told.part,
        "sentence": claim.told.text,
        "says": one.says,
        "facts": list(one.rests),
    }


def as_html(made: Check) -> str:
    """The check as one HTML file."""
    from azygos.report.page import render

    groups = [(verdict, [one for one in made.verdicts if one.verdict == verdict]) for verdict in
              ("contradicted", "not checkable", "supported")]  # fmt: skip
    return render(
        "brief_check.html",
        version=__version__,
        check=made,
        counts=made.counts(),
        groups=[(verdict, found) for verdict, found in groups if found],
        limits=[(name, found) for name, found in made.limits().items() if found],
        readings=READINGS,
        formula=FORMULA,
        level=grade(made.parts.body),
        most=ARTICLE_GRADE.number,
    )


def rows(made: Check) -> list[tuple[str, str, str, str]]:
    """Verdict, words, what the run says and the facts behind it: what is contradicted first, the same claim once."""
    order = {"contradicted": 0, "not checkable": 1, "supported": 2}
    found = [
        (one.verdict, f"{'no: ' * one.claim.negated}{one.claim.words.lower()}", one.says, ", ".join(one.rests[:2]))
        for one in made.verdicts
    ]
    return sorted(dict.fromkeys(found), key=lambda row: order[row[0]])
