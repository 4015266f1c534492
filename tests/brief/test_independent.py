"""Briefs read by a second pair of eyes: own extraction, own reading of ``result.json``, nothing of how briefs are made.

The briefs are made by the front door alone. What is said of studies is typed in here by hand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import made_runs
import pytest

from azygos.brief import facts_of, make_brief

DRAWN = 200
TINY = 5e-4
Result = dict[str, Any]

STUDIES = {"count": [54.0, 14.0, 1.0, 244.0, 72.0, 1854.0, 6.0, 64.0, 80.0], "mL": [5.0], "months": [22.0]}
OF_THE_WORLD = (
    "The azygos vein is", "The hemiazygos vein runs", "The vena cava is", "Think of veins", "The lung arteries take",
    "A clot in the wrong place", "The spinal cord runs", "Chest pain or trouble", "Leaflets for patients",
    "In one study", "The scan found some in 14", "In a second study,", "One team told of 72", "Of these 72,",
    "In one small study,", "In 6 of", "The leaks in that study", "A teaspoon",
)  # fmt: skip
NUMBER = re.compile(
    r"(1 in )?(?<![\w.,])(\d[\d,]*(?:\.\d+)?)(?: (in 100|percent|mL|mmHg|mm|cm|years|months|days)\b)?"
    r"(?= ?(?:to (?:\d[\d.,]*) (mL|mmHg|mm|cm|in 100))?)"
)
NOT_A_NUMBER = re.compile(r"\u201c[^\u201d]*\u201d|\b[TL]\d+\b|X-rays?")
SCALES = {"in 100": ("chance", 100.0), "percent": ("chance", 100.0), "cm": ("mm", 0.1)}
VESSELS = {
    "hemiazygos": r"\bhemiazygos vein", "azygos": r"(?<!hemi)\bazygos vein", "upper cava": r"upper vena cava",
    "lower cava": r"lower vena cava", "above": r"large vein above the heart", "lungs": r"\blungs?\b",
    "canal": r"spinal canal", "heart": r"(?<!above the )(?<!ultrasound of the )\bheart\b", "great": r"large veins",
    "veins": r"(?<!large )(?<!azygos )(?<!thin tube in a )\bveins?\b(?! above)",
}  # fmt: skip


def close(shown: str, value: float) -> bool:
    """Whether a number is printed as it rounds, at its own digits."""
    digits = len(shown.split(".")[1]) if "." in shown else 0
    return abs(float(shown.replace(",", "")) - value) <= 0.5000001 * 10.0**-digits


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every number of a result, with the last name above it that says a unit."""
    if isinstance(value, dict):
        for name, one in value.items():
            bare = name in ("value", "low", "high", "median", "low_5", "high_95", "first", "most", "least", "last")
            yield from leaves(one, key if bare else name)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, key)
    else:
        yield key, value


def ending(result: Any, *ends: str) -> list[float]:
    numbers = [(key, one) for key, one in leaves(result) if isinstance(one, (int, float)) and not isinstance(one, bool)]
    return [float(one) for key, one in numbers if key.endswith(ends)]


# What each kind of run holds, by unit --------------------------------------------------------------------------


def journey_numbers(result: Result) -> dict[str, list[float]]:
    branch, account = result["branches"][0], result["account"]
    places = {one["place"]: one["ml"] for one in account["places"]}
    leaks = [leak for bone in result["vertebrae"] for leak in bone["leaks"]]
    beyond = places["in the right heart"] + places["in the lungs\u2019 arteries"]
    volumes = [
        *ending(result, "_ml", "ml"), sum(leak["volume_ml"] for leak in leaks), beyond - branch["removed_ml"],
        sum(leak["volume_ml"] for leak in leaks if leak["route"].endswith("vein")),
        account["injected_ml"] - branch["removed_ml"], sum(bone["fat_ml"] for bone in result["vertebrae"]),
    ]  # fmt: skip
    pieces = {part["piece"] for part in result["parts"]}
    lengths = [sum(part["length_mm"] for part in result["parts"] if part["piece"] == piece) for piece in pieces]
    exits = [one["exit"] for one in result["heart"]["passages"]]
    days = [branch["symptoms_day"] or 0.0, *(one["day"] for one in branch["removals"])]
    sentences = [*(one["what"] for one in result["events"]), (result["rarity"] or {"what": ""})["what"]]
    days += [float(one) for text in sentences for one in re.findall(r"(?:for|within) (\d+) days", text)]
    days += [one["day"] for one in branch["visits"]] + ([branch["died"]["time_s"] / 86_400] if branch["died"] else [])
    rarity = result["rarity"] or {"chance": 0.0, "chance_low": 0.0, "chance_high": 0.0, "draws": 0}
    counts = [result["seeds_tried"] or 0, len(result["switched_off"]), len(result["assumptions"]),
              len(result["vertebrae"]), rarity["draws"], result["lungs"]["lodged"],
              *(exits.count(one) for one in exits)]  # fmt: skip
    return {
        "mL": volumes, "mm": lengths, "mmHg": ending(result["acute"], "_mean_mmhg"),
        "years": [result["patient"]["age_years"]], "days": days,
        "chance": [one / 100.0 for one in ending(result, "_percent")],
        "one in": [rarity[name] for name in ("chance", "chance_low", "chance_high")], "count": [*counts, *days],
    }  # fmt: skip


def plan_numbers(result: Result) -> dict[str, list[float]]:
    counts = [result["draws"], len(result["vertebrae"]), len(result["alternatives"]) - 1, len(result["assumptions"]),
              sum(one["count"] for one in result["failures"])]  # fmt: skip
    chances = ending(result, "chance", "chance_low", "chance_high", "plan", "alternative")
    return {"mL": ending(result, "_ml"), "count": [*counts, *ending(result, "draws_leaking", "draws_finished")],
            "chance": chances}  # fmt: skip


def trace_numbers(result: Result) -> dict[str, list[float]]:
    reported = [one for one in result["pieces"] if one["tier"] == "reported"]
    far = ("vein", "vena", "atrium", "ventricle", "heart", "pulmonary", "lung")
    doubtful = [
        one for one in result["pieces"] if one["tier"] != "reported" and any(f in one["place"]["site"] for f in far)
    ]
    counts = [*ending(result["summary"], "pieces", "not_cement"), len(doubtful), len(result["blind"]),
              len(result["not_seen"]), sum(not one["certainty_calibrated"] for one in reported),
              *(one["piece"] for one in reported)]  # fmt: skip
    return {"mL": ending(result, "_ml"), "mm": ending(result, "_mm"), "count": counts,
            "chance": ending(result, "certainty")}  # fmt: skip


def compare_numbers(result: Result) -> dict[str, list[float]]:
    said = [one["verdict"] for one in result["changes"]]
    altered = sum(one not in ("unchanged", "cannot tell") for one in said)
    counts = [len(said), altered, *(said.count(one) for one in said)]
    return {"mL": ending(result, "_ml"), "mm": ending(result, "_mm"), "count": counts}


NUMBERS: dict[str, Callable[[Result], dict[str, list[float]]]] = {
    "journey": journey_numbers, "plan": plan_numbers, "trace": trace_numbers, "compare": compare_numbers,
}  # fmt: skip


def lost_numbers(text: str, held: dict[str, list[float]]) -> list[str]:
    """Numbers of a sentence that the run does not hold."""
    plain, lost = NOT_A_NUMBER.sub(" ", text), []
    for match in NUMBER.finditer(plain):
        shown, unit, before = match[2], match[3] or match[4] or "count", plain[: match.start()]
        if match[1] and shown != "100":
            values = held.get("one in", [])
            fits = any(v > 0.0 and close(shown, float(f"{1.0 / v:.2g}")) for v in values)
        else:
            shown, unit = ("1", "in 100") if match[1] else (shown, unit)
            kind, scale = {"in 100": ("chance", 100.0), "percent": ("chance", 100.0), "cm": ("mm", 0.1)}.get(
                unit, (unit, 1.0)
            )
            values = [scale * v for v in held.get(kind, [])] + [
                float(v) for v in STUDIES.get(kind, []) if text.startswith(OF_THE_WORLD)
            ]
            fits = any(close(shown, v) for v in values)
            number = float(shown.replace(",", ""))
            fits |= before.endswith("less than ") and any(0.0 <= v < number for v in values)
            fits |= before.endswith("more than ") and any(v > number for v in values)
        if not fits:
            lost.append(match[0])
    return lost


# Where cement was, by kind ---------------------------------------------------------------------------------------

WORDS = {"azygos": r"(?<!hemi)azygos", "hemiazygos": "hemiazygos", "upper cava": "superior vena cava",
         "lower cava": "inferior vena cava", "above": "brachiocephalic"}  # fmt: skip
SITES = {
    "azygos": ("azygos_vein",), "hemiazygos": ("hemiazygos_vein",), "upper cava": ("superior_vena_cava",),
    "lower cava": ("inferior_vena_cava",), "above": ("brachiocephalic_vein",), "canal": ("spinal_canal",),
    "lungs": ("pulmonary_trunk", "pulmonary_artery", "lung"), "heart": ("right_atrium", "right_ventricle", "heart"),
    "veins": ("prevertebral",),
}  # fmt: skip
SITES["great"] = tuple(SITES[name][0] for name in WORDS)


def journey_was(result: Result, name: str, text: str) -> bool:
    branch, places = result["branches"][0], {one["place"]: one["ml"] for one in result["account"]["places"]}
    heart, lungs = places["in the right heart"], places["in the lungs\u2019 arteries"]
    day = re.match(r"On day (\d+), .*showed", text)
    if day:
        mark = {"lungs": "arteries", "heart": "right heart", "veins": "in veins"}[name]
        visits = [one for one in branch["visits"] if close(day[1], one["day"])]
        return any(mark in seen for one in visits for seen in one["sees"])
    if text.startswith("This was"):
        return {"heart": heart, "lungs": lungs, "veins": places["in the veins"]}[name] > TINY
    if "left in" in text:
        return heart + lungs - branch["removed_ml"] > TINY
    if "cord" in text.lower() and name == "lungs":
        return result["lungs"]["lodged"] > 0 or "pulmonary" in result["rarity"]["what"]
    if "came from the cement in the heart" in text:
        return "complaints from cement in the heart" in branch["symptoms"]
    if "around the heart" in text:
        return result["heart"]["effusion"] is not None
    if "fat into" in text:
        return sum(bone["fat_ml"] for bone in result["vertebrae"]) > TINY
    if name in WORDS:
        told = [word for part in result["parts"] for word in (part["place"], *part["path"])]
        return any(re.search(WORDS[name], word) for word in told)
    leaks = [leak for bone in result["vertebrae"] for leak in bone["leaks"] if leak["route"].endswith("vein")]
    return {"lungs": result["lungs"]["lodged"] > 0, "heart": bool(result["heart"]["passages"]),
            "veins": sum(leak["volume_ml"] for leak in leaks) > TINY}[name]  # fmt: skip


def plan_was(result: Result, name: str, text: str) -> bool:
    ways = [way for bone in result["alternatives"][0]["vertebrae"] for way in bone["ways_out"]]
    wanted = {"veins": r"vein$", "canal": "spinal canal"}[name]
    return any(way["draws_leaking"] for way in ways if re.search(wanted, way["name"]))


def trace_was(result: Result, name: str, text: str) -> bool:
    if "may not show" in text or "the same holds" in text:
        region = "lung" if name == "lungs" else "heart and vessels"
        return any(one["region"] == region for one in result["limits"])
    tiers = ("candidate",) if text.startswith("Of these") else ("reported",)
    pieces = [one for one in result["pieces"] if one["tier"] in tiers]
    sites = {one["place"]["site"] for one in pieces}
    if tiers == ("reported",) and pieces:
        own = {one["piece"] for one in pieces}
        exits = [exit for level in result["levels"] for exit in level["exits"]]
        sites |= {exit["site"] for exit in exits if own & set(exit["pieces"])}
    if text.startswith("Of these"):
        return bool(sites & {*SITES["lungs"], *SITES["heart"], *SITES["great"]})
    return bool(sites & set(SITES[name]))


def compare_was(result: Result, name: str, text: str) -> bool:
    return any(one["place"]["site"] in SITES[name] for one in result["changes"])


WAS = {"journey": journey_was, "plan": plan_was, "trace": trace_was, "compare": compare_was}
CLAUSES = re.compile(r", but | but |, none |, so |, and it ")


def lost_vessels(kind: str, text: str, result: Result) -> list[str]:
    """Vessels, heart or lungs of a sentence where the run holds no cement, or denied though it was there."""
    if text.startswith(OF_THE_WORLD) or "pressure in the lung" in text or "blood flow to the lungs" in text:
        return []
    lost, start = [], 0
    for end in [*(match.start() for match in CLAUSES.finditer(text)), len(text)]:
        clause = text[start:end]
        denied = re.search(r"\b(?:no|not?|none|into no)\b", re.sub(r"may not|computer is not", "", clause), re.I)
        for name, words in VESSELS.items():
            if re.search(words, clause, re.I):
                was = WAS[kind](result, name, text)
                rare = "cord" in text.lower() and kind == "journey"
                if was is (denied is not None) and not rare:
                    lost.append(f"{name}: {clause}")
        start = end
    return lost


# The tests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NUMBERS)
def test_no_number_and_no_vessel_is_without_support(kind, tmp_path):
    numbers, vessels = 0, 0
    for seed in range(DRAWN):
        result = made_runs.drawn(kind, seed)
        text = make_brief(facts_of(made_runs.write_run(tmp_path / str(seed), result))).plain()
        held = NUMBERS[kind](result)
        body = [one for line in text.body.splitlines() for one in re.split(r"(?<=[.!?]) (?=[A-Z])", line)]
        levels = ""
        for told in (text.headline, *text.at_a_glance, text.quick_take, text.seo_description, *body):
            levels = told if told.startswith("How Often Cement Leaks From") else levels
            own = of_level(result, levels) if kind == "plan" else result
            assert lost_numbers(told, held) == [], f"{kind} {seed}: {told}"
            assert lost_vessels(kind, told, own) == [], f"{kind} {seed}: {told}"
            numbers += len(NUMBER.findall(NOT_A_NUMBER.sub(" ", told)))
            vessels += sum(bool(re.search(words, told, re.I)) for words in VESSELS.values())
    assert numbers > 5 * DRAWN
    assert vessels > DRAWN


def of_level(result: Result, head: str) -> Result:
    """A plan with only the bone of the section, where the section is of one bone."""
    level = re.search(r"\b[TL]\d+", head)
    if level is None:
        return result
    first = result["alternatives"][0]
    own = [bone for bone in first["vertebrae"] if bone["level"] == level[0]]
    return {**result, "alternatives": [{**first, "vertebrae": own}, *result["alternatives"][1:]]}


def test_the_second_pair_of_eyes_sees_what_is_wrong():
    result = made_runs.journey(far="veins", care=())
    held = journey_numbers(result)
    injected = result["account"]["injected_ml"]
    assert lost_numbers(f"It put in {injected:.1f} mL.", held) == []
    assert lost_numbers("It put in 431 mL.", held) == ["431 mL"]
    assert lost_numbers("This is rare: about 1 in 77 runs.", held) == ["1 in 77"]
    assert lost_vessels("journey", "It came to the lungs.", result) == ["lungs: It came to the lungs."]
    assert lost_vessels("journey", "It went into veins, but not to the heart.", result) == []
    assert lost_vessels("journey", "It went into no veins.", result) == ["veins: It went into no veins."]
    assert math.isclose(sum(one["ml"] for one in result["account"]["places"]), injected)
