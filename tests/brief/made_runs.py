"""Results of runs made by hand and by chance, as their published schemas want them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

NOTE = "Research use only: not a medical device."
ASSUMED = [
    {"name": "a.B", "value": "1", "source": "assumed", "note": "why", "plain": "b", "drawn": True, "here": ""},
    {"name": "a.C", "value": "2", "source": "luetmer2011", "note": "", "plain": "c", "drawn": False, "here": ""},
]
LEVELS = tuple(f"T{n}" for n in range(5, 13)) + tuple(f"L{n}" for n in range(1, 6))
ROUTES = {
    "basivertebral vein": "spinal canal", "anterior external vein": "paravertebral veins",
    "segmental vein": "azygos system", "cortical gap": "soft tissue", "end-plate gap": "disc",
    "needle track": "soft tissue",
}  # fmt: skip
ACUTE = (
    "heart_rate_per_min", "cardiac_output_l_min", "pulmonary_pressure_mean_mmhg", "pulmonary_pressure_systolic_mmhg",
    "right_atrial_pressure_mmhg", "arterial_pressure_mean_mmhg", "wedge_pressure_mmhg",
    "right_ventricle_end_diastolic_ml", "left_ventricle_end_diastolic_ml", "right_ejection_fraction_percent",
    "right_ventricle_coupling_ees_over_ea", "alveolar_dead_space_percent", "venous_admixture_percent",
    "arterial_saturation_percent", "arterial_oxygen_pressure_mmhg",
)  # fmt: skip
SYMPTOMS = ("breathlessness", "chest pain", "fainting", "complaints from cement in the heart")
WAYS = ("azygos vein at T9", "accessory hemiazygos vein at T6", "inferior vena cava at L2", "superior vena cava",
        "left brachiocephalic vein", "internal plexus T11, left")  # fmt: skip
EXITS = ("passes to the lungs", "bridges cava and pulmonary artery", "stays in the right heart",
         "pierces the wall of the heart", "crosses an open foramen ovale")  # fmt: skip
SITES = ("azygos_vein", "hemiazygos_vein", "inferior_vena_cava", "superior_vena_cava", "brachiocephalic_vein",
         "right_atrium", "right_ventricle", "heart", "pulmonary_trunk", "pulmonary_artery", "lung")  # fmt: skip
NEAR = ("vertebral_body", "posterior_elements", "disc", "spinal_canal", "foramen", "paravertebral", "prevertebral",
        "needle_track", "elsewhere")  # fmt: skip
VERDICTS = ("unchanged", "moved", "changed", "moved and changed", "gone", "new", "cannot tell")


def write_run(folder: Path, result: dict[str, Any], *, state: str = "whole") -> Path:
    """A run folder as far as a brief reads it."""
    folder.mkdir(parents=True)
    (folder / "run.toml").write_text(f'azygos = "0.1.0"\nkind = "{result["kind"]}"\nstate = "{state}"\n', "utf-8")
    (folder / "result.json").write_text(json.dumps(result), "utf-8")
    return folder


def _head(kind: str, seed: int) -> dict[str, Any]:
    return {"schema_version": 1, "kind": kind, "azygos": "0.1.0", "note": NOTE, **({"seed": seed} if seed >= 0 else {})}


def _amount(rng: np.random.Generator, most: float) -> float:
    """A volume or length of any order below `most`."""
    return float(f"{most * 10.0 ** rng.uniform(-4.0, 0.0):.6g}")


# Journey ----------------------------------------------------------------------------------------------------------


def journey(
    seed: int = 0,
    *,
    far: str = "lungs",
    levels: tuple[str, ...] = ("T10",),
    died: float | None = None,
    rarity: bool = True,
    care: tuple[str, ...] = ("embolectomy", "anticoagulation"),
) -> dict[str, Any]:
    """A journey that gets as far as ``none``, ``beside``, ``veins``, ``heart`` or ``lungs``."""
    rng = np.random.default_rng(seed)
    bones = [_bone(rng, level, far) for level in levels]
    leaks = [leak for bone in bones for leak in bone["leaks"]]
    venous = sum(leak["volume_ml"] for leak in leaks if leak["route"].endswith("vein"))
    leaked = sum(leak["volume_ml"] for leak in leaks)
    heart = 0.3 * venous if far in ("heart", "lungs") else 0.0
    lungs = 0.2 * venous if far == "lungs" else 0.0
    injected = leaked + sum(bone["kept"] for bone in bones)
    volumes = (injected - leaked, leaked - venous, venous - heart - lungs, heart, 0.0, lungs)
    names = ("in the bone", "outside the bone, in no vein", "in the veins", "in the right heart",
             "elsewhere, by another door of the heart", "in the lungs\u2019 arteries")  # fmt: skip
    parts = _parts(rng, far, levels[0], venous, heart, lungs)
    removal = _removals(rng, care, heart + lungs)
    return {
        **_head("journey", seed),
        "name": "made", "seeds_tried": None if rng.random() < 0.5 else int(rng.integers(2, 3000)),
        "switched_off": [] if rng.random() < 0.7 else ["fat"],
        "patient": {"sex": str(rng.choice(["female", "male"])), "age_years": float(rng.uniform(40, 95)),
                    "height_m": 1.6, "mass_kg": 60.0, "azygos_share_percent": None},
        "vertebrae": [{k: v for k, v in bone.items() if k != "kept"} for bone in bones],
        "account": {"injected_mg": 1144.0 * injected, "injected_ml": injected, "gap_share": 0.0,
                    "places": [{"place": n, "mg": 1144.0 * v, "ml": v} for n, v in zip(names, volumes, strict=True)]},
        "parts": parts,
        "heart": {"passages": _passages(rng, far), "effusion": None if rng.random() < 0.8 else
                  {"begins_s": 900.0, "rate_ml_min": 2.0, "most_ml": _amount(rng, 200.0)}},
        "lungs": {"lodged": sum(part["room"] == "lungs" for part in parts), "butscheidt_grade": 1,
                  "cement_alone": {"resistance_ratio": 1.0, "flow_lost_percent": _amount(rng, 60.0),
                                   "area_fraction_percent": 1.0, "qanadli_percent": 5.0, "miller_points": 2}},
        "acute": {name: _series(rng) for name in ACUTE},
        "branches": [_branch(rng, removal, died)],
        "died": None if died is None else {"time_s": died, "cause": "the right ventricle fails"},
        "events": _events(rng, care),
        "rarity": _rarity(rng) if rarity else None,
        "advice_in_sources": [], "assumptions": ASSUMED, "notes": [],
    }  # fmt: skip


def _bone(rng: np.random.Generator, level: str, far: str) -> dict[str, Any]:
    leaks = []
    for route, rest in ROUTES.items():
        open_way = far in ("veins", "heart", "lungs") or (far == "beside" and not route.endswith("vein"))
        volume = 0.01 + _amount(rng, 1.0) if open_way and rng.random() < 0.8 else 0.0
        leaks.append({"outlet": f"{route} 1", "route": route, "rest": rest, "volume_ml": volume})
    if far in ("veins", "heart", "lungs"):
        leaks[0]["volume_ml"] = 0.5
    if far == "beside":
        leaks[3]["volume_ml"] = 0.25
    kept = float(rng.uniform(1.0, 8.0))
    return {
        "level": level, "fracture": "wedge", "body_volume_ml": 20.0, "centre_mm": [0.0, 0.0, 0.0], "begins_s": 0.0,
        "injected_ml": kept + sum(leak["volume_ml"] for leak in leaks), "fat_ml": 1.0, "stopped": "as planned",
        "leaks": leaks, "notes": [], "kept": kept,
    }  # fmt: skip


def _part(piece: str, level: str, room: str, place: str, path: list[str], volume: float, long: float) -> dict[str, Any]:
    return {
        "piece": piece, "level": level, "room": room, "place": place, "route": "basivertebral vein",
        "cause": "attached", "path": path, "volume_ml": volume, "length_mm": long, "diameter_mm": 2.0,
        "thickest_mm": None, "thinnest_mm": None, "age_s_at_25c": None, "temperature_c": None, "state": "paste",
        "attached": piece.endswith("1"), "time_s": None, "segment": None, "lobe": None, "order": None,
        "artery_mm": None, "visible_on_ct": None,
    }  # fmt: skip


def _parts(
    rng: np.random.Generator, far: str, level: str, venous: float, heart: float, lungs: float
) -> list[dict[str, Any]]:
    if far in ("none", "beside"):
        return []
    way = [name for name in WAYS if rng.random() < 0.5] or [WAYS[-1]]
    piece = f"{level}-{rng.integers(1, 3)}"
    share = (venous - heart - lungs) / len(way)
    made = [_part(piece, level, "veins", name, way[:k], share, _amount(rng, 90.0)) for k, name in enumerate(way)]
    if heart:
        made.append(_part(piece, level, "heart", "across the right heart", way, heart, 80.0))
    if lungs:
        beyond = [*way, "right atrium", "right ventricle", "pulmonary trunk"]
        made += [_part(piece, level, "lungs", "right main pulmonary artery", beyond, lungs / 2, 12.0)] * 2
    return made


def _passages(rng: np.random.Generator, far: str) -> list[dict[str, Any]]:
    if far not in ("heart", "lungs"):
        return []
    return [
        {"piece": f"T10-{k}", "exit": str(rng.choice(EXITS)), "chamber": None, "left_ml": 0.1, "left_mm": 10.0,
         "pierces_at_s": None, "reason": "made"}
        for k in range(int(rng.integers(1, 4)))
    ]  # fmt: skip


def _series(rng: np.random.Generator) -> dict[str, float]:
    first = float(rng.uniform(10.0, 30.0))
    most = first + float(rng.choice([0.0, 0.4, 8.0, 30.0]))
    return {"first": first, "least": first - 1.0, "most": most, "last": float(rng.uniform(first, most))}


def _removals(rng: np.random.Generator, care: tuple[str, ...], beyond: float) -> list[dict[str, Any]]:
    kinds = [kind for kind in care if kind in ("embolectomy", "catheter")]
    share = float(rng.choice([0.0, 0.4, 1.0]))
    return [
        {"day": 14.0 + k, "kind": kind, "removed_ml": share * beyond / len(kinds), "pieces": []}
        for k, kind in enumerate(kinds)
    ]


def _branch(rng: np.random.Generator, removals: list[dict[str, Any]], died: float | None) -> dict[str, Any]:
    felt = rng.random() < 0.5
    response = {name: _series(rng) for name in ACUTE}
    day = float(rng.integers(0, 365))
    return {
        "name": "as planned", "symptoms_day": day if felt else None,
        "symptoms": [str(one) for one in rng.choice(SYMPTOMS, 2, replace=False)] if felt else [],
        "chance_of_symptoms_percent": float(rng.uniform(0, 100)), "cement_removed": [],
        "removed_ml": sum(one["removed_ml"] for one in removals),
        "removed_day": removals[0]["day"] if removals else None, "removals": removals,
        "most_clot_ml": float(rng.choice([0.0, 0.002, 0.4])), "response": response, "last_obstruction": None,
        "visits": [_visit(rng, 30.0 * (k + 1)) for k in range(int(rng.integers(0, 3)))],
        "died": None if died is None else {"time_s": died, "cause": "the right ventricle fails"},
    }  # fmt: skip


def _visit(rng: np.random.Generator, day: float) -> dict[str, Any]:
    told = ("2 pieces of cement in the lungs' arteries, 0.12 mL in all.", "Cement in the right heart, 0.40 mL.",
            "Cement in veins: azygos vein at T9.")  # fmt: skip
    sees = [text for text in told if rng.random() < 0.5]
    means = str(rng.choice(["ct", "ct angiography", "film", "echo", "clinic"]))
    return {"day": day, "looks_with": means, "sees": sees, "misses": ["A little clot on the cement."]}


def _events(rng: np.random.Generator, care: tuple[str, ...]) -> list[dict[str, Any]]:
    begins = {
        "anticoagulation": "Anticoagulation begins for 90 days: it slows new clot and does nothing to cement.",
        "lysis": "A lytic drug is given: it dissolves clot, not cement.",
        "watching": "The patient is watched.",
    }
    told = [{"time_s": 0.0, "room": "bone", "what": "T10: the injection begins."}]
    return [*told, *({"time_s": 1.2e6, "room": "care", "what": begins[kind]} for kind in care if kind in begins)]


def _rarity(rng: np.random.Generator) -> dict[str, Any]:
    chance = float(rng.choice([0.0, 2e-4, 0.0019298, 0.03, 0.4]))
    return {
        "what": "a cord from the vertebra through the right heart into the pulmonary arteries, symptoms within 14 days",
        "chance": chance, "chance_low": 0.4 * chance, "chance_high": min(2.0 * chance + 0.001, 1.0), "draws": 1500,
        "effective_draws": 2000.0, "case_hash": "0" * 16, "computed_with": "0.1.0",
    }  # fmt: skip


# Plan -------------------------------------------------------------------------------------------------------------


def plan(
    seed: int = 0,
    *,
    levels: tuple[str, ...] = ("T12",),
    leaking: int | None = None,
    finished: int = 32,
    others: tuple[str, ...] = ("wait four minutes longer",),
    source: str = "virtual",
) -> dict[str, Any]:
    """A plan with its alternatives; `leaking` of `finished` draws leak, or as chance will."""
    rng = np.random.default_rng(seed)
    outcomes = [[_outcome(rng, level, leaking, finished) for level in levels] for _ in range(1 + len(others))]
    made = [
        {"name": name, "vertebrae": outcome, "difference_from_plan": _differences(rng) if k else []}
        for k, (name, outcome) in enumerate(zip(("the plan", *others), outcomes, strict=True))
    ]
    failed = [{"level": levels[0], "alternative": 0, "sentence": "It did not converge.", "count": 32 - finished}]
    return {
        **_head("plan", seed), "draws": 32, "visible_leak_ml": 0.02,
        "vertebrae": [
            {"level": level, "source": source, "fracture": "wedge", "body_volume_ml": 20.0, "cell_mm": 1.0,
             "needles": [{"entry_mm": [0.0, 1.0, 2.0], "tip_mm": [0.0, 0.0, 0.0]}], "notes": []}
            for level in levels
        ],
        "alternatives": made, "drivers": {}, "spread_explained_by_scan": None,
        "spread_explained_interval": [None, None], "failures": failed if finished < 32 else [],
        "assumptions": ASSUMED, "notes": [],
    }  # fmt: skip


def _outcome(rng: np.random.Generator, level: str, leaking: int | None, finished: int) -> dict[str, Any]:
    amounts = {name: _percentiles(rng, finished) for name in (
        "injected_ml", "leaked_ml", "fill_share", "symmetry", "highest_plunger_pressure_kpa",
        "highest_tip_pressure_kpa", "highest_sensor_pressure_kpa", "peak_temperature_c")}  # fmt: skip
    hits = {name: _hits(rng, leaking, finished) for name in ROUTES}
    most = max(hits.values())
    vein, anywhere = max(n for name, n in hits.items() if name.endswith("vein")), most if leaking is None else leaking
    whole = {**hits, "any vein": vein, "into the spinal canal": hits["basivertebral vein"], "any way": anywhere}
    rests = ("spinal canal", "intervertebral foramen", "paravertebral veins", "disc", "azygos system",
             "inferior vena cava", "soft tissue")  # fmt: skip
    return {
        "level": level, "amounts": amounts, "ways_out": [_way(rng, name, n, finished) for name, n in whole.items()],
        "places_of_rest": [_way(rng, name, min(most, 1), finished) for name in rests],
        "stopped": {"as planned": finished} if finished else {},
    }  # fmt: skip


def _hits(rng: np.random.Generator, leaking: int | None, finished: int) -> int:
    return int(rng.integers(0, finished + 1)) if leaking is None else min(leaking, int(rng.integers(0, finished + 1)))


def _way(rng: np.random.Generator, name: str, n: int, finished: int) -> dict[str, Any]:
    share = n / finished if finished else None
    return {
        "name": name, "chance": share, "chance_low": None if share is None else max(share - 0.15, 0.0),
        "chance_high": None if share is None else min(share + 0.15, 1.0), "draws_leaking": n,
        "draws_finished": finished, "volume_ml": _percentiles(rng, n),
    }  # fmt: skip


def _percentiles(rng: np.random.Generator, n: int) -> dict[str, float | None]:
    if n == 0:
        return {"median": None, "low_5": None, "high_95": None}
    low, middle, high = sorted(_amount(rng, 8.0) for _ in range(3))
    return {"median": middle, "low_5": low, "high_95": high}


def _differences(rng: np.random.Generator) -> list[dict[str, Any]]:
    a, b = (float(rng.integers(0, 33)) / 32.0 for _ in range(2))
    return [
        {"quantity": "chance of any leak", "kind": "chance", "plan": a, "alternative": b, "difference": b - a,
         "low": b - a - 0.1, "high": b - a + 0.1, "within_noise": bool(rng.random() < 0.5), "draws": 32},
        {"quantity": "leaked_ml", "kind": "mean", "plan": 0.1, "alternative": 0.2, "difference": 0.1, "low": -0.1,
         "high": 0.3, "within_noise": True, "draws": 32},
    ]  # fmt: skip


# Trace ------------------------------------------------------------------------------------------------------------


def trace(seed: int = 0, *, reported: int = 1, candidates: int = 2, blind: int = 1, levels: tuple[str, ...] = ("T10",),
          looked: bool = True) -> dict[str, Any]:  # fmt: skip
    """A trace with so many pieces; without `looked`, a field without lungs and heart."""
    rng = np.random.default_rng(seed)
    pieces = [_piece(rng, k + 1, k < reported) for k in range(reported + candidates)]
    limits = [{"region": region, "noise_hu": 20.0, "background_hu": 40.0, "dense_mm": 0.5, "weak_mm": _amount(rng, 5.0)}
              for region in ("lung", "heart and vessels", "bone", "soft tissue")]  # fmt: skip
    return {
        **_head("trace", -1), "scan": _scan(), "summary": _summary(pieces, reported, candidates),
        "certainty": "certainties are calibrated on synthetic cases", "pieces": pieces,
        "not_cement": [_not_cement() for _ in range(int(rng.integers(0, 4)))],
        "levels": [_level(rng, level, reported) for level in levels],
        "path": {"stops": [], "stretches": []},
        "blind": [{"region": "superior vena cava", "reason": "Contrast.", "volume_ml": 2.0, "centre_mm": [0.0] * 3}
                  for _ in range(blind)],
        "limits": limits if looked else limits[2:], "landmarks": [], "field_of_view": [],
        "not_seen": [] if looked else ["lungs", "heart"],
        "asked": {"cemented_joint": None, "screws": False, "pacemaker": True}, "assumptions": ASSUMED, "notes": [],
    }  # fmt: skip


def _scan() -> dict[str, Any]:
    return {"shape": [4, 4, 4], "affine_lps_mm": [[1.0, 0.0, 0.0, 0.0]] * 4, "ceiling_hu": None, "clipped_voxels": 0,
            "sharpness_mm": 1.0, "facts": {}}  # fmt: skip


def _summary(pieces: list[dict[str, Any]], reported: int, candidates: int) -> dict[str, Any]:
    volume = sum(one["volume_ml"]["value"] for one in pieces[:reported])
    return {"reported_pieces": reported, "candidate_pieces": candidates, "not_cement": 3, "reported_ml": volume,
            "butscheidt_grade": None, "qanadli_percent": None}  # fmt: skip


def _place(site: str, certainty: float) -> dict[str, Any]:
    return {"site": site, "words": site, "side": "", "lobe": "", "level": "", "certainty": certainty,
            "source": "label map", "others": {}}  # fmt: skip


def _range(value: float) -> dict[str, float]:
    return {"value": value, "low": 0.8 * value, "high": 1.3 * value}


def _piece(rng: np.random.Generator, number: int, reported: bool) -> dict[str, Any]:
    level = str(rng.choice(LEVELS)) if rng.random() < 0.7 else ""
    return {
        "piece": number, "tier": "reported" if reported else "candidate",
        "place": _place(str(rng.choice(SITES if reported else NEAR)), float(rng.uniform(0.1, 1.0))),
        "origin": {"level": level, "certainty": 0.7 if level else 0.0, "reason": "made"},
        "certainty": float(rng.choice([0.2, 0.913, 1.0])), "certainty_calibrated": bool(rng.random() < 0.5),
        "reasons": ["made"], "centre_mm": [0.0, 0.0, 0.0], "line_mm": [], "voxels": 9,
        "volume_ml": _range(_amount(rng, 5.0)), "length_mm": None if rng.random() < 0.1 else _amount(rng, 400.0),
        "diameter_mm": 2.0, "thickness_mm": 2.0, "peak_hu": 2000.0, "background_hu": 40.0,
        "contrast_over_noise": 60.0, "clipped_share": 0.0, "branches": 0, "tracking_uid": f"2.25.{number}",
    }  # fmt: skip


def _not_cement() -> dict[str, Any]:
    return {"kind": "lead", "reason": "Not cement because it is a lead.", "place": _place("elsewhere", 0.9),
            "centre_mm": [0.0, 0.0, 0.0], "volume_ml": 0.1, "peak_hu": 3000.0, "certainty": 0.9}  # fmt: skip


def _level(rng: np.random.Generator, level: str, reported: int) -> dict[str, Any]:
    exits = [
        {"site": str(site), "volume_ml": _range(0.1), "pieces": [1]} for site in rng.choice(SITES, 2, replace=False)
    ]
    return {"level": level, "fill_ml": _range(_amount(rng, 9.0)), "fill_share": None, "upper_end_plate": "touched",
            "lower_end_plate": "cannot tell", "exits": exits if reported else []}  # fmt: skip


# Compare ----------------------------------------------------------------------------------------------------------


def compare(seed: int = 0, *, verdicts: tuple[str, ...] = ("unchanged", "unchanged")) -> dict[str, Any]:
    """A comparison with one piece for each verdict."""
    rng = np.random.default_rng(seed)
    changes = [_change(rng, k, verdict) for k, verdict in enumerate(verdicts)]
    scan = {"scan": _scan(), "summary": _summary([], 0, len(verdicts))}
    counts = {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}
    return {
        **_head("compare", -1), "summary": counts, "changes": changes, "regions": [], "agreement": {},
        "first": scan, "second": scan, "assumptions": ASSUMED, "notes": [],
    }  # fmt: skip


def _change(rng: np.random.Generator, number: int, verdict: str) -> dict[str, Any]:
    twice = verdict in ("unchanged", "moved", "changed", "moved and changed")
    return {
        "first": [] if verdict == "new" else [number + 1], "second": [] if verdict == "gone" else [number + 1],
        "verdict": verdict, "sentence": "Made.", "place": _place(str(rng.choice((*SITES, *NEAR))), 0.9),
        "region": "whole", "first_mm": [0.0] * 3, "second_mm": [1.0] * 3,
        "moved_mm": _range(_amount(rng, 60.0)) if twice else None, "least_move_mm": _amount(rng, 9.0),
        "first_ml": _range(_amount(rng, 3.0)) if verdict != "new" else None,
        "second_ml": _range(_amount(rng, 3.0)) if verdict != "gone" else None,
        "change_ml": _range(_amount(rng, 1.0)) if twice else None, "least_change_ml": _amount(rng, 0.1),
        "registration_error_mm": _range(0.5), "blocks": 3, "tracking_uid": f"2.25.{number + 1}",
    }  # fmt: skip


# Nulls --------------------------------------------------------------------------------------------------------


def with_nulls(value: Any, schema: dict[str, Any], rng: np.random.Generator, root: dict[str, Any]) -> Any:
    """The same with some numbers null, where the schema allows it."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    kinds = schema.get("anyOf", [schema])
    nullable = any(one.get("type") == "null" for one in kinds) or "null" in schema.get("type", ())
    if nullable and rng.random() < 0.4:
        return None
    own = next((one for one in kinds if one.get("type") != "null"), schema)
    while "$ref" in own:
        own = root["$defs"][own["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, dict):
        known = own.get("properties", {})
        return {name: with_nulls(one, known.get(name, {}), rng, root) for name, one in value.items()}
    if isinstance(value, list):
        return [with_nulls(one, own.get("items", {}), rng, root) for one in value]
    return value


# Any of them ------------------------------------------------------------------------------------------------------


def drawn(kind: str, seed: int) -> dict[str, Any]:
    """A run of that kind as chance wills it."""
    rng = np.random.default_rng([seed, len(kind)])
    levels = tuple(str(one) for one in rng.choice(LEVELS, int(rng.integers(1, 4)), replace=False))
    if kind == "journey":
        far = str(rng.choice(["none", "beside", "veins", "heart", "lungs"]))
        kinds = ["embolectomy", "catheter", "anticoagulation", "lysis", "watching"]
        care = tuple(str(one) for one in rng.choice(kinds, int(rng.integers(0, 4)), replace=False))
        died = float(rng.uniform(10.0, 3e6)) if rng.random() < 0.15 else None
        return journey(seed, far=far, levels=levels, died=died, rarity=bool(rng.random() < 0.6), care=care)
    if kind == "plan":
        leaking = [None, 0, 32][int(rng.integers(0, 3))]
        finished = int(rng.choice([32, 32, 20, 0]))
        long = "a needle in the other pedicle, 13 gauge, and a name without end"
        names = ("wait 4.5 min. Then go!", "thicker cement", long, "B", "C")[: int(rng.integers(0, 6))]
        own = None if leaking is None else min(leaking, finished)
        source = str(rng.choice(["virtual", "scan"]))
        return plan(seed, levels=levels, leaking=own, finished=finished, others=names, source=source)
    if kind == "trace":
        return trace(seed, reported=int(rng.integers(0, 6)), candidates=int(rng.integers(0, 5)),
                     blind=int(rng.integers(0, 3)), levels=levels if rng.random() < 0.8 else (),
                     looked=bool(rng.random() < 0.8))  # fmt: skip
    return compare(seed, verdicts=tuple(str(one) for one in rng.choice(VERDICTS, int(rng.integers(0, 7)))))
