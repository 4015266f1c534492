"""A plan told: how often cement leaks in the draws of one planned injection, and by which way."""

from __future__ import annotations

import re
from collections.abc import Mapping

from azygos.brief.facts import Fact, Facts
from azygos.brief.limits import is_hard
from azygos.brief.paragraphs import ask_your_team, leak_studies, model_limits
from azygos.brief.parts import Brief, Section, Sentence
from azygos.brief.saying import explained, say, section
from azygos.brief.words import about, counted, in_hundred, listed, millilitres, sentence_start

LONGEST_NAME = 40  # signs of another plan's name that are quoted
MOST_WAYS = 3  # ways out that are told one by one

WAYS: Mapping[str, str] = {
    "basivertebral vein": "a vein at the back of the bone",
    "anterior external vein": "a small vein at the front of the bone",
    "segmental vein": "a vein at the side of the bone",
    "cortical gap": "a crack in the wall of the bone",
    "end-plate gap": "a crack at the top or the foot of the bone",
    "needle track": "the track of the needle",
}


def write_plan(facts: Facts) -> Brief:
    """The six parts of a plan."""
    worst = _worst(facts)
    runs, any_ids = facts["draws"], _ids(worst, "leaking", "finished")
    leaking, finished = (facts[id].number for id in any_ids)
    return Brief(
        facts=facts,
        headline=say(_headline(leaking, finished), "run", *any_ids),
        at_a_glance=(
            say(f"A computer tried out one cement plan in {counted(runs.number, 'run')}.", "draws"),
            _glance_leaks(facts, worst),
            say("What this means for one patient is not known.", "note"),
        ),
        quick_take=say(_take(leaking, finished), "run", *any_ids),
        seo_title=say("Bone Cement in the Spine: A Computer Tries Out a Plan", "run"),
        seo_description=say(_description(leaking, finished), "run", "note", *any_ids),
        body=explained(
            [
                *_lead(facts),
                *_the_plan(facts),
                *_leaks(facts),
                *_others(facts),
                *_unknown(facts),
                *ask_your_team(facts, signs=False),
            ]
        ),
    )


def _ids(bone: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{bone}.any.{name}" for name in names)


def bones(facts: Facts) -> list[str]:
    """Ids of the planned bones."""
    return [fact.id for fact in facts if fact.kind == "name" and re.fullmatch(r"bone\.[TL]\d+", fact.id)]


def _worst(facts: Facts) -> str:
    """The bone from which cement leaks most often."""
    return max(bones(facts), key=lambda id: facts[f"{id}.any.leaking"].number)


def _headline(leaking: float, finished: float) -> str:
    if finished < 1.0:
        return "A Computer Tries Out A Plan For Bone Cement, But No Run Came To An End"
    if leaking < 1.0:
        return f"A Computer Tries Out A Plan For Bone Cement: No Leak In {finished:.0f} Runs"
    return f"A Computer Tries Out A Plan For Bone Cement: A Leak In {leaking:.0f} Of {finished:.0f} Runs"


def _glance_leaks(facts: Facts, worst: str) -> Sentence:
    leaking, finished = (facts[id].number for id in _ids(worst, "leaking", "finished"))
    ids = _ids(worst, "leaking", "finished")
    if finished < 1.0:
        return say("No run came to an end, so nothing can be said.", *ids)
    where = "the bone" if len(bones(facts)) == 1 else str(facts[worst].value)
    if leaking < 1.0:
        return say(f"No cement leaked from {where} in {finished:.0f} runs.", *ids)
    return say(f"Cement leaked from {where} in {leaking:.0f} of {finished:.0f} runs.", *ids)


def _take(leaking: float, finished: float) -> str:
    if finished < 1.0:
        return "A computer tried out a plan to put bone cement into the spine, but no run came to an end."
    start = "A computer tried out a plan to put bone cement into the spine, and the cement"
    if leaking < 1.0:
        return f"{start} did not leak in any of {finished:.0f} runs."
    return f"{start} leaked in {leaking:.0f} of {finished:.0f} runs."


def _description(leaking: float, finished: float) -> str:
    start = "A computer tries out a plan to put bone cement into the spine."
    if finished < 1.0:
        return f"{start} No run came to an end. For research only."
    often = f"{leaking:.0f} of {finished:.0f} runs" if leaking else f"none of {finished:.0f} runs"
    return f"{start} In {often} the cement leaked. For research only."


# The body ---------------------------------------------------------------------------------------------------------


def _lead(facts: Facts) -> list[Section]:
    runs = facts["draws"].number
    varied = [say("No two runs are quite the same, since some things about the bone are best guesses.", "assumed")] if (
        "assumed" in facts and runs > 1.0
    ) else []  # fmt: skip
    return section(
        "",
        [
            say("Doctors can treat a broken bone of the spine with bone cement.", "study.leaflet"),
            say("Where will the cement go, and will it stay there?", "run"),
            say("A computer model can try this out before anyone is treated.", "run"),
        ],
        [say(f"Here it tried out one plan in {counted(runs, 'run')}.", "draws"), *varied],
    )


def _the_plan(facts: Facts) -> list[Section]:
    own = bones(facts)
    names = [str(facts[id].value) for id in own]
    if len(own) == 1:
        first = [
            say(f"The plan is for one bone of the spine, and it lies {facts[own[0]].words[1]}.", "bones", own[0]),
            say(f"Doctors call this bone {names[0]}.", own[0]),
        ]
    else:
        first = [say(f"The plan is for {counted(len(own), 'bone')}: {listed(names)}.", "bones", *own)]
    return section("What The Plan Is", [*first, _source(facts, own)], [_goes_in(facts, id) for id in own])


def _source(facts: Facts, own: list[str]) -> Sentence:
    ids = [f"{id}.source" for id in own]
    virtual = all(facts[id].value == "virtual" for id in ids)
    it = ("It belongs" if len(own) == 1 else "They belong") if virtual else "Its shape" if len(own) == 1 else "Shapes"
    if virtual:
        return say(f"{it} to a virtual patient, one that a computer made up.", *ids)
    return say(f"{it} {'was' if len(own) == 1 else 'were'} read from a CT scan.", *ids)


def _goes_in(facts: Facts, bone: str) -> Sentence:
    injected = facts.get(f"{bone}.injected")
    where = "the bone" if len(bones(facts)) == 1 else str(facts[bone].value)
    if injected is None:
        return say(f"How much cement goes into {where} is not known.", f"{bone}.any.finished")
    span = ""
    if injected.low is not None and injected.high is not None:
        low, high = millilitres(injected.low), millilitres(injected.high)
        span = "" if low == high else f", and {low.removesuffix(' mL')} to {high} in most runs"
    return say(sentence_start(f"{about(injected.number)} of cement goes into {where}{span}."), injected.id)


def _leaks(facts: Facts) -> list[Section]:
    told: list[Section] = []
    for bone in bones(facts):
        own = len(bones(facts)) == 1
        head = "How Often Cement Leaks" if own else f"How Often Cement Leaks From {facts[bone].value}"
        if facts[f"{bone}.any.finished"].number < 1.0:
            told += section(head, [say("No run came to an end, so nothing can be said.", f"{bone}.any.finished")])
        else:
            told += section(head, _any(facts, bone), _ways(facts, bone), _canal(facts, bone))
    return told


def _any(facts: Facts, bone: str) -> list[Sentence]:
    ids = _ids(bone, "leaking", "finished")
    leaking, finished = (facts[id].number for id in ids)
    chance = facts.get(f"{bone}.any.chance")
    if leaking < 1.0:
        told = [say(f"The cement did not leak in any of {counted(finished, 'run')}.", *ids)]
        if chance is not None and chance.high is not None:
            most = in_hundred(chance.high)
            told.append(say(f"Yet in the model the true chance may be as high as {most}.", chance.id))
        return told
    often = f"{leaking:.0f} of {counted(finished, 'run')}"
    if chance is None:
        told = [say(f"The cement leaked in {often}.", *ids)]
    else:
        told = [say(f"The cement leaked in {often}, or about {in_hundred(chance.number)}.", *ids, chance.id)]
        told += _span(chance)
    volume = facts.get(f"{bone}.any.volume")
    if volume is not None:
        told.append(say(f"When it leaked, {about(volume.number)} came out.", volume.id))
    return told


def _span(chance: Fact) -> list[Sentence]:
    if chance.low is None or chance.high is None:
        return []
    low, high = in_hundred(chance.low).removesuffix(" in 100"), in_hundred(chance.high)
    return [say(f"In the model, the true chance may be anywhere from {low} to {high}.", chance.id)]


def _ways(facts: Facts, bone: str) -> list[Sentence]:
    """The ways out that were met, the commonest first."""
    met = [
        (fact, WAYS[name])
        for name in WAYS
        if (fact := facts.get(f"{bone}.way.{name}.leaking")) is not None and fact.number > 0.0
    ]
    met.sort(key=lambda one: -one[0].number)
    if not met:
        return []
    first, way = met[0]
    told = [say(f"The most common way out was {way}, in {counted(first.number, 'run')}.", first.id)]
    more = [f"{way}, in {counted(fact.number, 'run')}" for fact, way in met[1:MOST_WAYS]]
    if more:
        told.append(say(f"Next came {', and '.join(more)}.", *(fact.id for fact, _ in met[1:MOST_WAYS])))
    vein = facts.get(f"{bone}.vein.leaking")
    if vein is not None:
        often = "no run" if vein.number < 1.0 else counted(vein.number, "run")
        told.append(say(f"In {often} the cement got into a vein.", vein.id))
    return told


def _canal(facts: Facts, bone: str) -> list[Sentence]:
    leaking, chance = facts.get(f"{bone}.canal.leaking"), facts.get(f"{bone}.canal.chance")
    if leaking is None or chance is None:
        return []
    if leaking.number < 1.0:
        told = [say("In no run did it get into the spinal canal.", leaking.id)]
        if chance.high is not None:
            told.append(say(f"The true chance of that may still be up to {in_hundred(chance.high)}.", chance.id))
        return told
    told = [say(f"In {counted(leaking.number, 'run')} it got into the spinal canal.", leaking.id)]
    return [*told, *_span(chance)]


def _others(facts: Facts) -> list[Section]:
    """Other plans beside this one; a difference that chance may make is called so."""
    others = [fact for fact in facts if re.fullmatch(r"alt\.\d+", fact.id)]
    if not others:
        return []
    start = [say(f"The computer tried {counted(len(others), 'other plan')} as well.", "alternatives")]
    told = [sentence for fact in others for sentence in _other(facts, fact)]
    told.append(say("This does not tell which plan is best for you.", "note"))
    return section("What If The Plan Were Changed", start, told)


def _other(facts: Facts, other: Fact) -> list[Sentence]:
    plan, there, verdict = (facts.get(f"{other.id}.any.{name}") for name in ("plan", "other", "verdict"))
    name = quoted(str(other.value))
    if plan is None or there is None or verdict is None:
        return [say(f"For {name} nothing can be said.", other.id)]
    told = [say(f"With {name}, cement leaked in {in_hundred(there.number)} and not in {in_hundred(plan.number)}."
                if in_hundred(there.number) != in_hundred(plan.number)
                else f"With {name}, cement leaked in {in_hundred(there.number)}, just as often.",
                other.id, plan.id, there.id)]  # fmt: skip
    if verdict.value == "within noise":
        told.append(say("Chance alone may explain this.", verdict.id))
    else:
        told.append(say("That is more than chance alone would do in this model.", verdict.id))
    return told


def quoted(name: str) -> str:
    """A name that a user gave, in quotes, without an end of a sentence or a word of doctors, cut where it is long.

    Examples
    --------
    >>> quoted("wait 4.5 min. Then go!")
    '“wait 4 5 min Then go”'
    """
    plain = " ".join(re.sub(r"[^\w\s,+-]", " ", name).split())
    if any(is_hard(word) for word in plain.lower().split()):
        plain = "another plan"
    return f"\u201c{plain if len(plain) <= LONGEST_NAME else plain[:LONGEST_NAME].rsplit(' ', 1)[0]}\u201d"


def _unknown(facts: Facts) -> list[Section]:
    failed = facts.get("failed")
    lost = [] if failed is None or failed.number < 1.0 else [
        say(f"In the model, {counted(failed.number, 'run')} did not come to an end.", "failed")
    ]  # fmt: skip
    small = facts["visible"].number
    return section(
        "What We Do Not Know",
        [
            say("One plan in a model does not prove it for all.", "run"),
            *model_limits(facts),
            *lost,
            say(f"Leaks of less than {small:g} mL were not counted.", "visible"),
        ],
        leak_studies(facts),
        [say("Whether a leak would be felt is not part of this run.", "run")],
    )
