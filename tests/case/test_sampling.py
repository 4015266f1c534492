"""Importance sampling of the demo's course: weights are right, the estimate is unbiased, a command stores it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from azygos.case import demo_case, parse_case
from azygos.case.run import with_seed
from azygos.case.sampling import PLAIN_SHARE, PUSHED, Drawn, draw_one, estimate, hash_of, push
from azygos.cli import main


def pushed(n: int) -> list[tuple[dict[str, float], float]]:
    return [push(np.random.default_rng(k)) for k in range(n)]


def test_weights_average_to_one_and_none_counts_more_than_twice():
    weights = np.array([weight for _, weight in pushed(20_000)])
    assert weights.mean() == pytest.approx(1.0, abs=0.02)
    assert weights.max() <= 1.0 / PLAIN_SHARE


def test_a_known_chance_is_found_with_fewer_draws():
    """The chance that both pushed numbers lie in their upper twentieth is 1/400."""
    drawn = [
        Drawn(k, weight, met=all(u > 0.95 for u in chances.values()), reached=False, finished=True)
        for k, (chances, weight) in enumerate(pushed(20_000))
    ]
    found = estimate(drawn, demo_case())
    assert len(PUSHED) == 2
    assert found.low < 0.05**2 < found.high
    assert found.effective > 1.5 * len(drawn)


def test_nothing_met_gives_an_upper_bound_only():
    found = estimate([Drawn(k, 1.0, met=False, reached=False, finished=True) for k in range(200)], demo_case())
    assert found.chance == found.low == 0.0
    assert found.high == pytest.approx(0.037, abs=0.002)  # Wilson for none of a hundred


def test_the_hash_is_of_the_case_and_not_of_its_patient():
    case = demo_case()
    assert hash_of(case) == hash_of(with_seed(case, 77))
    assert hash_of(case) != hash_of(parse_case(case.toml().replace("T10", "T11")))


def test_a_session_is_the_same_whoever_draws_it():
    from azygos.case.sampling import Job

    job = Job(case=demo_case().toml(), seed=3, spacing_mm=3.0)
    assert draw_one(job, 5) == draw_one(job, 5)


def test_the_command_stores_what_it_says(tmp_path, capsys):
    out = tmp_path / "rarity.json"
    assert main(["rarity", "-o", str(out), "--draws", "10", "--spacing", "3", "--workers", "0"]) == 0
    told = json.loads(out.read_text())
    assert told["draws"] == 10
    assert told["case_hash"] == hash_of(demo_case())
    assert told["low"] <= told["chance"] <= told["high"]
    assert str(out) in capsys.readouterr().out


def test_too_few_draws_are_refused(tmp_path, capsys):
    assert main(["rarity", "-o", str(tmp_path / "r.json"), "--draws", "2"]) == 2
    assert capsys.readouterr().err == "azygos: --draws is 2. Give 10 or more; 2000 take some minutes.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--spacing", "30"], "--spacing is 30 mm. Give 0.25 to 3 mm; 2 is usual."),
        (["--workers", "-1"], "--workers is -1. Give 1 to 256."),
    ],
)
def test_impossible_numbers_are_refused_before_any_draw(tmp_path, capsys, arguments, sentence):
    assert main(["rarity", "-o", str(tmp_path / "r.json"), *arguments]) == 2
    assert capsys.readouterr().err == f"azygos: {sentence}\n"


def test_a_folder_that_is_not_there_is_refused_before_any_draw(tmp_path, capsys):
    assert main(["rarity", "-o", str(tmp_path / "no" / "r.json")]) == 2
    said = f"azygos: {tmp_path / 'no'} is not there. Make that folder, or choose another -o.\n"
    assert capsys.readouterr().err == said


def test_sessions_that_fail_are_no_answer(tmp_path, monkeypatch):
    from azygos.case import rarity
    from azygos.ground.errors import DidNotConverge

    failed = [Drawn(k, 1.0, met=False, reached=False, finished=k > 3) for k in range(20)]
    monkeypatch.setattr("azygos.case.sampling.draw_sessions", lambda *rest, **options: failed)
    with pytest.raises(DidNotConverge, match=r"^4 of 20 sessions did not finish, so their share says nothing\."):
        rarity(None, tmp_path / "r.json", draws=20)
    assert list(tmp_path.iterdir()) == []
