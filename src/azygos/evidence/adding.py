"""A reader's own cohort: a CSV file, checked row by row, that enters the pool beside the published studies."""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from azygos.evidence.pooling import SAME_UNITS
from azygos.evidence.questions import QUESTIONS, Question
from azygos.evidence.studies import IMAGING, OUTCOMES, PROCEDURES, UNITS, Study
from azygos.ground.errors import InputError, require

NEEDED = ("study", "events", "n", "imaging")
COLUMNS = ("study", "year", "outcome", "events", "n", "unit", "procedure", "imaging", "population", "note")
_OTHERWISE = {"outcome": "embolus", "unit": "patient", "procedure": "PVP"}
_ALIASES = {
    "ct": "planned_ct", "routine_ct": "planned_ct", "selected_ct": "other_ct", "cxr": "film", "x-ray": "film",
    "xray": "film", "radiograph": "film", "chest x-ray": "film", "fluoroscopy": "clinical", "symptoms": "clinical",
    "vertebroplasty": "PVP", "kyphoplasty": "PKP", "pce": "embolus",
}  # fmt: skip
_MOST = 2_000_000  # patients in one study; more is a slip of the pen
MOST_COHORTS = 100  # each is left out in turn; a register of patients, a line for each, is no list of cohorts
_AWAITED = ("no: needs full text", "no: from memory")  # rows whose count a reader may bring

TEMPLATE = """\
study,year,outcome,events,n,unit,procedure,imaging,population,note
Our clinic,2025,embolus,4,61,patient,PVP,planned_ct,osteoporosis,chest CT within two days of everybody
Our clinic,2025,symptomatic,0,61,patient,PVP,planned_ct,osteoporosis,
"""
"""A file to begin with."""


def read_added(path: Path, known: Sequence[Study]) -> tuple[Study, ...]:
    """Cohorts of a CSV file.

    Parameters
    ----------
    path : Path
        With the columns study, events, n and imaging; year, outcome, unit, procedure, population and note may be left
        out. Separated by commas, semicolons or tabs.
    known : sequence of Study
        Studies that are there already, earlier added ones too, so that none is added twice.

    Returns
    -------
    studies : tuple of Study
        Each usable in at least one question.

    Raises
    ------
    InputError
        In one sentence with the line, for whatever cannot be a cohort.
    """
    lines = _lines(path)
    seen = [study for study in known if not study.use.startswith(_AWAITED)]
    before = sum(study.added for study in known)
    require(
        before + len(lines) <= MOST_COHORTS,
        f"{path} brings {before + len(lines)} cohorts together. Give at most {MOST_COHORTS}: a line is a cohort, "
        "not a patient.",
    )
    added: list[Study] = []
    for number, row in lines:
        study = _study(row, f"{path}, line {number}", f"A{before + len(added) + 1}")
        _refuse_twice(study, seen, f"{path}, line {number}")
        seen.append(study)
        added.append(study)
    return tuple(added)


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    text = _text(path)
    require(bool(text.strip()), f"{path} is empty. Write a file to begin with: azygos evidence --template > cohort.csv")
    first = text.lstrip().splitlines()[0]
    rows = _rows(text, max(",;\t", key=first.count), path)
    heads = [head.strip().lower() for head in next(rows, (1, [""]))[1]]
    named = next((k for k in range(len(heads), 0, -1) if heads[k - 1]), 0)  # spreadsheets leave empty columns behind
    _check_heads(heads[:named], path)
    found = []
    for line, cells in rows:
        kept = [cell.strip() for cell in cells]
        while len(kept) > named and not kept[-1]:
            kept.pop()
        require(
            len(kept) == named,
            f"{path}, line {line}: {len(kept)} {'cell stands' if len(kept) == 1 else 'cells stand'} under {named} "
            "columns. Put text with a separator in it into quotation marks.",
        )
        found.append((line, dict(zip(heads[:named], kept, strict=True))))
    require(bool(found), f"{path} has a head and no cohort below it. Add a line for each cohort.")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"{path} is not there. Write a file to begin with: azygos evidence --template > cohort.csv"
        ) from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder. Give a CSV file: azygos evidence --template > cohort.csv") from None
    except UnicodeDecodeError:
        raise InputError(
            f'{path} is not text in UTF-8. In a spreadsheet, save it as "CSV UTF-8", and give that file.'
        ) from None


def _rows(text: str, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, with the line they end on."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        raise InputError(f"{path}, line {reader.line_num}: a cell has no end. Close its quotation mark.") from None


def _check_heads(heads: Sequence[str], path: Path) -> None:
    for head in heads:
        near = difflib.get_close_matches(head, COLUMNS, 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(COLUMNS)}."
        require(head in COLUMNS, f"{path}: column {head!r} is not known. {hint}")
    twice = next((head for head in heads if heads.count(head) > 1), "")
    require(not twice, f"{path}: column {twice!r} stands twice. Keep one.")
    missing = [head for head in NEEDED if head not in heads]
    require(
        not missing,
        f"{path}: no column {', '.join(repr(head) for head in missing)}. Needed: {', '.join(NEEDED)}; "
        "a file to begin with: azygos evidence --template",
    )


def _study(row: dict[str, str], where: str, key: str) -> Study:
    require(bool(row["study"]), f"{where}: the study has no name. Give one in the column study.")
    outcome = _word(row, "outcome", OUTCOMES, where)
    events, n = _whole(row, "events", where), _whole(row, "n", where)
    require(n > 0, f"{where}: n is 0. Give how many were looked at.")
    require(events <= n, f"{where}: {events} events among {n} cannot be. Check events and n.")
    require(n <= _MOST, f"{where}: n is {n}. More than {_MOST} in one study is taken for a slip; check it.")
    study = Study(
        row=key,
        study=row["study"],
        year=_year(row, where),
        outcome=outcome,
        events=events,
        n=n,
        unit=_word(row, "unit", UNITS, where),
        procedure=_word(row, "procedure", PROCEDURES, where),
        imaging=_word(row, "imaging", IMAGING, where),
        population=row.get("population", ""),
        note=row.get("note", ""),
        source="added by the reader",
        added=True,
    )
    require(
        bool(answering(study)),
        f"{where}: no question takes {OUTCOMES[study.outcome]} per {study.unit} after {PROCEDURES[study.procedure]}"
        f" looked for with {study.imaging!r}. {_meant(study)}{_possible(study)}",
    )
    return study


def answering(study: Study) -> tuple[Question, ...]:
    """The questions that a study enters."""
    return tuple(one for one in QUESTIONS if one.rows([study]))


def _meant(study: Study) -> str:
    """Another class of imaging that would do, in a short question."""
    meant = _ALIASES.get(study.imaging, "")
    return f"Did you mean {meant!r}? " if meant and answering(replace(study, imaging=meant)) else ""


def _possible(study: Study) -> str:
    same = [one for one in QUESTIONS if one.outcome == study.outcome]
    if not same:
        return f"Outcomes that are pooled: {', '.join(dict.fromkeys(one.outcome for one in QUESTIONS))}."
    ways = [
        f"per {' or '.join(one.units)} after {', '.join(one.procedures)}"
        + (f" with imaging {', '.join(one.classes)}" if one.by == "imaging" else "")
        for one in same
    ]
    return f"Possible: {'; '.join(ways)}."


def _word(row: dict[str, str], column: str, known: Sequence[str] | dict[str, str], where: str) -> str:
    given = row.get(column, "") or _OTHERWISE.get(column, "")
    by_small = {word.lower(): word for word in known}
    found = by_small.get(given.lower())
    if found is None:
        alias = _ALIASES.get(given.lower(), "")
        near = [alias] if alias in known else difflib.get_close_matches(given.lower(), list(by_small), 1, 0.5)
        hint = f"Did you mean {by_small[near[0].lower()]!r}? " if near else ""
        raise InputError(f"{where}: {column} {given!r} is not known. {hint}Known: {', '.join(known)}.")
    return found


def _whole(row: dict[str, str], column: str, where: str) -> int:
    text = row[column]
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    require(math.isfinite(value) and value == int(value), f"{where}: {column} is {text!r}. Give a whole number.")
    require(value >= 0, f"{where}: {column} is {text}. Give a whole number from 0.")
    return int(value)


def _year(row: dict[str, str], where: str) -> int | None:
    if not row.get("year"):
        return None
    year = _whole(row, "year", where)
    require(1980 <= year <= 2100, f"{where}: year is {row['year']}. Give a year from 1980 to 2100.")
    return year


def _refuse_twice(study: Study, seen: Sequence[Study], where: str) -> None:
    """A cohort that is there already, by its name and year or by its very counts."""
    for other in seen:
        if other.outcome != study.outcome or not any({other.unit, study.unit} <= kind for kind in SAME_UNITS):
            continue
        same_name = other.study.lower() == study.study.lower() and (other.year == study.year or study.year is None)
        same_counts = (other.events, other.n) == (study.events, study.n) and other.n is not None and other.n > 20
        same_year = other.year is None or study.year is None or other.year == study.year
        what = "by name" if same_name else "with the same counts"
        others = "" if study.year else ", or give its year if they are others"
        require(
            not (same_name or (same_counts and same_year)),
            f"{where}: {study.name} ({study.events} of {study.n}) is there already, {what}: {other.name} "
            f"({other.events} of {other.n}). The same patients would count twice; leave the line out{others}.",
        )
