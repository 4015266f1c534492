"""Parts: whole or not there, known by what they hang on."""

from __future__ import annotations

import dataclasses
import math

import pytest
from stub_patients import stub_row, stub_trial

from azygos.ground.errors import InputError
from azygos.trial import landing as landing_module
from azygos.trial.landing import Landing, part_bytes
from azygos.trial.order import Order


@pytest.fixture
def landing(tmp_path):
    return Landing(tmp_path, Order(trial=stub_trial(6), code="c0de"))


def test_a_row_is_read_as_it_landed(landing):
    row = stub_row(landing.order.trial, 3, "thick")
    kept = landing.land(3, "thick", row, 0.25)
    landed = landing.read(3, "thick")
    assert math.isnan(landed.row.pop("symptoms_day"))
    assert landed.row == {name: value for name, value in kept.items() if name != "symptoms_day"}
    assert landed.row["key"] == landing.path(3, "thick").stem
    assert landed.seconds == 0.25
    assert landing.read(3, "thin") is None


def test_a_thousand_patients_share_a_folder(landing):
    assert landing.path(123, "thin").parent.name == "000"
    assert landing.path(45_678, "thin").parent.name == "045"
    assert landing.path(45_678, "thin").name.startswith("045678-")


@pytest.mark.parametrize("left", [0, 4, 0.5, -1])
def test_a_truncated_part_is_as_good_as_none(landing, left):
    landing.land(0, "thin", stub_row(landing.order.trial, 0, "thin"), 1.0)
    path = landing.path(0, "thin")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(left * len(whole)) if isinstance(left, float) else left])
    assert landing.read(0, "thin") is None


def test_a_part_of_another_row_is_as_good_as_none(landing):
    landing.land(0, "thin", stub_row(landing.order.trial, 0, "thin"), 1.0)
    landing.path(0, "thin").rename(landing.path(1, "thin"))
    assert landing.read(1, "thin") is None


def test_a_part_of_an_older_table_is_refused(landing, monkeypatch):
    row = {**stub_row(landing.order.trial, 0, "thin"), "key": landing.key(0, "thin")}
    path = landing.path(0, "thin")
    path.parent.mkdir(parents=True)
    with monkeypatch.context() as older:
        older.setattr(landing_module, "SCHEMA", 0)
        path.write_bytes(part_bytes(row, 1.0))
    with pytest.raises(InputError) as refused:
        landing.read(0, "thin")
    assert str(refused.value) == (
        f"{path} holds outcomes of table version 0, and this azygos writes version 1. "
        "Go on with the azygos that wrote it, choose another -o, or begin anew with --force."
    )


def test_what_has_landed_stays_known_with_more_patients_and_other_strategies():
    hashes = Order(trial=stub_trial(6), code="c0de").hashes()
    more = Order(trial=stub_trial(60, strategies=("new", "thick", "thin")), code="c0de").hashes()
    assert {name: more[name] for name in hashes} == hashes
    assert more["new"] not in hashes.values()
    assert Order(trial=stub_trial(6), code="c0de").key() == Order(trial=stub_trial(60), code="c0de").key()


@pytest.mark.parametrize("change", [{"seed": 1}, {"spacing_mm": 2.5}, {"importance": "true"}])
def test_what_changes_a_row_changes_its_name(change):
    before, after = (Order(trial=trial, code="c0de") for trial in (stub_trial(6), stub_trial(6, **change)))
    assert set(before.hashes().values()).isdisjoint(after.hashes().values())
    assert before.key() != after.key()


def test_other_code_changes_every_name():
    order = Order(trial=stub_trial(6), code="c0de")
    other = dataclasses.replace(order, code="0ther")
    assert set(order.hashes().values()).isdisjoint(other.hashes().values())
