"""All questions put to the evidence at once, with what each answer rests on."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from azygos.evidence.checking import LeftOut, Variant, choice_sensitivity, leave_one_out, prior_sensitivity
from azygos.evidence.contrasts import odds_ratio
from azygos.evidence.pooling import Pooled, Prior
from azygos.evidence.questions import QUESTIONS, Question, answer
from azygos.evidence.studies import Study, read_studies
from azygos.ground.parcels import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed(Parcel):
    """One question with its answer."""

    question: Question
    pooled: Pooled
    left_out: tuple[LeftOut, ...]
    variants: tuple[Variant, ...]  # priors, then choices of studies; the first is as stated
    before: Pooled | None = None  # without what the reader added, where that changes anything


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedError(Parcel):
    """Something that a source has wrong in print, and what is done about it."""

    row: str
    study: str
    what: str
    error: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Parcel):
    """Everything that ``azygos evidence`` says."""

    prior: Prior
    studies: tuple[Study, ...]  # all rows, the unusable too; added ones last
    answers: tuple[Weighed, ...]
    imaging_odds: Mapping[str, tuple[float, float, float]]  # planned CT over each other way of looking
    printed_errors: tuple[PrintedError, ...]

    def of(self, name: str) -> Weighed:
        """One question's answer."""
        return next(one for one in self.answers if one.question.name == name)


def weigh(added: Sequence[Study] = (), prior: Prior | None = None) -> Evidence:
    """Answer every question from the published table and what is added to it.

    Examples
    --------
    >>> found = weigh().of("embolus").pooled.of("planned_ct").new_centre
    >>> found.low < 0.05 < 0.4 < found.high
    True
    """
    used = prior or Prior()
    published = read_studies()
    studies = (*published, *added)
    answers = tuple(_weighed(put, studies, published, used) for put in QUESTIONS)
    first = answers[0].pooled
    names = [one.name for one in first.classes]
    return Evidence(
        prior=used,
        studies=studies,
        answers=answers,
        imaging_odds={name: odds_ratio(first, names[0], name) for name in names[1:]},
        printed_errors=printed_errors(),
    )


def _weighed(put: Question, studies: Sequence[Study], published: Sequence[Study], prior: Prior) -> Weighed:
    pooled = answer(put, studies, prior)
    more = choice_sensitivity(pooled) if put.name == "embolus" else ()
    return Weighed(
        question=put,
        pooled=pooled,
        left_out=leave_one_out(pooled),
        variants=(*prior_sensitivity(pooled), *more),
        before=answer(put, published, prior) if any(study.added for study in pooled.studies) else None,
    )


def printed_errors() -> tuple[PrintedError, ...]:
    """What the sources of both tables have wrong in print.

    Examples
    --------
    >>> [one.row for one in printed_errors()]
    ['R03', 'R15', 'R16', 'R17', 'R28']
    """
    found = []
    for table, what in (("evidence_incidence.csv", "outcome"), ("evidence_risk_factors.csv", "factor")):
        text = files("azygos.values").joinpath(table).read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines()):
            if row["printed_error"]:
                name = f"{row['study']} {row['year']}"
                found.append(
                    PrintedError(row=row["row"], study=name, what=row[what], error=row["printed_error"], use=row["use"])
                )
    return tuple(found)
