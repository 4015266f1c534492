"""Facts of a journey: one virtual patient, from the needle to a year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from azygos.brief.collecting import Collector
from azygos.brief.places import PLAIN_SITES, height_words, vein_site

PLACES = {
    "in the bone": ("in.bone", "cement that stayed in the bone"),
    "outside the bone, in no vein": ("in.beside", "cement outside the bone and in no vein"),
    "in the veins": ("in.veins", "cement in veins"),
    "in the right heart": ("in.heart", "cement in the right side of the heart"),
    "elsewhere, by another door of the heart": ("in.elsewhere", "cement beyond another door of the heart"),
    "in the lungs\u2019 arteries": ("in.lungs", "cement in the lung arteries"),
}
ACUTE_UNITS = {
    "mmhg": ("pressure", "mmHg"),
    "per_min": ("rate", "per minute"),
    "l_min": ("rate", "L/min"),
    "percent": ("share", "%"),
    "ml": ("volume", "mL"),
}
TREATMENTS = {
    "anticoagulation": ("medicine that slows new clots", "anticoagulant", "blood thinner", "medicine"),
    "lysis": ("medicine that dissolves clots", "lysis", "thrombolysis", "clot-dissolving drug"),
    "watching": ("watching", "monitoring", "follow-up"),
    "embolectomy": ("surgery", "embolectomy", "operation", "removed"),
    "catheter": ("a thin tube through a vein", "catheter", "removed"),
}
_BEGINS = {
    "anticoagulation": re.compile(r"^Anticoagulation begins"),
    "lysis": re.compile(r"^A lytic drug is given"),
    "watching": re.compile(r"^The patient is watched"),
}


def journey_facts(c: Collector) -> None:
    """All that a text may say of a journey."""
    _patient(c)
    _bones(c)
    _account(c)
    _veins(c)
    _cord(c)
    _heart(c)
    _lungs(c)
    _acute(c)
    _course(c)
    _care(c)
    _visits(c)
    _death(c)
    _rarity(c)


def _patient(c: Collector) -> None:
    c.word("patient", "the patient is virtual", "name", "virtual patient", ["/patient", "/seed"],
           words=("virtual patient", "made by a computer"))  # fmt: skip
    c.read("patient.sex", "sex of the virtual patient", "word", "/patient/sex", words=("woman", "man"))
    c.read("patient.age", "age of the virtual patient", "time", "/patient/age_years", "years")
    c.read("patient.tried", "virtual patients tried to find this one", "count", "/seeds_tried")
    if c.at("/switched_off"):
        c.size("switched_off", "parts of the physics left out on purpose", "/switched_off")
    c.size("assumptions", "numbers that the model rests on", "/assumptions")
    assumed = [f"{at}/source" for at, one in c.each("/assumptions") if one["source"] == "assumed"]
    if assumed:
        c.word("assumed", "some numbers are assumed", "word", "assumed", assumed[:1], words=("best guesses",))


def _bones(c: Collector) -> None:
    c.size("bones", "bones that were treated", "/vertebrae", words=("bones of the spine",))
    leaks: list[str] = []
    venous: list[str] = []
    for at, bone in c.each("/vertebrae"):
        id = f"bone.{bone['level']}"
        c.read(id, "a treated bone", "name", f"{at}/level", words=(bone["level"], height_words(bone["level"])))
        c.read(f"{id}.injected", f"cement that went into {bone['level']}", "volume", f"{at}/injected_ml", "mL")
        c.read(f"{id}.stopped", f"how the injection into {bone['level']} ended", "word", f"{at}/stopped")
        c.read(f"{id}.fracture", f"kind of break of {bone['level']}", "word", f"{at}/fracture")
        own = [(f"{there}/volume_ml", leak) for there, leak in c.each(f"{at}/leaks") if leak["volume_ml"] > 0.0]
        c.total(f"{id}.leaked", f"cement that left {bone['level']}", "volume", [p for p, _ in own], "mL",
                within=f"{at}/leaks")  # fmt: skip
        leaks += [pointer for pointer, _ in own]
        venous += [pointer for pointer, leak in own if leak["route"].endswith("vein")]
    c.total("leaked", "cement that left the bone", "volume", leaks, "mL", within="/vertebrae", words=("leaked",))
    fat = [f"{at}/fat_ml" for at, _ in c.each("/vertebrae")]
    c.total("fat", "fat of the marrow that was pushed into veins", "volume", fat, "mL", within="/vertebrae",
            words=("fat",))  # fmt: skip
    c.total("leaked.veins", "cement that left the bone into veins", "volume", venous, "mL", within="/vertebrae")
    _routes(c, "route", "went this way out")
    _routes(c, "rest", "came to rest there first")


def _routes(c: Collector, key: str, what: str) -> None:
    """Leaks by their way out, or by where they came to rest."""
    found: dict[str, list[str]] = {}
    for at, _ in c.each("/vertebrae"):
        for there, leak in c.each(f"{at}/leaks"):
            if leak["volume_ml"] > 0.0:
                found.setdefault(leak[key], []).append(f"{there}/volume_ml")
    for name, pointers in found.items():
        c.total(f"{key}.{name}", f"cement that {what}: {name}", "place", pointers, "mL", within="/vertebrae",
                words=(name,))  # fmt: skip


def _account(c: Collector) -> None:
    c.read("injected", "cement that went in", "volume", "/account/injected_ml", "mL")
    for at, place in c.each("/account/places"):
        if place["place"] in PLACES:
            id, what = PLACES[place["place"]]
            c.read(id, what, "place", f"{at}/ml", "mL", words=(place["place"],))


def _veins(c: Collector) -> None:
    """Veins in which cement lies, and veins that it went through."""
    lies: dict[str, list[str]] = {}
    through: dict[str, list[str]] = {}
    for at, part in c.each("/parts"):
        if part["room"] == "veins":
            lies.setdefault(vein_site(part["place"]), []).append(f"{at}/volume_ml")
            through.setdefault(vein_site(part["place"]), []).append(f"{at}/place")
        for k, name in enumerate(part["path"]):
            if "vein" in name or "vena" in name or "azygos" in name or "plexus" in name:
                through.setdefault(vein_site(name), []).append(f"{at}/path/{k}")
    for site, pointers in lies.items():
        c.total(f"vein.{site}", f"cement in {_vein_words(site)}", "place", pointers, "mL", within="/parts",
                words=(_vein_words(site),))  # fmt: skip
    for site, pointers in through.items():
        c.word(f"way.{site}", f"cement went through {_vein_words(site)}", "place", site, pointers[:1],
               words=(_vein_words(site),))  # fmt: skip


def _vein_words(site: str) -> str:
    return "small veins about the spine" if site == "small_vein" else PLAIN_SITES[site]


def _cord(c: Collector) -> None:
    """The longest cord that hangs on its bone and reaches beyond the veins."""
    cords: dict[str, list[tuple[str, Any]]] = {}
    for at, part in c.each("/parts"):
        if part["attached"]:
            cords.setdefault(part["piece"].rstrip("abcdefghijklmnopqrstuvwxyz"), []).append((at, part))
    far = [parts for parts in cords.values() if any(part["room"] != "veins" for _, part in parts)]
    if not far:
        return
    longest = max(far, key=lambda parts: sum(part["length_mm"] for _, part in parts))
    c.total("cord.length", "length of the cord of cement", "length", [f"{at}/length_mm" for at, _ in longest], "mm",
            within="/parts", words=("cord",))  # fmt: skip
    c.word("cord.attached", "the cord still hangs on the bone", "word", "attached",
           [f"{at}/attached" for at, _ in longest[:1]], words=("cord",))  # fmt: skip


def _heart(c: Collector) -> None:
    for exit, id in (
        ("passes to the lungs", "passed"),
        ("bridges cava and pulmonary artery", "bridges"),
        ("stays in the right heart", "stays"),
        ("pierces the wall of the heart", "pierced"),
        ("crosses an open foramen ovale", "crossed"),
    ):
        pointers = [f"{at}/exit" for at, one in c.each("/heart/passages") if one["exit"] == exit]
        c.count(f"heart.{id}", f"pieces of which it is said: {exit}", pointers, within="/heart/passages", words=(exit,))
    c.size("heart.reached", "pieces that reached the heart", "/heart/passages")
    if c.at("/heart/effusion") is not None:
        c.read("effusion", "blood around the heart, at most", "volume", "/heart/effusion/most_ml", "mL",
               words=("blood around the heart",))  # fmt: skip


def _lungs(c: Collector) -> None:
    c.read("lungs.lodged", "pieces that stopped in the lung arteries", "count", "/lungs/lodged")
    c.read("lungs.grade", "Butscheidt's grade of cement in the lungs", "count", "/lungs/butscheidt_grade")
    for name, what in (
        ("flow_lost_percent", "blood flow of the lungs that cement took away"),
        ("area_fraction_percent", "area of the lung arteries that cement closed"),
        ("qanadli_percent", "Qanadli index"),
    ):
        c.read(f"lungs.{name}", what, "share", f"/lungs/cement_alone/{name}", "%")
    for at, part in c.each("/parts"):
        if part["room"] == "lungs":
            id = f"lodged{at.removeprefix('/parts')}".replace("/", ".")
            c.read(id, f"cement in the {part['place']}", "place", f"{at}/volume_ml", "mL",
                   words=(part["place"], PLAIN_SITES["lung"]))  # fmt: skip


def _acute(c: Collector) -> None:
    for name in c.at("/acute"):
        kind, unit = next((known for end, known in ACUTE_UNITS.items() if name.endswith(end)), ("rate", ""))
        plain = name.replace("_", " ")
        for when in ("first", "least", "most", "last"):
            c.read(f"acute.{name}.{when}", f"{plain}, {when}", kind, f"/acute/{name}/{when}", unit)


def _course(c: Collector) -> None:
    """Symptoms, clot and what was taken out, in the case as planned."""
    branch = "/branches/0"
    c.read("symptoms.day", "day on which symptoms came", "day", f"{branch}/symptoms_day", "days")
    for k, (at, name) in enumerate(c.each(f"{branch}/symptoms")):
        c.read(f"symptom.{k}", "a symptom", "symptom", at, words=(name,))
    if c.at(f"{branch}/symptoms_day") is None:
        c.none("symptoms.none", "no symptoms came", "symptom", f"{branch}/symptoms")
    c.read("symptoms.chance", "chance of symptoms in the model", "chance", f"{branch}/chance_of_symptoms_percent", "%")
    c.read("clot.most", "clot on cement, at most", "volume", f"{branch}/most_clot_ml", "mL", words=("clot",))
    c.read("removed", "cement that was taken out", "volume", f"{branch}/removed_ml", "mL", words=("removed",))
    c.total("left", "cement that was still in the body at the end", "volume",
            ["/account/injected_ml", f"-{branch}/removed_ml"], "mL", within="/account")  # fmt: skip
    beyond = [f"{at}/ml" for at, one in c.each("/account/places") if PLACES.get(one["place"], ("",))[0] in _BEYOND]
    if beyond:
        c.total("left.beyond", "cement left in heart and lungs at the end", "volume",
                [*beyond, f"-{branch}/removed_ml"], "mL", within="/account/places")  # fmt: skip


_BEYOND = ("in.heart", "in.lungs")


def _care(c: Collector) -> None:
    """What was done: removals, and what the line of events says began."""
    for k, (at, one) in enumerate(c.each("/branches/0/removals")):
        words = TREATMENTS[one["kind"]]
        c.read(f"removal.{k}", "a way to take cement out", "treatment", f"{at}/kind", words=words)
        c.read(f"removal.{k}.day", "day on which cement was taken out", "day", f"{at}/day", "days")
        c.read(f"removal.{k}.volume", "cement taken out that day", "volume", f"{at}/removed_ml", "mL")
    for at, event in c.each("/events"):
        for kind, begins in _BEGINS.items():
            if event["room"] == "care" and begins.match(event["what"]) and f"care.{kind}" not in _ids(c):
                c.word(f"care.{kind}", "a treatment that was given", "treatment", kind, [f"{at}/what"],
                       words=TREATMENTS[kind])  # fmt: skip
                days = re.search(r"for (\d+) days", event["what"])
                if days:
                    c.told(f"care.{kind}.days", "how long it was given", "day", float(days[1]), f"{at}/what", "days")
    if not any(id.startswith(("removal.", "care.")) for id in _ids(c)):
        c.none("care.none", "no treatment was given", "treatment", "/branches/0/removals")


def _ids(c: Collector) -> set[str]:
    return {fact.id for fact in c.found}


_SEEN: Sequence[tuple[str, str, str]] = (
    ("lungs", "arteries", "cement in the lungs"),
    ("heart", "right heart", "cement in the heart"),
    ("veins", "Cement in veins", "cement in veins"),
    ("clot", "Clot that narrows", "clot in lung arteries"),
)


def _visits(c: Collector) -> None:
    for k, (at, _) in enumerate(c.each("/branches/0/visits")):
        c.read(f"visit.{k}.day", "day of a look at the patient", "day", f"{at}/day", "days")
        c.read(f"visit.{k}.with", "what was looked with", "word", f"{at}/looks_with")
        c.size(f"visit.{k}.sees", "things that this look showed", f"{at}/sees")
        c.size(f"visit.{k}.misses", "things that this look missed", f"{at}/misses")
        for name, mark, what in _SEEN:
            told = [there for there, text in c.each(f"{at}/sees") if mark in text]
            if told:
                c.word(f"visit.{k}.sees.{name}", f"the look showed {what}", "place", name, told[:1], words=(what,))


def _death(c: Collector) -> None:
    place = "/died" if c.at("/died") is not None else "/branches/0/died"
    if c.at(place) is None:
        c.none("died.none", "the virtual patient did not die", "verdict", "/branches/0/died", words=("died",))
        return
    c.read("died", "when the virtual patient died", "time", f"{place}/time_s", "s", words=("died",))
    c.read("died.cause", "what the virtual patient died of", "word", f"{place}/cause")


def _rarity(c: Collector) -> None:
    if c.at("/rarity") is None:
        return
    ends = ("/rarity/chance_low", "/rarity/chance_high")
    c.read("rarity", "chance of this course in one simulated session", "chance", "/rarity/chance", interval=ends,
           words=("rare",))  # fmt: skip
    c.read("rarity.what", "the course whose chance was counted", "word", "/rarity/what")
    c.read("rarity.draws", "simulated sessions that were counted", "count", "/rarity/draws")
