"""The questions that are put to the table: which rows answer each, and by what they are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from azygos.evidence.pooling import Pooled, Prior, pool
from azygos.evidence.studies import OUTCOMES, Study, chosen
from azygos.ground.errors import require
from azygos.ground.parcels import Parcel

PEOPLE = ("patient", "session")
VERTEBRAE = ("PVP", "PKP", "PVP+PKP")
_CLEFTS = (
    "One study (Cleft study 2021) chose half of its levels for a cleft, which fewer patients have and which leads "
    "cement away from veins, to cortex and disc."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Parcel):
    """One pool: an outcome, a kind of denominator, and its classes."""

    name: str
    words: str
    outcome: str
    units: tuple[str, ...] = PEOPLE
    procedures: tuple[str, ...] = VERTEBRAE
    by: str = ""
    classes: tuple[str, ...] = ()
    remark: str = ""

    def rows(self, studies: Sequence[Study]) -> tuple[Study, ...]:
        """The usable rows that answer it."""
        found = chosen(studies, self.outcome, self.units, self.procedures)
        if self.by == "imaging":
            found = tuple(study for study in found if study.imaging in self.classes)
        return found

    @property
    def unit(self) -> str:
        """What is counted, in a word."""
        return self.units[0]


QUESTIONS = (
    Question(
        name="embolus",
        words="Cement in the lung after vertebroplasty or kyphoplasty",
        outcome="embolus",
        by="imaging",
        classes=("planned_ct", "other_ct", "film", "clinical"),
    ),
    Question(
        name="embolus_screws",
        words="Cement in the lung after cemented screws, however one looked",
        outcome="embolus",
        procedures=("screws",),
        remark="Three published series, each looked with in another way, so the way of looking is not told apart here.",
    ),
    Question(
        name="symptomatic",
        words="Cement in the lung with symptoms, after vertebroplasty or kyphoplasty",
        outcome="symptomatic",
        remark="Symptoms were asked for in different ways. Five of the six published events are from one centre for "
        "cancer.",
    ),
    Question(
        name="heart",
        words="Cement in the heart",
        outcome="heart",
        remark="One published centre, which looked only where it suspected it: a floor. From one centre how far "
        "centres differ is prior alone.",
    ),
    Question(
        name="leak_level",
        words="Any leak, per level",
        outcome="leak_any",
        units=("level",),
        by="procedure",
        classes=("PVP", "PKP", "PVP+PKP"),
        remark="Read on CT in some studies, on film or not stated in others.",
    ),
    Question(
        name="leak_patient",
        words="Any leak, per patient",
        outcome="leak_any",
        by="procedure",
        classes=("PVP", "PKP"),
        remark="Read on CT in some studies, on film or not stated in others. Two are not peer reviewed; of one of them "
        "(Precise puncture 2020) only the new technique stands here: beside it the usual one leaked in 10 of 37.",
    ),
    Question(
        name="leak_screw",
        words="Any leak, per cemented screw",
        outcome="leak_any",
        units=("screw",),
        procedures=("screws",),
        remark="Two published series, perhaps of one centre (recalled, not verified): they may share patients.",
    ),
    Question(
        name="venous_level",
        words="Leak into veins, per level",
        outcome="leak_venous",
        units=("level",),
        remark=_CLEFTS,
    ),
    *(
        Question(
            name=f"{way}_level",
            words=f"{OUTCOMES[f'leak_{way}'].capitalize()}, per level",
            outcome=f"leak_{way}",
            units=("level",),
            by="procedure",
            classes=("PVP", "PKP"),
            remark=_CLEFTS,
        )
        for way in ("basivertebral", "segmental", "cortical", "disc")
    ),
)
"""In the order of a report."""


def question(name: str) -> Question:
    """A question by its name."""
    found = [one for one in QUESTIONS if one.name == name]
    require(bool(found), f"no question {name!r} is asked. Known: {', '.join(one.name for one in QUESTIONS)}.")
    return found[0]


def answer(asked: Question | str, studies: Sequence[Study], prior: Prior | None = None) -> Pooled:
    """Pool the rows that answer a question.

    Examples
    --------
    >>> from azygos.evidence import read_studies
    >>> found = answer("embolus", read_studies())
    >>> [one.name for one in found.classes]
    ['planned_ct', 'other_ct', 'film', 'clinical']
    """
    put = question(asked) if isinstance(asked, str) else asked
    return pool(put.rows(studies), prior, by=put.by, classes=put.classes or ("all",))
