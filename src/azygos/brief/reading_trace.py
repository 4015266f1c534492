"""Facts of a trace: what was found on one scan, how sure it is, and what the scan cannot show."""

from __future__ import annotations

from azygos.brief.collecting import Collector
from azygos.brief.places import PLAIN_SITES, height_words
from azygos.ground.places import CARDIAC, PULMONARY, REPORTED, VENOUS

GROUPS = {"veins": VENOUS, "heart": CARDIAC, "lungs": PULMONARY}


def trace_facts(c: Collector) -> None:
    """All that a text may say of a trace."""
    _summary(c)
    for at, piece in c.each("/pieces"):
        _piece(c, at, f"piece.{piece['piece']}")
    _groups(c)
    _levels(c)
    _reaches(c)
    _path(c)
    _limits(c)


def _summary(c: Collector) -> None:
    c.read("reported", "pieces of cement beyond the spine that are reported", "count", "/summary/reported_pieces")
    c.read("candidates", "things that may be cement or lie at the spine", "count", "/summary/candidate_pieces")
    c.read("not_cement", "bright things that are not cement", "count", "/summary/not_cement", words=("bright spots",))
    c.read("reported.volume", "cement beyond the spine, all pieces", "volume", "/summary/reported_ml", "mL")
    c.read("grade", "Butscheidt's grade of cement in the lungs", "count", "/summary/butscheidt_grade")
    c.ranged("qanadli", "Qanadli index", "share", "/summary/qanadli_percent", "%")
    c.read("certainty.note", "how certainties came about", "word", "/certainty", words=("how sure",))
    c.size("assumptions", "numbers that the search rests on", "/assumptions")
    loose = [f"{at}/certainty_calibrated" for at, one in c.each("/pieces")
             if one["tier"] == "reported" and not one["certainty_calibrated"]]  # fmt: skip
    c.count("uncalibrated", "reported pieces whose certainty is assumed", loose, within="/pieces")


def _piece(c: Collector, at: str, id: str) -> None:
    site = c.at(f"{at}/place/site")
    c.read(id, "a piece", "count", f"{at}/piece")
    c.read(f"{id}.tier", "reported, or a candidate", "word", f"{at}/tier")
    c.read(f"{id}.place", "where it lies", "place", f"{at}/place/site", words=(PLAIN_SITES.get(site, site),))
    if c.at(f"{at}/place/lobe"):
        c.read(f"{id}.lobe", "lobe of the lung", "place", f"{at}/place/lobe")
    if c.at(f"{at}/place/side"):
        c.read(f"{id}.side", "side of the body", "word", f"{at}/place/side")
    c.read(f"{id}.place.certainty", "how sure the place is", "certainty", f"{at}/place/certainty")
    c.read(f"{id}.certainty", "how sure it is that this is cement", "certainty", f"{at}/certainty")
    c.ranged(f"{id}.volume", "its volume", "volume", f"{at}/volume_ml", "mL")
    c.read(f"{id}.length", "its length, all branches", "length", f"{at}/length_mm", "mm")
    c.read(f"{id}.width", "its width", "length", f"{at}/diameter_mm", "mm")
    level = c.at(f"{at}/origin/level")
    if level:
        c.read(f"{id}.origin", "the bone that it came from", "name", f"{at}/origin/level",
               words=(level, height_words(level)))  # fmt: skip
        c.read(f"{id}.origin.certainty", "how sure that bone is", "certainty", f"{at}/origin/certainty")
    else:
        c.word(f"{id}.origin.unknown", "its origin cannot be told", "word", "cannot tell", [f"{at}/origin/reason"])


def _groups(c: Collector) -> None:
    """Pieces and their volume by great veins, heart and lungs, reported and candidates apart."""
    for name, sites in GROUPS.items():
        for tier, start in (("reported", ""), ("candidate", "candidate.")):
            there = [at for at, one in c.each("/pieces") if one["tier"] == tier and one["place"]["site"] in sites]
            words = (_group_words(name),)
            c.count(f"{start}{name}", f"{tier} pieces in {words[0]}", [f"{at}/place/site" for at in there],
                    within="/pieces", words=words)  # fmt: skip
            volumes = [f"{at}/volume_ml/value" for at in there]
            c.total(f"{start}{name}.volume", f"cement in {words[0]}", "place", volumes, "mL", within="/pieces",
                    words=words)  # fmt: skip
    doubtful = [f"{at}/tier" for at, one in c.each("/pieces")
                if one["tier"] == "candidate" and one["place"]["site"] in REPORTED]  # fmt: skip
    c.count("doubtful", "candidates in great veins, heart or lungs", doubtful, within="/pieces")
    reported = [at for at, one in c.each("/pieces") if one["tier"] == "reported"]
    c.extreme("certainty.least", "the least sure of the reported pieces", "certainty",
              [f"{at}/certainty" for at in reported], "", most=False)  # fmt: skip
    c.extreme("certainty.most", "the most sure of the reported pieces", "certainty",
              [f"{at}/certainty" for at in reported], "", most=True)  # fmt: skip
    c.extreme("length.most", "the longest of the reported pieces", "length",
              [f"{at}/length_mm" for at in reported], "mm", most=True)  # fmt: skip


def _group_words(name: str) -> str:
    return {"veins": "large veins", "heart": "the heart", "lungs": "the lung arteries"}[name]


def _levels(c: Collector) -> None:
    c.size("bones", "bones of the spine that hold cement", "/levels")
    for at, one in c.each("/levels"):
        level = one["level"]
        c.read(f"bone.{level}", "a bone with cement", "name", f"{at}/level", words=(level, height_words(level)))
        c.ranged(f"bone.{level}.fill", f"cement in {level}", "volume", f"{at}/fill_ml", "mL")
        for there, exit in c.each(f"{at}/exits"):
            site = exit["site"]
            c.ranged(f"bone.{level}.exit.{site}", f"cement from {level} in {PLAIN_SITES.get(site, site)}", "place",
                     f"{there}/volume_ml", "mL", words=(PLAIN_SITES.get(site, site),))  # fmt: skip


def _reaches(c: Collector) -> None:
    """Great veins, heart and lungs as far as reported pieces reach, with their ends and with their middle."""
    reported = {one["piece"] for _, one in c.each("/pieces") if one["tier"] == "reported"}
    for name, sites in GROUPS.items():
        middles = [f"{at}/place/site" for at, one in c.each("/pieces")
                   if one["tier"] == "reported" and one["place"]["site"] in sites]  # fmt: skip
        parts = [
            f"{there}/site"
            for at, _ in c.each("/levels")
            for there, exit in c.each(f"{at}/exits")
            if exit["site"] in sites and reported.intersection(exit["pieces"])
        ]
        if middles or parts:
            c.word(f"reaches.{name}", f"reported cement reaches {_group_words(name)}", "place", name,
                   [*middles, *parts], words=(_group_words(name),))  # fmt: skip


def _path(c: Collector) -> None:
    for seen, name in ((True, "seen"), (False, "inferred")):
        lengths = [f"{at}/length_mm" for at, one in c.each("/path/stretches") if one["seen"] is seen]
        c.total(f"path.{name}", f"length of the path that is {name}", "length", lengths, "mm",
                within="/path/stretches")  # fmt: skip
    sites: dict[str, str] = {}
    for at, one in c.each("/path/stretches"):
        sites.setdefault(one["site"], f"{at}/site")
    for site, pointer in sites.items():
        c.read(f"path.{site}", "the path leads through here", "place", pointer, words=(PLAIN_SITES.get(site, site),))


def _limits(c: Collector) -> None:
    c.size("blind", "regions in which this scan cannot show cement", "/blind", words=("blind",))
    for k, (at, _) in enumerate(c.each("/blind")):
        c.read(f"blind.{k}", "a region that is blind", "place", f"{at}/region")
    for at, one in c.each("/limits"):
        c.read(f"limit.{one['region']}.dense", f"smallest ball of dense cement that shows in {one['region']}", "length",
               f"{at}/dense_mm", "mm")  # fmt: skip
        c.read(f"limit.{one['region']}.weak", f"smallest ball of weak cement that shows in {one['region']}", "length",
               f"{at}/weak_mm", "mm")  # fmt: skip
    c.size("not_seen", "parts of the body that the scan leaves out", "/not_seen")
    for k, (at, _) in enumerate(c.each("/not_seen")):
        c.read(f"not_seen.{k}", "a part that the scan leaves out", "place", at)
    for name in c.at("/asked"):
        answer = c.at(f"/asked/{name}")
        said = "not said" if answer is None else "yes" if answer else "no"
        c.word(f"asked.{name}", f"whether there is a {name.replace('_', ' ')}", "word", said, [f"/asked/{name}"])
