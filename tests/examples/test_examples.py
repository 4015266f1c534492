"""The gallery's examples run, leave a run folder with numbers in it, and draw a picture that is not blank."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PAGE = EXAMPLES.parent / "docs" / "tutorials" / "gallery.md"


def run(name: str, output: Path) -> dict[str, Any]:
    """Run an example; check its picture; hand back the table that it wrote."""
    from matplotlib import image, use

    use("agg")
    picture = runpy.run_path(str(EXAMPLES / f"{name}.py"))["main"](output)
    drawn = image.imread(picture)
    assert min(drawn.shape[:2]) > 200
    assert float(np.ptp(drawn[..., :3])) > 0.5
    assert float((drawn[..., :3].min(axis=-1) < 0.9).mean()) > 0.01
    assert picture.stat().st_size < 150_000
    table = output / ("brief/brief.json" if name == "brief" else "run/result.json")
    read: dict[str, Any] = json.loads(table.read_text(encoding="utf-8"))
    return read


@pytest.mark.slow
def test_plan(tmp_path: Path):
    assert run("plan", tmp_path)["draws"] == 12


@pytest.mark.slow
def test_journey(tmp_path: Path):
    account = run("journey", tmp_path)["account"]
    assert account["injected_ml"] == pytest.approx(sum(place["ml"] for place in account["places"]), rel=1e-4)


@pytest.mark.slow
def test_trace(tmp_path: Path):
    """The cord in the heart is there in truth, and is found."""
    found = run("trace", tmp_path)
    assert (tmp_path / "ct" / "truth").is_dir()
    assert [piece for piece in found["pieces"] if piece["tier"] == "reported"]


@pytest.mark.slow
def test_compare(tmp_path: Path):
    """What was taken out on day 14 is gone on day 30; the fill of the vertebra is not."""
    pytest.importorskip("SimpleITK")
    verdicts = [change["verdict"] for change in run("compare", tmp_path)["changes"]]
    assert verdicts.count("gone") == 1
    assert "unchanged" in verdicts


@pytest.mark.slow
def test_brief(tmp_path: Path):
    pytest.importorskip("textstat")
    told = run("brief", tmp_path)
    facts = {fact["id"] for fact in told["facts"]}
    assert len(told["at_a_glance"]) == 3
    assert all(set(point["facts"]) <= facts for point in told["at_a_glance"])


def test_the_gallery_shows_every_example():
    page = PAGE.read_text(encoding="utf-8")
    for name in ("plan", "journey", "trace", "compare", "brief"):
        assert f"../../examples/{name}.py" in page
        assert f"../_static/gallery_{name}.png" in page
        assert 5_000 < (PAGE.parents[1] / "_static" / f"gallery_{name}.png").stat().st_size < 150_000
