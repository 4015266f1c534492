"""An ensemble on the page gives the numbers of ``azygos plan``, to the last digit, and can be stopped between draws."""

from __future__ import annotations

import json

import numpy as np
import pytest

from azygos.app.draft import Origin, read_draft, save
from azygos.app.ensemble import run
from azygos.app.planning import make_body
from azygos.ground.errors import InputError
from azygos.plan import Effort, plan, read_plan
from azygos.plan.statistics import detectable_difference

ORIGIN = Origin(level="T12", spacing_mm=3.0, virtual=12, fracture="wedge", cleft=False)
DRAFT = {
    "vertebra": [
        {
            "level": "T12",
            "needle": [{"side": "left", "gauge": 11, "opening": "end"}],
            "portions": [{"volume_ml": 1, "rate_ml_min": 3}, {"wait_s": 20}, {"volume_ml": 2.5, "rate_ml_min": 3}],
        }
    ],
    "cement": {"name": "generic_low_viscosity", "age_at_start_min": 4},
    "alternative": [
        {"name": "wait four minutes longer", "cement": {"age_at_start_min": 8}},
        {"name": "set", "cement": {"age_at_start_min": 55}},
    ],
}
DRAWS, SEED = 7, 3


class Teller:
    """Keeps what it is told; raises once it was told of `stop` draws."""

    def __init__(self, stop: int | None = None) -> None:
        self.stop = stop
        self.done: list[int] = []
        self.partials: list[dict] = []

    def __call__(self, done, total, partial=None, words=""):
        if self.stop is not None and done >= self.stop:
            raise KeyboardInterrupt
        assert 0 <= done <= total == DRAWS
        self.done.append(done)
        if partial is not None:
            self.partials.append(partial)


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    body = str(folder / "b.npz")
    asked = {"level": "T12", "spacing_mm": 3.0, "virtual": 12, "fracture": "wedge", "cleft": False}
    make_body({**asked, "file": body, "picture": str(folder / "p.npy")}, lambda *_: None)
    overlays = [(f"o{n}", str(folder / f"o{n}.npy")) for n in range(3)]
    return {"body": body, "plan": read_draft(DRAFT, ORIGIN).toml(), "seed": SEED, "draws": DRAWS, "overlays": overlays}


@pytest.fixture(scope="module")
def page(given):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("azygos.app.ensemble.EVERY_S", 0.0)
        patch.setattr("azygos.app.ensemble.SPARING", 0.0)
        teller = Teller()
        return run(given, teller), teller


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The run folder of the command that the page gives."""
    here = tmp_path_factory.mktemp("command")
    saved = save(read_draft(DRAFT, ORIGIN), ORIGIN, SEED, DRAWS)
    assert saved["command"] == "azygos plan --virtual 12 plan.toml --draws 7 --seed 3 --spacing 3 -o out"
    (here / saved["name"]).write_text(saved["toml"], encoding="utf-8")
    effort = Effort(workers=0)
    plan(here / "plan.toml", here / "out", virtual=12, draws=DRAWS, seed=SEED, spacing_mm=3.0, effort=effort)
    return here / "out"


def as_file(row: dict) -> dict:
    """A chance of the page under the names of ``result.json``."""
    volume = row["volume_ml"]
    return {
        "name": row["name"],
        "chance": row["chance"],
        "chance_low": row["low"],
        "chance_high": row["high"],
        "draws_leaking": row["leaking"],
        "draws_finished": row["finished"],
        "volume_ml": {"median": volume["value"], "low_5": volume["low"], "high_95": volume["high"]},
    }


def test_the_numbers_are_those_of_the_command_line(page, folder):
    told, _ = page
    file = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert [row["name"] for row in told["alternatives"]] == [row["name"] for row in file["alternatives"]]
    for shown, kept in zip(told["alternatives"], file["alternatives"], strict=True):
        outcome = kept["vertebrae"][0]
        assert [as_file(row) for row in shown["routes"]] == outcome["ways_out"]
        assert [as_file(row) for row in shown["rests"]] == outcome["places_of_rest"]
        assert as_file(shown["any"]) == outcome["ways_out"][-1]
        assert shown["stopped"] == outcome["stopped"]
        for name, amount in shown["amounts"].items():
            assert list(amount.values()) == list(outcome["amounts"][name].values())
        for one, other in zip(shown["difference"], kept["difference_from_plan"], strict=True):
            assert [one[key] for key in ("quantity", "plan", "difference", "low", "high", "within_noise")] == [
                other[key] for key in ("quantity", "plan", "difference", "low", "high", "within_noise")
            ]
            assert one["other"] == other["alternative"]
    assert told["notes"] == [note for note in file["notes"] if not note.startswith("Virtual patient")]


def test_something_leaks_and_something_differs(page):
    """Else the comparison above would compare nothing."""
    told, _ = page
    assert told["alternatives"][0]["any"]["chance"] > 0.0
    assert told["alternatives"][2]["any"]["chance"] == 0.0
    assert told["alternatives"][0]["difference"] == []
    assert told["notes"] == [
        "set: in 7 of 7 injections the cement had set before it was injected: "
        "nothing flows. Start earlier, or take a cement that sets later."
    ]


def test_the_share_of_draws_with_cement_is_that_of_the_command_line(page, folder, given):
    import nibabel

    told, _ = page
    file = dict(given["overlays"])[told["overlay"]]
    written = np.asanyarray(nibabel.load(folder / "fill_probability.nii.gz").dataobj)
    np.testing.assert_array_equal(np.sort(np.load(file).ravel()), np.sort(written.ravel().astype(np.float32)))


def test_differences_say_whether_they_are_noise(page):
    told, _ = page
    for difference in told["alternatives"][1]["difference"]:
        assert difference["within_noise"] == ("within noise" in difference["words"])
    least = detectable_difference(DRAWS)
    assert told["detectable_difference"] == least


def test_partial_results_grow_draw_by_draw(page):
    _, teller = page
    assert teller.done == sorted(teller.done)
    assert [partial["done"] for partial in teller.partials] == list(range(1, DRAWS))
    assert [partial["total"] for partial in teller.partials] == [DRAWS] * (DRAWS - 1)
    for partial in teller.partials:
        assert {row["any"]["finished"] for row in partial["alternatives"]} == {partial["done"]}
        json.dumps(partial, allow_nan=False)
    assert len({partial["overlay"] for partial in teller.partials}) == 3


def test_it_stops_between_two_draws(given):
    teller = Teller(stop=2)
    with pytest.raises(KeyboardInterrupt):
        run(given, teller)
    assert max(teller.done) == 1


def test_where_no_draw_finishes_there_is_no_result(given, monkeypatch):
    from azygos.app import ensemble

    real = ensemble.run_session

    def failing(job, alternative, index):
        from dataclasses import replace

        return [replace(member, failed="no pressure at 3 s.") for member in real(job, alternative, index)]

    monkeypatch.setattr(ensemble, "run_session", failing)
    plan_toml = read_draft({**DRAFT, "cement": {**DRAFT["cement"], "age_at_start_min": 55}, "alternative": []}, ORIGIN)
    with pytest.raises(InputError) as caught:
        run({**given, "plan": plan_toml.toml()}, Teller())
    assert str(caught.value) == "no draw finished: no pressure at 3 s. Try larger cells or a slower rate."


def test_the_saved_plan_reads_as_the_plan_of_the_page(folder):
    assert read_plan(folder.parent / "plan.toml") == read_draft(DRAFT, ORIGIN)
