"""A plan in the browser: the needle is dragged, the chances follow, what is saved runs, and a lost solver is borne."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect
from seeing import PLANES, changed, drawn, greys, middle, overflow, pane, panel, pixels, shoot, until

from azygos.plan import read_plan

DRAWS = 4
PATIENT = "tab=plan&plan.pt=12&plan.fx=wedge&plan.cleft=no&plan.level=T12"
INTERVAL = re.compile(r"\d+ %\s*\(\d+ to \d+\)")
RUN = """
[[vertebra]]
level = "T12"
needle = [{ side = "right", gauge = 13 }]
fracture = "wedge"
cleft = false
procedure = "kyphoplasty"
balloon_ml = 2.0
portions = [{ volume_ml = 1.25, rate_ml_min = 4.0 }, { wait_s = 15.0 }, { volume_ml = 2.0, rate_ml_min = 4.0 }]

[cement]
name = "generic_low_viscosity"
age_at_start_min = 5.0
store_temperature_c = 4.0
minutes_out_of_store = 10.0

[[alternative]]
name = "later | slower"
cement = { age_at_start_min = 9.0 }
portions = [{ volume_ml = 3.0, rate_ml_min = 2.0 }]
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """A folder of two finished plans; the second is said to be of a CT that is not there."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "run.toml").write_text(RUN)
    words = (
        "plan",
        "--virtual",
        "12",
        "run.toml",
        "--draws",
        "2",
        "--seed",
        "5",
        "--spacing",
        "2.5",
        "-o",
        "of-a-bone",
    )
    subprocess.run([sys.executable, "-m", "azygos", *words], cwd=folder, check=True, capture_output=True)
    shutil.copytree(folder / "of-a-bone", folder / "of-a-ct")
    record = folder / "of-a-ct" / "run.toml"
    drawn_bone = re.compile(r"^(virtual|fracture|cleft) = .*\n", re.MULTILINE)
    record.write_text(drawn_bone.sub("", record.read_text()).replace("[input_sha256]", '[input_sha256]\nct = "0"'))
    return folder


@pytest.fixture(scope="module")
def arguments(runs):
    return ["--runs", str(runs)]


def visit(page: Page, draws: int = DRAWS, more: str = "") -> None:
    """The plan of a virtual patient, with so many draws."""
    page.evaluate("address => { location.hash = address; }", f"{PATIENT}&plan.draws={draws}{more}")
    expect(handle(page, "tip-axial")).to_be_visible()


def handle(page: Page, which: str) -> Locator:
    return panel(page, "plan").get_by_test_id(f"handle-{which}")


def finished(page: Page) -> None:
    expect(page.locator(".progress-words")).to_have_text(re.compile(r"^all \d+ done$"))


def previewed(page: Page) -> str:
    """What the draw leaked, once it is of the present plan."""
    line = page.get_by_test_id("preview-leak")
    expect(line).to_have_text(re.compile(r"mL"))
    expect(line).not_to_have_class(re.compile("stale"))
    return line.inner_text()


def place(page: Page, which: str = "tip") -> tuple[float, float, float]:
    left, back, up = (float(page.get_by_test_id(f"{which}-{axis}").input_value()) for axis in "lph")
    return left, back, up


def drag(page: Page, which: str, right: float, down: float) -> None:
    """By the mouse, in steps as a hand makes them."""
    x, y = middle(handle(page, which))
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + right * step / 5, y + down * step / 5)
    page.mouse.up()


def test_the_needle_is_dragged_and_everything_follows(page):
    page.get_by_test_id("tab-plan").click()
    visit(page)
    finished(page)
    for plane in PLANES:
        assert greys(pane(page, "plan", plane).locator("canvas").first) > 8
    axial = pane(page, "plan", "axial")
    picture, where, entry = pixels(axial), place(page), place(page, "entry")
    leak, facts = previewed(page), page.get_by_test_id("needle-facts").inner_text()
    shoot(page, "plan")
    drag(page, "tip-axial", 30, 40)
    assert changed(picture, pixels(axial)) > 100
    assert place(page) != where
    assert place(page)[2] == pytest.approx(where[2], abs=0.11), "the axial plane holds the height"
    assert place(page, "entry") == entry
    expect(page.get_by_test_id("needle-facts")).not_to_have_text(facts)
    until(page, lambda: previewed(page) != leak)
    finished(page)
    expect(page.get_by_test_id("changed")).to_contain_text("before")
    assert changed(picture, pixels(axial)) > 100
    shoot(page, "plan-dragged")


def test_the_ensemble_streams_in_and_tells_its_interval(page):
    visit(page, more="&plan.seed=1")
    bar = page.get_by_test_id("ensemble-progress")
    finished(page)
    assert float(bar.get_attribute("value")) == float(bar.get_attribute("max")) > 0
    expect(page.get_by_test_id("chance-any")).to_have_text(INTERVAL)
    expect(page.get_by_test_id("draws-so-far")).to_contain_text(f"{DRAWS} draws")


def test_another_level_is_another_bone(page):
    visit(page)
    previewed(page)
    before, where = pixels(pane(page, "plan", "sagittal")), place(page)
    page.get_by_test_id("level").select_option("L2")
    until(page, lambda: place(page) != where)
    previewed(page)
    assert changed(before, pixels(pane(page, "plan", "sagittal"))) > 100
    assert "plan.level=L2" in page.url


def test_an_alternative_is_told_with_its_noise(page):
    visit(page)
    previewed(page)
    page.get_by_test_id("add-alternative").click()
    page.get_by_test_id("add-wait").click()
    row = page.get_by_test_id("alternative-1")
    expect(row.locator("td.any")).to_have_text(INTERVAL)
    finished(page)
    words = row.locator("td.difference").inner_text()
    assert "within noise" in words or re.search(r"\(.* to .*\)", words), words
    page.locator(".plan-answer").evaluate("column => { column.scrollTop = column.scrollHeight; }")
    shoot(page, "plan-alternative")


def test_what_is_saved_is_a_plan_that_the_command_line_reads(page, tmp_path):
    visit(page, more="&plan.c=generic_high_viscosity&plan.age=9")
    previewed(page)
    with page.expect_download() as download:
        page.get_by_test_id("save-plan").click()
    assert download.value.suggested_filename == "plan.toml"
    download.value.save_as(tmp_path / "plan.toml")
    plan = read_plan(tmp_path / "plan.toml")
    assert plan.cement.name == "generic_high_viscosity"
    assert plan.cement.age_at_start_min == 9.0
    assert plan.vertebra[0].level == "T12"
    assert plan.vertebra[0].needle[0].tip_mm == pytest.approx(place(page), abs=0.051)
    expect(page.get_by_test_id("save-command")).to_contain_text(f"azygos plan --virtual 12 plan.toml --draws {DRAWS}")


def test_what_cannot_be_run_is_said_beside_the_form(page):
    visit(page)
    previewed(page)
    page.get_by_test_id("volume-1").fill("-1")
    wrong = page.locator(".wrong:visible")
    expect(wrong.first).to_be_visible()
    assert wrong.first.inner_text().strip().endswith(".")
    page.get_by_test_id("volume-1").fill("1")
    expect(wrong).to_have_count(0)
    finished(page)


def test_the_solver_is_lost_and_the_page_lives(page, served):
    visit(page, draws=400)
    bar = page.get_by_test_id("ensemble-progress")
    until(page, lambda: float(bar.get_attribute("value") or 0) > 0)
    lost = served.solvers()
    assert lost
    for solver in lost:
        solver.kill()
    psutil.wait_procs(lost, timeout=20.0)
    failed = page.locator(".failed:visible").first
    expect(failed).to_contain_text(
        "The solver stopped unexpectedly (exit code -9) and has been started again. "
        "Try once more, or with larger cells."
    )
    drawn(page)
    shoot(page, "plan-lost-solver")
    failed.get_by_test_id("run-again").click()
    until(page, lambda: float(bar.get_attribute("value") or 0) > 0)
    expect(page.locator(".failed:visible")).to_have_count(0)
    page.get_by_test_id("draws").fill(str(DRAWS))
    finished(page)
    expect(page.get_by_test_id("chance-any")).to_have_text(INTERVAL)
    assert not {solver.pid for solver in served.solvers()} & {solver.pid for solver in lost}


def test_a_reload_brings_the_plan_back(page):
    visit(page)
    leak = previewed(page)
    drag(page, "tip-sagittal", -25, 15)
    until(page, lambda: previewed(page) != leak)
    address, where, leak = page.url, place(page), previewed(page)
    page.reload()
    expect(handle(page, "tip-axial")).to_be_visible()
    assert previewed(page) == leak
    assert page.url == address
    assert place(page) == where


def test_the_needle_is_moved_by_keys_alone(page):
    page.get_by_test_id("tab-open").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("tab-plan")).to_be_focused()
    expect(handle(page, "tip-axial")).to_be_visible()
    previewed(page)
    tip = handle(page, "tip-axial")
    for _ in range(120):
        if tip.evaluate("handle => handle === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(tip).to_be_focused()
    left, back, up = place(page)
    page.keyboard.press("ArrowRight")
    assert place(page) == pytest.approx((left + 1.0, back, up), abs=0.051), "the patient's left is at the right"
    page.keyboard.press("Shift+ArrowDown")
    assert place(page) == pytest.approx((left + 1.0, back + 5.0, up), abs=0.051)
    handle(page, "tip-coronal").focus()
    page.keyboard.press("ArrowUp")
    assert place(page) == pytest.approx((left + 1.0, back + 5.0, up + 1.0), abs=0.051)
    assert overflow(page) == [0, 0]


def test_a_finished_plan_gives_its_own_numbers_again(page, runs):
    page.locator("[data-testid^=folder-]", has_text="of-a-bone").click()
    expect(page.get_by_test_id("run-report")).to_have_text("Report")
    expect(page.get_by_test_id("run-brief")).to_have_text("Brief")
    finished(page)
    result = json.loads((runs / "of-a-bone" / "result.json").read_text())
    for number, alternative in enumerate(result["alternatives"]):
        found = alternative["vertebrae"][0]
        chance = next(way for way in found["ways_out"] if way["name"] == "any way")
        low, high = (round(100 * chance[f"chance_{end}"]) for end in ("low", "high"))
        words = f"{round(100 * chance['chance'])} % ({low} to {high})"
        row = page.get_by_test_id(f"alternative-{number}")
        expect(row.locator("th")).to_contain_text(alternative["name"])
        assert row.locator("td.any").inner_text().replace("\n", " ").strip() == words
        assert row.locator("td.leaked").inner_text().startswith(f"{found['amounts']['leaked_ml']['median']:.2f} mL")
        if number == 0:
            expect(page.get_by_test_id("run-stored")).to_have_text(f"Stored: any leak in {words} of 2 draws")
    injected = (runs / "of-a-bone" / "members.csv").read_text().splitlines()[1].split(",")[5]
    assert f"{float(injected):.2f} mL" in previewed(page)
    shoot(page, "plan-finished")


def test_a_finished_plan_on_a_ct_says_that_it_needs_it(page):
    page.locator("[data-testid^=folder-]", has_text="of-a-ct").click()
    said = "This plan was made on a CT. Open that CT, then load the plan."
    expect(page.get_by_test_id("run-hint")).to_have_text(said)
    expect(page.get_by_test_id("age")).to_have_value("5")
    expect(page.get_by_test_id("preview-leak")).to_have_text("No draw yet.")


def test_another_bone_leaves_the_finished_plan(page):
    page.locator("[data-testid^=folder-]", has_text="of-a-bone").click()
    previewed(page)
    assert re.search(r"plan\.n=[^&]*,right(&|$)", page.url), "the needle is known by its side"
    where = place(page)
    page.get_by_test_id("tip-l").fill(str(where[0] + 1))
    until(page, lambda: not re.search(r"plan\.n=[^&]*,right(&|$)", page.url))
    assert "plan.from=" in page.url
    page.get_by_test_id("level").select_option("L2")
    until(page, lambda: "plan.from=" not in page.url)
    expect(page.get_by_test_id("run-stored")).to_have_text("")
