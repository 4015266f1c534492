"""What published sources say, as facts: counts of a few studies, and what words mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from azygos.brief.facts import Fact
from azygos.ground.parcels import Parcel
from azygos.values.brief import COUNTED, LEAKS_FOLLOWED, TEASPOON
from azygos.values.sources import references


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning(Parcel):
    """A word that not everybody knows, with the sentence that explains it."""

    term: str
    forms: tuple[str, ...]  # in small letters, as a text may write it
    sentence: str
    source: str  # key of the references


MEANINGS = (
    Meaning(term="bone cement", forms=("bone cement",), source="rohleaflet",
            sentence="This liquid goes in through a needle and holds the bone together like glue."),
    Meaning(term="azygos vein", forms=("azygos vein",), source="britannicaveins",
            sentence="The azygos vein is a large vein that opens into the vena cava, close to the heart."),
    Meaning(term="hemiazygos vein", forms=("hemiazygos vein",), source="madsciazygos",
            sentence="The hemiazygos vein runs on the left side and leads to the azygos vein."),
    Meaning(term="vena cava", forms=("vena cava", "venae cavae"), source="mwvenacava",
            sentence="The vena cava is a large vein that brings blood back to the heart."),
    Meaning(term="vein", forms=("vein", "veins"), source="freedictionaryvein",
            sentence="Think of veins as pipes that bring blood back to the heart."),
    Meaning(term="lung arteries", forms=("lung arteries", "lung artery"), source="nidirectembolism",
            sentence="The lung arteries take blood from the heart to the lungs."),
    Meaning(term="CT scan", forms=("ct scan", "ct scans"), source="nhsct",
            sentence="A CT scan uses X-rays to make clear pictures of the inside of the body."),
    Meaning(term="mL", forms=("ml",), source="teaspoon2016", sentence="A teaspoon holds 5 mL."),
    Meaning(term="clot", forms=("clot", "clots"), source="nhsanticoagulants",
            sentence="A clot in the wrong place can block a blood vessel."),
    Meaning(term="spinal canal", forms=("spinal canal",), source="ncicanal",
            sentence="The spinal cord runs through this canal."),
    Meaning(term="mmHg", forms=("mmhg",), source="nhspressure", sentence="Doctors give blood pressure in mmHg."),
)  # fmt: skip
"""Words that a brief explains where it first uses them."""

SIGNS = Fact(
    id="study.signs", what="signs of a blocked lung artery", kind="symptom", value="chest pain, short of breath",
    words=("chest pain", "short of breath", "trouble breathing", "faint"), source="blfembolism",
    citation=references()["blfembolism"],
)  # fmt: skip
LEAFLET = Fact(
    id="study.leaflet", what="what leaflets say of the procedure", kind="word",
    value="bone cement is put into a bone of the spine; if it leaks it may block a blood vessel to the lungs; "
    "such complications are uncommon",
    words=("bone cement", "leak", "uncommon"), source="nbtleaflet", citation=references()["nbtleaflet"],
)  # fmt: skip


@cache
def published_facts() -> tuple[Fact, ...]:
    """All of them, in a fixed order; the same for every run."""
    return (LEAFLET, SIGNS, *_counted(), _followed(), _teaspoon(), *_meanings())


def _counted() -> list[Fact]:
    known, found = references(), []
    for name, pair in COUNTED.items():
        for part, value in zip(("events", "of"), pair, strict=True):
            found.append(
                Fact(id=f"study.{name}.{part}", what=value.note, kind="count", value=value.number,
                     source=value.source, citation=known[value.source])
            )  # fmt: skip
    return found


def _followed() -> Fact:
    return Fact(
        id="study.leaks_followed", what=f"follow-up of local leaks, {LEAKS_FOLLOWED.note}", kind="time",
        value=LEAKS_FOLLOWED.number, unit="months", source=LEAKS_FOLLOWED.source,
        citation=references()[LEAKS_FOLLOWED.source],
    )  # fmt: skip


def _teaspoon() -> Fact:
    return Fact(
        id="teaspoon", what="what a teaspoon holds", kind="volume", value=TEASPOON.number * 1e6, unit="mL",
        source=TEASPOON.source, citation=references()[TEASPOON.source],
    )  # fmt: skip


def _meanings() -> list[Fact]:
    known = references()
    return [
        Fact(id=f"word.{one.term}", what=f"what {one.term} means", kind="word", value=one.sentence, words=one.forms,
             source=one.source, citation=known[one.source])
        for one in MEANINGS
    ]  # fmt: skip
