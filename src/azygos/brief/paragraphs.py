"""Paragraphs that more than one kind of run needs: what studies found, what is not known, whom to ask."""

from __future__ import annotations

from azygos.brief.facts import Facts
from azygos.brief.parts import Section, Sentence
from azygos.brief.saying import say, section
from azygos.brief.words import counted


def _of(facts: Facts, name: str) -> tuple[str, str, str, str]:
    """Both counts of a study as words, and the ids that they stand under."""
    events, of = f"study.{name}.events", f"study.{name}.of"
    return f"{facts[events].number:,.0f}", f"{facts[of].number:,.0f}", events, of


def lung_studies(facts: Facts) -> list[Sentence]:
    """How often cement is in the lungs of real patients, and how often it is felt."""
    found, looked, *first = _of(facts, "lung_cement")
    felt, of, *second = _of(facts, "lung_symptoms")
    return [
        say(f"In one study, {looked} real patients had a CT scan to look for cement in the lungs.", first[1]),
        say(f"The scan found some in {found} of them, but none of them felt it.", *first),
        say(f"In a second study, only {felt} of {of} patients felt it, so that is rare.", *second),
    ]


def heart_studies(facts: Facts) -> list[Sentence]:
    """How often cement is found in the heart, and how often it is felt."""
    found, sessions, *first = _of(facts, "heart_cement")
    felt, of, *second = _of(facts, "heart_symptoms")
    return [
        say(f"One team told of {found} real patients with cement in the heart after {sessions} sessions.", *first),
        say(f"Of these {of}, only {felt} felt it.", *second),
    ]


def leak_studies(facts: Facts) -> list[Sentence]:
    """How often cement leaks at all, and what becomes of it."""
    found, looked, *ids = _of(facts, "leaking_levels")
    months = facts["study.leaks_followed"].number
    return [
        say(f"In one study of real patients, {found} of {looked} treated bones had a leak on a CT scan.", *ids),
        say(f"The leaks in that study did not change over {months:.0f} months or so.", "study.leaks_followed"),
    ]


def model_limits(facts: Facts, what: str = "The model") -> list[Sentence]:
    """On how many numbers the run rests, and that some are assumed."""
    number = facts["assumptions"]
    if number.number < 1.0:
        return []
    rests = f"{what} rests on {counted(number.number, 'number')}"
    if "assumed" in facts:
        return [say(f"{rests}, and some of them are no more than best guesses.", "assumptions", "assumed")]
    return [say(f"{rests}.", "assumptions")]


def ask_your_team(facts: Facts, *, signs: bool) -> list[Section]:
    """The last section: whom to ask, and what this text is not."""
    warning = [
        say("Chest pain or trouble with your breath can be a sign of a blocked lung artery.", "study.signs"),
        say("Leaflets for patients name this risk and call it uncommon.", "study.leaflet"),
    ]
    return section(
        "Ask Your Team",
        warning if signs else [],
        [say("If you want to know what all this means for you, ask your care team.", "note")],
        [say("This text is for research only, and it is no medical advice.", "note")],
    )
