"""Holds a six-part text against a run: what it supports, contradicts or does not say, and what is too long or hard."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from azygos.brief.claims import Claim, claims_of
from azygos.brief.facts import Facts
from azygos.brief.grade import grade
from azygos.brief.limits import is_hard, too_hard, too_long
from azygos.brief.parsing import Told, missing, read_six_parts, sentences
from azygos.brief.parts import SixParts
from azygos.brief.published import MEANINGS
from azygos.brief.saying import terms_of
from azygos.brief.weighing import VERDICTS, Ground, Verdict
from azygos.brief.weighing_numbers import weigh_number
from azygos.brief.weighing_often import weigh_often
from azygos.brief.weighing_places import weigh_level, weigh_outcome, weigh_place, weigh_symptom, weigh_treatment
from azygos.ground.errors import InputError, require
from azygos.ground.parcels import Parcel
from azygos.values.brief import ARTICLE_GRADE

WEIGHERS = {
    "number": weigh_number, "place": weigh_place, "level": weigh_level, "treatment": weigh_treatment,
    "symptom": weigh_symptom, "outcome": weigh_outcome, "frequency": weigh_often,
}  # fmt: skip
MOST_BYTES = 1_000_000
ADVICE = re.compile(
    r"\b(?:should|must|ought to|need to|recommend\w*|advise[sd]?|avoid|make sure|"
    r"seek (?:help|care|advice)|call your doctor)\b|"
    r"^(?:watch for|wait for|do not|don[\u2019']t|take|stop taking|see (?:a|your) doctor)\b",
    re.IGNORECASE,
)
ASK = re.compile(
    r"^(?:if [^,]*, )?(?:ask|talk to|speak to|speak with) your (?:\w+ )?(?:team|doctor|doctors|surgeon)\b", re.I
)
_NOT_ADVICE = re.compile(
    r"\b(?:doctors|researchers|we|studies|it|models?) (?:need|must)\b|\bneeded?\b(?! to)", re.IGNORECASE
)
_EXPLAINS = (
    r"(?:,? (?:is|are|means?|or|that|which|uses?|runs?|takes?|holds?|goes|helps?|brings?|stops?|connects?)\b| ?\(|: )"
)
_NEXT_EXPLAINS = re.compile(r"^(?:It|This|These|They|Think of|That) ", re.IGNORECASE)
_CALLS = re.compile(r"\b(?:call|calls|called|known as|that is|the name for|think of)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Check(Parcel):
    """What came of holding a text against a run."""

    run: str  # its kind
    version: str  # of azygos, that made the run
    parts: SixParts
    verdicts: tuple[Verdict, ...]
    missing: tuple[str, ...]
    too_long: tuple[str, ...]
    too_hard: tuple[str, ...]
    undefined: tuple[str, ...]
    advice: tuple[str, ...]
    hard_sentences: tuple[tuple[float, str], ...]  # grade and sentence, the hardest first

    def counts(self) -> dict[str, int]:
        """How many claims of each verdict."""
        found = Counter(one.verdict for one in self.verdicts)
        return {verdict: found[verdict] for verdict in VERDICTS}

    def limits(self) -> dict[str, tuple[str, ...]]:
        """What breaks a limit, by limit."""
        return {"missing": self.missing, "too long": self.too_long, "too hard": self.too_hard,
                "undefined": self.undefined, "advice": self.advice}  # fmt: skip

    @property
    def passed(self) -> bool:
        """Nothing is contradicted and no limit is broken; hard sentences and what cannot be checked are only listed."""
        return not self.counts()["contradicted"] and not any(self.limits().values())


def check_text(text: str, facts: Facts) -> Check:
    """Sort the claims of a six-part text by what a run says of them.

    Parameters
    ----------
    text : str
        In the form of a brief; see ``azygos.brief.parsing``.
    facts : Facts
        Of a run, as ``facts_of`` gives them.

    Returns
    -------
    check : Check
        Each claim with its verdict and the facts behind it, and what breaks a limit.

    Raises
    ------
    InputError
        A text without any of the six heads.
    """
    parts = read_six_parts(text)
    told = list(sentences(parts))
    return Check(
        run=facts.run,
        version=facts.version,
        parts=parts,
        verdicts=tuple(weigh(claim, facts) for one in told for claim in claims_of(one)),
        missing=tuple(missing(parts)),
        too_long=tuple(too_long(parts)),
        too_hard=tuple(too_hard(parts.body)),
        undefined=tuple(unexplained(told)),
        advice=tuple(one.text for one in told if is_advice(one.text)),
        hard_sentences=tuple(hard_sentences(told)),
    )


def read_text(path: Path) -> str:
    """A text file, within reason."""
    require(path.is_file(), f"{path} is not a file. Give the text to check, such as brief.md.")
    size = path.stat().st_size
    require(size <= MOST_BYTES, f"{path} has {size} bytes, more than a text of six parts has. Give the text alone.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as text ({error}). Save it as UTF-8.") from None


def weigh(claim: Claim, facts: Facts) -> Verdict:
    """What the facts say of one claim."""
    ground = Ground(facts, claim)
    word = ground.meaning()
    return ground.supported(word) if word else WEIGHERS[claim.kind](ground)


def is_advice(text: str) -> bool:
    """Whether a sentence tells a reader what to do; to ask one's team is none.

    Examples
    --------
    >>> is_advice("You should know the signs."), is_advice("Talk to your surgeon about your risks.")
    (True, False)
    """
    return ASK.search(text) is None and _NOT_ADVICE.search(text) is None and ADVICE.search(text) is not None


def hard_sentences(told: list[Told]) -> list[tuple[float, str]]:
    """Sentences of the body above the grade of the article, the hardest first."""
    graded = [(round(grade(one.text), 1), one.text) for one in told if one.part == "ARTICLE BODY" and not one.is_head]
    return sorted((one for one in graded if one[0] > ARTICLE_GRADE.number), key=lambda one: (-one[0], one[1]))


def unexplained(told: list[Told]) -> list[str]:
    """Words of doctors, and words of ``MEANINGS``, that the body does not explain where it first uses them."""
    body = [one.text for one in told if one.part == "ARTICLE BODY" and not one.is_head]
    outside = [one.text for one in told if one.part != "ARTICLE BODY"]
    found = []
    for word in _hard_words([*outside, *body]):
        if not _explained(word, body):
            found.append(f"The word {word!r} is not explained.")
    for meaning in MEANINGS:
        first = next((k for k, text in enumerate(body) if meaning in terms_of(text)), None)
        if first is None or meaning.sentence in body[first : first + len(MEANINGS) + 1]:
            continue
        if not any(_explained(form, body) for form in meaning.forms):
            found.append(f"The word {meaning.term!r} is not explained where it is first used.")
    return found


def _hard_words(texts: list[str]) -> list[str]:
    words = re.findall(r"[a-z][a-z-]+", " ".join(texts).lower())
    return [word for word in dict.fromkeys(words) if is_hard(word)]


def _explained(word: str, body: list[str]) -> bool:
    """Whether the sentence that first uses a word, or the next one, tells what it is."""
    first = next((k for k, text in enumerate(body) if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)), None)
    if first is None:
        return False
    here, after = body[first], body[first + 1] if first + 1 < len(body) else ""
    if _CALLS.search(here) or re.search(rf"\b{re.escape(word)}{_EXPLAINS}", here, re.IGNORECASE):
        return True
    named = re.search(rf"\b{re.escape(word)}\b", after, re.IGNORECASE) is not None
    return (here.rstrip(".!?").lower().endswith(word) and _NEXT_EXPLAINS.match(after) is not None) or (
        named and re.search(rf"\b{re.escape(word)}{_EXPLAINS}", after, re.IGNORECASE) is not None
    )
