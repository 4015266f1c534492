"""``result.json`` and the tables: valid, finite, the same each time, and accounts that close."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from made_journey import JOURNEYS, RARITY, make_result

from azygos.case import Rarity
from azygos.case.ends import add_up, find_ends
from azygos.case.tables import (
    account_csv,
    events_csv,
    haemodynamics_csv,
    journey_schema,
    pieces_csv,
    result_table,
    tables,
)
from azygos.ground.errors import InputError
from azygos.ground.units import ML
from azygos.plan.schema import to_json


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("kind", JOURNEYS)
def test_the_table_follows_its_published_schema(kind):
    table = json.loads(to_json(result_table(make_result(kind, rarity=RARITY, seeds_tried=312, switches=("clot",)))))
    jsonschema.Draft202012Validator.check_schema(journey_schema())
    jsonschema.validate(table, journey_schema())


@pytest.mark.parametrize("change", [{"kind": "plan"}, {"seed": -1}, {"surprise": 1}, {"parts": [{}]}])
def test_the_schema_refuses_what_is_wrong(change):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(result_table(make_result()) | change, journey_schema())


@pytest.mark.parametrize("kind", JOURNEYS)
def test_the_same_result_gives_the_same_text(kind):
    first, second = (dict(tables(make_result(kind))) for _ in range(2))
    assert first == second
    assert list(first) == ["result.json", "pieces.csv", "haemodynamics.csv", "account.csv", "events.csv"]
    assert not re.search(r"\b(nan|inf|NaN|Infinity)\b", "".join(first.values()))


@pytest.mark.parametrize("kind", JOURNEYS)
def test_from_needle_to_lung_nothing_is_lost(kind):
    ledger = add_up(make_result(kind).journey)
    assert ledger.injected > 0.0
    assert abs(ledger.gap) <= 1e-6 * ledger.injected


def test_the_account_says_where_the_articles_cement_is():
    found = {row["room"]: row for row in rows(account_csv(make_result()))}
    assert list(found)[:6] == ["spine L1", "beside the bone", "veins", "heart", "lungs", "needle to lung"]
    kept = {name: row["kept_ml"] for name, row in found.items() if name.startswith("of all: ")}
    assert kept == {
        "of all: in the bone": "3.195",
        "of all: outside the bone, in no vein": "0.11",
        "of all: in the veins": "0.27",
        "of all: in the right heart": "0.2",
        "of all: elsewhere, by another door of the heart": "0",
        "of all: in the lungs’ arteries": "0.225",
    }
    whole = found["needle to lung"]
    assert whole["received_mg"] == whole["kept_mg"] == "5100"
    assert abs(float(whole["gap_mg"])) < 1e-6


def test_a_room_that_loses_cement_shows_in_the_gap():
    journey = make_result().journey
    lungs = replace(journey.lodgings.account, received=0.0, kept=0.0)
    lossy = replace(journey, lodgings=replace(journey.lodgings, account=lungs))
    assert add_up(lossy).gap == pytest.approx(journey.lodgings.account.kept)


def test_every_part_says_where_it_stopped_and_why():
    found = rows(pieces_csv(make_result()))
    assert [(row["piece"], row["room"], row["place"]) for row in found] == [
        ("L1-1", "veins", "right lumbar vein L1"),
        ("L1-1", "veins", "inferior vena cava"),
        ("L1-1", "heart", "right ventricle"),
        ("L1-2", "lungs", "segmental artery R10"),
        ("L1-3", "lungs", "artery beyond R9"),
        ("L1-1", "lungs", "right pulmonary artery"),
    ]
    two = found[3]
    assert (two["route"], two["cause"], two["state"], two["visible_on_ct"]) == ("segmental vein", "drag", "gel", "yes")
    assert two["path"] == "right lumbar vein L1 > inferior vena cava"
    assert (two["segment"], two["order"], two["diameter_mm"], two["volume_ml"]) == ("R10", "11", "2.4", "0.06")
    assert found[0]["path"] == "right lumbar vein L1"  # a remnant's path ends in its vein
    assert float(two["length_mm"]) == pytest.approx(60.0 / (np.pi / 4 * 2.4**2), rel=1e-5)


def test_the_parts_hold_all_cement_beyond_the_bones_veins():
    for kind in JOURNEYS:
        journey = make_result(kind).journey
        ledger = add_up(journey)
        beyond = ledger.volume(ledger.in_veins + ledger.in_heart + ledger.elsewhere + ledger.in_lungs)
        assert sum(end.volume for end in find_ends(journey)) == pytest.approx(beyond, abs=1e-9 * ML)


def test_series_are_in_clinical_units():
    found = rows(haemodynamics_csv(make_result()))
    assert {row["branch"] for row in found} == {"acute", "as planned", "without removal", "without clot"}
    first = found[0]
    assert (first["heart_rate_per_min"], first["cardiac_output_l_min"]) == ("72", "5.2")
    assert (first["pulmonary_pressure_mean_mmhg"], first["arterial_saturation_percent"]) == ("15", "97")
    assert len(first) == 3 + 15
    fortnight = [row for row in found if row["branch"] == "without removal" and row["day"] == "14"]
    assert float(fortnight[0]["pulmonary_pressure_mean_mmhg"]) == pytest.approx(15.0 + 34.0 * (0.16 + 0.045 * 5.5))


def test_events_keep_their_order():
    found = rows(events_csv(make_result()))
    assert [float(row["time_s"]) for row in found] == sorted(float(row["time_s"]) for row in found)
    assert found[9] == {
        "time_s": "777600", "day": "9", "room": "care", "what": "Symptoms come: breathlessness, chest pain."
    }  # fmt: skip


def test_what_is_without_bound_is_null():
    result = make_result()
    lodgings = result.journey.lodgings
    closed = replace(lodgings.obstructions[-1], resistance_ratio=float("inf"), flow_lost=1.0)
    journey = replace(result.journey, lodgings=replace(lodgings, obstructions=(closed,)))
    table = result_table(replace(result, journey=journey))
    assert table["lungs"]["cement_alone"]["resistance_ratio"] is None
    jsonschema.validate(table, journey_schema())


def test_a_rarity_lies_in_its_interval():
    with pytest.raises(InputError, match=r"a chance of 0.5 does not lie in its interval \(0.1 to 0.2\)"):
        Rarity(what="", chance=0.5, low=0.1, high=0.2, draws=1, effective=1.0, case_hash="", computed_with="")
