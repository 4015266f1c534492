"""A trace told: what a computer found on one scan, how sure it is, and what the scan cannot show."""

from __future__ import annotations

from azygos.brief.facts import Fact, Facts
from azygos.brief.paragraphs import ask_your_team, heart_studies, lung_studies
from azygos.brief.parts import Brief, Section, Sentence
from azygos.brief.places import PLAIN_SITES
from azygos.brief.saying import explained, number_of, say, section
from azygos.brief.words import about, counted, length, listed, millilitres, sure

MOST_PIECES = 3  # reported pieces that are told one by one
UNSURE = 0.5  # a place that is less certain than this is said to be unsure

GROUPS = {"veins": "the large veins", "heart": "the heart", "lungs": "the lung arteries"}
SHORT = {"veins": "large veins", "heart": "the heart", "lungs": "the lungs"}


def reached(facts: Facts) -> list[str]:
    """Great veins, heart and lungs, as far as reported cement reaches."""
    return [name for name in GROUPS if f"reaches.{name}" in facts]


def write_trace(facts: Facts) -> Brief:
    """The six parts of a trace."""
    ids = ("reported", *(f"reaches.{name}" for name in reached(facts)))
    return Brief(
        facts=facts,
        headline=say(_headline(facts), *ids),
        at_a_glance=(
            say("A computer looked for bone cement on one CT scan.", "run"),
            say(_glance(facts), *ids),
            _glance_sure(facts),
        ),
        quick_take=say(_take(facts), "run", *ids),
        seo_title=say("Bone Cement on a CT Scan: What a Computer Found", "run"),
        seo_description=say(_description(facts), "run", "note", *ids),
        body=explained(
            [
                *_lead(facts),
                *_found(facts),
                *_more(facts),
                *_how_sure(facts),
                *_cannot_show(facts),
                *_unknown(facts),
                *ask_your_team(facts, signs=bool(reached(facts))),
            ]
        ),
    )


def _where(facts: Facts) -> str:
    return listed([SHORT[name] for name in reached(facts)])


def _headline(facts: Facts) -> str:
    if number_of(facts, "reported") < 1.0:
        return "A Computer Finds No Bone Cement Beyond The Spine On A CT Scan"
    names = {"veins": "Large Veins", "heart": "The Heart", "lungs": "The Lungs"}
    where = listed([names[name] for name in reached(facts)]).replace(" and ", " And ")
    return f"A Computer Finds Bone Cement In {where} On A CT Scan"


def _glance(facts: Facts) -> str:
    pieces = number_of(facts, "reported")
    if pieces < 1.0:
        return "It found none in large veins, heart or lungs."
    return f"It found {counted(pieces, 'piece')} in {_where(facts)}."


def _glance_sure(facts: Facts) -> Sentence:
    if number_of(facts, "reported") < 1.0:
        return say("This does not prove that there is none.", *_limit_ids(facts))
    least, several = facts["certainty.least"], number_of(facts, "reported") > 1.0
    how = sure(least.number).replace("about", "at least") if several else sure(least.number)
    return say(f"It is {how} sure that {'each' if several else 'this'} is cement.", least.id)


def _take(facts: Facts) -> str:
    pieces = number_of(facts, "reported")
    start = "A computer looked for bone cement on one CT scan and found"
    if pieces < 1.0:
        return f"{start} none in the large veins, the heart or the lungs."
    return f"{start} {counted(pieces, 'piece')} in {_where(facts)}."


def _description(facts: Facts) -> str:
    start = "A computer looked for bone cement on one CT scan."
    pieces = number_of(facts, "reported")
    found = f"It found {counted(pieces, 'piece')} in {_where(facts)}." if pieces else "It found none beyond the spine."
    return f"{start} {found} For research only."


def _limit_ids(facts: Facts) -> tuple[str, ...]:
    found = tuple(fact.id for fact in facts.under("limit.") if fact.id.endswith(".weak"))
    return found or ("blind",)


# The body ---------------------------------------------------------------------------------------------------------


def _lead(facts: Facts) -> list[Section]:
    return section(
        "",
        [
            say("Doctors can treat a broken bone of the spine with bone cement.", "study.leaflet"),
            say("If some of it leaks, does it show on a scan?", "study.leaflet", "run"),
        ],
        [say("Here a computer went through one CT scan to look for cement beyond the spine.", "run", "reported")],
    )


def _found(facts: Facts) -> list[Section]:
    pieces = number_of(facts, "reported")
    if pieces < 1.0:
        first = [say("It found no cement in the large veins, the heart or the lung arteries.", "reported")]
        return section("What The Computer Found", first, _bones(facts))
    volume = facts.get("reported.volume")
    first = [say(f"It found {counted(pieces, 'piece')} of cement beyond the spine.", "reported")]
    if volume is not None:
        first.append(say(f"That makes {millilitres(volume.number)} of cement in all.", volume.id))
    where = [GROUPS[name] for name in reached(facts)]
    first.append(say(f"The cement lies in {listed(where)}.", *(f"reaches.{name}" for name in reached(facts))))
    told = [_piece(facts, fact) for fact in _reported(facts)[:MOST_PIECES]]
    rest = len(_reported(facts)) - MOST_PIECES
    if rest > 0:
        told.append([say("The full report lists all of them.", "reported")])
    return section("What The Computer Found", first, *told, _bones(facts))


def _reported(facts: Facts) -> list[Fact]:
    """The reported pieces, in order."""
    numbers = [fact for fact in facts.under("piece.") if fact.id.count(".") == 1]
    return [fact for fact in numbers if facts[f"{fact.id}.tier"].value == "reported"]


def _piece(facts: Facts, piece: Fact) -> list[Sentence]:
    id, several = piece.id, len(_reported(facts)) > 1
    place, certainty = facts[f"{id}.place"], facts[f"{id}.place.certainty"]
    name = f"Piece {piece.number:.0f}" if several else "The piece"
    where = PLAIN_SITES[str(place.value)]
    if certainty.number < UNSURE and not several and len(reached(facts)) > 1:
        told = []  # it lies in several places, and those have been told
    elif certainty.number < UNSURE:
        told = [say(f"{name} may lie in {where}, but the computer is not sure of that.", id, place.id, certainty.id)]
    else:
        told = [say(f"{name} lies in {where}.", id, place.id, certainty.id)]
    told += [*_size(facts, id, alone=not several), *_origin(facts, id)]
    cement = facts[f"{id}.certainty"]
    return [*told, say(f"The computer is {sure(cement.number)} sure that this is cement.", cement.id)]


def _size(facts: Facts, id: str, *, alone: bool) -> list[Sentence]:
    long, volume = facts.get(f"{id}.length"), facts.get(f"{id}.volume")
    told = []
    if volume is not None and volume.low is not None and volume.high is not None and not alone:
        told.append(say(f"This piece holds {about(volume.number)}.", volume.id))
    if long is not None and long.number >= 1.0:
        told.append(say(f"With all its parts the piece is {length(long.number)} long.", long.id))
    return told


def _origin(facts: Facts, id: str) -> list[Sentence]:
    origin = facts.get(f"{id}.origin")
    if origin is None:
        return [say("Where it came from cannot be told.", f"{id}.origin.unknown")]
    level = f"{origin.value}, a bone {origin.words[1]}"
    told = facts[f"{id}.origin.certainty"]
    return [say(f"It seems to come from {level} ({sure(told.number)} sure).", origin.id, told.id)]


def _bones(facts: Facts) -> list[Sentence]:
    """Bones of the spine that hold cement."""
    own = [fact for fact in facts if fact.kind == "name" and fact.id.startswith("bone.")]
    if not own:
        return [say("It found no bone of the spine that holds cement.", "bones")]
    names = [str(fact.value) for fact in own]
    if len(own) > 1:
        return [say(f"These bones of the spine hold cement: {listed(names)}.", *(fact.id for fact in own))]
    fill = facts.get(f"{own[0].id}.fill")
    told = [say(f"One bone of the spine holds cement, the one that doctors call {names[0]}.", own[0].id, "bones")]
    if fill is not None:
        told.append(say(f"This bone holds {about(fill.number)}.", fill.id))
    return told


def _more(facts: Facts) -> list[Section]:
    """Candidates, and bright things that are no cement."""
    candidates, doubtful, other = (number_of(facts, id) for id in ("candidates", "doubtful", "not_cement"))
    told = []
    if candidates >= 1.0:
        told.append(say(f"It marked {counted(candidates, 'more spot')} that may be cement or that lie at the spine.",
                        "candidates"))  # fmt: skip
    if doubtful >= 1.0:
        verb = "lies" if doubtful == 1.0 else "lie"
        told.append(say(f"Of these, {doubtful:.0f} {verb} in the large veins, the heart or the lungs.", "doubtful"))
        told.append(say("For such spots it cannot tell.", "doubtful"))
    bright = []
    if other >= 1.0:
        bright.append(
            say(f"It also saw {counted(other, 'bright spot')} that it does not take for cement.", "not_cement")
        )
    return section("What Else It Saw", told, bright)


def _how_sure(facts: Facts) -> list[Section]:
    guessed = number_of(facts, "uncalibrated")
    told = [say("The computer learned how sure to be from made-up cases, not from patients.", "certainty.note")]
    if guessed >= 1.0:
        told.append(say(f"For {counted(guessed, 'piece')} even that was not tested, so it is a guess.", "uncalibrated"))
    return section("How Sure It Is", told)


def _cannot_show(facts: Facts) -> list[Section]:
    lungs, vessels = facts.get("limit.lung.weak"), facts.get("limit.heart and vessels.weak")
    small = []
    if lungs is not None:
        small.append(say(f"In the lungs, a dot smaller than {length(lungs.number)} may not show.", lungs.id))
    if vessels is not None:
        small.append(
            say(f"In the heart and the large veins, the same holds below {length(vessels.number)}.", vessels.id)
        )
    blind, left_out = number_of(facts, "blind"), number_of(facts, "not_seen")
    gaps = []
    if blind >= 1.0:
        gaps.append(say(f"In {counted(blind, 'place')} the scan is blind: cement there would not stand out.", "blind"))
    if left_out >= 1.0:
        gaps.append(say(f"The scan leaves out {counted(left_out, 'part')} of the body that the computer looks for.",
                        "not_seen"))  # fmt: skip
    if number_of(facts, "reported") < 1.0:
        gaps.append(say("So no find does not prove that there is no cement.", *_limit_ids(facts)))
    return section("What The Scan Cannot Show", small, gaps)


def _unknown(facts: Facts) -> list[Section]:
    where = reached(facts)
    studies = [*(lung_studies(facts) if "lungs" in where else []), *(heart_studies(facts) if "heart" in where else [])]
    return section(
        "What We Do Not Know",
        studies,
        [
            say("One case does not prove it for all.", "run"),
            say("A scan shows where cement lies, not what it will do.", "run"),
        ],
    )
