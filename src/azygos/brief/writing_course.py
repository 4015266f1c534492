"""What became of a virtual patient: pressure, symptoms, care, and what stayed behind."""

from __future__ import annotations

from collections.abc import Mapping

from azygos.brief.facts import Facts
from azygos.brief.parts import Section, Sentence
from azygos.brief.saying import number_of, say, section
from azygos.brief.words import counted, in_hundred, listed, millilitres, percent

TINY = 5e-4  # less than this is no cement that a text speaks of [mL]
STILL = 1.0  # a pressure that rises less than this is said to stay [mmHg]
DAY = 86_400.0  # [s]
NEVER_NONE = 1e-6  # a chance is never said to be none
THREE = 3  # so many removals are told one by one

SEEN = {"veins": "veins", "heart": "the heart", "lungs": "the lungs"}
SYMPTOMS: Mapping[str, str] = {
    "breathlessness": "{who} had trouble with {whose} breath.",
    "chest pain": "{who} had chest pain.",
    "fainting": "{who} felt faint.",
    "complaints from cement in the heart": "They came from the cement in the heart.",
}
LOOKS = {
    "ct": "a CT scan",
    "ct angiography": "a CT scan with dye",
    "film": "a plain X-ray",
    "echo": "an ultrasound of the heart",
    "clinic": "a visit to the doctor",
}


def pronoun(facts: Facts) -> tuple[str, str]:
    """How the virtual patient is named, and what is theirs."""
    return ("She", "her") if facts["patient.sex"].value == "female" else ("He", "his")


def bone_or_bones(facts: Facts) -> str:
    """One bone was treated, or several."""
    return "bone" if facts["bones"].number == 1.0 else "bones"


def happened(facts: Facts) -> list[Section]:
    """Pressure, symptoms, clot and death."""
    return section("What Happened In The Body", _pressure(facts), _symptoms(facts), _clot(facts), _death(facts))


def _pressure(facts: Facts) -> list[Sentence]:
    ids = [f"acute.pulmonary_pressure_mean_mmhg.{when}" for when in ("first", "most", "last")]
    if not all(id in facts for id in ids):
        return []
    first, most, last = (facts[id].number for id in ids)
    told = []
    if most < first + STILL:
        told.append(say(f"The pressure in the lung arteries stayed near {first:.0f} mmHg.", *ids[:2]))
    else:
        told.append(say(f"The pressure in the lung arteries rose from {first:.0f} to {most:.0f} mmHg.", *ids[:2]))
        if last < most - STILL:
            told.append(say(f"Later it was down to {last:.0f} mmHg.", ids[1], ids[2]))
        told += _of_fat(facts)
    lost = facts.get("lungs.flow_lost_percent")
    if lost is not None and number_of(facts, "lungs.lodged") > 0.0:
        told.append(say(f"The cement by itself cut the blood flow to the lungs by {percent(lost.number)}.", lost.id))
    return told


def _of_fat(facts: Facts) -> list[Sentence]:
    """Fat of the marrow raises the pressure too; without cement in heart and lungs it is not the cement."""
    fat = number_of(facts, "fat")
    told = []
    if fat > TINY:
        told.append(say(f"The push of the cement had also sent {millilitres(fat)} of fat into the veins.", "fat"))
    if number_of(facts, "lungs.lodged") == 0.0 and number_of(facts, "heart.reached") == 0.0:
        why = "No cement was in the heart or the lungs, so the cement itself did not cause this."
        told.append(say(why, "lungs.lodged", "heart.reached"))
    return told


def _symptoms(facts: Facts) -> list[Sentence]:
    she, her = pronoun(facts)
    chance, day = facts.get("symptoms.chance"), facts.get("symptoms.day")
    odds = []
    if chance is not None:
        share = in_hundred(max(chance.number / 100.0, NEVER_NONE))
        odds.append(say(f"The model put the chance of symptoms at {share}.", chance.id))
    if day is None and "died" in facts:
        return []
    if day is None:
        return [say(f"{she} felt nothing of it in this run.", "symptoms.none", "patient.sex"), *odds]
    when = f"day {day.number:.0f}" if day.number >= 0.5 else "the first day"
    told = [say(f"{she} felt the first symptoms on {when}.", "symptoms.day", "patient.sex")]
    for fact in facts.under("symptom."):
        known = SYMPTOMS.get(str(fact.value))
        if known is not None:
            told.append(say(known.format(who=she, whose=her), fact.id, "patient.sex"))
    return [*told, *odds]


def _clot(facts: Facts) -> list[Sentence]:
    most = number_of(facts, "clot.most")
    return [] if most < 0.005 else [say(f"Up to {millilitres(most)} of clot grew on the cement.", "clot.most")]


def _death(facts: Facts) -> list[Sentence]:
    if "died" not in facts:
        return []
    days = facts["died"].number / DAY
    when = "on the first day" if days < 1.0 else f"after {counted(round(days), 'day')}"
    return [say(f"The virtual patient died {when}.", "died"), say("No real person was harmed.", "patient")]


def done(facts: Facts) -> list[Section]:
    """What was taken out, and what else was given."""
    removals = [fact for fact in facts.under("removal.") if fact.kind == "treatment"]
    told = [_removal(facts, fact.id) for fact in removals[:THREE]]
    she, _ = pronoun(facts)
    care = []
    for kind, what, but in (
        ("anticoagulation", "a medicine that slows new clots", "It does nothing to the cement."),
        ("lysis", "a medicine to break up clots", "It does not break up the cement."),
    ):
        if f"care.{kind}" in facts:
            days = facts.get(f"care.{kind}.days")
            long = "" if days is None else f" for {counted(days.number, 'day')}"
            ids = (f"care.{kind}",) if days is None else (f"care.{kind}", days.id)
            care += [say(f"{she} was given {what}{long}.", "patient.sex", *ids), say(but, f"care.{kind}")]
    if "care.watching" in facts:
        care.append(say(f"{she} was kept under watch.", "patient.sex", "care.watching"))
    if told or care:
        care.append(say("This does not tell which care is best for you.", "patient", "note"))
    return section("What Was Done", told, care)


def _removal(facts: Facts, id: str) -> Sentence:
    means = "surgery" if facts[id].value == "embolectomy" else "a thin tube in a vein"
    volume = facts[f"{id}.volume"].number
    what = f"{millilitres(volume)} of the cement" if volume > 0.0 else "no cement"
    return say(f"On day {facts[f'{id}.day'].number:.0f}, {means} took out {what}.", id, f"{id}.day", f"{id}.volume")


def stayed(facts: Facts) -> list[Section]:
    """What is still in the body at the end, and what the last look showed."""
    told = []
    if number_of(facts, "leaked") > TINY:
        if number_of(facts, "removed") > TINY:
            told.append(say("But not all of the cement was gone.", "removed", "left"))
        told.append(say(f"At the end, {millilitres(number_of(facts, 'left'))} was still in the body.", "left"))
        told.append(_still_there(facts))
        if "left.beyond" in facts and facts["left.beyond"].number <= TINY and number_of(facts, "heart.reached"):
            told.append(say("None was left in the heart or the lungs.", "left.beyond"))
    return section("What Stayed Behind", told, _last_look(facts))


def _still_there(facts: Facts) -> Sentence:
    where, ids = [], []
    for id, words in (
        ("in.bone", f"in the {bone_or_bones(facts)}"),
        ("in.beside", f"beside the {bone_or_bones(facts)}"),
        ("in.veins", "in veins"),
        ("left.beyond", f"in {_beyond(facts)}"),
        ("in.elsewhere", "beyond another door of the heart"),
    ):
        if number_of(facts, id) > TINY:
            where.append(f"{millilitres(number_of(facts, id))} {words}")
            ids.append(id)
    return say(f"This was {listed(where)}.", *ids)


def _beyond(facts: Facts) -> str:
    """Heart and lungs, as far as cement came to them."""
    names = [name for id, name in (("in.heart", "the heart"), ("in.lungs", "the lungs")) if number_of(facts, id) > TINY]
    return listed(names) or "heart and lungs"


def _last_look(facts: Facts) -> list[Sentence]:
    """The last look at the patient that a machine took, and what it showed."""
    looks = [fact for fact in facts.under("visit.") if fact.id.endswith(".with") and fact.value != "clinic"]
    if not looks:
        return []
    id = looks[-1].id.removesuffix(".with")
    seen = [name for name in SEEN if f"{id}.sees.{name}" in facts]
    start = f"On day {facts[f'{id}.day'].number:.0f}, {LOOKS[str(looks[-1].value)]}"
    ids = (f"{id}.day", f"{id}.with")
    if seen:
        where = listed([SEEN[name] for name in seen])
        return [say(f"{start} showed cement in {where}.", *ids, *(f"{id}.sees.{name}" for name in seen))]
    if number_of(facts, f"{id}.sees") == 0.0:
        return [say(f"{start} showed no cement beyond the bone.", *ids, f"{id}.sees")]
    return []
