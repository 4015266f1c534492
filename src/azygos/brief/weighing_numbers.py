"""Numbers of a text against those of a run: of what its words speak of, or of anything if they name nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from azygos.brief.facts import Fact
from azygos.brief.weighing import Ground, Verdict

ALIKE = 1.0 + 1e-6  # a half digit is rounded either way
TIMES: Mapping[str, float] = {"days": 1.0, "s": 1.0 / 86_400.0, "years": 365.25, "months": 30.4}  # [day]
ABOUT: tuple[tuple[str, str, str], ...] = (
    ("any", r"\bstud(?:y|ies)\b|\breal patients\b|\bone team\b|of these \d+, only", r"study\..*"),
    ("volume", r"teaspoon", r"teaspoon"),
    ("volume", r"\bfat\b", r"fat"),
    ("volume", r"\bblood\b", r"effusion"),
    ("volume", r"\bclots?\b", r"clot\.most"),
    ("volume", r"taken out|took out|remov", r"removed|removal\.\d+\.volume"),
    ("volume", r"\bstill\b|\bat the end\b|left in the body", r"left|left\.beyond"),
    ("volume", r"stay\w* in the bones?", r"in\.bone"),
    ("volume", r"\bput\b|inject|goes in\b", r"injected|(?:bone\.\w+\.)?injected"),
    ("volume", r"\bleak", r"leaked|leaked\.veins|visible|bone\.\w+\.leaked|bone\.\w+\.any\.volume|in\.beside"),
    ("length", r"\bcord\b", r"cord\.length|piece\.\d+\.length|length\.most"),
    ("length", r"\bmoved\b", r"change\.\d+\.moved"),
    ("length", r"moves of|unchanged|not show|below", r"limit\..*|change\.\d+\.least_move"),
    ("pressure", r"lung arter|pulmonary|down to", r"acute\.pulmonary_pressure_\w+_mmhg\.\w+"),
    ("time", r"\brare\b|\bruns?\b|1 in \d", r"rarity\.what"),
    ("time", r"medicine|clots\b|anticoag|blood thinner", r"care\.\w+\.days"),
    ("time", r"took out|taken out|remov|surgery|operat", r"removal\.\d+\.day"),
    ("time", r"symptom|\bfelt\b|breath|chest pain", r"symptoms\.day"),
    ("time", r"\bdied\b|death", r"died"),
    ("time", r"scan|x-ray|ultrasound|visit|showed", r"visit\.\d+\.day"),
    ("time", r"woman|\bman\b|\bage\b|\bold\b", r"patient\.age"),
    ("chance", r"\bcord\b|this course|\brare\b|true number|\bcase\b", r"rarity"),
    ("chance", r"symptom", r"symptoms\.chance"),
    ("chance", r"\bsure\b", r"(?:.*\.)?certainty(?:\.\w+)?"),
    ("chance", r"blood flow", r"lungs\.flow_lost_percent"),
    ("chance", r"\bleak", r"(?:alt\.\d+\.)?bone\.\w+\.\w+\.chance|alt\.\d+\.\w+\.(?:plan|other)"),
    ("count", r"\bdays? \d", r"(?:symptoms|visit\.\d+|removal\.\d+)\.day"),
    ("count", r"treated bones", r"study\.leaking_levels\.\w+|bones"),
    ("count", r"\bpieces?\b", r"lungs\.lodged|heart\.\w+|reported|candidates|pieces|altered|unchanged|uncalibrated|"
                              r"moved|changed|gone|new|cannot tell|moved and changed|piece\.\d+|lungs|heart|veins"),
)  # fmt: skip
"""What a number measures, words beside it, and the facts that these words speak of; the first that fits counts."""


def weigh_number(ground: Ground) -> Verdict:
    """Whether the run, or a study where the text speaks of one, holds this number."""
    claim = ground.claim
    if claim.key == "count" and re.search(r"\b(?:cases?|patients?|persons?|people)\b", claim.words):
        ids = ("patient",) if "patient" in ground.facts else ("run",)
        return ground.supported(*ids) if claim.value == 1.0 else ground.contradicted(*ids)
    if claim.key == "time" and re.search(r"remain|stay|still|behind", ground.clause, re.I) and ground.run == "journey":
        return _stays(ground)
    known = _spoken_of(ground)
    pool = known if known else [fact for fact in ground.facts if _is_plain(fact)]
    fits = [fact.id for fact in pool if _fits(ground, fact)]
    if fits:
        return ground.supported(*fits[:3])
    if known:
        return ground.contradicted(*(fact.id for fact in known))
    return ground.unknown("the run holds no such number")


def _is_plain(fact: Fact) -> bool:
    return not fact.id.startswith("acute.")


def _spoken_of(ground: Ground) -> list[Fact]:
    """The facts that the words beside the number speak of; none, if the run holds none of that measure."""
    for measure, words, pattern in ABOUT:
        place = ground.text if measure == "any" else ground.clause
        if measure in ("any", ground.claim.key) and re.search(words, place, re.I):
            found = [fact for fact in ground.matching(pattern) if any(True for _ in _values(fact, ground.claim.key))]
            if found:
                return found
    return []


def _fits(ground: Ground, fact: Fact) -> bool:
    claim = ground.claim
    for value in _values(fact, claim.key):
        if abs(value - claim.value) <= claim.half * ALIKE + 1e-9:
            return True
        if claim.bound == "less" and 0.0 <= value < claim.value:
            return True
        if claim.bound == "more" and value > claim.value:
            return True
        if claim.bound == "within" and claim.key == "time" and value <= claim.value:
            return True
    return False


def _values(fact: Fact, measure: str) -> Iterator[float]:
    """The numbers of a fact in the units of a claim, if it measures the same."""
    if isinstance(fact.value, str):
        if measure == "time":
            yield from (float(one) for one in re.findall(r"within (\d+) days", fact.value))
        return
    numbers = [one for one in (fact.value, fact.low, fact.high) if one is not None]
    scale = _scale(fact, measure)
    if scale is not None:
        yield from (scale * float(one) for one in numbers)
    if measure == "count" and fact.id == "alternatives":
        yield fact.number - 1.0  # the plan itself is one of them


def _scale(fact: Fact, measure: str) -> float | None:
    if measure == "volume":
        return 1.0 if fact.unit == "mL" else None
    if measure == "length":
        return 1.0 if fact.unit == "mm" else None
    if measure == "pressure":
        return 1.0 if fact.unit == "mmHg" else None
    if measure == "time":
        return TIMES.get(fact.unit)
    if measure == "chance":
        return 0.01 if fact.unit == "%" else 1.0 if fact.kind in ("chance", "share", "certainty") else None
    return 1.0 if fact.kind == "count" else None


def _stays(ground: Ground) -> Verdict:
    """How long cement was seen to stay: until the last look that showed some."""
    looks = [
        fact for fact in ground.matching(r"visit\.\d+\.day") if ground.number(fact.id.replace(".day", ".sees")) > 0.0
    ]
    if not looks or not ground.number("left"):
        return ground.unknown("no look of the run showed cement then")
    last = max(looks, key=lambda fact: fact.number)
    if last.number >= ground.claim.value - ground.claim.half:
        return ground.supported(last.id, last.id.replace(".day", ".sees"), "left")
    return ground.unknown("the last look of the run that showed cement was before", last.id)
