"""A journey told: one virtual patient, where the cement went and what became of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from azygos.brief.common import ask_your_team, heart_studies, lung_studies, model_limits
from azygos.brief.facts import Facts
from azygos.brief.parts import Brief, Section, Sentence
from azygos.brief.saying import explained, number_of, say, section
from azygos.brief.words import counted, in_hundred, length, listed, millilitres, one_in

TINY = 5e-4  # less than this is no leak that a text speaks of [mL]
RARE = 0.01  # what is called rare stays below this, its interval too
STILL = 1.0  # a pressure that rises less than this is said to stay [mmHg]
DAY = 86_400.0  # [s]
THREE = 3  # so many of a kind are told one by one


WAY = (
    ("hemiazygos_vein", "It moved along the hemiazygos vein."),
    ("azygos_vein", "It moved along the azygos vein."),
    ("brachiocephalic_vein", "It moved along a large vein above the heart."),
    ("inferior_vena_cava", "It came to the lower vena cava."),
    ("superior_vena_cava", "It came to the upper vena cava."),
)
SYMPTOMS: Mapping[str, str] = {
    "breathlessness": "{who} had trouble with {whose} breath.",
    "chest pain": "{who} had chest pain.",
    "fainting": "{who} felt faint.",
    "complaints from cement in the heart": "The cement in the heart was the cause.",
}
LOOKS = {
    "ct": "a CT scan",
    "ct angiography": "a CT scan with dye",
    "film": "a plain X-ray",
    "echo": "an ultrasound of the heart",
    "clinic": "a visit to the doctor",
}


def reach(facts: Facts) -> str:
    """How far the cement came: none, bone's side, veins, heart or lungs."""
    if number_of(facts, "lungs.lodged") > 0.0:
        return "lungs"
    if number_of(facts, "heart.reached") > 0.0:
        return "heart"
    if number_of(facts, "leaked.veins") > TINY:
        return "veins"
    return "bone's side" if number_of(facts, "leaked") > TINY else "none"


def write_journey(facts: Facts) -> Brief:
    """The six parts of a journey."""
    far, who = reach(facts), ("patient", *_reach_ids(facts))
    return Brief(
        facts=facts,
        headline=say(_HEADLINES[far], *who),
        at_a_glance=(say(_GLANCES[far], *who), _glance_rare(facts), _glance_end(facts)),
        quick_take=say(_TAKES[far], "run", *who),
        seo_title=say(_TITLES[far], *who),
        seo_description=say(_DESCRIPTIONS[far], "run", "note", *who),
        body=explained(
            [
                *_lead(facts),
                *_went(facts),
                *_happened(facts),
                *_done(facts),
                *_stayed(facts),
                *_often(facts),
                *_unknown(facts),
                *ask_your_team(facts, signs=True),
            ]
        ),
    )


_HEADLINES = {
    "none": "Virtual Patient: Bone Cement Stays In The Bone",
    "bone's side": "Virtual Patient: Some Bone Cement Leaks Beside The Bone",
    "veins": "Virtual Patient: Bone Cement Leaks Into Veins Of The Spine",
    "heart": "Virtual Patient: Bone Cement Leaks And Comes To The Heart",
    "lungs": "Virtual Patient: Bone Cement Leaks And Comes To The Lungs",
}
_GLANCES = {
    "none": "In a virtual patient, no bone cement leaked.",
    "bone's side": "In a virtual patient, some bone cement leaked beside the bone.",
    "veins": "In a virtual patient, bone cement leaked into veins.",
    "heart": "In a virtual patient, leaked bone cement came to the heart.",
    "lungs": "In a virtual patient, leaked bone cement came to the lungs.",
}
_TAKES = {
    "none": "A computer put bone cement into the spine of a virtual patient, and all of it stayed in the bone.",
    "bone's side": "A computer put bone cement into the spine of a virtual patient, and some of it leaked, but into no "
    "vein.",
    "veins": "A computer put bone cement into the spine of a virtual patient, and some of it leaked into veins, but "
    "none came to the heart or the lungs.",
    "heart": "A computer put bone cement into the spine of a virtual patient, and some of it leaked and came to the "
    "heart, but not to the lungs.",
    "lungs": "A computer put bone cement into the spine of a virtual patient, and some of it leaked and came to the "
    "lungs.",
}
_TITLES = {
    "none": "Bone Cement in a Virtual Patient: It Stays in the Bone",
    "bone's side": "Bone Cement in a Virtual Patient: A Leak Beside the Bone",
    "veins": "Bone Cement in a Virtual Patient: A Leak Into Veins",
    "heart": "Bone Cement in a Virtual Patient: From Spine to Heart",
    "lungs": "Bone Cement in a Virtual Patient: From Spine to Lungs",
}
_DESCRIPTIONS = {
    "none": "A computer model of bone cement in a virtual patient: all of it stays in the bone. For research only.",
    "bone's side": "A computer model of bone cement in a virtual patient: some of it leaks, but into no vein. "
    "For research only.",
    "veins": "A computer model of bone cement in a virtual patient: some of it leaks into veins, none comes to the "
    "heart. For research only.",
    "heart": "A computer model of bone cement in a virtual patient: some of it leaks and comes to the heart. "
    "For research only.",
    "lungs": "A computer model of bone cement in a virtual patient: some of it leaks and comes to the lungs. "
    "For research only.",
}


def _reach_ids(facts: Facts) -> tuple[str, ...]:
    known = ("leaked", "leaked.veins", "heart.reached", "lungs.lodged")
    return tuple(id for id in known if id in facts)


def _pronoun(facts: Facts) -> tuple[str, str]:
    return ("She", "her") if facts["patient.sex"].value == "female" else ("He", "his")


# At a glance ------------------------------------------------------------------------------------------------------


def _glance_rare(facts: Facts) -> Sentence:
    """How rare it is, or that one case proves nothing."""
    rarity = facts.get("rarity")
    if rarity is None or rarity.high is None or rarity.low is None:
        return say("One case does not prove it for all.", "patient")
    if rarity.number <= 0.0:
        return say(f"A cord into the lungs: at most {one_in(rarity.high)} runs." if rarity.high > 0.0
                   else "A cord into the lungs was not seen in other runs.", "rarity", "rarity.what")  # fmt: skip
    rare = " is rare" if rarity.high <= RARE else ""
    return say(f"A cord into the lungs{rare or ' comes'}{':' if rare else ' in'} about {one_in(rarity.number)} runs.",
               "rarity", "rarity.what")  # fmt: skip


def _glance_end(facts: Facts) -> Sentence:
    if "died" in facts:
        return say("The virtual patient died in this run.", "died")
    removed = number_of(facts, "removed")
    if removed > TINY:
        return say(f"{millilitres(removed)} was taken out, but cement stayed in the body.", "removed", "left")
    if "symptoms.none" in facts:
        return say("The virtual patient felt nothing of it.", "symptoms.none")
    return say("All of the cement stayed in the body.", "left", "removed")


# The body ---------------------------------------------------------------------------------------------------------


def _lead(facts: Facts) -> list[Section]:
    she, _ = _pronoun(facts)
    age = facts["patient.age"].number
    woman = "woman" if she == "She" else "man"
    leads = {
        "none": "In this story, all of the cement stays in the bone.",
        "bone's side": "In this story, some of the cement leaks out beside the bone.",
        "veins": "In this story, some of the cement leaks out into veins.",
        "heart": "In this story, some of the cement leaks out and comes to the heart.",
        "lungs": "In this story, some of the cement leaks out and comes to the lungs.",
    }
    far = reach(facts)
    return section(
        "",
        [
            say("Doctors can treat a broken bone of the spine with bone cement.", "study.leaflet"),
            say("But where does the cement go?", "run"),
            say("A computer model can follow it on its way.", "run"),
        ],
        [
            say("This is the story of a virtual patient.", "patient"),
            say(f"{she} is a {woman} of {age:.0f} years.", "patient.sex", "patient.age"),
            say(f"{she} is not real: a computer made {'her' if she == 'She' else 'him'} up.", "patient", "patient.sex"),
        ],
        [say(leads[far], *_reach_ids(facts))],
    )


def _went(facts: Facts) -> list[Section]:
    return section("Where The Cement Went", _into_bone(facts), _out_of_bone(facts), _on_its_way(facts), _cord(facts))


def _levels(facts: Facts) -> list[str]:
    return [fact.id for fact in facts if fact.kind == "name" and fact.id.startswith("bone.")]


def _into_bone(facts: Facts) -> list[Sentence]:
    bones = facts["bones"].number
    levels = _levels(facts)
    names = [str(facts[id].value) for id in levels]
    told = [say(f"The model put {millilitres(number_of(facts, 'injected'))} of cement into "
                f"{counted(bones, 'bone')} of the spine.", "injected", "bones")]  # fmt: skip
    if len(names) == 1:
        told.append(say(f"Doctors call this bone {names[0]}.", *levels))
        told.append(say(f"It lies {facts[levels[0]].words[1]}.", *levels))
    else:
        told.append(say(f"Doctors call them {listed(names)}.", *levels))
    return told


def _out_of_bone(facts: Facts) -> list[Sentence]:
    leaked, venous = number_of(facts, "leaked"), number_of(facts, "leaked.veins")
    bone = "bone" if facts["bones"].number == 1.0 else "bones"
    if leaked <= TINY:
        return [say(f"None of it leaked out of the {bone}.", "leaked")]
    told = [
        say(f"About {millilitres(number_of(facts, 'in.bone'))} stayed in the {bone}.", "in.bone"),
        say(f"The other {millilitres(leaked)} leaked out.", "leaked"),
    ]
    if venous <= TINY:
        told.append(say("None of it went into a vein.", "leaked.veins"))
    elif millilitres(venous) == millilitres(leaked):
        told.append(say("It went into small veins of the spine.", "leaked.veins"))
    else:
        told.append(say(f"{millilitres(venous)} of this went into small veins of the spine.", "leaked.veins"))
    return told


def _on_its_way(facts: Facts) -> list[Sentence]:
    far = reach(facts)
    if far in ("none", "bone's side"):
        return []
    told = [say(text, f"way.{site}") for site, text in WAY if f"way.{site}" in facts]
    if far == "veins":
        return [*told, say("It did not come to the heart or the lungs.", "heart.reached", "lungs.lodged")]
    told.append(say("Then it came to the right side of the heart.", "heart.reached"))
    told += _in_heart(facts)
    if far == "lungs":
        lodged = number_of(facts, "lungs.lodged")
        told.append(say("From there it moved on into the lung arteries.", "lungs.lodged"))
        stopped = f"{counted(lodged, 'piece')} came to a stop there"
        volume = millilitres(number_of(facts, "in.lungs"))
        told.append(say(f"{stopped}, with {volume} of cement.", "lungs.lodged", "in.lungs"))
    else:
        told.append(say("None of it came to the lungs.", "lungs.lodged"))
    return told


def _in_heart(facts: Facts) -> list[Sentence]:
    told = []
    pierced, crossed, stays = (number_of(facts, f"heart.{name}") for name in ("pierced", "crossed", "stays"))
    if stays:
        told.append(say(f"{counted(stays, 'piece')} stayed in the heart.", "heart.stays"))
    if crossed:
        told.append(say(f"{counted(crossed, 'piece')} went through a small hole to the left side of the heart.",
                        "heart.crossed"))  # fmt: skip
    if pierced:
        told.append(say(f"{counted(pierced, 'piece')} went through the wall of the heart.", "heart.pierced"))
    if "effusion" in facts:
        told.append(say(f"Up to {millilitres(number_of(facts, 'effusion'))} of blood came out around the heart.",
                        "effusion"))  # fmt: skip
    return told


def _cord(facts: Facts) -> list[Sentence]:
    if "cord.length" not in facts:
        return []
    return [
        say(f"The cement had the shape of a cord, {length(facts['cord.length'].number)} long in all.", "cord.length"),
        say("Its end still held on to the bone.", "cord.attached"),
    ]


def _happened(facts: Facts) -> list[Section]:
    return section("What It Did To The Body", _pressure(facts), _symptoms(facts), _clot(facts), _death(facts))


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
        told.append(say(f"It was {last:.0f} mmHg at the end of that day.", ids[2]))
    lost = facts.get("lungs.flow_lost_percent")
    if lost is not None and number_of(facts, "lungs.lodged") > 0.0:
        share = in_hundred(lost.number / 100.0).replace(" in 100", " percent")
        told.append(say(f"The cement by itself cut {share} of the blood flow to the lungs.", lost.id))
    return told


def _symptoms(facts: Facts) -> list[Sentence]:
    she, her = _pronoun(facts)
    chance = facts.get("symptoms.chance")
    odds = [] if chance is None else [
        say(f"The model put the chance of symptoms at {in_hundred(chance.number / 100.0)}.", chance.id)
    ]  # fmt: skip
    day = facts.get("symptoms.day")
    if day is None:
        return [say(f"{she} felt nothing of it in this run.", "symptoms.none", "patient.sex"), *odds]
    told = [say(f"Symptoms came on day {day.number:.0f}.", "symptoms.day")]
    for fact in facts.under("symptom."):
        known = SYMPTOMS.get(str(fact.value))
        if known is not None:
            told.append(say(known.format(who=she, whose=her), fact.id, "patient.sex"))
    return [*told, *odds]


def _clot(facts: Facts) -> list[Sentence]:
    most = number_of(facts, "clot.most")
    if most < 0.005:
        return []
    return [say(f"Up to {millilitres(most)} of clot grew on the cement.", "clot.most")]


def _death(facts: Facts) -> list[Sentence]:
    if "died" not in facts:
        return []
    days = facts["died"].number / DAY
    when = "on the first day" if days < 1.0 else f"after {counted(round(days), 'day')}"
    return [
        say(f"The virtual patient died {when}.", "died"),
        say("No real person was harmed.", "patient"),
    ]


def _done(facts: Facts) -> list[Section]:
    told: list[Sentence] = []
    removals = [fact for fact in facts.under("removal.") if fact.kind == "treatment"]
    for fact in removals[:THREE]:
        means = "surgery" if fact.value == "embolectomy" else "a thin tube in a vein"
        told.append(say(f"On day {facts[f'{fact.id}.day'].number:.0f}, the model took cement out by {means}.",
                        fact.id, f"{fact.id}.day"))  # fmt: skip
        told.append(say(f"It took out {millilitres(facts[f'{fact.id}.volume'].number)}.", f"{fact.id}.volume"))
    care = []
    if "care.anticoagulation" in facts:
        care.append(say(f"It gave a medicine that slows new clots{_for_days(facts, 'anticoagulation')}.",
                        "care.anticoagulation", *_day_ids(facts, "anticoagulation")))  # fmt: skip
        care.append(say("This does nothing to the cement.", "care.anticoagulation"))
    if "care.lysis" in facts:
        care.append(say(f"It gave a medicine to break up clots{_for_days(facts, 'lysis')}.", "care.lysis",
                        *_day_ids(facts, "lysis")))  # fmt: skip
        care.append(say("This does not break up the cement.", "care.lysis"))
    if "care.watching" in facts:
        care.append(say("It kept the patient under watch.", "care.watching"))
    if told or care:
        care.append(say("This does not tell which care is best for you.", "patient", "note"))
    return section("What Was Done", told, care)


def _day_ids(facts: Facts, kind: str) -> tuple[str, ...]:
    return (f"care.{kind}.days",) if f"care.{kind}.days" in facts else ()


def _for_days(facts: Facts, kind: str) -> str:
    days = facts.get(f"care.{kind}.days")
    return "" if days is None else f" for {counted(days.number, 'day')}"


def _stayed(facts: Facts) -> list[Section]:
    told = []
    left = number_of(facts, "left")
    if number_of(facts, "leaked") > TINY:
        told.append(say(f"At the end, {millilitres(left)} of cement was still in the body.", "left"))
        told.append(say(f"{millilitres(number_of(facts, 'in.bone'))} of it lay in the bone.", "in.bone"))
        if number_of(facts, "in.veins") > TINY:
            told.append(say(f"{millilitres(number_of(facts, 'in.veins'))} lay in veins.", "in.veins"))
        told += _left_beyond(facts)
    return section("What Stayed Behind", told, _last_look(facts))


def _left_beyond(facts: Facts) -> list[Sentence]:
    if reach(facts) not in ("heart", "lungs") or "left.beyond" not in facts:
        return []
    beyond = facts["left.beyond"].number
    if beyond > TINY:
        return [say(f"{millilitres(beyond)} lay in the heart and the lungs.", "left.beyond")]
    return [say("None was left in the heart or the lungs.", "left.beyond")]


def _last_look(facts: Facts) -> list[Sentence]:
    """The last look at the patient that a machine took, and what it showed."""
    looks = [fact for fact in facts.under("visit.") if fact.id.endswith(".with") and fact.value != "clinic"]
    if not looks:
        return []
    id = looks[-1].id.removesuffix(".with")
    seen = [name for name in ("veins", "heart", "lungs") if f"{id}.sees.{name}" in facts]
    start = f"On day {facts[f'{id}.day'].number:.0f}, {LOOKS[str(looks[-1].value)]}"
    ids = (f"{id}.day", f"{id}.with")
    if seen:
        where = listed([{"veins": "veins", "heart": "the heart", "lungs": "the lungs"}[name] for name in seen])
        return [say(f"{start} showed cement in {where}.", *ids, *(f"{id}.sees.{name}" for name in seen))]
    if number_of(facts, f"{id}.sees") == 0.0:
        return [say(f"{start} showed no cement.", *ids, f"{id}.sees")]
    return []


def _often(facts: Facts) -> list[Section]:
    far = reach(facts)
    studies = lung_studies(facts) if far in ("lungs", "none", "bone's side", "veins") else heart_studies(facts)
    return section("How Rare Is This?", _rarity(facts), _tried(facts), studies)


def _rarity(facts: Facts) -> list[Sentence]:
    rarity = facts.get("rarity")
    if rarity is None or rarity.low is None or rarity.high is None:
        return [say("How rare this very course is was not counted in this run.", "patient")]
    days = re.search(r"within (\d+) days", str(facts["rarity.what"].value))
    soon = f" with symptoms in the first {days[1]} days" if days else ""
    told = [
        say("We let the model run many more times.", "rarity.draws"),
        say(f"We looked for a cord of cement from the bone into the lungs{soon}.", "rarity.what"),
    ]
    if rarity.number <= 0.0:
        most = f"It may still come in up to {one_in(rarity.high)} runs." if rarity.high > 0.0 else ""
        return [*told, say("It did not come up.", "rarity"), *([say(most, "rarity")] if most else [])]
    rare = "It is rare: it" if rarity.high <= RARE else "It"
    told.append(say(f"{rare} came up in about {one_in(rarity.number)} runs.", "rarity"))
    if rarity.low > 0.0:
        told.append(say(f"The true number may be from {one_in(rarity.low)} to {one_in(rarity.high)}.", "rarity"))
    return told


def _tried(facts: Facts) -> list[Sentence]:
    tried = number_of(facts, "patient.tried")
    if tried < 2.0:
        return []
    return [say(f"To find this one case, we had to try {counted(tried, 'virtual patient')}.", "patient.tried")]


def _unknown(facts: Facts) -> list[Section]:
    first = [
        say("One case does not prove it for all.", "patient"),
        say("It is no forecast for you or for any real patient.", "patient", "note"),
    ]
    switched = number_of(facts, "switched_off")
    left_out = [] if switched < 1.0 else [
        say(f"This run left out {counted(switched, 'part')} of the model on purpose.", "switched_off")
    ]  # fmt: skip
    return section("What We Do Not Know", first, [*model_limits(facts), *left_out])
