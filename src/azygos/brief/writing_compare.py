"""A comparison told: what became of each piece of cement between two scans, within what the two can show."""

from __future__ import annotations

from azygos.brief.facts import Fact, Facts
from azygos.brief.paragraphs import ask_your_team
from azygos.brief.parts import Brief, Section, Sentence
from azygos.brief.places import PLAIN_SITES
from azygos.brief.reading_compare import ALTERED
from azygos.brief.saying import explained, number_of, say, section
from azygos.brief.words import counted, length, listed, millilitres

VERBS = {
    "moved": ("has moved", "have moved"),
    "changed": ("has changed in size", "have changed in size"),
    "moved and changed": ("has moved and changed in size", "have moved and changed in size"),
    "gone": ("is gone", "are gone"),
    "new": ("is new", "are new"),
}
MOST_PIECES = 3


def write_compare(facts: Facts) -> Brief:
    """The six parts of a comparison."""
    ids = ("pieces", "altered", "unchanged", "cannot tell")
    return Brief(
        facts=facts,
        headline=say(_headline(facts), *ids),
        at_a_glance=(
            say("A computer compared two CT scans of one patient.", "run"),
            say(_glance(facts), *ids),
            _glance_limit(facts),
        ),
        quick_take=say(_take(facts), "run", *ids),
        seo_title=say("Bone Cement on Two CT Scans: Has It Moved?", "run"),
        seo_description=say(
            f"A computer compared two CT scans of one patient. {_glance(facts)} For research only.", "run", "note", *ids
        ),
        body=explained(
            [
                *_lead(facts),
                *_found(facts),
                *_means(facts),
                *_unknown(facts),
                *ask_your_team(facts, signs=False),
            ]
        ),
    )


def altered(facts: Facts) -> float:
    """How many pieces are not where or what they were."""
    return number_of(facts, "altered")


def _headline(facts: Facts) -> str:
    pieces, other = number_of(facts, "pieces"), altered(facts)
    if pieces < 1.0:
        return "Two CT Scans Compared: No Bone Cement Found"
    if other >= 1.0:
        return f"Two CT Scans Compared: {other:.0f} Of {pieces:.0f} Pieces Of Bone Cement Not As Before"
    if number_of(facts, "unchanged") < 1.0:
        return "Two CT Scans Compared: Whether Bone Cement Has Moved Cannot Be Told"
    return "Two CT Scans Compared: No Change Seen In Bone Cement"


def _glance(facts: Facts) -> str:
    pieces, other = number_of(facts, "pieces"), altered(facts)
    if pieces < 1.0:
        return "It found no bone cement on either scan."
    if other >= 1.0:
        return f"{other:.0f} of {counted(pieces, 'piece')} {'is' if other == 1.0 else 'are'} not as before."
    unchanged = number_of(facts, "unchanged")
    if unchanged < 1.0:
        return "It cannot tell whether the cement has moved."
    return f"It saw no change in {unchanged:.0f} of {counted(pieces, 'piece')} of bone cement."


def _glance_limit(facts: Facts) -> Sentence:
    limit = facts.get("limit.move.most")
    if limit is None:
        return say("One case does not prove it for all.", "run")
    return say(f"Moves of less than {length(limit.number)} may not show.", limit.id)


def _take(facts: Facts) -> str:
    start = "A computer compared two CT scans of one patient"
    pieces, other = number_of(facts, "pieces"), altered(facts)
    if pieces < 1.0:
        return f"{start} and found no bone cement on either."
    if other >= 1.0:
        return f"{start}, and {other:.0f} of {counted(pieces, 'piece')} of bone cement {_be(other)} not as before."
    if number_of(facts, "unchanged") < 1.0:
        return f"{start} but cannot tell whether the bone cement has moved."
    return f"{start} and saw no change in the bone cement, within what the two scans can show."


def _be(number: float) -> str:
    return "is" if number == 1.0 else "are"


# The body ---------------------------------------------------------------------------------------------------------


def _lead(facts: Facts) -> list[Section]:
    return section(
        "",
        [
            say("Doctors can treat a broken bone of the spine with bone cement.", "study.leaflet"),
            say("Does the cement stay where it is as time goes by?", "run"),
        ],
        [say("To find out, a computer took two CT scans of one patient and laid one on top of the other.", "run")],
    )


def _found(facts: Facts) -> list[Section]:
    pieces = number_of(facts, "pieces")
    if pieces < 1.0:
        return section("What Has Changed", [say("It found no cement on either scan, so nothing could move.", "pieces")])
    first = [say(f"It looked at {counted(pieces, 'piece')} of cement.", "pieces")]
    met = [(verdict, number_of(facts, verdict)) for verdict in ALTERED if number_of(facts, verdict) >= 1.0]
    if met:
        verbs = [f"{number:.0f} {VERBS[verdict][0 if number == 1.0 else 1]}" for verdict, number in met]
        first.append(say(f"Of these, {listed(verbs)}.", *(verdict for verdict, _ in met)))
    unchanged, unknown = number_of(facts, "unchanged"), number_of(facts, "cannot tell")
    if unchanged >= 1.0:
        where = "stayed" if altered(facts) < 1.0 and unknown < 1.0 and unchanged == pieces else "did not change"
        all_of = "All of it stayed where it was, as far as these scans can show."
        text = all_of if where == "stayed" else f"In {unchanged:.0f} no change was seen."
        first.append(say(text, "unchanged", "pieces"))
    if unknown >= 1.0:
        first.append(say(f"For {unknown:.0f} the computer cannot tell.", "cannot tell"))
    told = [fact for fact in facts.under("change.") if fact.id.endswith(".verdict") and fact.value in ALTERED]
    return section("What Has Changed", first, *(_piece(facts, fact) for fact in told[:MOST_PIECES]))


def _piece(facts: Facts, verdict: Fact) -> list[Sentence]:
    """One piece that is not as it was."""
    id = verdict.id.removesuffix(".verdict")
    place = facts[f"{id}.place"]
    told = [say(f"One piece in {PLAIN_SITES[str(place.value)]} {VERBS[str(verdict.value)][0]}.", verdict.id, place.id)]
    moved = facts.get(f"{id}.moved")
    if "moved" in str(verdict.value) and moved is not None and moved.low is not None and moved.high is not None:
        span = f"{length(moved.low)} to {length(moved.high)}"
        told.append(say(f"This piece moved by about {length(moved.number)} ({span}).", moved.id))
    first, second = facts.get(f"{id}.first"), facts.get(f"{id}.second")
    if "changed" in str(verdict.value) and first is not None and second is not None:
        told.append(say(f"This piece held {millilitres(first.number)} at first and then {millilitres(second.number)}.",
                        first.id, second.id))  # fmt: skip
    return told


def _means(facts: Facts) -> list[Section]:
    """What unchanged means here."""
    move, change = facts.get("limit.move.most"), facts.get("limit.change.most")
    told = []
    if move is not None:
        told.append(say("No two scans match in full, so a very small move may not show.", move.id))
        told.append(say(f"Here, unchanged means unchanged within {length(move.number)}.", move.id))
    if change is not None:
        told.append(say(f"For the amount of cement, it means within {millilitres(change.number)}.", change.id))
    return section("What Unchanged Means", told)


def _unknown(facts: Facts) -> list[Section]:
    same, of = facts["study.unchanged_lung.events"], facts["study.unchanged_lung.of"]
    return section(
        "What We Do Not Know",
        [
            say(f"In one small study, {of.number:.0f} people with cement in the lungs had a new CT scan after a year.",
                of.id),
            say(f"In {same.number:.0f} of these {of.number:.0f} it had not changed.", same.id, of.id),
        ],
        [
            say("One case does not prove it for all.", "run"),
            say("Two scans cannot tell what comes later.", "run"),
        ],
    )  # fmt: skip
