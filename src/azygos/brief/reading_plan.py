"""Facts of a plan: many draws of one planned injection, and of its alternatives."""

from __future__ import annotations

from azygos.brief.collecting import Collector
from azygos.brief.places import height_words

AMOUNTS = {
    "injected_ml": ("injected", "cement that goes in", "volume", "mL"),
    "leaked_ml": ("leaked", "cement that leaves the bone", "volume", "mL"),
    "fill_share": ("fill", "share of the bone that is filled", "share", "share"),
    "highest_plunger_pressure_kpa": ("plunger", "highest pressure at the syringe", "pressure", "kPa"),
    "highest_tip_pressure_kpa": ("tip", "highest pressure at the needle's tip", "pressure", "kPa"),
    "highest_sensor_pressure_kpa": ("sensor", "highest pressure in the bone", "pressure", "kPa"),
    "peak_temperature_c": ("temperature", "highest temperature", "rate", "degrees C"),
}
WAYS = {"any way": "any", "any vein": "vein", "into the spinal canal": "canal"}
DIFFERENCES = {
    "chance of any leak": "any",
    "chance of a leak into a vein": "vein",
    "chance of a leak into the canal": "canal",
    "leaked_ml": "leaked",
    "injected_ml": "injected",
}


def plan_facts(c: Collector) -> None:
    """All that a text may say of a plan."""
    c.read("draws", "computer runs of the plan", "count", "/draws", words=("runs",))
    c.read("visible", "from this volume on a leak is counted", "volume", "/visible_leak_ml", "mL")
    c.size("bones", "bones that are planned", "/vertebrae", words=("bones of the spine",))
    c.size("assumptions", "numbers that the model rests on", "/assumptions")
    assumed = [f"{at}/source" for at, one in c.each("/assumptions") if one["source"] == "assumed"]
    if assumed:
        c.word("assumed", "some numbers are assumed", "word", "assumed", assumed[:1], words=("best guesses",))
    for at, bone in c.each("/vertebrae"):
        level = bone["level"]
        c.read(f"bone.{level}", "a planned bone", "name", f"{at}/level", words=(level, height_words(level)))
        c.read(f"bone.{level}.source", "where the bone comes from", "word", f"{at}/source",
               words=("virtual patient" if bone["source"] == "virtual" else "scan",))  # fmt: skip
        c.read(f"bone.{level}.fracture", f"kind of break of {level}", "word", f"{at}/fracture")
        c.size(f"bone.{level}.needles", f"needles into {level}", f"{at}/needles")
    for k, (at, _) in enumerate(c.each("/alternatives")):
        _alternative(c, k, at)
    c.size("alternatives", "plans that were run, the plan itself among them", "/alternatives")
    failed = [f"{at}/count" for at, _ in c.each("/failures")]
    c.total("failed", "runs that did not finish", "count", failed, within="/failures")


def _alternative(c: Collector, k: int, at: str) -> None:
    start = f"alt.{k}." if k else ""
    if k:
        c.read(f"alt.{k}", "another plan", "name", f"{at}/name")
    for there, bone in c.each(f"{at}/vertebrae"):
        _outcome(c, f"{start}bone.{bone['level']}", bone["level"], there)
    if not k:
        return
    for there, one in c.each(f"{at}/difference_from_plan"):
        if one["quantity"] in DIFFERENCES:
            id = f"alt.{k}.{DIFFERENCES[one['quantity']]}"
            kind, unit = ("chance", "share") if one["kind"] == "chance" else ("volume", "mL")
            ends = (f"{there}/low", f"{there}/high")
            c.read(f"{id}.plan", f"{one['quantity']}, the plan", kind, f"{there}/plan", unit)
            c.read(f"{id}.other", f"{one['quantity']}, the other plan", kind, f"{there}/alternative", unit)
            c.read(f"{id}.difference", f"{one['quantity']}, difference", kind, f"{there}/difference", unit,
                   interval=ends)  # fmt: skip
            verdict = "within noise" if one["within_noise"] else "beyond noise"
            c.word(f"{id}.verdict", "whether they differ by more than chance", "verdict", verdict,
                   [f"{there}/within_noise"], words=("chance alone",))  # fmt: skip


def _outcome(c: Collector, id: str, level: str, at: str) -> None:
    for name, (short, what, kind, unit) in AMOUNTS.items():
        if name in c.at(f"{at}/amounts"):
            there = f"{at}/amounts/{name}"
            ends = (f"{there}/low_5", f"{there}/high_95")
            c.read(f"{id}.{short}", f"{level}: {what}", kind, f"{there}/median", unit, interval=ends)
    for group, start in (("ways_out", "way"), ("places_of_rest", "rest")):
        for there, way in c.each(f"{at}/{group}"):
            own = f"{id}.{WAYS[way['name']]}" if way["name"] in WAYS else f"{id}.{start}.{way['name']}"
            ends = (f"{there}/chance_low", f"{there}/chance_high")
            c.read(f"{own}.chance", f"{level}: chance of a leak, {way['name']}", "chance", f"{there}/chance", "share",
                   words=(way["name"],), interval=ends)  # fmt: skip
            c.read(f"{own}.leaking", f"{level}: runs that leak, {way['name']}", "count", f"{there}/draws_leaking")
            c.read(f"{own}.finished", f"{level}: runs that finished", "count", f"{there}/draws_finished")
            ends = (f"{there}/volume_ml/low_5", f"{there}/volume_ml/high_95")
            c.read(f"{own}.volume", f"{level}: how much leaks, {way['name']}", "volume", f"{there}/volume_ml/median",
                   "mL", interval=ends)  # fmt: skip
    for reason in c.at(f"{at}/stopped"):
        pointer = f"{at}/stopped/" + reason.replace("~", "~0").replace("/", "~1")
        c.read(f"{id}.stopped.{reason}", f"{level}: runs that ended so: {reason}", "count", pointer)
