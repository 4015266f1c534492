"""Places, levels, treatments, symptoms and outcomes of a text against those of a run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from azygos.brief.weighing import TINY, Ground, Verdict

State = tuple[bool | None, tuple[str, ...]]

SITES: Mapping[str, tuple[str, ...]] = {
    "lungs": ("pulmonary_trunk", "pulmonary_artery", "lung"),
    "heart": ("right_atrium", "right_ventricle", "heart"),
    "great": ("azygos_vein", "hemiazygos_vein", "inferior_vena_cava", "superior_vena_cava", "brachiocephalic_vein"),
    "veins": ("prevertebral", "paravertebral", "azygos_vein", "hemiazygos_vein", "inferior_vena_cava",
              "superior_vena_cava", "brachiocephalic_vein"),
    "canal": ("spinal_canal",),
    "disc": ("disc",),
}  # fmt: skip
"""Sites of ``azygos.ground.places`` that a place of a text takes in; a single vein is its own site."""

STUDIES: Mapping[str, tuple[str, ...]] = {
    "lungs": ("study.lung_cement.events", "study.unchanged_lung.of", "study.leaflet"),
    "heart": ("study.heart_cement.events",),
    "veins": ("study.leaflet",),
}
PLAN_PLACES: Mapping[str, str] = {
    "veins": r"vein\.leaking", "canal": r"canal\.leaking", "disc": r"rest\.disc\.leaking",
    "great": r"rest\.(?:azygos system|inferior vena cava)\.leaking", "azygos_vein": r"rest\.azygos system\.leaking",
    "inferior_vena_cava": r"rest\.inferior vena cava\.leaking",
}  # fmt: skip
COMPLAINT = "complaints from cement in the heart"
LOOKED = re.compile(r"\bdot\b|may not show|the same holds|leaves out|\bblind\b", re.I)
RATED = re.compile(r"leak\w*\b.* in \d+ (?:of|in) |\bless than \d", re.I)
COUNTED = re.compile(r"\bruns?\b|1 in \d|\brare\b", re.I)
ENDED = re.compile(r"\bleft in\b|\bat the end\b|\bstill\b", re.I)


def weigh_place(ground: Ground) -> Verdict:
    """Whether cement was there."""
    claim, facts = ground.claim, ground.facts
    if ground.published and claim.key in STUDIES:
        return ground.supported("study.signs" if "sign" in ground.text else STUDIES[claim.key][0])
    if ground.run == "journey" and claim.key == "lungs":
        if re.search(r"\bpressure\b", ground.clause, re.I):
            return ground.supported(
                "acute.pulmonary_pressure_mean_mmhg.first", "acute.pulmonary_pressure_mean_mmhg.most"
            )
        if re.search(r"cut the blood flow", ground.clause, re.I):
            return ground.supported("lungs.flow_lost_percent")
    if ground.run == "trace" and LOOKED.search(ground.text):
        ids = tuple(fact.id for fact in facts.under("limit."))
        return ground.supported(*ids, "blind", "not_seen")
    state, ids = presence(ground)
    if state is claim.negated and "rarity" in facts and claim.key in ("lungs", "heart") and COUNTED.search(ground.text):
        return ground.supported("rarity.what", "rarity")
    if state is not True and ground.possible and not claim.negated and claim.key in STUDIES:
        return ground.supported(STUDIES[claim.key][-1])
    if state is not True and ground.possible and not claim.negated:
        return ground.unknown("that it can be is not what the run tells", *ids)
    return ground.of_state(state, ids, "the run does not follow cement there, or is not sure")


def presence(ground: Ground) -> State:
    """Whether cement was at the place of the claim."""
    reader = {"journey": _in_journey, "plan": _in_plan, "trace": _in_trace, "compare": _in_compare}[ground.run]
    return reader(ground)


def _in_journey(ground: Ground) -> State:
    key, facts = ground.claim.key, ground.facts
    if key == "veins" and re.search(r"\bfat\b", ground.clause, re.I):
        return ground.number("fat") > TINY, ("fat",)
    complaint = next((fact.id for fact in ground.matching(r"symptom\.\d+") if fact.value == COMPLAINT), "")
    if key == "heart" and complaint and re.search(r"came from", ground.clause, re.I):
        return True, (complaint,)
    visit = _visit(ground)
    if visit is not None and key in ("lungs", "heart", "veins"):
        seen = f"{visit}.sees.{key}"
        if seen in facts or ground.claim.negated:
            return seen in facts, (f"{visit}.day", seen if seen in facts else f"{visit}.sees")
    if key in ("lungs", "heart") and ENDED.search(ground.text):
        return ground.number("left.beyond") > TINY, ("left.beyond", "in.heart", "in.lungs")
    if key == "lungs":
        return ground.number("lungs.lodged") > 0.0, ("lungs.lodged", "in.lungs")
    if key == "heart":
        return ground.number("heart.reached") > 0.0, ("heart.reached",)
    if key == "veins":
        return ground.number("leaked.veins") > TINY, ("leaked.veins",)
    if key in ("canal", "disc"):
        own = tuple(fact.id for fact in facts if fact.id in ("rest.spinal canal", "rest.disc") and key in fact.id)
        return bool(own), own or ("leaked",)
    sites = SITES.get(key, (key,))
    ways = tuple(f"way.{site}" for site in sites if f"way.{site}" in facts)
    return bool(ways), ways or ("leaked.veins",)


def _visit(ground: Ground) -> str | None:
    """The look at the patient of whose day the sentence speaks."""
    day = re.search(r"\bday (\d+)\b.*\b(?:showed|saw|found)\b", ground.text, re.I)
    if day is None:
        return None
    found = [fact.id for fact in ground.matching(r"visit\.\d+\.day") if round(fact.number) == int(day[1])]
    return found[-1].removesuffix(".day") if found else None


def _in_plan(ground: Ground) -> State:
    pattern = PLAN_PLACES.get(ground.claim.key)
    if pattern is None:
        return None, ()
    found = ground.matching(rf"bone\.\w+\.{pattern}")
    return any(fact.number > 0.0 for fact in found), tuple(fact.id for fact in found)


def _in_trace(ground: Ground) -> State:
    key = ground.claim.key
    sites = SITES.get(key, (key,))
    placed = [fact.id for fact in ground.matching(r"piece\.\d+\.place") if fact.value in sites]
    reported = [id for id in placed if ground.facts[id.replace(".place", ".tier")].value == "reported"]
    ends = [fact.id for site in sites for fact in ground.matching(rf"bone\.\w+\.exit\.{site}")]
    group = {"great": "veins"}.get(key, key)
    own = [id for id in (f"reaches.{group}", *(f"path.{site}" for site in sites)) if id in ground.facts]
    if key in ("lungs", "heart", "great") and not ground.number("reported"):
        ends, own = [], []
    if reported or ends or own:
        return True, tuple((*own, *reported, *ends))
    if placed and not ground.claim.negated:
        asked = re.search(r"\bmay\b|\bof these\b|\bspots?\b", ground.text, re.I)
        return (True, ("doubtful", *placed)) if asked else (None, tuple(placed))
    if re.search(r"\bof these\b", ground.text, re.I) and ground.number("doubtful"):
        return True, ("doubtful",)
    return False, ("reported", *((group,) if group in ground.facts else ()))


def _in_compare(ground: Ground) -> State:
    sites = SITES.get(ground.claim.key, (ground.claim.key,))
    found = tuple(fact.id for fact in ground.matching(r"change\.\d+\.place") if fact.value in sites)
    return bool(found), found or ("pieces",)


# Levels -----------------------------------------------------------------------------------------------------------


def weigh_level(ground: Ground) -> Verdict:
    """Whether the run treats this vertebra, or traces a piece to it."""
    level = ground.claim.key
    own = [f"bone.{level}"] if f"bone.{level}" in ground.facts else []
    own += [fact.id for fact in ground.matching(r"piece\.\d+\.origin") if fact.value == level]
    if own:
        return ground.supported(*own)
    others = [fact.id for fact in ground.matching(r"bone\.[TL]\d+")]
    return ground.contradicted(*others) if others else ground.unknown("the run names no bones")


# Treatments, symptoms, outcomes -----------------------------------------------------------------------------------


def weigh_treatment(ground: Ground) -> Verdict:
    """Whether this was done."""
    key = ground.claim.key
    if key == "cement":
        given = tuple(id for id in ("injected", "bones", "pieces") if id in ground.facts)
        own = ("injected",) if "injected" in given else tuple(f.id for f in ground.matching(r"bone\.\w+\.injected"))
        return ground.supported(*(own or ("study.leaflet",)))
    if key == "unnamed":
        return ground.unknown("the text does not say what treatment")
    if key == "clot removal":
        return ground.unknown("the run counts cement that was taken out, and no clot", "removed", "clot.most")
    if ground.run != "journey":
        return ground.unknown(f"a {ground.run} treats nobody")
    kinds = ("embolectomy", "catheter") if key == "removal" else (key,)
    found = [fact.id for fact in ground.matching(r"removal\.\d+") if fact.value in kinds]
    found += [id for id in (f"care.{kind}" for kind in kinds) if id in ground.facts]
    if not found and (ground.general or ground.possible):
        return ground.unknown("the run holds no such treatment, and the sentence is not of its patient")
    done = tuple(fact.id for fact in ground.facts if fact.kind == "treatment")
    return ground.of_state(bool(found), tuple(found) or done, "")


_SYMPTOMS = {"breath": "breathlessness", "chest pain": "chest pain", "faint": "fainting"}


def weigh_symptom(ground: Ground) -> Verdict:
    """Whether the patient felt this."""
    if ground.published or ground.general:
        return ground.supported("study.signs")
    if ground.run != "journey":
        return ground.unknown(f"a {ground.run} holds no symptoms")
    felt = {str(fact.value): fact.id for fact in ground.matching(r"symptom\.\d+")}
    wanted = _SYMPTOMS[ground.claim.key]
    if wanted in felt:
        return ground.of_state(True, (felt[wanted],), "")
    if "symptoms.none" in ground.facts:
        return ground.of_state(False, ("symptoms.none",), "")
    if COMPLAINT in felt:
        return ground.unknown("the run says complaints from cement in the heart, and not of what kind", *felt.values())
    return ground.of_state(False, tuple(felt.values()) or ("symptoms.day",), "")


def weigh_outcome(ground: Ground) -> Verdict:
    """Whether this became of the cement or the patient."""
    key = ground.claim.key
    if key == "leak":
        return _leak(ground)
    if ground.run != "journey":
        return ground.unknown(f"a {ground.run} does not tell this")
    if key in ("gone", "stays"):
        left = ground.number("left") > TINY
        return ground.of_state(left if key == "stays" else not left, ("left",), "")
    if key == "died":
        dead = "died" in ground.facts
        return ground.of_state(dead, ("died" if dead else "died.none",), "")
    if "massive" in ground.claim.words.lower():
        return ground.unknown("the run gives a volume of clot and calls none massive", "clot.most")
    if ground.number("clot.most") > 0.0:
        return ground.of_state(True, ("clot.most",), "")
    if ground.general or ground.possible:
        return ground.unknown("no clot in this run, and the sentence is not of it")
    return ground.of_state(False, ("clot.most",), "")


def _leak(ground: Ground) -> Verdict:
    studies = ("study.leaking_levels.events", "study.leaking_levels.of")
    if ground.run == "journey":
        state: bool | None = ground.number("leaked") > TINY
        ids: tuple[str, ...] = ("leaked",)
    elif ground.run == "plan" and not ground.claim.negated and RATED.search(ground.clause):
        return ground.supported("draws", "visible")  # so many of so many: the numbers are weighed by themselves
    elif ground.run == "plan":
        found = ground.matching(r"bone\.\w+\.any\.leaking")
        state, ids = any(fact.number > 0.0 for fact in found), tuple(fact.id for fact in found)
    else:
        state, ids = None, ()
    about = ground.possible or ground.published or re.search(r"\bhow\b|\bwhat\b", ground.text, re.I)
    if state is not True and not ground.claim.negated and about:
        return ground.supported(*studies)
    return ground.of_state(state, ids, f"a {ground.run} does not tell when cement leaked")
