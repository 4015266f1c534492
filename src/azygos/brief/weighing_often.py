"""Words of how often against a run's own count of draws, or against published counts."""

from __future__ import annotations

import math
import re

from azygos.brief.frequency import READINGS
from azygos.brief.weighing import Ground, Verdict

Odds = tuple[float, float, float, tuple[str, ...]]  # value, low, high, ids
Z = 1.96  # two-sided 95 %


def weigh_often(ground: Ground) -> Verdict:
    """Whether what the clause speaks of is as frequent as its word says."""
    claim = ground.claim
    if "study.leaflet" in ground.facts and re.search(r"\bleaflets?\b", ground.text, re.I) and claim.key == "uncommon":
        return ground.supported("study.leaflet")
    odds = _said(ground) or _counted(ground)
    if odds is None:
        return ground.unknown("neither the run nor a source counts this")
    value, low, high, ids = odds
    if _denied_after(ground):
        value, low, high = 1.0 - value, 1.0 - high, 1.0 - low
    verdict = READINGS[claim.key].verdict(value, low, high)
    if claim.negated:
        verdict = {"supported": "contradicted", "contradicted": "supported"}.get(verdict, verdict)
    told = f"{_share(value)} ({_share(low)} to {_share(high)}); " + ground.told(
        tuple(id for id in ids if id in ground.facts)
    )
    return Verdict(claim=claim, verdict=verdict, says=told, rests=tuple(id for id in ids if id in ground.facts))


def _share(value: float) -> str:
    return f"{100.0 * value:.2g} in 100" if value < 0.995 else f"{100.0 * value:.4g} in 100"


def _denied_after(ground: Ground) -> bool:
    """``most do not``: the word counts those for whom it is not so."""
    after = ground.clause[ground.clause.find(ground.claim.words) + len(ground.claim.words) :]
    return re.search(r"\b(?:do|does|did|are|is|have|has|will) not\b|n[\u2019']t\b", after, re.I) is not None


def _said(ground: Ground) -> Odds | None:
    """A chance that stands in the same sentence, if the run or a study holds it."""
    counts = re.search(r"\b(\d[\d,]*) (?:real patients )?of ([\d,]+)", ground.text)
    if counts:
        first, of = (float(one.replace(",", "")) for one in counts.groups())
        ids = _pair(ground, first, of)
        return (*wilson(first, of), ids) if ids else None
    rarity = ground.facts.get("rarity")
    if rarity is not None and re.search(r"1 in \d", ground.text) and rarity.low is not None and rarity.high is not None:
        return rarity.number, rarity.low, rarity.high, ("rarity", "rarity.what")
    return _runs(ground)


def _pair(ground: Ground, first: float, of: float) -> tuple[str, ...]:
    """A published count of so many of so many."""
    for fact in ground.matching(r"study\.\w+\.events"):
        other = fact.id.replace(".events", ".of")
        if fact.number == first and ground.number(other) == of:
            return fact.id, other
    return ()


def _runs(ground: Ground) -> Odds | None:
    """``in most runs 3 to 4 mL``: the interval that holds 90 in 100 of the draws."""
    if ground.claim.key != "most" or not re.search(r"most runs", ground.text, re.I):
        return None
    ids = tuple(fact.id for fact in ground.matching(r"bone\.\w+\.injected") if fact.low is not None)
    return (0.9, 0.9, 0.9, ids) if ids else None


def _counted(ground: Ground) -> Odds | None:
    """The count of what the clause speaks of, the farthest place first."""
    clause = ground.clause.lower()
    if re.search(r"most of the cement|most cement", clause) and ground.number("injected") > 0.0:
        share = ground.number("in.bone") / ground.number("injected")
        return share, share, share, ("in.bone", "injected")
    far = re.search(
        r"lungs?\b|lung arter|heart|pulmonary|\bcord\b|this (?:case|course|kind of)|complication|this happens", clause
    )
    if far:
        return _of_course(ground, clause)
    if re.search(r"\bleak|escape", clause):
        if re.search(r"vein|vessel", clause):
            return _of_plan(ground, "vein")
        return _of_plan(ground, "any") or _study(ground, "leaking_levels")
    if re.search(r"stay\w*\b.*\b(?:plac|where|bone)", clause):
        odds = _of_plan(ground, "any") or _study(ground, "leaking_levels")
        return None if odds is None else (1.0 - odds[0], 1.0 - odds[2], 1.0 - odds[1], odds[3])
    return None


def _of_course(ground: Ground, clause: str) -> Odds | None:
    rarity = ground.facts.get("rarity")
    if rarity is not None and rarity.low is not None and rarity.high is not None:
        return rarity.number, rarity.low, rarity.high, ("rarity", "rarity.what")
    if "heart" in clause:
        return _study(ground, "heart_cement")
    return _study(ground, "lung_cement") if re.search(r"lung|pulmonary", clause) else None


def _of_plan(ground: Ground, way: str) -> Odds | None:
    """The chance of a plan, of its leakiest bone."""
    found = [
        one for one in ground.matching(rf"bone\.\w+\.{way}\.chance") if one.low is not None and one.high is not None
    ]
    if not found:
        return None
    worst = max(found, key=lambda one: one.number)
    return worst.number, float(worst.low or 0.0), float(worst.high or 0.0), (worst.id,)


def _study(ground: Ground, name: str) -> Odds | None:
    ids = (f"study.{name}.events", f"study.{name}.of")
    if ids[0] not in ground.facts:
        return None
    return (*wilson(ground.number(ids[0]), ground.number(ids[1])), ids)


def wilson(events: float, of: float) -> tuple[float, float, float]:
    """A share with Wilson's interval of 95 %.

    Examples
    --------
    >>> [round(x, 3) for x in wilson(64, 80)]
    [0.8, 0.7, 0.873]
    """
    share, square = events / of, Z * Z / of
    middle = (share + square / 2.0) / (1.0 + square)
    reach = Z * math.sqrt(share * (1.0 - share) / of + square / (4.0 * of)) / (1.0 + square)
    return share, max(middle - reach, 0.0), min(middle + reach, 1.0)
