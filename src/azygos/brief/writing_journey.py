"""A journey told: one virtual patient, where the cement went and what became of it."""

from __future__ import annotations

import re

from azygos.brief.facts import Facts
from azygos.brief.paragraphs import ask_your_team, heart_studies, lung_studies, model_limits
from azygos.brief.parts import Brief, Section, Sentence
from azygos.brief.saying import explained, number_of, say, section
from azygos.brief.words import about, counted, length, listed, millilitres, one_in, sentence_start
from azygos.brief.writing_course import TINY, bone_or_bones, done, happened, pronoun, stayed

RARE = 0.01  # what is called rare stays below this, its interval too


WAY = {
    "hemiazygos_vein": "the hemiazygos vein",
    "azygos_vein": "the azygos vein",
    "brachiocephalic_vein": "a large vein above the heart",
    "inferior_vena_cava": "the lower vena cava",
    "superior_vena_cava": "the upper vena cava",
}


def reach(facts: Facts) -> str:
    """How far the cement came: none, beside, veins, heart or lungs."""
    if number_of(facts, "lungs.lodged") > 0.0:
        return "lungs"
    if number_of(facts, "heart.reached") > 0.0:
        return "heart"
    if number_of(facts, "leaked.veins") > TINY:
        return "veins"
    return "beside" if number_of(facts, "leaked") > TINY else "none"


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
                *happened(facts),
                *done(facts),
                *stayed(facts),
                *_often(facts),
                *_unknown(facts),
                *ask_your_team(facts, signs=True),
            ]
        ),
    )


_HEADLINES = {
    "none": "A Virtual Patient Shows Bone Cement That Stays In The Bone",
    "beside": "A Virtual Patient Shows How Bone Cement Can Leak Beside The Bone",
    "veins": "A Virtual Patient Shows How Bone Cement Can Leak Into Veins",
    "heart": "A Virtual Patient Shows How Bone Cement Can Get To The Heart",
    "lungs": "A Virtual Patient Shows How Bone Cement Can Get To The Lungs",
}
_GLANCES = {
    "none": "In a virtual patient, no bone cement leaked.",
    "beside": "In a virtual patient, some bone cement leaked beside the bone.",
    "veins": "In a virtual patient, bone cement leaked into veins.",
    "heart": "In a virtual patient, leaked bone cement came to the heart.",
    "lungs": "In a virtual patient, leaked bone cement came to the lungs.",
}
_TAKES = {
    "none": "A computer put bone cement into the spine of a virtual patient, and all of it stayed in the bone.",
    "beside": "A computer put bone cement into the spine of a virtual patient, and some of it leaked, but into no "
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
    "beside": "Bone Cement in a Virtual Patient: A Leak Beside the Bone",
    "veins": "Bone Cement in a Virtual Patient: A Leak Into Veins",
    "heart": "Bone Cement in a Virtual Patient: From Spine to Heart",
    "lungs": "Bone Cement in a Virtual Patient: From Spine to Lungs",
}
_DESCRIPTIONS = {
    "none": "A computer model of bone cement in a virtual patient: all of it stays in the bone. For research only.",
    "beside": "A computer model of bone cement in a virtual patient: some of it leaks, but into no vein. "
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
        return say(
            f"{sentence_start(millilitres(removed))} was taken out, but cement stayed in the body.", "removed", "left"
        )
    if "symptoms.none" in facts:
        return say("The virtual patient felt nothing of it.", "symptoms.none")
    return say("All of the cement stayed in the body.", "left", "removed")


# The body ---------------------------------------------------------------------------------------------------------


def _lead(facts: Facts) -> list[Section]:
    she, her = pronoun(facts)
    who, them = ("woman", "her") if she == "She" else ("man", "him")
    age = facts["patient.age"].number
    story = f"This is the story of a virtual patient, a {who} of {age:.0f} years."
    return section(
        "",
        [
            say("Imagine that you could see where bone cement goes in the body.", "run"),
            say("A computer model can follow it on its way.", "run"),
        ],
        [
            say(story, "patient", "patient.sex", "patient.age"),
            say(f"{she} is not real: a computer made {them} up.", "patient", "patient.sex"),
        ],
        [say(_LEADS[reach(facts)].format(her=her), "patient.sex", *_reach_ids(facts)), *_most(facts)],
    )


_LEADS = {
    "none": "In {her} story, all of the cement stays in the bone.",
    "beside": "In {her} story, some of the cement leaks out beside the bone.",
    "veins": "In {her} story, some of the cement leaks out of the bone into veins.",
    "heart": "In {her} story, some of the cement leaks out of the bone and gets as far as the heart.",
    "lungs": "In {her} story, some of the cement leaks out of the bone and gets as far as the lungs.",
}


def _most(facts: Facts) -> list[Sentence]:
    stayed, injected = number_of(facts, "in.bone"), number_of(facts, "injected")
    if reach(facts) == "none" or stayed <= 0.5 * injected:
        return []
    return [say(f"Most of the cement stays in the {bone_or_bones(facts)}.", "in.bone", "injected", "bones")]


def _went(facts: Facts) -> list[Section]:
    return section(
        "Where The Cement Went",
        _into_bone(facts),
        _out_of_bone(facts),
        _through_veins(facts),
        _beyond(facts),
        _cord(facts),
    )


def _into_bone(facts: Facts) -> list[Sentence]:
    levels = [fact.id for fact in facts if fact.kind == "name" and fact.id.startswith("bone.")]
    names = [str(facts[id].value) for id in levels]
    into = f"{counted(facts['bones'].number, 'bone')} of the spine"
    put = f"The model put {millilitres(number_of(facts, 'injected'))} of cement into {into}."
    if len(names) == 1:
        called = f"Doctors call this bone {names[0]}, and it lies {facts[levels[0]].words[1]}."
    else:
        called = f"Doctors call them {listed(names)}."
    return [say(put, "injected", "bones"), say(called, *levels)]


def _out_of_bone(facts: Facts) -> list[Sentence]:
    leaked, venous = number_of(facts, "leaked"), number_of(facts, "leaked.veins")
    bone = bone_or_bones(facts)
    if leaked <= TINY:
        return [say(f"None of it leaked out of the {bone}.", "leaked")]
    stayed = sentence_start(about(number_of(facts, "in.bone")))
    told = [say(f"{stayed} stayed in the {bone}, but {millilitres(leaked)} leaked out.", "in.bone", "leaked")]
    if venous <= TINY:
        told.append(say("None of it went into a vein.", "leaked.veins"))
    elif millilitres(venous) == millilitres(leaked):
        told.append(say("The leak went into small veins of the spine.", "leaked.veins"))
    else:
        told.append(say(f"Of this, {millilitres(venous)} went into small veins of the spine.", "leaked.veins"))
        told.append(say(f"The rest came out beside the {bone}.", "in.beside"))
    return told


def _through_veins(facts: Facts) -> list[Sentence]:
    far = reach(facts)
    if far in ("none", "beside"):
        return []
    way = [site for site in WAY if f"way.{site}" in facts]
    through = f"From the small veins, cement moved on through {listed([WAY[site] for site in way])}."
    told = [say(through, *(f"way.{site}" for site in way))] if way else []
    if far == "veins":
        told.append(say("No cement got to the heart or the lungs.", "heart.reached", "lungs.lodged"))
    return told


def _beyond(facts: Facts) -> list[Sentence]:
    """The right side of the heart, and what lies behind it."""
    far = reach(facts)
    if far not in ("heart", "lungs"):
        return []
    told = [say("Then it came into the right side of the heart.", "heart.reached"), *_in_heart(facts)]
    if far == "heart":
        return [*told, say("None of it got to the lungs.", "lungs.lodged")]
    stopped = counted(number_of(facts, "lungs.lodged"), "piece")
    volume = millilitres(number_of(facts, "in.lungs"))
    told.append(say("It went on into the lung arteries.", "lungs.lodged"))
    told.append(say(f"There it came to a stop: {stopped} with {volume} of cement.", "lungs.lodged", "in.lungs"))
    return told


def _in_heart(facts: Facts) -> list[Sentence]:
    told = []
    for name, what in (
        ("stays", "stayed in the heart"),
        ("crossed", "went through a small hole to the left side of the heart"),
        ("pierced", "went through the wall of the heart"),
    ):
        number = number_of(facts, f"heart.{name}")
        if number:
            told.append(say(f"In all, {counted(number, 'piece')} {what}.", f"heart.{name}"))
    if "effusion" in facts:
        blood = millilitres(number_of(facts, "effusion"))
        told.append(say(f"Up to {blood} of blood came out around the heart.", "effusion"))
    return told


def _cord(facts: Facts) -> list[Sentence]:
    if "cord.length" not in facts:
        return []
    long = length(facts["cord.length"].number)
    return [
        say(f"The cement hung together as a cord that was {long} long in all.", "cord.length"),
        say("One end of it still held on to the bone.", "cord.attached"),
    ]


def _often(facts: Facts) -> list[Section]:
    studies = heart_studies(facts) if reach(facts) == "heart" else lung_studies(facts)
    return section("How Often Does This Happen?", _rarity(facts), _tried(facts), studies)


def _rarity(facts: Facts) -> list[Sentence]:
    rarity = facts.get("rarity")
    if rarity is None or rarity.low is None or rarity.high is None:
        return [say("How often this very course comes up was not counted in this run.", "patient")]
    days = re.search(r"within (\d+) days", str(facts["rarity.what"].value))
    soon = f" with symptoms within {days[1]} days" if days else ""
    course = f"a cord of cement from the bone into the lungs{soon}"
    ids = ("rarity", "rarity.what")
    draws = counted(number_of(facts, "rarity.draws"), "more time")
    told = [say(f"To find out, the model ran {draws}.", "rarity.draws")]
    if rarity.number <= 0.0:
        told.append(say(f"In these runs {course} did not come up.", *ids))
        if rarity.high > 0.0:
            told.append(say(f"The true number may still be up to {one_in(rarity.high)}.", "rarity"))
        return told
    rare = "is rare:" if rarity.high <= RARE else "comes up in"
    told.append(say(f"{sentence_start(course)} {rare} about {one_in(rarity.number)} runs.", *ids))
    if rarity.low > 0.0:
        told.append(say(f"The true number may be from {one_in(rarity.low)} to {one_in(rarity.high)}.", "rarity"))
    return told


def _tried(facts: Facts) -> list[Sentence]:
    tried = number_of(facts, "patient.tried")
    if tried < 2.0:
        return []
    return [say(f"We had to try {counted(tried, 'virtual patient')} to find this one.", "patient.tried")]


def _unknown(facts: Facts) -> list[Section]:
    first = [
        say("One case does not prove it for all.", "patient"),
        say("It cannot tell what will happen to you or to any real patient.", "patient", "note"),
    ]
    switched = number_of(facts, "switched_off")
    left_out = []
    if switched >= 1.0:
        parts = counted(switched, "part")
        left_out.append(say(f"This run left out {parts} of the model on purpose.", "switched_off"))
    return section("What We Do Not Know", first, [*model_limits(facts), *left_out])
